import { str } from "./python.ts";
import type { ApiKeyRecord, ApplicationRecord, CustomData, GroupRecord, Store, UserRecord } from "./store.ts";
import type { OrganizationRecord } from "./store.ts";

/** The JSON that the editions show. The order of keys is each server's own. */

export type Json = Record<string, unknown>;

/**
 * `href`, which is worthless for navigation: E0's documentation names a host that nobody asked, and from tag 1.0.3 on
 * there is no host in it.
 */
function href(store: Store, path: string): string {
  return `${store.edition === "E0" ? "https://auth.econtext.com" : ""}/api/${path}`;
}

export function showApplication(store: Store, application: ApplicationRecord): Json {
  const { id, name, description, customData, jwtSecret, status, createdAt, modifiedAt, parameters } = application;
  const times = { created_at: createdAt, modified_at: modifiedAt };
  const link = href(store, `applications/application/${id}`);
  switch (store.edition) {
    case "E0":
      return { id, name, description, custom_data: customData, status, ...times, href: link };
    case "E1":
      return { id, name, description, custom_data: customData, jwt_secret: jwtSecret, status, ...times, href: link };
    case "E2": {
      const own = {
        id,
        name,
        description,
        jwt_secret: jwtSecret,
        status,
        ...times,
        data: list(customData),
        parameters,
      };
      return { ...own, custom_data: customData ?? {}, href: link };
    }
  }
}

/** E0 and E1 show a group whose application was deleted as null. */
export function showGroup(store: Store, group: GroupRecord): Json | null {
  const { id, name, description, customData, status, createdAt, modifiedAt, application } = group;
  const own = { id, name, description, status, created_at: createdAt, modified_at: modifiedAt, application };
  const link = href(store, `groups/group/${id}`);
  if (store.edition === "E2") return { ...own, data: list(customData), custom_data: customData ?? {}, href: link };
  return store.applications.has(application) ? { ...own, custom_data: customData, href: link } : null;
}

/** E0 and E1 show a key whose user was deleted as null. */
export function showApiKey(store: Store, key: ApiKeyRecord): Json | null {
  const { id, name, description, status, createdAt, modifiedAt } = key;
  const link = href(store, `users/user/${key.user}/apikey/${id}`);
  if (store.edition === "E2") {
    return { id, name, description, status, created_at: createdAt, modified_at: modifiedAt, href: link };
  }
  return store.users.has(key.user) ? { id, name, description, status, href: link } : null;
}

/** @param members absent in lists; else as many of the organization's users as this answer carries */
export function showOrganization(
  store: Store,
  organization: OrganizationRecord,
  members?: { readonly admins: readonly Json[]; readonly users: readonly Json[] },
): Json {
  const { id, name, status, createdAt, modifiedAt, customData } = organization;
  const own = { id, name, status, created_at: createdAt, modified_at: modifiedAt, data: list(customData) };
  return { ...own, ...members, custom_data: customData ?? {}, href: href(store, `organizations/organization/${id}`) };
}

/** What an answer of E2 really carries of a user; what it does not is there all the same, and empty. */
export interface Loaded {
  readonly organization?: boolean;
  /** Applications and groups. */
  readonly memberships?: boolean;
  readonly apiKeys?: boolean;
}

export const EVERYTHING: Loaded = { organization: true, memberships: true, apiKeys: true };
export const NOTHING: Loaded = {};

/**
 * A user of any edition.
 * @param loaded matters to E2 alone
 * @param minimal without applications, groups and API keys, and E2's `data`; E0 does not know it
 */
export function showUser(store: Store, user: UserRecord, loaded: Loaded = EVERYTHING, minimal = false): Json {
  if (store.edition === "E2") return showGraphUser(store, user, loaded, minimal);
  const { id, name, email, username, customData, createdAt, modifiedAt, status } = user;
  const times = { created_at: createdAt, modified_at: modifiedAt };
  const link = href(store, `users/user/${id}`);
  const own = { id, name, email, username, custom_data: customData, href: link, ...times, status };
  if (store.edition === "E0") {
    const apikeys = store.apiKeysOf(id).map((key) => key.id);
    return { ...own, apikeys, applications: [...user.applications], groups: [...user.groups] };
  }
  if (minimal) return own;
  return {
    ...own,
    apikeys: store.apiKeysOf(id).map((key) => showApiKey(store, key)),
    applications: found(store.applications, user.applications).map((each) => showApplication(store, each)),
    groups: found(store.groups, user.groups).map((each) => showGroup(store, each)),
  };
}

function showGraphUser(store: Store, user: UserRecord, loaded: Loaded, minimal: boolean): Json {
  const { id, name, email, username, status } = user;
  const organization = loaded.organization && user.organization && store.organizations.get(user.organization);
  const own = {
    id,
    name,
    email,
    username,
    custom_data: organization
      ? // These keys hide stored values of the same name.
        {
          ...user.customData,
          company_name: organization.name,
          encrypt_id: organization.id,
          company_id: organization.id,
        }
      : (user.customData ?? {}),
    href: href(store, `users/user/${id}`),
    created_at: user.createdAt,
    modified_at: user.modifiedAt,
    password_modified_at: user.passwordModifiedAt,
    status,
    organization: organization ? showOrganization(store, organization, { admins: [], users: [] }) : null,
    org_admin: user.orgAdmin,
  };
  if (minimal) return own;
  const { applications, groups } = loaded.memberships ? user : { applications: [], groups: [] };
  const apiKeys = loaded.apiKeys ? store.apiKeysOf(id).toReversed() : [];
  return {
    ...own,
    data: list(user.customData),
    apikeys: apiKeys.map((key) => showApiKey(store, key)),
    applications: sortBy(found(store.applications, applications), "name").map((each) => showApplication(store, each)),
    groups: sortBy(found(store.groups, groups), "name").map((each) => showGroup(store, each)),
  };
}

/** In the order of code points, as the database sorts; what is null comes last. */
export function sortBy<T>(things: readonly T[], property: keyof T): T[] {
  return things.toSorted((a, b) => compare(a[property], b[property]));
}

export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return str(a) < str(b) ? -1 : 1;
}

function found<T>(records: ReadonlyMap<string, T>, ids: Iterable<string>): T[] {
  return Array.from(ids, (id) => records.get(id)).filter((record) => record !== undefined);
}

/** `custom_data` as E2's `data`. */
function list(customData: CustomData | null): readonly Json[] {
  return Object.entries(customData ?? {}).map(([key, value]) => ({ key, value }));
}
