import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sandbox } from "../../../src/dialects/cloud-foundry-v2/sandbox.ts";
import { person } from "../../../src/sandbox/people.ts";
import type { People, SeedApp, SeedRole, SeedUser } from "../../../src/sandbox/people.ts";

interface Sent {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Entity {
  readonly metadata: {
    readonly guid: string;
    readonly url: string;
    readonly created_at: string;
    readonly updated_at: string | null;
  };
  readonly entity: Readonly<Record<string, unknown>>;
}

interface List {
  readonly total_results: number;
  readonly total_pages: number;
  readonly prev_url: string | null;
  readonly next_url: string | null;
  readonly resources: readonly Entity[];
  readonly orphans?: Readonly<Record<string, Entity>>;
}

type Ask = (call: string, sent?: Sent) => Promise<Answered>;

/** A fresh sandbox. A call is `GET /v2/users`; it is the admin's unless it says whose. */
function start(people: People, edition?: string): Ask {
  const serve = sandbox.serve(people, edition === undefined ? {} : { edition });
  return async (call, { token = "bearer sandbox-admin", body, headers = {} } = {}) => {
    const [method = "", path = ""] = call.split(/ (.*)/s);
    const response = await serve(
      new Request(`http://127.0.0.1${path}`, {
        method,
        headers: { ...headers, ...(token === null ? {} : { Authorization: token }) },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

async function read(ask: Ask, path: string, sent?: Sent): Promise<Entity> {
  const answered = await ask(`GET ${path}`, sent);
  expect(answered.status, answered.text).toBe(200);
  return JSON.parse(answered.text) as Entity;
}

async function list(ask: Ask, path: string, sent?: Sent): Promise<List> {
  const answered = await ask(`GET ${path}`, sent);
  expect(answered.status, answered.text).toBe(200);
  return JSON.parse(answered.text) as List;
}

async function guids(ask: Ask, path: string, sent?: Sent): Promise<string[]> {
  return (await list(ask, path, sent)).resources.map(({ metadata }) => metadata.guid);
}

const as = (guid: string): Sent => ({ token: `bearer sandbox-user-${guid}` });

const NOBODY: People = { applications: [], groups: [], organizations: [], spaces: [], apps: [], users: [] };

const app = (id: string, space: string): SeedApp => ({
  id,
  name: id,
  space,
  started: true,
  instances: 1,
  memory: 256,
  buildpack: null,
});

/** Two organizations: one with two spaces, of which one has two apps, and one with an empty space. */
const COMPANY: People = {
  ...NOBODY,
  organizations: [
    { id: "org-a", name: "zeta" },
    { id: "org-b", name: "alpha" },
  ],
  spaces: [
    { id: "space-a1", name: "production", organization: "org-a" },
    { id: "space-a2", name: "a;b", organization: "org-a" },
    { id: "space-b1", name: "production", organization: "org-b" },
  ],
  apps: [app("app-1", "space-a1"), app("app-2", "space-a1")],
  users: [
    person("boss", "Boss", {
      active: true,
      roles: [
        { organization: "org-a", role: "MEMBER" },
        { organization: "org-a", role: "MANAGER" },
      ],
    }),
    person("dev", "Dev", {
      active: true,
      defaultSpace: "space-a1",
      roles: [
        { organization: "org-a", role: "MEMBER" },
        { space: "space-a1", role: "DEVELOPER" },
      ],
    }),
    person("payer", "Payer", { roles: [{ organization: "org-b", role: "BILLING_MANAGER" }] }),
    person("auditor", "Auditor", {
      roles: [
        { organization: "org-b", role: "AUDITOR" },
        { space: "space-b1", role: "AUDITOR" },
      ],
    }),
    person("outsider", "Outsider", { guid: null }),
  ],
};

/** As many developers of one space, all members of its organization. */
function crowd(size: number): People {
  const roles: SeedRole[] = [
    { organization: "org", role: "MEMBER" },
    { space: "space", role: "DEVELOPER" },
  ];
  return {
    ...NOBODY,
    organizations: [{ id: "org", name: "org" }],
    spaces: [{ id: "space", name: "space", organization: "org" }],
    users: Array.from({ length: size }, (_, index) => person(`user-${index + 1}`, `User ${index + 1}`, { roles })),
  };
}

interface Exchange {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly body: Readonly<Record<string, unknown>> | null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

/** As the reference has them, apart from the sandbox's own table. */
const RELATIONS = [
  { relation: "spaces", kind: "spaces", side: "developers", seed: "DEVELOPER", role: "space_developer" },
  { relation: "managed_spaces", kind: "spaces", side: "managers", seed: "MANAGER", role: "space_manager" },
  { relation: "audited_spaces", kind: "spaces", side: "auditors", seed: "AUDITOR", role: "space_auditor" },
  { relation: "organizations", kind: "organizations", side: "users", seed: "MEMBER", role: "org_user" },
  { relation: "managed_organizations", kind: "organizations", side: "managers", seed: "MANAGER", role: "org_manager" },
  { relation: "audited_organizations", kind: "organizations", side: "auditors", seed: "AUDITOR", role: "org_auditor" },
  {
    relation: "billing_managed_organizations",
    kind: "organizations",
    side: "billing_managers",
    seed: "BILLING_MANAGER",
    role: "billing_manager",
  },
] as const;

type Relation = (typeof RELATIONS)[number];

/** What a sandbox has to hold for an answer to be the recorded one. */
class Scene {
  readonly #organizations = new Map<string, string>();
  readonly #spaces = new Map<string, { readonly name: string; readonly organization: string }>();
  readonly #apps = new Map<string, SeedApp>();
  readonly #users = new Map<string, SeedUser & { readonly roles: SeedRole[] }>();

  get people(): People {
    return {
      ...NOBODY,
      organizations: [...this.#organizations].map(([id, name]) => ({ id, name })),
      spaces: [...this.#spaces].map(([id, space]) => ({ id, ...space })),
      apps: [...this.#apps.values()],
      users: [...this.#users.values()],
    };
  }

  /** Takes in an object: by its guid alone, or as far as its recorded entity tells. */
  meet(kind: string, guid: string, entity: Readonly<Record<string, unknown>> = {}): void {
    const text = (key: string, otherwise = "") => (typeof entity[key] === "string" ? entity[key] : otherwise);
    if (kind === "organizations") {
      this.#organizations.set(guid, text("name", this.#organizations.get(guid)));
    } else if (kind === "spaces") {
      const known = this.#spaces.get(guid) ?? { name: guid, organization: "an-organization" };
      const organization = text("organization_guid", known.organization);
      if (!this.#organizations.has(organization)) this.meet("organizations", organization);
      this.#spaces.set(guid, { name: text("name", known.name), organization });
    } else if (kind === "apps") {
      if (entity["space_guid"] === undefined) return;
      const { memory, instances } = entity as { memory: number; instances: number };
      this.meet("spaces", text("space_guid"));
      const own = { name: text("name"), started: false, memory, instances };
      this.#apps.set(guid, { ...app(guid, text("space_guid")), ...own });
    } else {
      const known = this.#users.get(guid) ?? { ...person(guid, guid), roles: [] };
      const defaultSpace = text("default_space_guid") || known.defaultSpace;
      if (defaultSpace !== null) this.meet("spaces", defaultSpace);
      const active = entity["active"] === undefined ? known.active : entity["active"] === true;
      this.#users.set(guid, { ...known, active, email: text("username", known.email), defaultSpace });
    }
  }

  hold(user: string, { kind, seed }: Pick<Relation, "kind" | "seed">, group: string): void {
    if (!this.#users.has(user)) this.meet("users", user);
    this.meet(kind, group);
    const role = kind === "spaces" ? { space: group, role: seed } : { organization: group, role: seed };
    this.#users.get(user)?.roles.push(role as SeedRole);
  }

  organizationOf(space: string): string {
    return this.#spaces.get(space)?.organization ?? "";
  }
}

/** The scene of a recording, and the users without a username: the UAA must not know them, so that they come by REST. */
function sceneOf({ request, response }: Exchange) {
  const { method, body } = request;
  const [, , kind = "", guid = "", below = "", other = ""] = request.path.split("/");
  const scene = new Scene();
  const nameless: { guid: string; active: boolean; relation: string | undefined }[] = [];
  const relation = RELATIONS.find((one) => (kind === "users" ? one.relation : one.side) === below && isOf(one, kind));
  const items = (response.body as Partial<List> | null)?.resources ?? [];
  const listsUsers = relation ? kind !== "users" : kind === "users";

  if (guid !== "" && guid !== "not-found") scene.meet(kind, guid);
  const single = response.body as Partial<Entity> | null;
  // What is sent is not there yet, be it the user or his default space.
  if (single?.metadata && body === null) scene.meet(kind, guid, single.entity);
  if (single?.metadata && kind !== "users") scene.meet(kind, guid, single.entity);
  if (typeof body?.["default_space_guid"] === "string") scene.meet("spaces", body["default_space_guid"]);
  for (const { metadata, entity } of items) {
    if (listsUsers && !("username" in entity)) {
      nameless.push({ guid: metadata.guid, active: entity["active"] === true, relation: relation?.relation });
      continue;
    }
    scene.meet(metadata.url.split("/")[2] ?? "", metadata.guid, entity);
    if (relation)
      scene.hold(
        ...(kind === "users" ? ([guid, relation, metadata.guid] as const) : ([metadata.guid, relation, guid] as const)),
      );
  }
  if (below === "user_roles") {
    for (const { metadata, entity } of items) {
      const names = (entity["organization_roles"] ?? entity["space_roles"]) as string[];
      for (const one of RELATIONS) if (names.includes(one.role)) scene.hold(metadata.guid, one, guid);
    }
    const unseen = (response.body as List).total_results - items.length;
    for (let number = 1; number <= unseen; number++) scene.hold(`unseen-${number}`, MEMBER, guid);
  } else if (below === "summary") {
    for (const one of RELATIONS) {
      for (const item of (single?.entity?.[one.relation] ?? []) as Entity[]) {
        const spaces = (item.entity["spaces"] ?? []) as Entity[];
        scene.hold(guid, one, item.metadata.guid);
        scene.meet(one.kind, item.metadata.guid, item.entity);
        for (const { metadata } of spaces) {
          scene.meet("spaces", metadata.guid, { organization_guid: item.metadata.guid });
        }
      }
    }
  } else if (relation && method !== "GET") {
    const username = body?.["username"];
    const user = kind === "users" ? guid : typeof username === "string" ? "named" : other;
    const group = kind === "users" ? other : guid;
    if (kind !== "users") scene.meet("users", user, { username });
    scene.meet(relation.kind, group);
    if (kind === "spaces") scene.hold(user, MEMBER, scene.organizationOf(group));
    if (method !== "PUT") scene.hold(user, relation, group);
  }
  return { people: scene.people, nameless, group: guid };
}

const MEMBER = { kind: "organizations", seed: "MEMBER" } as const;

function isOf(relation: Relation, kind: string): boolean {
  return kind === "users" || relation.kind === kind;
}

/** Every difference between two answers, by the way to it: `users-list_all_users: resources[0].entity.admin: missing`. */
function differences(where: string, expected: unknown, actual: unknown): string[] {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => differences(`${where}[${index}]`, item, actual[index]));
  }
  if (isObject(expected) && isObject(actual)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) => {
      const path = `${where}${where.endsWith(" ") ? "" : "."}${key}`;
      if (!(key in expected)) return [`${path}: not recorded`];
      if (!(key in actual)) return [`${path}: missing`];
      return differences(path, expected[key], actual[key]);
    });
  }
  if (expected === actual) return [];
  if (MADE_UP.test(where) && (typeof expected === typeof actual || expected === null || actual === null)) return [];
  return [`${where}: ${JSON.stringify(expected)} became ${JSON.stringify(actual)}`];
}

/** What is compared by the kind of its values alone: times, and what belongs to the platform and not to its people. */
const MADE_UP =
  /^info-|\.(?:created_at|updated_at|version|package_updated_at|environment_json|diego)$|\.(?:quota_definition|stack)(?:_guid$|_url$|\.metadata\.guid$|\.entity\.name$)/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sends what was recorded to a sandbox of that scene. */
async function play(exchange: Exchange): Promise<string[]> {
  const { name, request, response } = exchange;
  const { people, nameless, group } = sceneOf(exchange);
  const ask = start(people);
  for (const { guid, active, relation } of nameless) {
    if (active) await ask("GET /v2/apps", as(guid));
    else await ask("POST /v2/users", { body: { guid } });
    if (relation !== undefined) await ask(`PUT /v2/users/${guid}/${relation}/${group}`);
  }
  const search = new URLSearchParams(request.query).toString();
  // The recorded UAA had the user in the origin `ldap`; the sandbox's has no other than `uaa`.
  const body = request.body && { ...request.body, ...("origin" in request.body && { origin: "uaa" }) };
  const answered = await ask(
    `${request.method} ${request.path}${search && `?${search}`}`,
    body === null ? {} : { body },
  );
  const headers = Object.entries(response.headers).flatMap(([header, value]) => {
    const actual = answered.headers.get(header);
    // The length is that of the original bytes; the id is of each request's own.
    if (header === "Content-Length" || (header === "X-VCAP-Request-ID" && actual !== null)) return [];
    return actual === value ? [] : [`${name}: header ${header}: ${value} became ${String(actual)}`];
  });
  return [
    ...(answered.status === response.status ? [] : [`${name}: ${response.status} became ${answered.status}`]),
    ...headers,
    ...differences(`${name}: `, response.body, answered.text === "" ? null : JSON.parse(answered.text)),
  ];
}

describe("the recorded exchanges", () => {
  const folder = new URL("../../exchanges/cloud-foundry-v2/", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const exchanges = files.map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Exchange);

  /** What the sandbox leaves out, and why. */
  const LEFT_OUT = [
    [/^(?:organizations|spaces|apps)-(?:creating|updat|delete_)/, "nobody changes them through the gateway"],
    [/^(?:organizations|spaces|apps)-get_\w+_summary$/, "the gateway does not read them"],
    [/^jobs-/, "nothing here is asynchronous"],
  ] as const;

  /** Where the sandbox plays a younger server than the recorded one, and why that differs. */
  const DIFFERENCES = [
    [/^users-\w+: entity\.username: not recorded$/, "single users are older than the username lookup"],
    [/entity\.default_isolation_segment_guid: not recorded$/, "organizations are older than isolation segments"],
    [/entity\.isolation_segment_guid: not recorded$/, "spaces are older than isolation segments"],
    [/entity\.log_rate_limit: not recorded$/, "apps are older than log rate limits"],
    [/^apps-list\w+: .*\.detected_buildpack_guid: not recorded$/, "some apps of the list are older than this key"],
    [/^spaces-list_all_apps\w+: .*\.detected_buildpack_guid: not recorded$/, "the app is older than this key"],
    [/^spaces-list_all_apps\w+: .*\.health_check_http_endpoint: not recorded$/, "the app is older than this key"],
    [/^errors-\w+: header Content-Type:/, "the guide that shows this answer leaves out the charset"],
  ] as const;

  const served = exchanges.filter(({ name }) => !LEFT_OUT.some(([pattern]) => pattern.test(name)));

  it("are 97, of which 81 are of parts that the sandbox has", () => {
    expect([exchanges.length, served.length]).toEqual([97, 81]);
  });

  it.each(served)("$name is answered as recorded", async (exchange) => {
    const found = await play(exchange);
    expect(found.filter((one) => !DIFFERENCES.some(([pattern]) => pattern.test(one)))).toEqual([]);
  });

  it("show every known difference, so that none outlives its reason", async () => {
    const found = (await Promise.all(served.map(play))).flat();
    expect(DIFFERENCES.filter(([pattern]) => !found.some((one) => pattern.test(one)))).toEqual([]);
  });
});

describe("an error", () => {
  const reader = { token: "bearer sandbox-reader" };
  const auditor = { token: "bearer sandbox-auditor" };
  const post = (body: unknown) => ({ body });

  it.each<[call: string, sent: Sent, status: number, code: number, name: string]>([
    // the token
    ["GET /v2/users", { token: null }, 401, 10002, "CF-NotAuthenticated"],
    ["GET /v2/users", { token: "Basic c2FuZGJveDphZG1pbg==" }, 401, 10002, "CF-NotAuthenticated"],
    ["GET /v2/users", { token: "bearer" }, 401, 10002, "CF-NotAuthenticated"],
    ["GET /v2/users", { token: "bearer expired" }, 401, 1000, "CF-InvalidAuthToken"],
    ["GET /v2/users", { token: "bearer sandbox-user-" }, 401, 1000, "CF-InvalidAuthToken"],
    ["POST /v2/users", { ...reader, body: { guid: "new" } }, 403, 10007, "CF-InsufficientScope"],
    ["DELETE /v2/users/dev", auditor, 403, 10007, "CF-InsufficientScope"],
    ["PUT /v2/users/dev/spaces/space-a2", reader, 403, 10007, "CF-InsufficientScope"],
    // the role
    ["GET /v2/users", auditor, 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/users", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/users/dev", auditor, 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/users/dev", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/users/dev/spaces", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/users/dev/summary", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["POST /v2/users", { ...as("boss"), body: { guid: "new" } }, 403, 10003, "CF-NotAuthorized"],
    ["PUT /v2/users/boss", { ...as("boss"), body: { admin: true } }, 403, 10003, "CF-NotAuthorized"],
    ["DELETE /v2/users/boss", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["PUT /v2/users/boss/spaces/space-a1", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["PUT /v2/spaces/space-b1/developers/dev", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["DELETE /v2/users/boss/organizations/org-a", as("dev"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/organizations/org-b", as("dev"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/spaces/space-a2", as("dev"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/apps/app-1", as("payer"), 403, 10003, "CF-NotAuthorized"],
    ["GET /v2/organizations/org-b/user_roles", as("dev"), 403, 10003, "CF-NotAuthorized"],
    // the path
    ["GET /v2", {}, 404, 10000, "CF-NotFound"],
    ["GET /v2/nothing", { token: null }, 404, 10000, "CF-NotFound"],
    ["GET /v2/users/", {}, 404, 10000, "CF-NotFound"],
    ["GET /v2/users/%E0%A4%A", {}, 404, 10000, "CF-NotFound"],
    ["PATCH /v2/users/dev", {}, 404, 10000, "CF-NotFound"],
    ["GET /v2/users/dev/spaces/space-a1", {}, 404, 10000, "CF-NotFound"],
    ["GET /v3/users", {}, 404, 10000, "CF-NotFound"],
    ["GET /v2/users/nobody", {}, 404, 20003, "CF-UserNotFound"],
    ["GET /v2/users/outsider", {}, 404, 20003, "CF-UserNotFound"],
    ["GET /v2/users/nobody", as("dev"), 404, 20003, "CF-UserNotFound"],
    ["GET /v2/users/nobody/spaces", {}, 404, 20003, "CF-UserNotFound"],
    ["GET /v2/users/nobody/summary", {}, 404, 20003, "CF-UserNotFound"],
    ["PUT /v2/users/nobody", post({}), 404, 20003, "CF-UserNotFound"],
    ["DELETE /v2/users/nobody", {}, 404, 20003, "CF-UserNotFound"],
    ["GET /v2/organizations/nothing", {}, 404, 30003, "CF-OrganizationNotFound"],
    ["GET /v2/organizations/nothing/users", {}, 404, 30003, "CF-OrganizationNotFound"],
    ["GET /v2/spaces/nothing", {}, 404, 40004, "CF-SpaceNotFound"],
    ["GET /v2/spaces/nothing/user_roles", {}, 404, 40004, "CF-SpaceNotFound"],
    ["GET /v2/apps/nothing", {}, 404, 100004, "CF-AppNotFound"],
    // the body
    ["POST /v2/users", post("{"), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", {}, 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post([]), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({}), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({ guid: null }), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({ guid: 7 }), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({ guid: "new", admin: "true" }), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({ guid: "new", space_guids: "space-a1" }), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({ guid: "new", space_guids: [1] }), 400, 1001, "CF-MessageParseError"],
    ["PUT /v2/users/dev", post({ default_space_guid: 1 }), 400, 1001, "CF-MessageParseError"],
    ["PUT /v2/users/nobody", post("{"), 400, 1001, "CF-MessageParseError"],
    ["POST /v2/users", post({ guid: "" }), 400, 20001, "CF-UserInvalid"],
    ["POST /v2/users", post({ guid: "dev" }), 400, 20002, "CF-UaaIdTaken"],
    ["POST /v2/users", post({ guid: "new", default_space_guid: "nothing" }), 400, 1002, "CF-InvalidRelation"],
    ["POST /v2/users", post({ guid: "new", managed_space_guids: ["nothing"] }), 400, 1002, "CF-InvalidRelation"],
    ["PUT /v2/users/dev", post({ organization_guids: ["nothing"] }), 400, 1002, "CF-InvalidRelation"],
    ["PUT /v2/users/dev", post({ managed_organization_guids: ["org-b"] }), 400, 1002, "CF-InvalidRelation"],
    // relations
    ["PUT /v2/users/nobody/spaces/space-a1", {}, 500, 10001, "UnknownError"],
    ["PUT /v2/users/dev/spaces/nothing", {}, 500, 10001, "UnknownError"],
    ["PUT /v2/users/dev/managed_organizations/nothing", {}, 500, 10001, "UnknownError"],
    // the user is looked for before the right, the group behind it
    ["PUT /v2/users/nobody/spaces/space-a1", as("boss"), 500, 10001, "UnknownError"],
    ["PUT /v2/users/dev/spaces/nothing", as("boss"), 403, 10003, "CF-NotAuthorized"],
    ["PUT /v2/users/dev/organizations/nothing", reader, 403, 10007, "CF-InsufficientScope"],
    ["DELETE /v2/users/dev/spaces/nothing", {}, 404, 40004, "CF-SpaceNotFound"],
    ["DELETE /v2/users/dev/audited_organizations/nothing", {}, 404, 30003, "CF-OrganizationNotFound"],
    ["DELETE /v2/users/nobody/spaces/space-a1", {}, 400, 1002, "CF-InvalidRelation"],
    ["DELETE /v2/users/dev/organizations/org-a", {}, 400, 10006, "CF-AssociationNotEmpty"],
    ["DELETE /v2/users/dev/organizations/org-a?recursive=true", {}, 400, 10006, "CF-AssociationNotEmpty"],
    ["DELETE /v2/organizations/org-a/users/dev", {}, 400, 10006, "CF-AssociationNotEmpty"],
    ["DELETE /v2/organizations/org-a/users/dev?recursive=1", {}, 400, 10006, "CF-AssociationNotEmpty"],
    ["DELETE /v2/users/boss/managed_organizations/org-a", as("boss"), 403, 30004, "CF-LastManagerInOrg"],
    ["DELETE /v2/users/boss/organizations/org-a", as("boss"), 403, 30004, "CF-LastManagerInOrg"],
    [
      "DELETE /v2/users/payer/billing_managed_organizations/org-b",
      as("payer"),
      403,
      30005,
      "CF-LastBillingManagerInOrg",
    ],
    ["DELETE /v2/users/payer/organizations/org-b", as("payer"), 403, 30005, "CF-LastBillingManagerInOrg"],
    ["PUT /v2/organizations/nothing/users/dev", {}, 404, 30003, "CF-OrganizationNotFound"],
    ["PUT /v2/spaces/nothing/developers/dev", {}, 404, 40004, "CF-SpaceNotFound"],
    ["PUT /v2/spaces/space-b1/developers/dev", {}, 400, 1002, "CF-InvalidRelation"],
    ["DELETE /v2/spaces/space-a1/developers/nobody", {}, 400, 1002, "CF-InvalidRelation"],
    ["PUT /v2/organizations/org-a/users", post({ username: "nobody@x" }), 404, 20003, "CF-UserNotFound"],
    ["PUT /v2/organizations/org-a/users", post("{"), 400, 1001, "CF-MessageParseError"],
    [
      "PUT /v2/organizations/org-a/users",
      post({ username: "dev@kestrel.example", origin: "ldap" }),
      404,
      20007,
      "CF-UserWithOriginNotFound",
    ],
    ["POST /v2/spaces/space-a1/developers/remove", post({ username: "nobody@x" }), 404, 20003, "CF-UserNotFound"],
    // list parameters
    ["GET /v2/users?page=0", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?page=-1", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?page=two", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?page=", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?results-per-page=0", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?results-per-page=-5", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?results-per-page=all", {}, 500, 10001, "UnknownError"],
    ["GET /v2/users?results-per-page=101", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users?order-direction=DESC", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users?inline-relations-depth=3", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users/dev?inline-relations-depth=3", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users?order-by=id", {}, 500, 10012, "CF-OrderByParameterInvalid"],
    ["GET /v2/apps?order-by=name", {}, 500, 10012, "CF-OrderByParameterInvalid"],
    ["GET /v2/spaces?order-by=guid", {}, 500, 10012, "CF-OrderByParameterInvalid"],
    ["GET /v2/organizations/org-a/users?order-by=name", {}, 500, 10011, "CF-DatabaseError"],
    ["GET /v2/spaces/space-a1/user_roles?order-by=constructor", {}, 500, 10011, "CF-DatabaseError"],
    // filters: nothing can be asked for by its own guid
    ["GET /v2/users?q=guid:dev", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/organizations?q=guid:org-a", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/spaces?q=guid%20IN%20space-a1,space-a2", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/apps?q=guid:app-1", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users?q=username:dev", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users?q=created_at>2016-01-01", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/spaces?q=manager_guid:boss", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/spaces?q=name:a&q=toString:b", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/spaces?q=name:a%3Bcolour:b", {}, 400, 10005, "CF-BadQueryParameter"],
    ["GET /v2/users/dev/spaces?q=space_guid:space-a1", {}, 400, 10005, "CF-BadQueryParameter"],
  ])("of %s with %j is %i, %i %s", async (call, sent, status, code, name) => {
    const answered = await start(COMPANY)(call, sent);
    const body = JSON.parse(answered.text) as Record<string, unknown>;
    expect([answered.status, body["code"], body["error_code"]]).toEqual([status, code, name]);
    expect(Object.keys(body).sort()).toEqual(["code", "description", "error_code"]);
    expect(body["description"]).toMatch(/^\S/);
    expect(answered.text.endsWith("}\n")).toBe(true);
    expect(answered.headers.get("Content-Type")).toBe("application/json;charset=utf-8");
    expect(answered.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(answered.headers.get("X-VCAP-Request-ID")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("names the guid, the filter or the field in its description alone", async () => {
    const ask = start(COMPANY);
    const describe = async (call: string, sent?: Sent) =>
      (JSON.parse((await ask(call, sent)).text) as { description: string }).description;
    expect(await describe("GET /v2/apps/not-found")).toBe("The app could not be found: not-found");
    expect(await describe("GET /v2/users?q=guid:x")).toBe("The query parameter is invalid: guid");
    expect(await describe("POST /v2/users", post({}))).toBe(
      "Request invalid due to parse error: Field: guid, Error: Missing field guid",
    );
    expect(await describe("PUT /v2/spaces/space-b1/developers/dev")).toBe("dev");
  });

  it("of the last member of an organization without managers is 403, 30006", async () => {
    const ask = start(crowd(1));
    await ask("DELETE /v2/users/user-1/spaces/space");
    const answered = await ask("DELETE /v2/organizations/org/users/user-1", as("user-1"));
    expect([answered.status, answered.text]).toEqual([403, expect.stringContaining("30006")]);
  });

  it("leaves everything as it was", async () => {
    const ask = start(COMPANY);
    const before = (await ask("GET /v2/users?inline-relations-depth=1")).text;
    await ask("PUT /v2/users/dev", post({ admin: true, space_guids: ["space-a2", "nothing"] }));
    await ask("POST /v2/users", post({ guid: "new", space_guids: ["nothing"] }));
    expect((await ask("GET /v2/users?inline-relations-depth=1")).text).toBe(before);
  });
});

describe("a list", () => {
  it("has pages of 50, in the order of creation, and links to those beside", async () => {
    const ask = start(crowd(120));
    const first = await list(ask, "/v2/users");
    expect([first.total_results, first.total_pages, first.resources.length]).toEqual([120, 3, 50]);
    expect(first.prev_url).toBeNull();
    expect(first.next_url).toBe("/v2/users?order-direction=asc&page=2&results-per-page=50");
    const second = await list(ask, first.next_url ?? "");
    expect(second.resources[0]?.metadata.guid).toBe("user-51");
    expect(second.prev_url).toBe("/v2/users?order-direction=asc&page=1&results-per-page=50");
    const last = await list(ask, second.next_url ?? "");
    expect([last.resources.length, last.next_url]).toEqual([20, null]);
    expect((await guids(ask, "/v2/users?order-direction=desc&results-per-page=1"))[0]).toBe("user-120");
    expect(await guids(ask, "/v2/users?results-per-page=100")).toHaveLength(100);
  });

  it("is empty past its end, with the right total and a page before", async () => {
    const past = await list(start(crowd(3)), "/v2/users?page=9&results-per-page=2");
    expect(past).toEqual({
      total_results: 3,
      total_pages: 2,
      prev_url: "/v2/users?order-direction=asc&page=8&results-per-page=2",
      next_url: null,
      resources: [],
    });
  });

  it("has one page when it is empty", async () => {
    const empty = await list(start(NOBODY), "/v2/spaces");
    expect(empty).toEqual({ total_results: 0, total_pages: 1, prev_url: null, next_url: null, resources: [] });
  });

  it("orders organizations and spaces by name, and lists below others by any column", async () => {
    const ask = start(COMPANY);
    expect(await guids(ask, "/v2/organizations?order-by=name")).toEqual(["org-b", "org-a"]);
    expect(await guids(ask, "/v2/organizations/org-a/users?order-by=guid&order-direction=desc")).toEqual([
      "dev",
      "boss",
    ]);
  });

  it("names the next page wrongly when more than one relation is included: only the last one survives", async () => {
    const ask = start(crowd(3));
    const query = "results-per-page=1&inline-relations-depth=1&include-relations=organizations,spaces";
    const first = await list(ask, `/v2/users?${query}`);
    expect(first.next_url).toBe(
      "/v2/users?include-relations=organizations&include-relations=spaces&inline-relations-depth=1&order-direction=asc&page=2&results-per-page=1",
    );
    const second = await list(ask, first.next_url ?? "");
    expect(Object.keys(first.resources[0]?.entity ?? {})).toEqual(expect.arrayContaining(["organizations", "spaces"]));
    expect(second.resources[0]?.entity).toHaveProperty("spaces");
    expect(second.resources[0]?.entity).not.toHaveProperty("organizations");
  });

  it("names the next page wrongly when a filter has an escaped semicolon", async () => {
    const query = "results-per-page=1&q=name%20IN%20production,a%3B%3Bb";
    const first = await list(start(COMPANY), `/v2/spaces?${query}`);
    expect(first.total_results).toBe(3);
    expect(first.next_url).toMatch(/&q=name%20IN%20production,a[0-9a-f-]{36}b&/);
  });

  it.each([
    ["/v2/organizations?q=name:zeta", ["org-a"]],
    ["/v2/organizations?q=name>beta", ["org-a"]],
    ["/v2/organizations?q=name<%3Dalpha", ["org-b"]],
    ["/v2/organizations?q=name%20IN%20zeta,alpha", ["org-a", "org-b"]],
    ["/v2/organizations?q=name+IN+zeta,alpha", ["org-a", "org-b"]],
    ["/v2/organizations?q=status:suspended", []],
    ["/v2/organizations?q=space_guid%20IN%20space-a1,space-a2", ["org-a"]],
    ["/v2/organizations?q=user_guid%20IN%20boss,dev,payer", ["org-a"]],
    ["/v2/organizations?q=manager_guid:boss", ["org-a"]],
    ["/v2/organizations?q=billing_manager_guid:payer", ["org-b"]],
    ["/v2/organizations?q=auditor_guid:auditor", ["org-b"]],
    ["/v2/organizations?q=manager_guid>boss", ["org-a"]],
    ["/v2/spaces?q=organization_guid%20IN%20org-a,nothing", ["space-a1", "space-a2"]],
    ["/v2/spaces?q=developer_guid:dev", ["space-a1"]],
    ["/v2/spaces?q=app_guid:app-2", ["space-a1"]],
    ["/v2/spaces?q=isolation_segment_guid:any", []],
    ["/v2/spaces?q=name:production&q=organization_guid:org-b", ["space-b1"]],
    ["/v2/spaces?q=name:production%3Borganization_guid:org-b", ["space-b1"]],
    ["/v2/spaces?q=name:production;organization_guid:org-b", ["space-a1", "space-b1"]],
    ["/v2/spaces?q=name:a%3B%3Bb", ["space-a2"]],
    ["/v2/apps?q=space_guid%20IN%20space-a1,space-b1", ["app-1", "app-2"]],
    ["/v2/apps?q=organization_guid:org-b", []],
    ["/v2/apps?q=name:app-2", ["app-2"]],
    ["/v2/apps?q=diego:t", ["app-1", "app-2"]],
    ["/v2/users?q=organization_guid:org-a", ["boss", "dev"]],
    ["/v2/users?q=managed_organization_guid:org-a", ["boss"]],
    ["/v2/users?q=billing_managed_organization_guid:org-b", ["payer"]],
    ["/v2/users?q=audited_organization_guid:org-b", ["auditor"]],
    ["/v2/users?q=space_guid:space-a1", ["dev"]],
    ["/v2/users?q=audited_space_guid:space-b1", ["auditor"]],
    ["/v2/users?q=managed_space_guid:space-a1", []],
    ["/v2/users?q=", ["boss", "dev", "payer", "auditor"]],
    ["/v2/users/dev/spaces?q=name:nothing", []],
  ])("of %s is %j", async (path, expected) => {
    expect(await guids(start(COMPANY), path)).toEqual(expected);
  });

  it("of an organization's roles takes one user, of a space's roles nothing", async () => {
    const ask = start(COMPANY);
    const one = await list(ask, "/v2/organizations/org-a/user_roles?q=any_name:boss");
    expect(one.resources.map(({ metadata, entity }) => [metadata.guid, entity["organization_roles"]])).toEqual([
      ["boss", ["org_user", "org_manager"]],
    ]);
    expect(await guids(ask, "/v2/organizations/org-a/user_roles?q=user_guid%20IN%20boss,dev")).toEqual([]);
    expect(await guids(ask, "/v2/spaces/space-a1/user_roles?q=user_guid:boss")).toEqual(["dev"]);
  });
});

describe("an inlined relation", () => {
  it("is left out when it has more than 50 members, and its link stays", async () => {
    const path = "/v2/spaces/space?inline-relations-depth=1&include-relations=developers";
    const small = await read(start(crowd(50)), path);
    expect(small.entity["developers"]).toHaveLength(50);
    const large = await read(start(crowd(51)), path);
    expect(large.entity).not.toHaveProperty("developers");
    expect(large.entity["developers_url"]).toBe("/v2/spaces/space/developers");
    expect((await list(start(crowd(51)), "/v2/spaces/space/developers")).total_results).toBe(51);
  });

  it("is empty, not missing, when it has no members", async () => {
    const organization = await read(start(COMPANY), "/v2/organizations/org-a?inline-relations-depth=1");
    expect(organization.entity["auditors"]).toEqual([]);
    expect(organization.entity["domains"]).toEqual([]);
    expect(organization.entity).not.toHaveProperty("app_events");
  });

  it("goes as deep as asked, but never back to a kind that it came from", async () => {
    const ask = start(COMPANY);
    const depth = (level: number) => read(ask, `/v2/users/dev?inline-relations-depth=${level}`);
    expect((await depth(0)).entity).not.toHaveProperty("spaces");
    const [shallow] = (await depth(1)).entity["spaces"] as Entity[];
    expect(shallow?.entity).not.toHaveProperty("apps");
    const [space] = (await depth(2)).entity["spaces"] as Entity[];
    expect((space?.entity["apps"] as Entity[]).map(({ metadata }) => metadata.guid)).toEqual(["app-1", "app-2"]);
    expect((space?.entity["organization"] as Entity).metadata.url).toBe("/v2/organizations/org-a");
    expect(space?.entity).not.toHaveProperty("developers");
    expect(space?.entity["developers_url"]).toBe("/v2/spaces/space-a1/developers");
  });

  it("to one is an object: a default space, an app's space, a space's organization", async () => {
    const ask = start(COMPANY);
    const inner = async (path: string, name: string) =>
      ((await read(ask, `${path}?inline-relations-depth=1`)).entity[name] as Entity | undefined)?.metadata.guid;
    expect(await inner("/v2/users/dev", "default_space")).toBe("space-a1");
    expect(await inner("/v2/users/boss", "default_space")).toBeUndefined();
    expect(await inner("/v2/apps/app-1", "space")).toBe("space-a1");
    expect(await inner("/v2/spaces/space-b1", "organization")).toBe("org-b");
  });

  it("can be chosen by name, on every level", async () => {
    const ask = start(COMPANY);
    const query = "inline-relations-depth=2&include-relations=spaces,apps,colours";
    const [space] = (await read(ask, `/v2/users/dev?${query}`)).entity["spaces"] as Entity[];
    expect(space?.entity["apps"]).toHaveLength(2);
    expect(space?.entity).not.toHaveProperty("organization");
    const without = await read(ask, "/v2/users/dev?inline-relations-depth=1&exclude-relations=spaces,organizations");
    expect(without.entity).not.toHaveProperty("spaces");
    expect(without.entity).toHaveProperty("managed_spaces");
  });

  it("has no usernames, unlike the list of the same users", async () => {
    const ask = start(COMPANY);
    const space = await read(ask, "/v2/spaces/space-a1?inline-relations-depth=1");
    expect((space.entity["developers"] as Entity[])[0]?.entity).not.toHaveProperty("username");
    const [developer] = (await list(ask, "/v2/spaces/space-a1/developers")).resources;
    expect(developer?.entity["username"]).toBe("dev@kestrel.example");
  });

  it("shows only what the caller may see", async () => {
    const ask = start({
      ...COMPANY,
      users: [
        ...COMPANY.users,
        person("stray", "Stray", { defaultSpace: "space-b1", roles: [{ space: "space-a1", role: "DEVELOPER" }] }),
      ],
    });
    const { entity } = await read(ask, "/v2/users/stray?inline-relations-depth=1", as("stray"));
    expect(entity).toMatchObject({ default_space_guid: "space-b1", spaces: [{ metadata: { guid: "space-a1" } }] });
    expect(entity).not.toHaveProperty("default_space_url");
    expect((await read(ask, "/v2/users/stray")).entity["default_space_url"]).toBe("/v2/spaces/space-b1");
    const organization = await read(ask, "/v2/organizations/org-a?inline-relations-depth=1", as("dev"));
    expect((organization.entity["spaces"] as Entity[]).map(({ metadata }) => metadata.guid)).toEqual(["space-a1"]);
    expect(await guids(ask, "/v2/organizations/org-a/spaces", as("dev"))).toEqual(["space-a1"]);
  });

  it("is a list of guids with orphan-relations=1, each object once beside the resources", async () => {
    const path =
      "/v2/users?inline-relations-depth=1&include-relations=organizations,spaces,default_space&orphan-relations=1";
    const { resources, orphans } = await list(start(COMPANY), path);
    expect(resources.map(({ entity }) => entity["organizations"])).toEqual([["org-a"], ["org-a"], [], []]);
    expect(resources[1]?.entity).not.toHaveProperty("default_space");
    expect(Object.keys(orphans ?? {}).sort()).toEqual(["org-a", "space-a1"]);
    expect(orphans?.["org-a"]?.entity["name"]).toBe("zeta");
    expect(await list(start(COMPANY), "/v2/users")).not.toHaveProperty("orphans");
  });

  it("stays missing from an orphan that was met first at the last level", async () => {
    const query = "inline-relations-depth=2&include-relations=organizations,spaces,apps&orphan-relations=1";
    const ask = start(COMPANY);
    // The boss comes first, and has the space inside his organization alone.
    const { orphans } = await list(ask, `/v2/users?${query}`);
    expect(orphans?.["space-a1"]?.entity).not.toHaveProperty("apps");
    const backwards = await list(ask, `/v2/users?${query}&order-direction=desc`);
    expect(backwards.orphans?.["space-a1"]?.entity["apps"]).toEqual(["app-1", "app-2"]);
  });
});

describe("a plain user", () => {
  it("sees the organizations of his roles, his spaces and those of an organization he manages, and the apps in them", async () => {
    const ask = start(COMPANY);
    const seen = (who: string) =>
      Promise.all(["organizations", "spaces", "apps"].map((kind) => guids(ask, `/v2/${kind}`, as(who))));
    expect(await seen("boss")).toEqual([["org-a"], ["space-a1", "space-a2"], ["app-1", "app-2"]]);
    expect(await seen("dev")).toEqual([["org-a"], ["space-a1"], ["app-1", "app-2"]]);
    expect(await seen("payer")).toEqual([["org-b"], [], []]);
    expect(await seen("auditor")).toEqual([["org-b"], ["space-b1"], []]);
    expect(await seen("stranger")).toEqual([[], [], []]);
  });

  it("reads himself, and the members of what he sees", async () => {
    const ask = start(COMPANY);
    expect((await read(ask, "/v2/users/dev", as("dev"))).metadata.guid).toBe("dev");
    expect((await ask("GET /v2/users/dev/summary", as("dev"))).status).toBe(200);
    expect(await guids(ask, "/v2/users/dev/spaces", as("dev"))).toEqual(["space-a1"]);
    expect(await guids(ask, "/v2/organizations/org-a/users", as("dev"))).toEqual(["boss", "dev"]);
  });

  it("reads an app's environment only as a developer of its space", async () => {
    const ask = start(COMPANY);
    const environment = async (sent: Sent) => (await read(ask, "/v2/apps/app-1", sent)).entity["environment_json"];
    const hidden = { redacted_message: "[PRIVATE DATA HIDDEN]" };
    expect(await environment({})).toEqual({});
    expect(await environment(as("dev"))).toEqual({});
    expect(await environment(as("boss"))).toEqual(hidden);
    expect(await environment({ token: "bearer sandbox-auditor" })).toEqual(hidden);
  });

  it("gets a row on first use of a token, active and without a username", async () => {
    const ask = start(COMPANY);
    expect((await read(ask, "/v2/users/new", as("new"))).entity).toMatchObject({ active: true, admin: false });
    expect((await list(ask, "/v2/users")).resources.at(-1)?.entity).not.toHaveProperty("username");
  });

  it("gives and takes roles where he manages, and takes his own anywhere", async () => {
    const ask = start(COMPANY);
    const status = async (call: string, sent: Sent) => (await ask(call, sent)).status;
    expect(await status("PUT /v2/organizations/org-a/auditors/dev", as("boss"))).toBe(201);
    expect(await status("PUT /v2/spaces/space-a2/managers/dev", as("boss"))).toBe(201);
    expect(await status("PUT /v2/spaces/space-a2/auditors/boss", as("dev"))).toBe(201);
    expect(await status("DELETE /v2/users/dev/audited_organizations/org-a", as("boss"))).toBe(204);
    expect(await status("DELETE /v2/users/dev/spaces/space-a1", as("dev"))).toBe(204);
    expect(await guids(ask, "/v2/spaces/space-a1/developers")).toEqual([]);
  });
});

describe("a user", () => {
  it("is created inactive, without a username, with the roles asked for", async () => {
    const ask = start(COMPANY);
    const body = {
      guid: "new/one",
      admin: true,
      default_space_guid: "space-a1",
      organization_guids: ["org-a"],
      managed_organization_guids: ["org-a"],
      space_guids: null,
      colour: "green",
    };
    const created = await ask("POST /v2/users", { body });
    expect([created.status, created.headers.get("Location")]).toEqual([201, "/v2/users/new/one"]);
    const { entity } = await read(ask, "/v2/users/new%2Fone");
    expect(entity).toMatchObject({
      admin: true,
      active: false,
      default_space_guid: "space-a1",
      default_space_url: "/v2/spaces/space-a1",
      spaces_url: "/v2/users/new/one/spaces",
    });
    expect(entity).not.toHaveProperty("username");
    expect(await guids(ask, "/v2/users/new%2Fone/managed_organizations")).toEqual(["org-a"]);
    expect(await guids(ask, "/v2/users/new%2Fone/spaces")).toEqual([]);
  });

  it("keeps on update what is absent or null, and has whole lists replaced", async () => {
    const ask = start(COMPANY);
    const body = { admin: null, default_space_guid: null, space_guids: ["space-a2"], guid: "other" };
    const updated = await ask("PUT /v2/users/dev", { body });
    expect(updated.status).toBe(201);
    expect((JSON.parse(updated.text) as Entity).entity).toMatchObject({
      default_space_guid: "space-a1",
      username: "dev@kestrel.example",
    });
    expect(await guids(ask, "/v2/users/dev/spaces")).toEqual(["space-a2"]);
    expect(await guids(ask, "/v2/users/dev/organizations")).toEqual(["org-a"]);
  });

  it("keeps a role in an organization of which he is no member", async () => {
    const body = { billing_managed_organization_guids: ["org-b"] };
    expect((await start(COMPANY)("PUT /v2/users/payer", { body })).status).toBe(201);
  });

  it("tells when he was changed last", async () => {
    const ask = start(COMPANY);
    await ask("PUT /v2/users/payer", { body: { admin: true } });
    const { metadata } = await read(ask, "/v2/users/payer");
    expect(metadata.updated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(metadata.created_at).toBe("2017-05-08T19:21:13Z");
  });

  it("has whole seconds for times, and null where an old row was never changed", async () => {
    const { resources } = await list(start(COMPANY), "/v2/users");
    const [active, old] = [resources[0]?.metadata, resources[2]?.metadata];
    expect(active).toMatchObject({ created_at: "2017-05-08T19:21:13Z", updated_at: "2017-05-08T19:21:13Z" });
    expect(old).toMatchObject({ created_at: "2017-05-08T19:21:13Z", updated_at: null });
  });

  it("is gone with his roles once deleted", async () => {
    const ask = start(COMPANY);
    expect((await ask("DELETE /v2/users/boss")).status).toBe(204);
    expect(await guids(ask, "/v2/users")).toEqual(["dev", "payer", "auditor"]);
    expect(await guids(ask, "/v2/organizations/org-a/managers")).toEqual([]);
  });

  it("with labels is only deleted with all that belongs to it", async () => {
    const ask = start({ ...NOBODY, users: [person("labeled", "Labeled", { labeled: true })] });
    expect((await ask("DELETE /v2/users/labeled", as("labeled"))).status).toBe(403);
    for (const query of ["", "?recursive=1"]) {
      const answered = await ask(`DELETE /v2/users/labeled${query}`);
      expect([answered.status, answered.text]).toEqual([400, expect.stringContaining("CF-AssociationNotEmpty")]);
    }
    expect((await ask("DELETE /v2/users/labeled?recursive=true")).status).toBe(204);
    expect((await ask("GET /v2/users/labeled")).status).toBe(404);
  });

  it.each(RELATIONS)("has $relation from both sides, as often as one likes", async ({ relation, kind, side }) => {
    const ask = start(COMPANY);
    const group = kind === "spaces" ? "space-a2" : "org-b";
    const here = `/v2/users/boss/${relation}`;
    const there = `/v2/${kind}/${group}/${side}`;
    const status = async (call: string) => (await ask(call)).status;
    expect([await status(`PUT ${here}/${group}`), await status(`PUT ${here}/${group}`)]).toEqual([201, 201]);
    expect(await guids(ask, here)).toContain(group);
    expect(await guids(ask, there)).toContain("boss");
    expect([await status(`DELETE ${there}/boss`), await status(`DELETE ${there}/boss`)]).toEqual([204, 204]);
    expect(await guids(ask, here)).not.toContain(group);
    expect(await status(`PUT ${there}/boss`)).toBe(201);
    expect(await guids(ask, here)).toContain(group);
    expect([await status(`DELETE ${here}/${group}`), await status(`DELETE ${here}/${group}`)]).toEqual([204, 204]);
    expect(await guids(ask, there)).not.toContain("boss");
  });

  it("can be a developer of a space without being in its organization, when told from his own side", async () => {
    const ask = start(COMPANY);
    expect((await ask("PUT /v2/users/dev/spaces/space-b1")).status).toBe(201);
    expect((await ask("PUT /v2/spaces/space-b1/managers/dev")).status).toBe(400);
  });

  it("comes into being when an organization takes in a guid that nobody has", async () => {
    const ask = start(COMPANY);
    const answered = await ask("PUT /v2/organizations/org-b/users/fresh");
    expect([answered.status, (JSON.parse(answered.text) as Entity).metadata.url]).toEqual([
      201,
      "/v2/organizations/org-b",
    ]);
    expect((await read(ask, "/v2/users/fresh")).entity["active"]).toBe(false);
  });

  it("leaves an organization with all his roles when that is asked for", async () => {
    const ask = start(COMPANY);
    expect((await ask("DELETE /v2/organizations/org-a/users/dev?recursive=true")).status).toBe(204);
    expect(await guids(ask, "/v2/users/dev/organizations")).toEqual([]);
    expect(await guids(ask, "/v2/users/dev/spaces")).toEqual([]);
  });

  it("is named by username, whatever its case, where roles are given and taken", async () => {
    const ask = start(COMPANY);
    const body = { username: "DEV@kestrel.example" };
    expect((await ask("PUT /v2/spaces/space-a2/auditors", { body })).status).toBe(201);
    expect(await guids(ask, "/v2/spaces/space-a2/auditors")).toEqual(["dev"]);
    expect((await ask("POST /v2/spaces/space-a2/auditors/remove", { body })).status).toBe(200);
    expect(await guids(ask, "/v2/spaces/space-a2/auditors")).toEqual([]);
  });
});

describe("the server", () => {
  const people = COMPANY;

  it("describes itself to anyone, and says that v2 is on", async () => {
    const ask = start(people);
    const root = JSON.parse((await ask("GET /", { token: null })).text) as { links: Record<string, unknown> };
    expect(root.links["cloud_controller_v2"]).toEqual({ href: "http://127.0.0.1/v2", meta: { version: "2.293.0" } });
    expect(root.links).toHaveProperty("uaa.href");
    expect(root.links).toHaveProperty("login.href");
    expect(JSON.parse((await ask("GET /v2/info", { token: null })).text)).toHaveProperty("api_version", "2.293.0");
  });

  it("has nothing of v2 but its info when it is switched off", async () => {
    const ask = start(people, "off");
    const answered = await ask("GET /v2/users");
    expect([answered.status, answered.text]).toEqual([404, "V2 endpoints disabled"]);
    expect(answered.headers.get("Content-Type")).toBe("text/plain");
    expect(JSON.parse((await ask("GET /v2/info", { token: null })).text)).toMatchObject({
      api_version: "",
      support: "CF API v2 is disabled",
    });
    const root = JSON.parse((await ask("GET /", { token: null })).text) as { links: Record<string, unknown> };
    expect(root.links).not.toHaveProperty("cloud_controller_v2");
  });

  it("takes the word bearer in any case", async () => {
    expect((await start(people)("GET /v2/users", { token: "BeArEr sandbox-reader" })).status).toBe(200);
  });

  it("answers a sent request id, cleaned, with one of its own behind it", async () => {
    const ask = start(people);
    const id = async (headers: Record<string, string>) =>
      (await ask("GET /v2/apps", { headers })).headers.get("X-VCAP-Request-ID");
    expect(await id({ "X-VCAP-Request-ID": "a b/c_1-2" })).toMatch(/^abc_1-2::[0-9a-f-]{36}$/);
    expect(await id({ "X-Request-ID": "x".repeat(300) })).toMatch(/^x{255}::[0-9a-f-]{36}$/);
    expect(await id({ "X-Request-ID": "/" })).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("refuses a request line above 8 KiB with a page of HTML", async () => {
    const ask = start(people);
    const path = "/v2/spaces?q=name:";
    const longest = path + "x".repeat(8192 - `GET ${path} HTTP/1.1`.length);
    expect((await ask(`GET ${longest}`)).status).toBe(200);
    const refused = await ask(`GET ${longest}x`);
    expect([refused.status, refused.headers.get("Content-Type")]).toEqual([414, "text/html"]);
    expect(refused.text).toMatch(/^<html>/);
  });

  it("sends nothing but headers with a 204", async () => {
    const answered = await start(people)("DELETE /v2/users/dev");
    expect([answered.status, answered.text, answered.headers.get("Content-Type")]).toEqual([204, "", null]);
  });

  it("keeps a store for each time that it is started", async () => {
    const [one, other] = [start(people), start(people)];
    await one("DELETE /v2/users/dev");
    expect((await one("GET /v2/users/dev")).status).toBe(404);
    expect((await other("GET /v2/users/dev")).status).toBe(200);
  });
});
