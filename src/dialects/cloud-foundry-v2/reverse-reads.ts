import { settle } from "../../domain/answers.ts";
import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import type { Answer } from "../../domain/errors.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isOfQuestion } from "./errors.ts";
import type { Inlining } from "./inlining.ts";
import { DEVELOPED_SPACES } from "./relations.ts";
import type { Relation } from "./relations.ts";
import { groupsOfLot, isCheaper, lotsOf, reverse, usersOfGroup } from "./reverse-look-up.ts";
import { readsAllUsers } from "./rights.ts";
import type { Session } from "./session.ts";
import { SkeletonUser } from "./skeleton-user.ts";
import { beginList, readSome } from "./whole-lists.ts";
import type { Element } from "./whole-lists.ts";
import { inlinedIn, isResource, resourcesIn } from "./wire.ts";
import type { Resource } from "./wire.ts";

type Find = (guid: string) => SkeletonUser | undefined;

/**
 * Looks for many users in the lists of their groups, where that tells what is needed and saves calls.
 * @returns tells of a user what was found, or throws why nothing could be; undefined: the user has to be read. No list
 * tells whoever has no groups from whoever does not exist.
 */
export async function findInGroups(session: Session, guids: readonly string[], ask: Ask<UserNeeds>): Promise<Find> {
  const { users, skeletons } = session.memory;
  const inlining = reverse(ask.needs, session.limits.depth.most);
  if (inlining === undefined) return () => undefined;
  const known = (guid: string) => {
    const skeleton = skeletons.get(guid);
    return skeleton?.inlined.covers(inlining) === true ? skeleton : undefined;
  };
  const strangers = guids.filter((guid) => !users.has(guid) && known(guid) === undefined);
  const found = await findStrangers(session, lotsOf(strangers, inlining), inlining, ask.for);
  return (guid) => {
    const answer = found.get(guid);
    if (isDirectoryError(answer)) throw answer;
    return answer ?? known(guid);
  };
}

async function findStrangers(
  session: Session,
  lots: readonly (readonly string[])[],
  inlining: Inlining,
  asks: Coordinates,
): Promise<ReadonlyMap<string, Answer<SkeletonUser>>> {
  const found = new Map<string, Answer<SkeletonUser>>();
  if (lots.length === 0) return found;
  const keys = lots.reduce((sum, lot) => sum + lot.length, 0);
  await Promise.all(
    lots.map(async (lot) => {
      const users = await settle(async () =>
        (await readsAllUsers(session, keys, asks)) ? findLot(session, lot, inlining, asks) : undefined,
      );
      // What the service fails at here it may well do for each user alone.
      if (isDirectoryError(users)) {
        if (!isOfQuestion(users)) for (const guid of lot) found.set(guid, users);
        return;
      }
      for (const [guid, { groups, request }] of users ?? []) {
        const skeleton = new SkeletonUser(guid, groups, request, session, inlining);
        session.memory.skeletons.set(guid, skeleton);
        found.set(guid, skeleton);
      }
    }),
  );
  return found;
}

/** What the lists of groups tell of one user. */
interface FoundUser {
  readonly groups: Map<Relation, Resource[]>;
  /** With whose answer the last of them came. */
  request: UpstreamRequest;
}

/** A group in which some of the lot have a role. */
interface FoundGroup {
  readonly relation: Relation;
  readonly element: Element;
  /** Everybody who has that role; null: nobody knows as yet, the list was too long to come along. */
  users: readonly string[] | null;
}

