import type { Ask, Coordinates, MembershipFilter, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type {
  Group,
  GroupKind,
  GroupRef,
  GroupReference,
  GroupStore,
  Membership,
  MembershipRef,
} from "../../domain/group.ts";
import { chainPages, EMPTY_PAGE, mapPage, pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import { answerEach, findByKind } from "../../domain/answers.ts";
import { readChildren, SPACES_OF_ORGANIZATIONS } from "./children.ts";
import { COLLECTIONS, nameGroup } from "./collections.ts";
import { Inlining } from "./inlining.ts";
import { readPage } from "./lists.ts";
import { readApplication, readGroup, readUserWith } from "./reads.ts";
import { membership } from "./user-record.ts";
import type { UserRecord } from "./user-record.ts";
import { KINDS, ROLES, selectRelations } from "./relations.ts";
import type { Relation } from "./relations.ts";
import { giveRole, takeRole } from "./role-assignment.ts";
import type { Question, Session } from "./session.ts";

/** Organizations and spaces. */
export class Groups implements GroupStore {
  readonly counts = true;
  readonly kinds = KINDS;
  readonly roles = ROLES;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  byRefs(refs: readonly GroupRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Group | null>[]> {
    return answerEach(refs, (ref) => readGroup(this.#session, ref, ask.for, ask.needs), nameGroup);
  }

  byId(id: string, ask: Ask<RecordNeeds>): Promise<Group | null> {
    return findByKind(this, id, ask);
  }

  async list(page: PageRequest, kind: GroupKind | null, ask: Ask<RecordNeeds>): Promise<Page<Group>> {
    const kinds = KINDS.filter((one) => kind === null || kind === one);
    if (kinds.length === 0) return EMPTY_PAGE;
    const session = this.#session;
    const sources = kinds.map((one) => ({
      key: one === "ORGANIZATION" ? "organizations" : "spaces",
      read: (part: PageRequest) => {
        const list: Question = { route: COLLECTIONS[one].path, for: ask.for, keys: 1 };
        return readPage<Group>(
          session,
          list,
          part,
          (group, reply) => session.meetGroup(one, session.meetNamed(group, reply), reply.request),
          Inlining.ofGroup(one, ask.needs),
        );
      },
    }));
    return chainPages(sources, page);
  }

  async ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    filter: MembershipFilter,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Membership>>[]> {
    const relations = selectRelations(filter);
    if (relations.length === 0) return userIds.map(() => EMPTY_PAGE);
    const inlining = new Inlining(relations);
    return answerEach(userIds, async (id) => {
      const user = await readUserWith(this.#session, id, inlining, ask.for);
      if (user === null) return EMPTY_PAGE;
      const sources = relations.map((relation) => ({
        key: relation.name,
        read: (part: PageRequest) => this.#inRelation(user, relation, part, ask.for),
      }));
      return chainPages(sources, page);
    });
  }

  /** What came inside the user's record, or, where it was too long for that, its own list. */
  #inRelation(
    user: UserRecord,
    relation: Relation,
    page: PageRequest,
    asks: Coordinates,
  ): Promise<Page<Membership>> | Page<Membership> {
    const inlined = user.groupsIn(relation);
    if (inlined !== undefined) {
      return mapPage(pageByPosition(inlined, page), (group) =>
        membership(relation, group, user.request, this.#session),
      );
    }
    const route = `/v2/users/{guid}/${relation.name}`;
    const list: Question = { route, guid: user.id, missing: "UserNotFound", for: asks, keys: 1 };
    return readPage(this.#session, list, page, (group, { request }) =>
      membership(relation, group, request, this.#session),
    );
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]> {
    return answerEach(applicationIds, async (id) => {
      const application = await readApplication(this.#session, id, ask.for);
      return application?.groups(page) ?? EMPTY_PAGE;
    });
  }

  async childrenOf(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]> {
    const { memory } = this.#session;
    const readSpaces = await readChildren(this.#session, {
      lineage: SPACES_OF_ORGANIZATIONS,
      parents: refs.filter(({ kind }) => kind === "ORGANIZATION").map(({ id }) => id),
      page,
      for: ask.for,
      isMet: (id) => memory.organizations.get(id) !== undefined,
      meet: (space, request) => this.#session.group("SPACE", space, request),
    });
    return answerEach(refs, async ({ kind, id }) => (kind === "ORGANIZATION" ? readSpaces(id) : EMPTY_PAGE), nameGroup);
  }

  addMember(membership: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return giveRole(this.#session, membership, asks);
  }

  removeMember(membership: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return takeRole(this.#session, membership, asks);
  }
}
