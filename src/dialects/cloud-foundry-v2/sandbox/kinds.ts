import type { Caller } from "./caller.ts";
import type { ErrorName } from "./errors.ts";
import { ORGANIZATION_RELATIONS, RELATIONS, SPACE_RELATIONS, singular } from "./roles.ts";
import type { RoleRelation } from "./roles.ts";
import type { AppRow, GroupRow, OrganizationRow, Row, SpaceRow, UserRow } from "./store.ts";

/** The kinds with paths of their own. */
export const LISTED = ["users", "organizations", "spaces", "apps"] as const;
export type ListedKind = (typeof LISTED)[number];
/** The others are met inside these only. */
export type KindName = ListedKind | "quota_definitions" | "stacks";

// As a method's type, a reader of users stands where a reader of rows is asked for: a kind is only given its own rows.
type Reader<R, T> = { read(row: R, caller: Caller): T }["read"];

export interface ToOne<R extends Row = Row> {
  readonly name: string;
  readonly kind: KindName;
  readonly row: Reader<R, Row | null>;
}

export interface ToMany<R extends Row = Row> {
  readonly name: string;
  /** Null: a kind that the sandbox has none of. */
  readonly kind: ListedKind | null;
  readonly rows: Reader<R, readonly Row[]>;
  /** Never inlined. */
  readonly linkOnly?: boolean;
}

export interface Kind<R extends Row = Row> {
  readonly attributes: Reader<R, Record<string, unknown>>;
  /** Whether the row is among what the caller is shown in lists and relations. */
  readonly visible: Reader<R, boolean>;
  readonly toOne: readonly ToOne<R>[];
  readonly toMany: readonly ToMany<R>[];
}

export interface ListKind<R extends Row = Row> extends Kind<R> {
  readonly notFound: ErrorName;
  /** Whether the caller may read this row, and the lists below it. */
  readonly readable: Reader<R, boolean>;
  /** What `q` can ask for, and the values that a row has there. There is none for a row's own guid. */
  readonly filters: Readonly<Record<string, Reader<R, readonly string[]>>>;
  /** What the kind's own list may be ordered by. */
  readonly sortable: readonly string[];
  /** Columns that a list below another object can be ordered by: there, nothing is checked. */
  readonly columns: Readonly<Record<string, Reader<R, string | number>>>;
}

const COLUMNS = {
  id: (row: Row) => row.id,
  guid: (row: Row) => row.guid,
  created_at: (row: Row) => row.createdAt,
  updated_at: (row: Row) => row.updatedAt ?? "",
};

const NAMED = { ...COLUMNS, name: (row: { readonly name: string }) => row.name };

const USERS: ListKind<UserRow> = {
  notFound: "UserNotFound",
  attributes: ({ admin, active, defaultSpace }) => ({ admin, active, default_space_guid: defaultSpace?.guid ?? null }),
  visible: () => true,
  readable: (user, caller) => caller.readsUsers || caller.user === user,
  toOne: [{ name: "default_space", kind: "spaces", row: (user) => user.defaultSpace }],
  toMany: RELATIONS.map(({ name, kind }) => ({
    name,
    kind,
    rows: (user, caller) => caller.store.memberships[name].groupsOf(user),
  })),
  filters: Object.fromEntries(
    RELATIONS.map(({ name }) => [
      `${singular(name)}_guid`,
      (user: UserRow, caller: Caller) => guids(caller.store.memberships[name].groupsOf(user)),
    ]),
  ),
  sortable: [],
  columns: { ...COLUMNS, admin: (user) => Number(user.admin), active: (user) => Number(user.active) },
};

const ORGANIZATIONS: ListKind<OrganizationRow> = {
  notFound: "OrganizationNotFound",
  attributes: ({ name, status, quota }) => ({
    name,
    billing_enabled: false,
    quota_definition_guid: quota.guid,
    status,
    default_isolation_segment_guid: null,
  }),
  visible: (organization, caller) => caller.belongsTo(organization),
  readable: (organization, caller) => caller.belongsTo(organization),
  toOne: [{ name: "quota_definition", kind: "quota_definitions", row: (organization) => organization.quota }],
  toMany: [
    { name: "spaces", kind: "spaces", rows: (organization) => organization.spaces },
    none("domains"),
    none("private_domains"),
    ...sides(ORGANIZATION_RELATIONS),
    link("app_events"),
    none("space_quota_definitions"),
  ],
  filters: {
    name: ({ name }) => [name],
    status: ({ status }) => [status],
    space_guid: ({ spaces }) => guids(spaces),
    ...sideFilters(ORGANIZATION_RELATIONS),
  },
  sortable: ["id", "name"],
  columns: { ...NAMED, status: ({ status }) => status },
};

