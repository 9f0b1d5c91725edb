import { ApiError } from "./errors.ts";
import { ORGANIZATION_RELATIONS, SPACE_RELATIONS } from "./roles.ts";
import type { GroupRow, Store, UserRow } from "./store.ts";

type Scope = "admin" | "reader" | "auditor" | "user";

const TOKENS: ReadonlyMap<string, Scope> = new Map([
  ["sandbox-admin", "admin"], // cloud_controller.admin
  ["sandbox-reader", "reader"], // cloud_controller.admin_read_only
  ["sandbox-auditor", "auditor"], // cloud_controller.global_auditor
]);

/** The token of a plain user with the scopes cloud_controller.read and .write: the user's guid follows. */
const USER_TOKEN = "sandbox-user-";

/** Whose token a request carries, and what that allows. */
export class Caller {
  readonly store: Store;
  readonly user: UserRow | null;
  readonly #scope: Scope;

  constructor(store: Store, scope: Scope, user: UserRow | null) {
    this.store = store;
    this.#scope = scope;
    this.user = user;
  }

  get isAdmin(): boolean {
    return this.#scope === "admin";
  }

  /** Organizations, spaces and apps alike. */
  get seesEverything(): boolean {
    return this.#scope !== "user";
  }

  /** The global auditor may not: users are not part of what he audits. */
  get readsUsers(): boolean {
    return this.isAdmin || this.#scope === "reader";
  }

  /** Whether the group is visible: by any role in it, and a space also to its organization's managers. */
  belongsTo(group: GroupRow): boolean {
    const { user } = this;
    if (this.seesEverything || user === null) return this.seesEverything;
    const { memberships } = this.store;
    if (!("organization" in group))
      return ORGANIZATION_RELATIONS.some(({ name }) => memberships[name].has(user, group));
    return (
      SPACE_RELATIONS.some(({ name }) => memberships[name].has(user, group)) ||
      memberships.managed_organizations.has(user, group.organization)
    );
  }

  manages(group: GroupRow): boolean {
    const { user } = this;
    if (this.isAdmin || user === null) return this.isAdmin;
    const { memberships } = this.store;
    if (!("organization" in group)) return memberships.managed_organizations.has(user, group);
    return (
      memberships.managed_spaces.has(user, group) || memberships.managed_organizations.has(user, group.organization)
    );
  }

  /** @throws ApiError for a token without the scope to write, or an owner without the right to do this */
  mustWrite(allowed: boolean): void {
    if (this.#scope === "reader" || this.#scope === "auditor") throw new ApiError("InsufficientScope");
    if (!allowed) throw new ApiError("NotAuthorized");
  }
}

/** @throws ApiError for a request without a bearer token, or with one that is not known */
export function identify(store: Store, authorization: string | null): Caller {
  const token = /^bearer +(\S+)$/i.exec(authorization?.trim() ?? "")?.[1];
  if (token === undefined) throw new ApiError("NotAuthenticated");
  const scope = TOKENS.get(token);
  if (scope !== undefined) return new Caller(store, scope, null);
  const guid = token.startsWith(USER_TOKEN) ? token.slice(USER_TOKEN.length) : "";
  if (guid === "") throw new ApiError("InvalidAuthToken");
  return new Caller(store, "user", store.users.get(guid) ?? store.createUser(guid, true));
}