/** @returns undefined where it turned out to be dearer than to read each user, or what came cannot be all */
async function findLot(
  session: Session,
  lot: readonly string[],
  inlining: Inlining,
  asks: Coordinates,
): Promise<ReadonlyMap<string, FoundUser> | undefined> {
  const effort = new Effort(lot.length);
  const groups = await readGroups(session, lot, inlining, asks, effort);
  if (groups === undefined || !(await readLongLists(session, lot, groups, asks, effort))) return undefined;
  // Some databases compare guids without regard to case. Whoever is found under another spelling is read alone.
  const guids = new Set(lot);
  const anyCase = new Set(lot.map((guid) => guid.toLowerCase()));
  const found = new Map<string, FoundUser>();
  for (const { relation, element, users } of groups) {
    const { resource, request } = element;
    // The group is on the list for one of the lot: without any, some of its users did not come.
    if (users?.some((guid) => anyCase.has(guid.toLowerCase())) !== true) return undefined;
    session.meetGroup(relation.kind, resource, request);
    if (inlining.apps && relation === DEVELOPED_SPACES) {
      for (const app of resourcesIn(resource, "apps")) session.meetApplication(app, request);
    }
    for (const guid of new Set(users)) {
      if (!guids.has(guid)) continue;
      const user = found.get(guid) ?? { groups: new Map<Relation, Resource[]>(), request };
      found.set(guid, user);
      user.request = request;
      const others = user.groups.get(relation);
      if (others === undefined) user.groups.set(relation, [resource]);
      else others.push(resource);
    }
  }
  return found;
}

/** The calls for one lot, which must stay fewer than its users. */
class Effort {
  readonly #users: number;
  #calls = 0;

  constructor(users: number) {
    this.#users = users;
  }

  /** Counts so many more calls, if it is still cheaper with them; else nothing may be called any more. */
  spend(calls: number): boolean {
    this.#calls += calls;
    return isCheaper(this.#calls, this.#users);
  }

  get isSpent(): boolean {
    return !isCheaper(this.#calls, this.#users);
  }
}

/** The groups in which any of the lot has one of the roles; undefined where they are too many, or did not come whole. */
async function readGroups(
  session: Session,
  lot: readonly string[],
  inlining: Inlining,
  asks: Coordinates,
  effort: Effort,
): Promise<FoundGroup[] | undefined> {
  const { relations } = inlining;
  const beginnings = await Promise.all(
    relations.map((relation) =>
      beginList(session, { ...groupsOfLot(relation, lot, inlining), for: asks, keys: lot.length }),
    ),
  );
  if (!effort.spend(beginnings.reduce((sum, beginning) => sum + (beginning?.pages ?? 1), 0))) return undefined;
  const lists = await Promise.all(beginnings.map(async (beginning) => beginning?.readOn()));
  const groups: FoundGroup[] = [];
  for (const [at, relation] of relations.entries()) {
    const list = lists[at];
    if (list === undefined) return undefined;
    for (const element of list) {
      const inside = inlinedIn(element.resource, relation.users);
      const users = inside === undefined ? null : guidsOf(inside);
      if (users === undefined) return undefined;
      groups.push({ relation, element, users });
    }
  }
  return groups;
}

/** Undefined for what is no list of objects. */
function guidsOf(list: unknown): readonly string[] | undefined {
  const users: readonly unknown[] = Array.isArray(list) ? list : [null];
  return users.every(isResource) ? users.map(({ metadata }) => metadata.guid) : undefined;
}

/** Fills in the users of groups that have too many. @returns false where they are too many to read, or did not come whole */
async function readLongLists(
  session: Session,
  lot: readonly string[],
  groups: readonly FoundGroup[],
  asks: Coordinates,
  effort: Effort,
): Promise<boolean> {
  const long = groups.filter(({ users }) => users === null);
  if (!effort.spend(long.length)) return false;
  await readSome(long.length, async (at) => {
    const group = long[at] as FoundGroup;
    if (effort.isSpent) return;
    const words = usersOfGroup(group.relation, group.element.resource.metadata.guid);
    const beginning = await beginList(session, { ...words, for: asks, keys: lot.length });
    if (beginning === null || !effort.spend(beginning.pages - 1)) return;
    const users = await beginning.readOn();
    group.users = users?.map(({ resource }) => resource.metadata.guid) ?? null;
  });
  return long.every(({ users }) => users !== null);
}
