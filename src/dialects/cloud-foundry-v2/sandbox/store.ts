import { randomUUID } from "node:crypto";
import type { People, SeedUser } from "../../../sandbox/people.ts";
import { RELATIONS } from "./roles.ts";
import type { RelationName } from "./roles.ts";

export interface Row {
  /** Counts up in the order of creation: what lists are ordered by. */
  readonly id: number;
  readonly guid: string;
  /** `2016-06-08T16:41:37Z` */
  readonly createdAt: string;
  /** Null on old rows that were never changed. */
  updatedAt: string | null;
}

export interface UserRow extends Row {
  admin: boolean;
  readonly active: boolean;
  defaultSpace: SpaceRow | null;
  /** Whether API v3 put labels on the user. */
  labeled: boolean;
}

export interface OrganizationRow extends Row {
  readonly name: string;
  readonly status: string;
  readonly quota: Row;
  readonly spaces: SpaceRow[];
}

export interface SpaceRow extends Row {
  readonly name: string;
  readonly organization: OrganizationRow;
  readonly apps: AppRow[];
}

export interface AppRow extends Row {
  readonly name: string;
  readonly space: SpaceRow;
  readonly stack: Row;
  readonly started: boolean;
  readonly instances: number;
  /** MiB */
  readonly memory: number;
  readonly buildpack: string | null;
  readonly version: string;
}

export type GroupRow = OrganizationRow | SpaceRow;

/** When the platform itself was set up: the people only say when users came. */
const INSTALLED_AT = "2016-06-08T16:41:33Z";

/** Everything that one sandbox knows, and what its UAA knows of names. */
export class Store {
  readonly users = new Map<string, UserRow>();
  readonly organizations = new Map<string, OrganizationRow>();
  readonly spaces = new Map<string, SpaceRow>();
  readonly apps = new Map<string, AppRow>();
  readonly memberships = Object.fromEntries(RELATIONS.map(({ name }) => [name, new Memberships()])) as Readonly<
    Record<RelationName, Memberships>
  >;
  /** Outlives the users' rows, as the UAA does. */
  readonly #usernames = new Map<string, string>();
  #lastId = 0;

  constructor(people: People) {
    const quota = this.#row(randomUUID(), INSTALLED_AT);
    const stack = this.#row(randomUUID(), INSTALLED_AT);
    for (const { id, name } of people.organizations) {
      this.organizations.set(id, { ...this.#row(id, INSTALLED_AT), name, status: "active", quota, spaces: [] });
    }
    for (const { id, name, organization: parent } of people.spaces) {
      const organization = known(this.organizations, parent);
      const space = { ...this.#row(id, INSTALLED_AT), name, organization, apps: [] };
      organization.spaces.push(space);
      this.spaces.set(id, space);
    }
    for (const { id, name, space: parent, started, instances, memory, buildpack } of people.apps) {
      const space = known(this.spaces, parent);
      const version = randomUUID();
      const own = { name, space, stack, started, instances, memory, buildpack, version };
      const app = { ...this.#row(id, INSTALLED_AT), ...own };
      space.apps.push(app);
      this.apps.set(id, app);
    }
    for (const person of people.users) this.#seed(person);
  }

  createUser(guid: string, active: boolean, createdAt = now()): UserRow {
    const user = { ...this.#row(guid, createdAt), admin: false, active, defaultSpace: null, labeled: false };
    this.users.set(guid, user);
    return user;
  }

  removeUser(user: UserRow): void {
    this.users.delete(user.guid);
    for (const { name } of RELATIONS) this.memberships[name].forget(user);
  }

  usernameOf(guid: string): string | undefined {
    return this.#usernames.get(guid);
  }

  /** The guid of whom the UAA knows by this name, without regard to case. */
  guidOf(username: string): string | undefined {
    const wanted = username.toLowerCase();
    for (const [guid, name] of this.#usernames) if (name.toLowerCase() === wanted) return guid;
    return undefined;
  }

  #seed({ guid, createdAt, active, admin, email, defaultSpace, labeled, roles }: SeedUser): void {
    if (guid === null) return;
    const user = this.createUser(guid, active, instant(new Date(createdAt)));
    user.admin = admin;
    user.labeled = labeled;
    user.defaultSpace = defaultSpace === null ? null : known(this.spaces, defaultSpace);
    // As rows that are older than the column and were never changed.
    if (!active) user.updatedAt = null;
    this.#usernames.set(guid, email);
    for (const held of roles) {
      const [kind, group] =
        "space" in held
          ? (["spaces", known(this.spaces, held.space)] as const)
          : (["organizations", known(this.organizations, held.organization)] as const);
      const relation = RELATIONS.find((one) => one.kind === kind && one.seed === held.role);
      if (relation) this.memberships[relation.name].add(user, group);
    }
  }

  #row(guid: string, createdAt: string): Row {
    return { id: ++this.#lastId, guid, createdAt, updatedAt: createdAt };
  }
}

/** Who has one of the seven roles, and where. Both ways in the order of creation. */
export class Memberships {
  readonly #groups = new Map<UserRow, Set<GroupRow>>();
  readonly #users = new Map<GroupRow, Set<UserRow>>();

  has(user: UserRow, group: GroupRow): boolean {
    return this.#groups.get(user)?.has(group) ?? false;
  }

  groupsOf(user: UserRow): GroupRow[] {
    return [...(this.#groups.get(user) ?? [])].sort(byId);
  }

  usersOf(group: GroupRow): UserRow[] {
    return [...(this.#users.get(group) ?? [])].sort(byId);
  }

  add(user: UserRow, group: GroupRow): void {
    put(this.#groups, user, group);
    put(this.#users, group, user);
  }

  remove(user: UserRow, group: GroupRow): void {
    this.#groups.get(user)?.delete(group);
    this.#users.get(group)?.delete(user);
  }

  forget(user: UserRow): void {
    for (const group of this.#groups.get(user) ?? []) this.#users.get(group)?.delete(user);
    this.#groups.delete(user);
  }
}

/** The server tells whole seconds. */
export function now(): string {
  return instant(new Date());
}

function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function byId(a: Row, b: Row): number {
  return a.id - b.id;
}

function put<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function known<R>(rows: ReadonlyMap<string, R>, guid: string): R {
  const row = rows.get(guid);
  if (row === undefined) throw new Error(`The people of the sandbox name ${guid}, which is not among them.`);
  return row;
}
