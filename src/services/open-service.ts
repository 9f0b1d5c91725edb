import type { ApiKey, ApiKeyRef } from "../domain/api-key.ts";
import type { Application } from "../domain/application.ts";
import {
  mergeRecordNeeds,
  mergeUserNeeds,
  type Ask,
  type MembershipFilter,
  type RecordNeeds,
  type UserNeeds,
} from "../domain/ask.ts";
import type { Directory } from "../domain/directory.ts";
import type { Answer } from "../domain/errors.ts";
import type { Family } from "../domain/facets/family.ts";
import type { Group, GroupRef, GroupReference, GroupRole, Membership } from "../domain/group.ts";
import type { Page, PageRequest } from "../domain/page.ts";
import { type Caller, callerKey, type CallerKey, type Principal } from "../domain/principal.ts";
import type { Reference } from "../domain/reference.ts";
import type { Service } from "../domain/service.ts";
import type { Member, User } from "../domain/user.ts";
import { createLoader, type Loader } from "./loader.ts";

/** One service as one caller sees it during one operation: its directory, asked through loaders. */
export class OpenService {
  readonly service: Service;
  readonly family: Family;
  protected readonly caller: Caller;
  readonly #open: () => Directory;
  #directory: Directory | undefined;
  #loaders: Loaders | undefined;

  constructor(service: Service, family: Family, caller: Caller, open: () => Directory) {
    this.service = service;
    this.family = family;
    this.caller = caller;
    this.#open = open;
  }