const SPACES: ListKind<SpaceRow> = {
  notFound: "SpaceNotFound",
  attributes: ({ name, organization }) => ({
    name,
    organization_guid: organization.guid,
    space_quota_definition_guid: null,
    isolation_segment_guid: null,
    allow_ssh: true,
  }),
  visible: (space, caller) => caller.belongsTo(space),
  readable: (space, caller) => caller.belongsTo(space),
  toOne: [{ name: "organization", kind: "organizations", row: (space) => space.organization }],
  toMany: [
    ...sides(SPACE_RELATIONS),
    { name: "apps", kind: "apps", rows: (space) => space.apps },
    none("routes"),
    none("domains"),
    none("service_instances"),
    link("app_events"),
    link("events"),
    none("security_groups"),
    none("staging_security_groups"),
  ],
  filters: {
    name: ({ name }) => [name],
    organization_guid: ({ organization }) => [organization.guid],
    ...sideFilters(SPACE_RELATIONS.filter(({ side }) => side === "developers")),
    app_guid: ({ apps }) => guids(apps),
    isolation_segment_guid: () => [],
  },
  sortable: ["id", "name"],
  columns: NAMED,
};

const APPS: ListKind<AppRow> = {
  notFound: "AppNotFound",
  attributes: appAttributes,
  visible: (app, caller) => caller.belongsTo(app.space),
  readable: (app, caller) => caller.belongsTo(app.space),
  toOne: [
    { name: "space", kind: "spaces", row: (app) => app.space },
    { name: "stack", kind: "stacks", row: (app) => app.stack },
  ],
  toMany: [none("routes"), link("events"), none("service_bindings"), link("route_mappings")],
  filters: {
    name: ({ name }) => [name],
    space_guid: ({ space }) => [space.guid],
    organization_guid: ({ space }) => [space.organization.guid],
    stack_guid: ({ stack }) => [stack.guid],
    diego: () => ["t", "true"],
  },
  sortable: [],
  columns: COLUMNS,
};

export const QUOTA = {
  name: "default",
  non_basic_services_allowed: true,
  total_services: 60,
  memory_limit: 20480,
  trial_db_allowed: false,
  total_routes: 1000,
  instance_memory_limit: -1,
  total_private_domains: -1,
  app_instance_limit: -1,
  app_task_limit: -1,
};

const STACK = { name: "cflinuxfs4", description: "Cloud Foundry Linux-based filesystem" };

export const LIST_KINDS: Readonly<Record<ListedKind, ListKind>> = {
  users: USERS,
  organizations: ORGANIZATIONS,
  spaces: SPACES,
  apps: APPS,
};

export const KINDS: Readonly<Record<KindName, Kind>> = {
  ...LIST_KINDS,
  quota_definitions: { attributes: () => QUOTA, visible: () => true, toOne: [], toMany: [] },
  stacks: { attributes: () => STACK, visible: () => true, toOne: [], toMany: [] },
};

function appAttributes(app: AppRow, caller: Caller): Record<string, unknown> {
  const readsEnvironment =
    caller.readsUsers || (caller.user !== null && caller.store.memberships.spaces.has(caller.user, app.space));
  return {
    name: app.name,
    production: false,
    space_guid: app.space.guid,
    stack_guid: app.stack.guid,
    buildpack: app.buildpack,
    detected_buildpack: null,
    detected_buildpack_guid: null,
    environment_json: readsEnvironment ? {} : { redacted_message: "[PRIVATE DATA HIDDEN]" },
    memory: app.memory,
    instances: app.instances,
    disk_quota: 1024,
    log_rate_limit: -1,
    state: app.started ? "STARTED" : "STOPPED",
    version: app.version,
    command: null,
    console: false,
    debug: null,
    staging_task_id: null,
    package_state: app.started ? "STAGED" : "PENDING",
    health_check_type: "port",
    health_check_timeout: null,
    health_check_http_endpoint: "",
    staging_failed_reason: null,
    staging_failed_description: null,
    diego: true,
    docker_image: null,
    docker_credentials: { username: null, password: null },
    package_updated_at: app.started ? app.createdAt : null,
    detected_start_command: "",
    enable_ssh: true,
    ports: app.started ? [8080] : null,
  };
}

function sides(relations: readonly RoleRelation[]): ToMany<GroupRow>[] {
  return relations.map(({ name, side }) => ({
    name: side,
    kind: "users",
    rows: (group, caller) => caller.store.memberships[name].usersOf(group),
  }));
}

function sideFilters(relations: readonly RoleRelation[]): Record<string, Reader<GroupRow, readonly string[]>> {
  return Object.fromEntries(
    relations.map(({ name, side }) => [
      `${singular(side)}_guid`,
      (group: GroupRow, caller: Caller) => guids(caller.store.memberships[name].usersOf(group)),
    ]),
  );
}

function none(name: string): ToMany {
  return { name, kind: null, rows: () => [] };
}

function link(name: string): ToMany {
  return { ...none(name), linkOnly: true };
}

function guids(rows: readonly Row[]): string[] {
  return rows.map((row) => row.guid);
}