  get directory(): Directory {
    return (this.#directory ??= this.#open());
  }

  get loaders(): Loaders {
    return (this.#loaders ??= this.openLoaders());
  }

  protected openLoaders(): Loaders {
    return new Loaders(this.directory, this.caller.principal);
  }

  /** Writes. Whatever comes of it, nothing that was read before, or is being read, answers anything afterwards. */
  async write<T>(run: (directory: Directory) => Promise<T>): Promise<T> {
    try {
      return await run(this.directory);
    } finally {
      this.#directory = undefined;
      this.#loaders = undefined;
    }
  }
}

const byId = (id: string) => id;
const byRef = (ref: GroupRef) => `${ref.kind}:${ref.id}`;
const byKeyRef = (ref: ApiKeyRef) => JSON.stringify([ref.user, ref.id]);
/** A user of whom relations alone were asked for may have come without a record: then it is another look-up. */
const byIdAndRecord = (id: string, { record }: UserNeeds) => `${record ? "record" : "relations"} of ${id}`;

type Read<Key, Needs, Value> = (keys: readonly Key[], ask: Ask<Needs>) => Promise<readonly Answer<Value>[]>;
type Identify<Key, Needs> = (key: Key, needs: Needs) => string;
type Relation<Key, Needs, Item> = Loader<Key, Needs, Page<Item>>;

/** A loader for each kind of look-up; for relations, one for each question, since a batch shares its page and filter. */
export class Loaders {
  #users: Loader<string, UserNeeds, User | null> | undefined;
  #applications: Loader<string, RecordNeeds, Application | null> | undefined;
  #groups: Loader<GroupRef, RecordNeeds, Group | null> | undefined;
  #apiKeys: Loader<ApiKeyRef, RecordNeeds, ApiKey | null> | undefined;
  #apiKeysOfUser: Loader<string, RecordNeeds, readonly Reference<ApiKey>[]> | undefined;
  readonly #directory: Directory;
  readonly #principal: Principal;
  readonly #notesAskers: boolean;
  readonly #relations = new Map<CallerKey, unknown>();
  readonly #made = new Map<string, Map<unknown, unknown>>();

  /** @param notesAskers whether each asker looks up by itself: in a plan, where it is noted who asks for what */
  constructor(directory: Directory, principal: Principal, notesAskers = false) {
    this.#directory = directory;
    this.#principal = principal;
    this.#notesAskers = notesAskers;
  }

  get users(): Loader<string, UserNeeds, User | null> {
    return (this.#users ??= this.#people((ids, ask) => this.#directory.users.byIds(ids, ask), byIdAndRecord));
  }

  get applications(): Loader<string, RecordNeeds, Application | null> {
    return (this.#applications ??= this.#records((ids, ask) => this.#directory.applications.byIds(ids, ask), byId));
  }

  get groups(): Loader<GroupRef, RecordNeeds, Group | null> {
    return (this.#groups ??= this.#records((refs, ask) => this.#directory.groups.byRefs(refs, ask), byRef));
  }

  get apiKeys(): Loader<ApiKeyRef, RecordNeeds, ApiKey | null> {
    return (this.#apiKeys ??= this.#records((refs, ask) => this.#directory.apiKeys.byRefs(refs, ask), byKeyRef));
  }

  get apiKeysOfUser(): Loader<string, RecordNeeds, readonly Reference<ApiKey>[]> {
    return (this.#apiKeysOfUser ??= this.#records((ids, ask) => this.#directory.apiKeys.ofUsers(ids, ask), byId));
  }

  /** What others make of things that are looked up here, each of one: forgotten together with what was looked up. */
  madeOf<Thing, Made>(what: string): Map<Thing, Made> {
    let made = this.#made.get(what);
    if (made === undefined) this.#made.set(what, (made = new Map()));
    return made as Map<Thing, Made>;
  }

  groupsOfUser(page: PageRequest, filter: MembershipFilter): Relation<string, RecordNeeds, Membership> {
    return this.#relation("groups of user", page, [filter.kind, filter.role], () =>
      this.#records((ids, ask) => this.#directory.groups.ofUsers(ids, page, filter, ask), byId),
    );
  }

  applicationsOfUser(page: PageRequest): Relation<string, RecordNeeds, Reference<Application>> {
    return this.#relation("applications of user", page, [], () =>
      this.#records((ids, ask) => this.#directory.applications.ofUsers(ids, page, ask), byId),
    );
  }

  groupsOfApplication(page: PageRequest): Relation<string, RecordNeeds, GroupReference> {
    return this.#relation("groups of application", page, [], () =>
      this.#records((ids, ask) => this.#directory.groups.ofApplications(ids, page, ask), byId),
    );
  }

  usersOfApplication(page: PageRequest): Loader<string, UserNeeds, Page<User> | null> {
    return this.#relation("users of application", page, [], () =>
      this.#people((ids, ask) => this.#directory.users.ofApplications(ids, page, ask), byId),
    );
  }

  applicationsOfGroup(page: PageRequest): Relation<GroupRef, RecordNeeds, Reference<Application>> {
    return this.#relation("applications of group", page, [], () =>
      this.#records((refs, ask) => this.#directory.applications.ofGroups(refs, page, ask), byRef),
    );
  }

  childrenOfGroup(page: PageRequest): Relation<GroupRef, RecordNeeds, GroupReference> {
    return this.#relation("children of group", page, [], () =>
      this.#records((refs, ask) => this.#directory.groups.childrenOf(refs, page, ask), byRef),
    );
  }

  membersOfGroup(page: PageRequest, role: GroupRole | null): Loader<GroupRef, UserNeeds, Page<Member> | null> {
    return this.#relation("members of group", page, [role], () =>
      this.#people((refs, ask) => this.#directory.users.ofGroups(refs, page, role, ask), byRef),
    );
  }

  #relation<R>(name: string, page: PageRequest, filter: readonly unknown[], create: () => R): R {
    const question = callerKey(this.#principal, JSON.stringify([name, page.first, page.after, ...filter]));
    let relation = this.#relations.get(question) as R | undefined;
    if (relation === undefined) this.#relations.set(question, (relation = create()));
    return relation;
  }

  #people<Key, Value>(
    read: Read<Key, UserNeeds, Value>,
    identify: Identify<Key, UserNeeds>,
  ): Loader<Key, UserNeeds, Value> {
    return createLoader({
      principal: this.#principal,
      read,
      merge: mergeUserNeeds,
      identify,
      notesAskers: this.#notesAskers,
    });
  }

  #records<Key, Value>(
    read: Read<Key, RecordNeeds, Value>,
    identify: Identify<Key, RecordNeeds>,
  ): Loader<Key, RecordNeeds, Value> {
    return createLoader({
      principal: this.#principal,
      read,
      merge: mergeRecordNeeds,
      identify,
      notesAskers: this.#notesAskers,
    });
  }
}
