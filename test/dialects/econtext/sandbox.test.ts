import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sandbox } from "../../../src/dialects/econtext/sandbox.ts";
import type { People, SeedUser } from "../../../src/sandbox/people.ts";
import { PEOPLE, person } from "../../../src/sandbox/people.ts";

type Edition = "E0" | "E1" | "E2";
type Json = Record<string, unknown>;

const PORTAL = { id: "portal", name: "Portal", description: "Schedules", customData: { seats: 250 }, enabled: true };
const ROSTER = { ...PORTAL, id: "roster", name: "Roster", customData: null };
const AUTH = { ...PORTAL, id: "auth", name: "eContext Auth", customData: null };
const SPARE = { ...PORTAL, id: "spare", name: "Spare", enabled: false };
const PILOTS = { id: "pilots", name: "Pilots", description: null, application: "portal", customData: { tier: 9 } };
const DISPATCH = { ...PILOTS, id: "dispatch", name: "Dispatch", application: "roster" };
const AIR = { id: "air", name: "kestrel-air" };
const SEA = { id: "sea", name: "heron-sea" };

const ADA = person("ada", "Ada Moreno", {
  applications: ["roster", "portal"],
  groups: ["pilots"],
  apiKeys: ["first", "second"],
  customData: { licence: "ATPL" },
  organization: "air",
});
const BRAM = person("bram", "Bram Okafor", { status: "DISABLED", organization: "sea" });
const CREW = people({ users: [ADA, BRAM] });

function people(more: Partial<People> = {}): People {
  const applications = [AUTH, PORTAL, ROSTER, SPARE];
  const world = { applications, groups: [PILOTS, DISPATCH], organizations: [AIR, SEA], users: [ADA, BRAM] };
  return { spaces: [], apps: [], ...world, ...more };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly econtext: Json;
  readonly result: Json;
}

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

const LOGIN = basic("operator", "sandbox%20operator");

/** A fresh server, and how to ask it. @param body text is sent as it is */
function serve(edition: Edition, world: People = CREW): Ask {
  const handle = sandbox.serve(world, { edition });
  return async (method, path, body, headers = { authorization: LOGIN }) => {
    const text = body === undefined || typeof body === "string" ? (body ?? null) : JSON.stringify(body);
    const response = await handle(new Request(`http://127.0.0.1/api/${path}`, { method, headers, body: text }));
    const answer = await response.text();
    const { econtext = {} } = (answer === "" ? {} : JSON.parse(answer)) as { econtext?: Json };
    const result = (econtext["result"] ?? {}) as Json;
    return { status: response.status, headers: response.headers, text: answer, econtext, result };
  };
}

async function read(ask: Ask, path: string): Promise<Json> {
  const { status, result } = await ask("GET", path);
  expect(status).toBe(200);
  const [value] = Object.values(result);
  return value as Json;
}

async function readList(ask: Ask, path: string): Promise<Json[]> {
  return (await read(ask, path)) as unknown as Json[];
}

const ids = (list: unknown) => (list as Json[]).map(({ id }) => id);

// ---------------------------------------------------------------------------------------------------------------------

interface Exchange {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: Json | null };
  readonly response: { readonly status: number; readonly headers: Json; readonly body: { readonly econtext: Json } };
}

/** The documented answer as a server sends it, and what has to be so before the request. */
interface Staging {
  readonly edition?: Edition;
  readonly user?: Partial<SeedUser>;
  /** The user is not there yet. */
  readonly stranger?: boolean;
  readonly applicationOff?: boolean;
  readonly before?: readonly (readonly [method: string, path: string, body: Json])[];
  /** Replaces the recorded body. */
  readonly body?: Json;
  /** Where the page is known to differ from every server of the edition. */
  readonly mend?: (result: Json) => void;
}

const TEST_USER = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const TEST_APPLICATION = "bf59fd16-d003-45ae-889d-4ed06b804c21";
const TEST_GROUP = "16191e59-85e8-416f-826d-9cf8106c8cad";
const TEST_KEY = "44A62GBSEB4F3S08VFLWI0YCY";
const APPLICATIONS = [
  TEST_APPLICATION,
  "aa136fbd-26cc-448f-af0a-cf98fe165cc6",
  "ec48dad3-ca61-4d74-a584-3ee3db4708ef",
  "609543d6-1cca-4039-9c1a-c843bda15ba4",
];
const GROUPS = [TEST_GROUP, "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf"];

const createKey = ["POST", `users/user/${TEST_USER}/apikey`, { id: TEST_KEY, name: "k", description: "d" }] as const;
const disableKey = ["PUT", `users/user/${TEST_USER}/apikey/${TEST_KEY}`, { status: "DISABLED" }] as const;
const disableGroup = ["PUT", `groups/group/${TEST_GROUP}`, { status: "DISABLED" }] as const;

/** The page shows groups although none were asked for. */
function withoutGroups(result: Json): void {
  (result["user"] as Json)["groups"] = [];
}

const newUser = {
  name: "Test User",
  email: "t@econtext.ai",
  password: "a new password",
  applications: [TEST_APPLICATION],
};

const STAGINGS: Readonly<Record<string, Staging>> = {
  "docs-2017-04-users-post-user": { stranger: true, mend: withoutGroups },
  "docs-users-post-user": { stranger: true, mend: withoutGroups },
  // The seed lost the e-mail addresses; without one, no server makes a user.
  "seed-users-post-user": { stranger: true, mend: withoutGroups, body: newUser },
  // The page was never updated: it still shows id strings, as E0 sent them.
  "docs-applications-get-users": { edition: "E0" },
  "docs-groups-get-users": { edition: "E0" },
  // The page shows `authenticated` alone, as E0 sent it.
  "docs-authenticate": {
    edition: "E0",
    body: {
      type: "username",
      credential: { username: "test-user@econtext.ai", password: "a new password" },
      application: TEST_APPLICATION,
    },
  },
  "docs-users-delete-user": { user: { status: "DISABLED" } },
  "docs-applications-delete-application": { applicationOff: true, user: { applications: [] } },
  "docs-groups-delete-group": { before: [disableGroup] },
  "docs-users-apikey-get-apikey": { before: [createKey] },
  "docs-users-apikey-delete-apikey": { before: [createKey, disableKey] },
  "docs-users-apikey-put-apikey": {
    before: [createKey],
    // The page shows the secret; the code of every version leaves it out.
    mend: (result) => delete (result["apikey"] as Json)["secret"],
  },
};

/** The users of a documented answer, to put them into the world as they are shown. */
function shownUser(result: Json): Partial<SeedUser> {
  const user = (result["user"] ?? (result["users"] as Json[] | undefined)?.[0]) as Json | undefined;
  if (user === undefined) return { applications: APPLICATIONS, groups: GROUPS };
  const idsOf = (list: unknown) =>
    (list as (string | Json)[]).map((each) => (typeof each === "string" ? each : String(each["id"])));
  return { applications: idsOf(user["applications"]), groups: idsOf(user["groups"]) };
}

/** Applications of tag 1.0.3 on carry their secret; the documentation is older. */
function withJwtSecrets(value: unknown): void {
  if (Array.isArray(value)) value.forEach(withJwtSecrets);
  else if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(withJwtSecrets);
    if ("href" in value && "description" in value && !("application" in value) && "created_at" in value) {
      Object.assign(value, { jwt_secret: "" });
    }
  }
}

/** What of an answer is the same for everyone: keys, kinds, forms of times. */
function shape(value: unknown, key = ""): unknown {
  if (key === "custom_data") return value === null || typeof value === "object" ? "object or null" : typeof value;
  if (key.endsWith("_at")) return typeof value === "string" && TIME.test(value) ? "time" : `no time: ${String(value)}`;
  if (Array.isArray(value)) {
    const shapes = new Map(value.map((item) => [JSON.stringify(shape(item)), shape(item)]));
    return [...shapes.values()];
  }
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shape(item, name)]));
}

const TIME = /^$|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3}000)?\+00:00$/;

const FOLDER = new URL("../../exchanges/econtext/", import.meta.url);
const exchanges = readdirSync(FOLDER).map((file): [string, Exchange] => [
  file.replace(".json", ""),
  JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Exchange,
]);

describe("the recorded exchanges", () => {
  it("are all here", () => expect(exchanges).toHaveLength(31));

  it.each(exchanges)("%s is answered as documented", async (name, { request, response }) => {
    const staging = STAGINGS[name] ?? {};
    const edition = staging.edition ?? (name.startsWith("docs-2017-04") ? "E0" : "E1");
    const expected = response.body.econtext["result"] as Json;
    const user = person(TEST_USER, "Test User", { email: "test-user@econtext.ai", password: "a new password" });
    const ask = serve(
      edition,
      people({
        applications: APPLICATIONS.map((id) => ({ ...PORTAL, id, name: id, enabled: !staging.applicationOff })),
        groups: GROUPS.map((id) => ({ ...PILOTS, id, name: id, description: "d", application: TEST_APPLICATION })),
        users: staging.stranger ? [] : [{ ...user, ...shownUser(expected), ...staging.user }],
      }),
    );
    for (const [method, path, body] of staging.before ?? []) expect((await ask(method, path, body)).status).toBe(200);
    staging.mend?.(expected);
    if (edition === "E1") withJwtSecrets(expected);

    const body = staging.body ?? request.body ?? undefined;
    const answer = await ask(request.method, request.path.replace("/api/", ""), body);

    expect(answer.status).toBe(response.status);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=UTF-8");
    expect(Object.keys(answer.econtext).toSorted()).toEqual(["elapsed", "result"]);
    expect(typeof answer.econtext["elapsed"]).toBe("number");
    expect(shape(answer.result)).toEqual(shape(expected));
  });
});

// ---------------------------------------------------------------------------------------------------------------------

/** Status, `error`, and what `traceback` has to hold. */
type Wrong = readonly [status: number, error: string | RegExp, traceback?: string | RegExp];

interface Mistake {
  readonly mistake: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly before?: readonly (readonly [method: string, path: string, body: unknown])[];
  readonly E1?: Wrong;
  readonly E2?: Wrong;
}

const INVALID = "Invalid parameter";
const MISSING = "Missing parameter";
const invalid = (parameter: string, text: string): Wrong => [
  400,
  INVALID,
  `The "${parameter}" parameter is invalid. ${text}`,
];
const conflict = (text: string): Wrong => [409, "409 Conflict", text];
const crash = (text: string | RegExp): Wrong => [500, text, /^Traceback \(most recent call last\):\n {2}File "/];
const UNBUILT = "__init__() missing 1 required positional argument: 'param_name'";

const draft = { name: "New", email: "new@x.example", password: "long enough", applications: [], organization: "air" };
const homeless = { ...draft, organization: undefined };
const unknownOf = (kind: string, path: string, parameter: string, ownPath = parameter) =>
  ["GET", "PUT", "DELETE"].map((method) => ({
    mistake: `unknown ${kind}, ${method}`,
    method,
    path: `${path}/nobody`,
    body: method === "PUT" ? {} : undefined,
    E1:
      kind === "group" && method === "GET"
        ? crash(UNBUILT)
        : invalid(parameter, `${kind.replace(/^./, (c) => c.toUpperCase())} not found`),
    E2: invalid(
      ownPath,
      kind === "group" && method === "GET"
        ? "Organization not found"
        : `${kind.replace(/^./, (c) => c.toUpperCase())} not found`,
    ),
  }));

const MISTAKES: readonly Mistake[] = [
  ...unknownOf("user", "users/user", "userid", "nobody"),
  ...unknownOf("application", "applications/application", "appid"),
  ...unknownOf("group", "groups/group", "groupid", "nobody"),
  {
    mistake: "unknown organization",
    method: "GET",
    path: "organizations/organization/nobody",
    E2: invalid("nobody", "Organization not found"),
  },
  ...(["users", "groups"] as const).map((list) => ({
    mistake: `${list} of an unknown application`,
    method: "GET",
    path: `applications/application/nobody/${list}`,
    E1: invalid("appid", "Application could not be found"),
    E2: invalid("nobody", "Application could not be found"),
  })),
  {
    mistake: "users of an unknown group",
    method: "GET",
    path: "groups/group/nobody/users",
    E1: invalid("groupid", "Group could not be found"),
    E2: invalid("nobody", "Group could not be found"),
  },
  ...["POST", "DELETE"].flatMap((method) => [
    {
      mistake: `unknown user in an attachment, ${method}`,
      method,
      path: "users/user/nobody/application/portal",
      E1: invalid("userid", "User not found"),
      E2: crash("User nobody not found"),
    },
    {
      mistake: `unknown application in an attachment, ${method}`,
      method,
      path: "users/user/ada/application/nobody",
      E1: invalid("appid", "Application not found"),
      E2: crash("Application nobody not found"),
    },
    {
      mistake: `unknown group in an attachment, ${method}`,
      method,
      path: "users/user/ada/group/nobody",
      E1: invalid("groupid", "Group not found"),
      E2: crash("Group nobody not found"),
    },
  ]),
  {
    mistake: "unknown API key",
    method: "GET",
    path: "users/user/ada/apikey/NOKEY",
    E1: invalid("apikeyid", "ApiKey not found"),
    E2: crash("ApiKey NOKEY not found"),
  },
  {
    mistake: "API key of an unknown user",
    method: "POST",
    path: "users/user/nobody/apikey",
    body: {},
    E1: invalid("userid", "User not found"),
    E2: crash("User nobody not found"),
  },
  {
    mistake: "user without email",
    method: "POST",
    path: "users/user",
    body: { password: "long enough", applications: [] },
    E1: [400, MISSING, `The "'email'" parameter is required.`],
    E2: crash("A valid email address is required to create a new user"),
  },
  {
    mistake: "user without password",
    method: "POST",
    path: "users/user",
    body: { ...draft, password: undefined },
    E1: [400, MISSING, `The "'password'" parameter is required.`],
    E2: crash("Password must be included"),
  },
  {
    mistake: "user without applications",
    method: "POST",
    path: "users/user",
    body: { ...draft, applications: undefined },
    E1: [400, MISSING, `The "'applications'" parameter is required.`],
  },
  {
    mistake: "applications as text",
    method: "POST",
    path: "users/user",
    body: { ...draft, applications: "portal" },
    E1: invalid("applications", "Expecting a list of application ids"),
  },
  {
    mistake: "applications as null",
    method: "POST",
    path: "users/user",
    body: { ...draft, applications: null },
    E1: invalid("applications", "Expecting a list of application ids"),
    E2: crash("'NoneType' object is not iterable"),
  },
  {
    mistake: "group without name",
    method: "POST",
    path: "groups/group",
    body: { application: "portal" },
    E1: [400, MISSING, 'The "name" parameter is required.'],
    E2: crash("'NoneType' object has no attribute 'strip'"),
  },
  {
    mistake: "group without application",
    method: "POST",
    path: "groups/group",
    body: { name: "New" },
    E1: [400, MISSING, 'The "application" parameter is required.'],
    E2: crash(`(ApplicationDoesNotExist(...), "{'uid': None}")`),
  },
  {
    mistake: "application without name",
    method: "POST",
    path: "applications/application",
    body: {},
    E1: crash(/^__init__\(\)/),
    E2: crash("property 'name' on objects of class Application"),
  },
  ...[
    { method: "POST", path: "users/user", body: { ...draft, password: "  short   " } },
    { method: "PUT", path: "users/user/ada", body: { password: "  short   " } },
  ].map((request) => ({
    mistake: `password under 7 characters, ${request.method}`,
    ...request,
    E1: invalid("password", "Password must be at least 7 characters long"),
    E2: crash("Password must be at least 7 characters long"),
  })),
  {
    mistake: "email not an address",
    method: "POST",
    path: "users/user",
    body: { ...draft, email: "nowhere" },
    E1: invalid("email", "Invalid email address"),
    E2: crash(/^Attempting to deflate property 'email' on /),
  },
  {
    mistake: "email taken",
    method: "POST",
    path: "users/user",
    body: { ...draft, username: "another", email: ADA.email },
    E1: invalid("email", "A user with that email address already exists"),
    E2: crash(`Node(46) already exists with label \`User\` and property \`email\` = '${ADA.email}'`),
  },
  {
    mistake: "email taken, PUT",
    method: "PUT",
    path: "users/user/bram",
    body: { email: ADA.email },
    E1: invalid("email", "A user with that email address already exists"),
    E2: crash(`Node(46) already exists with label \`User\` and property \`email\` = '${ADA.email}'`),
  },
  {
    mistake: "user id taken",
    method: "POST",
    path: "users/user",
    body: { ...draft, id: "ada" },
    E1: invalid("id", "A User with that id already exists"),
    E2: crash("Node(46) already exists with label `User` and property `uid` = 'ada'"),
  },
  {
    mistake: "application name taken",
    method: "POST",
    path: "applications/application",
    body: { name: "Portal" },
    E1: invalid("name", "An application with that name already exists"),
    E2: crash("Node(46) already exists with label `Application` and property `name` = 'Portal'"),
  },
  {
    mistake: "application's own name, PUT",
    method: "PUT",
    path: "applications/application/portal",
    body: { name: "Portal" },
    E1: invalid("name", "An application with that name already exists"),
  },
  {
    mistake: "group name taken",
    method: "POST",
    path: "groups/group",
    body: { name: "Pilots", application: "portal" },
    E1: [500, UNBUILT, /already exists/],
    E2: crash("A Group with this name already exists for this Application"),
  },
  {
    mistake: "unknown application in the body of a user",
    method: "POST",
    path: "users/user",
    body: { ...draft, applications: ["nowhere"] },
    E1: invalid("applications", "Couldn't find application nowhere"),
    E2: crash("Object of type set is not JSON serializable"),
  },
  {
    mistake: "unknown group in the body of a user",
    method: "POST",
    path: "users/user",
    body: { ...draft, groups: ["nowhere"] },
    E1: invalid("groups", "Couldn't find group nowhere"),
    E2: crash("Object of type set is not JSON serializable"),
  },
  {
    mistake: "unknown application in a PUT",
    method: "PUT",
    path: "users/user/ada",
    body: { applications: ["nowhere"] },
    E1: invalid("applications", "Couldn't find application nowhere"),
  },
  {
    mistake: "unknown application in the body of a group",
    method: "POST",
    path: "groups/group",
    body: { name: "New", application: "nowhere" },
    E1: crash(UNBUILT),
    E2: crash(`(ApplicationDoesNotExist(...), "{'uid': 'nowhere'}")`),
  },
  {
    mistake: "unknown organization in the body of a user",
    method: "POST",
    path: "users/user",
    body: { ...draft, organization: "nowhere" },
    E2: crash("Organization not found: nowhere"),
  },
  {
    mistake: "bad status",
    method: "PUT",
    path: "users/user/ada",
    body: { status: "UNVERIFIED" },
    // The text holds the hash of the user's password.
    E2: crash(/^Attempting to deflate property 'status' on .*\$2b\$12\$.{53}'.*: Invalid choice: UNVERIFIED$/),
  },
  {
    mistake: "org_admin in a PUT",
    method: "PUT",
    path: "users/user/ada",
    body: { org_admin: true },
    E2: crash("'User' object has no attribute 'new_org_admin'"),
  },
  {
    mistake: "name null in a PUT",
    method: "PUT",
    path: "users/user/ada",
    body: { name: null },
    E2: crash("'NoneType' object has no attribute 'strip'"),
  },
  {
    mistake: "parameters in a PUT",
    method: "PUT",
    path: "applications/application/portal",
    body: { parameters: [] },
    E2: crash("'params'"),
  },
  {
    mistake: "a group whose application the user lacks",
    method: "POST",
    path: "users/user/bram/group/pilots",
    E1: invalid("groupid", "User is not a member the application portal specified by this group"),
    E2: crash("'Group' object has no attribute 'id'"),
  },
  {
    mistake: "a new application and its group in one PUT",
    method: "PUT",
    path: "users/user/bram",
    body: { applications: ["portal"], groups: ["pilots"] },
    E2: crash("'Group' object has no attribute 'id'"),
  },
  ...(
    [
      ["User", "users/user/ada"],
      ["Application", "applications/application/portal"],
      ["Group", "groups/group/pilots"],
    ] as const
  ).map(([kind, path]) => ({
    mistake: `${kind} deleted while ENABLED`,
    method: "DELETE",
    path,
    E1: conflict(`${kind} must be disabled before deletion is possible`),
    E2: conflict(`${kind} must be disabled before deletion is possible`),
  })),
  {
    mistake: "API key deleted while ENABLED",
    method: "DELETE",
    path: "users/user/ada/apikey/K",
    before: [["POST", "users/user/ada/apikey", { id: "K", key: "K" }]],
    E1: conflict("ApiKey must be disabled before deletion is possible"),
    E2: conflict("ApiKey must be disabled before deletion is possible"),
  },
  {
    mistake: "application with groups deleted",
    method: "DELETE",
    path: "applications/application/spare",
    before: [["POST", "groups/group", { name: "Left", application: "spare" }]],
    E2: conflict("Groups must be deleted before application deletion is possible"),
  },
  {
    mistake: "application with users deleted",
    method: "DELETE",
    path: "applications/application/spare",
    before: [["POST", "users/user/ada/application/spare", undefined]],
    E1: conflict("Users must be deleted or updated before application deletion is possible"),
    E2: conflict("Users must be deleted or updated before application deletion is possible"),
  },
  {
    mistake: "group with users deleted",
    method: "DELETE",
    path: "groups/group/pilots",
    before: [["PUT", "groups/group/pilots", { status: "DISABLED" }]],
    E2: conflict("Users must be deleted or updated before group deletion is possible"),
  },
  {
    mistake: "organization with users deleted",
    method: "DELETE",
    path: "organizations/organization/air",
    before: [["PUT", "organizations/organization/air", { status: "DISABLED" }]],
    E2: conflict("Users must be deleted or updated before application deletion is possible"),
  },
  {
    mistake: "system application deleted",
    method: "DELETE",
    path: "applications/application/auth",
    E1: invalid("appid", "Cannot delete the system application"),
    E2: invalid("appid", "Cannot delete the system application"),
  },
  {
    mistake: "last application detached",
    method: "DELETE",
    path: "users/user/ada/application/portal",
    before: [["DELETE", "users/user/ada/application/roster", undefined]],
    E1: conflict("A User must be associated with at least one Application"),
  },
  ...["", "{", undefined].map((body) => ({
    mistake: `body ${body === undefined ? "missing" : JSON.stringify(body)}`,
    method: "POST",
    path: "users/user",
    body,
    E1: crash("'body'"),
    E2: crash("'body'"),
  })),
  ...(
    [
      ["[]", "list"],
      ['"text"', "str"],
    ] as const
  ).map(([body, type]) => ({
    mistake: `body ${body}`,
    method: "POST",
    path: "users/user",
    body,
    E1: crash(`'${type}' object has no attribute 'get'`),
    E2: crash(`'${type}' object has no attribute 'get'`),
  })),
  {
    mistake: "id missing",
    method: "GET",
    path: "users/user",
    E1: crash(/missing 1 required positional argument: 'userid'$/),
    E2: crash(/missing 1 required positional argument: 'userid'$/),
  },
  {
    mistake: "an id too many",
    method: "POST",
    path: "users/user/ada",
    body: draft,
    E1: crash(/unexpected keyword argument 'userid'$/),
    E2: crash(/unexpected keyword argument 'userid'$/),
  },
  {
    mistake: "limit no number",
    method: "GET",
    path: "users?limit=abc",
    E2: invalid("limit", "The value must be an integer."),
  },
  { mistake: "negative limit", method: "GET", path: "users?limit=-1", E2: crash(/-1/) },
  { mistake: "unknown order_by", method: "GET", path: "users?order_by=shoes", E2: crash(/shoes/) },
  {
    mistake: "authenticate without keys",
    method: "POST",
    path: "authenticate",
    body: {},
    E1: crash("'type'"),
    E2: crash("'type'"),
  },
  { mistake: "bad search", method: "GET", path: "users/search/%5B", E1: crash(/regexp/), E2: crash(/Lucene|lucene/) },
];

describe.each(["E1", "E2"] as const)("the mistakes of %s", (edition) => {
  it.each(MISTAKES.filter((row) => row[edition]))("$mistake", async ({ method, path, body, before = [], ...row }) => {
    const ask = serve(edition);
    for (const step of before) expect((await ask(...step)).status).toBe(200);
    const { status, econtext, headers } = await ask(method, path, body);
    const [expectedStatus, error, traceback] = row[edition] ?? [];
    expect(status).toBe(expectedStatus);
    expect(econtext).toEqual({
      result: {},
      elapsed: expect.any(Number) as number,
      status: expect.stringMatching(new RegExp(`^${status} [A-Z]`)) as string,
      error: typeof error === "string" ? error : (expect.stringMatching(error ?? "") as string),
      errorcode: String(status),
      traceback: typeof traceback === "string" ? traceback : (expect.stringMatching(traceback ?? "") as string),
    });
    expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
  });

  it("are harmless where the edition does not mind them", async () => {
    for (const { method, path, body, before = [], ...row } of MISTAKES) {
      if (row[edition] || path.startsWith("organizations")) continue;
      const ask = serve(edition);
      for (const step of before) await ask(...step);
      const outcome = [row.mistake, (await ask(method, path, body)).status];
      // The one that is refused all the same: text is a set of letters to E2.
      expect(outcome).toEqual([row.mistake, row.mistake === "applications as text" ? 500 : 200]);
    }
  });
});

// ---------------------------------------------------------------------------------------------------------------------

describe("login", () => {
  it.each(["E0", "E1", "E2"] as const)("is asked of all but the open paths in %s", async (edition) => {
    const ask = serve(edition);
    for (const path of ["users", "no/such/path", ...(edition === "E2" ? [] : ["status"])]) {
      const { status, text, headers } = await ask("GET", path, undefined, {});
      expect([path, status]).toEqual([path, 401]);
      expect(JSON.parse(text)).toEqual({
        error: { title: "401 Unauthorized", description: "Authentication required" },
      });
      expect(headers.get("www-authenticate")).toBe('Basic realm="eContext Authentication"');
    }
    expect((await ask("GET", "ping", undefined, {})).result).toEqual({ ping: "pong" });
    const status = edition === "E2" ? { "mapper-name": "neo4j", "mapper-connection": true } : { rethinkdb: true };
    expect((await ask("GET", "status", undefined, edition === "E2" ? {} : undefined)).result).toEqual(status);
  });

  it("takes the credentials that the sandbox names, for any people", async () => {
    if (!("basic" in sandbox.credentials)) throw new Error("no basic credentials");
    const { username, password } = sandbox.credentials.basic;
    const ask = serve("E1", people({ users: [] }));
    for (const login of [
      basic(username, password),
      basic(encodeURIComponent(username), encodeURIComponent(password)),
    ]) {
      expect((await ask("GET", "users", undefined, { authorization: login })).result).toEqual({ users: [] });
    }
  });

  it("percent-decodes user name and password after base64", async () => {
    const ask = serve("E1", people({ users: [{ ...ADA, password: "100%25 sure: yes" }] }));
    const status = async (password: string) =>
      (await ask("GET", "users", undefined, { authorization: basic(ADA.email, password) })).status;
    expect(await status("100%2525%20sure: yes")).toBe(200);
    expect(await status(encodeURIComponent("100%25 sure: yes"))).toBe(200);
    expect(await status("100%25 sure: yes")).toBe(401);
    expect(await status("wrong")).toBe(401);
  });

  it("takes a disabled user, and follows the email in E1 and the user name in E2", async () => {
    for (const edition of ["E1", "E2"] as const) {
      const ask = serve(edition);
      await ask("PUT", "users/user/bram", { email: "new@x.example" });
      const status = async (name: string) =>
        (await ask("GET", "users", undefined, { authorization: basic(name, BRAM.password) })).status;
      expect(await status("new@x.example")).toBe(edition === "E1" ? 200 : 401);
      expect(await status(BRAM.email)).toBe(edition === "E1" ? 401 : 200);
    }
  });
});

describe("paths and methods", () => {
  it("answers an unknown path with 404 and nothing else", async () => {
    const ask = serve("E1");
    for (const path of [
      "",
      "nothing",
      "users/search",
      "users/user/a%2Fb",
      "users/search/a%2Fb",
      "organizations?limit=1",
    ]) {
      const { status, text, headers } = await ask("GET", path);
      expect([path, status, text, headers.get("content-length")]).toEqual([path, 404, "", "0"]);
    }
    expect((await serve("E0")("GET", "applications/application/portal/groups")).status).toBe(404);
    expect((await serve("E2")("GET", "organizations?limit=1")).status).toBe(200);
  });

  it("takes a slash at the end, and ids with odd characters", async () => {
    const ask = serve("E1", people({ users: [{ ...ADA, id: "a b?é" }] }));
    expect((await read(ask, "users/user/a%20b%3F%C3%A9/"))["id"]).toBe("a b?é");
  });

  it("answers other methods with 405 and OPTIONS with 200, both with a null result", async () => {
    const ask = serve("E1");
    const patch = await ask("PATCH", "users/user/ada", {});
    expect([patch.status, patch.econtext["result"], "error" in patch.econtext]).toEqual([405, null, false]);
    expect(patch.headers.get("allow")).toBe("DELETE, GET, POST, PUT, OPTIONS");
    expect((await ask("HEAD", "users")).status).toBe(405);
    const options = await ask("OPTIONS", "users");
    expect([options.status, options.econtext["result"], options.headers.get("allow")]).toEqual([200, null, "GET"]);
  });

  it("starts afresh with each call of serve, and refuses an edition it does not know", async () => {
    await serve("E1")("DELETE", "users/user/bram");
    expect(await readList(serve("E1"), "users")).toHaveLength(2);
    expect(() => sandbox.serve(CREW, { edition: "E9" })).toThrow(RangeError);
  });
});

describe("what a user looks like", () => {
  const KEYS = ["created_at", "custom_data", "email", "href", "id", "modified_at", "name", "status", "username"];
  const RELATIONS = ["apikeys", "applications", "groups"];
  const E2_KEYS = [...KEYS, "org_admin", "organization", "password_modified_at"];
  const keys = (value: unknown) => Object.keys(value as object).toSorted();

  it("holds id strings in E0 and objects in E1, everywhere", async () => {
    for (const path of [
      "users",
      "users/search/ada",
      "applications/application/portal/users",
      "groups/group/pilots/users",
    ]) {
      const [old] = await readList(serve("E0"), `${path}?minimal=1`);
      expect([old?.["applications"], old?.["groups"]]).toEqual([["roster", "portal"], ["pilots"]]);
      const [user] = await readList(serve("E1"), path);
      expect(keys(user)).toEqual([...KEYS, ...RELATIONS].toSorted());
      expect([ids(user?.["applications"]), ids(user?.["groups"])]).toEqual([["roster", "portal"], ["pilots"]]);
      expect((user?.["groups"] as Json[])[0]?.["application"]).toBe("portal");
    }
    for (const path of ["users", "applications/application/portal/users", "groups/group/pilots/users"]) {
      expect(keys((await readList(serve("E1"), `${path}?minimal=false`))[0])).toEqual(KEYS);
      expect(keys((await readList(serve("E1"), `${path}?minimal=`))[0])).toContain("groups");
    }
  });

  it.each([
    // path, organization, applications and groups, apikeys; undefined: absent
    ["users/user/ada", true, true, true],
    ["users", true, true, false],
    ["users?minimal=0", true, undefined, undefined],
    ["users/search/moreno", true, true, false],
    ["applications/application/portal/users", true, false, true],
    ["applications/application/portal/users?minimal=1", true, undefined, undefined],
    ["groups/group/pilots/users", false, undefined, undefined],
    ["organizations/organization/air/users", false, undefined, undefined],
  ])("carries in E2, at %s, what it carries there", async (path, organization, memberships, apiKeys) => {
    const value = await read(serve("E2"), path);
    const user = (Array.isArray(value) ? (value as Json[]).find(({ id }) => id === "ada") : value) ?? {};
    const minimal = memberships === undefined;
    expect(keys(user)).toEqual((minimal ? E2_KEYS : [...E2_KEYS, ...RELATIONS, "data"]).toSorted());
    const mixed = { company_name: "kestrel-air", encrypt_id: "air", company_id: "air" };
    expect(user["custom_data"]).toEqual({ licence: "ATPL", ...(organization && mixed) });
    expect(user["organization"]).toEqual(
      organization ? expect.objectContaining({ id: "air", name: "kestrel-air", admins: [], users: [] }) : null,
    );
    if (minimal) return;
    expect(user["data"]).toEqual([{ key: "licence", value: "ATPL" }]);
    expect(ids(user["applications"])).toEqual(memberships ? ["portal", "roster"] : []);
    expect(ids(user["groups"])).toEqual(memberships ? ["pilots"] : []);
    expect((user["apikeys"] as Json[]).map(({ name }) => name)).toEqual(apiKeys ? ["second", "first"] : []);
  });

  it("gives E2's organization its members, and no one in the list of organizations", async () => {
    const ask = serve("E2");
    const { users, admins } = await read(ask, "organizations/organization/air");
    expect([ids(users), admins]).toEqual([["ada"], []]);
    expect((users as Json[])[0]?.["organization"]).toBeNull();
    const list = await readList(ask, "organizations");
    expect(ids(list)).toEqual(["sea", "air"]);
    expect(list[0]).not.toHaveProperty("users");
  });

  it("keeps UNVERIFIED from E2, and shows API keys with 25 characters", async () => {
    const world = people({ users: [{ ...ADA, status: "UNVERIFIED" }] });
    expect((await read(serve("E1", world), "users/user/ada"))["status"]).toBe("UNVERIFIED");
    const { status, apikeys } = await read(serve("E2", world), "users/user/ada");
    expect(status).toBe("ENABLED");
    for (const id of ids(apikeys)) expect(id).toMatch(/^[0-9A-Z]{25}$/);
    expect(ids((await read(serve("E2", world), "users/user/ada"))["apikeys"])).toEqual(ids(apikeys));
  });
});

describe("E2's PUT of a user", () => {
  it("answers with relations as they were before it, and with none where nothing changed", async () => {
    const ask = serve("E2");
    await ask("PUT", "applications/application/spare", { status: "ENABLED" });
    const changed = (await ask("PUT", "users/user/ada", { name: "Ada", applications: ["spare"] })).result[
      "user"
    ] as Json;
    expect(ids(changed["applications"])).toEqual(["portal", "roster"]);
    expect(changed["modified_at"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/);
    const read1 = await read(ask, "users/user/ada");
    expect(ids(read1["applications"])).toEqual(["portal", "roster", "spare"]);
    expect(read1["modified_at"]).toBe(`${String(changed["modified_at"])}+00:00`);

    for (const body of [{}, { name: " Ada " }, { applications: ["portal", "nowhere"] }, { custom_data: null }]) {
      const user = (await ask("PUT", "users/user/ada", body)).result["user"] as Json;
      expect([user["organization"], user["applications"], user["groups"], user["apikeys"]]).toEqual([null, [], [], []]);
      expect(user["modified_at"]).toBe(read1["modified_at"]);
    }
  });

  it("replaces data as a whole, ignores an empty object, and clears with _empty_", async () => {
    const ask = serve("E2");
    const before = (await read(ask, "users/user/ada"))["modified_at"];
    const dataAfter = async (body: Json) => {
      await ask("PUT", "users/user/ada", body);
      return (await read(ask, "users/user/ada"))["data"];
    };
    expect(await dataAfter({ custom_data: { "green eggs": { ham: true } } })).toEqual([
      { key: "green eggs", value: { ham: true } },
    ]);
    expect(await dataAfter({ custom_data: {} })).toHaveLength(1);
    expect(await dataAfter({ data: [{ key: "seat" }] })).toEqual([{ key: "seat", value: null }]);
    expect(await dataAfter({ custom_data: { _empty_: 1 } })).toEqual([]);
    expect((await read(ask, "users/user/ada"))["modified_at"]).toBe(before);
  });

  it("keeps what it attached before a later attachment failed", async () => {
    const ask = serve("E2");
    const { status } = await ask("PUT", "users/user/ada", { name: "New", groups: ["dispatch", "pilots"] });
    expect(status).toBe(200);
    await ask("PUT", "users/user/bram", { name: "New", applications: ["roster"], groups: ["pilots"] });
    const { name, applications } = await read(ask, "users/user/bram");
    expect([name, applications]).toEqual(["New", []]);
  });

  it("moves neither password_modified_at nor the user name, but changes password and email", async () => {
    const ask = serve("E2");
    const before = await read(ask, "users/user/ada");
    await ask("PUT", "users/user/ada", { password: "another one", email: "New@x.example" });
    const after = await read(ask, "users/user/ada");
    expect([after["email"], after["username"]]).toEqual(["New@x.example", ADA.email]);
    expect(after["password_modified_at"]).toBe(before["password_modified_at"]);
    const login = { authorization: basic(ADA.email, "another one") };
    expect((await ask("GET", "users", undefined, login)).status).toBe(200);
  });
});

describe("creating users", () => {
  const create = (ask: Ask, body: Json) => ask("POST", "users/user", body);

  it("trims and lower-cases emails in E1, and only trims them in E2", async () => {
    const body = { ...draft, email: "  New@X.example ", password: "  seven77 " };
    const one = (await create(serve("E1"), body)).result["user"] as Json;
    expect([one["email"], one["username"], one["status"]]).toEqual(["new@x.example", "  New@X.example ", "UNVERIFIED"]);
    const two = (await create(serve("E2"), body)).result["user"] as Json;
    expect([two["email"], two["username"], two["status"]]).toEqual(["New@X.example", "New@X.example", "ENABLED"]);
    const ask = serve("E2");
    expect((await create(ask, { ...draft, email: ADA.email.toUpperCase() })).status).toBe(200);
    expect((await create(serve("E1"), { ...draft, email: ADA.email.toUpperCase() })).status).toBe(400);
  });

  it("makes the id a UUID, lets the creator choose it, and shows null for no name in E1 and text in E2", async () => {
    const one = (await create(serve("E1"), { ...draft, name: undefined })).result["user"] as Json;
    expect(one["id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(one["name"]).toBeNull();
    const two = (await create(serve("E2"), { ...draft, name: undefined, id: "mine" })).result["user"] as Json;
    expect([two["id"], two["name"]]).toEqual(["mine", ""]);
  });

  it("stores an empty custom_data as null in E1, as it is in E0, and drops _empty_ in E2", async () => {
    const stored = async (edition: Edition) =>
      ((await create(serve(edition), { ...draft, custom_data: {} })).result["user"] as Json)["custom_data"];
    expect(await stored("E1")).toBeNull();
    expect(await stored("E0")).toEqual({});
    const body = { ...draft, custom_data: { _empty_: 1, "": 2, a: 3 }, data: [{ key: "b", value: [4] }] };
    const user = (await create(serve("E2"), body)).result["user"] as Json;
    expect(user["data"]).toEqual([
      { key: "a", value: 3 },
      { key: "b", value: [4] },
    ]);
  });

  it("leaves E2's new organization behind when it fails, so that a repetition fails on it", async () => {
    const ask = serve("E2");
    expect((await create(ask, { ...homeless, password: "short" })).econtext["error"]).toMatch(/^Password/);
    expect((await readList(ask, "organizations")).map(({ name }) => name)).toContain("New");
    expect((await create(ask, homeless)).econtext["error"]).toBe(
      "Node(46) already exists with label `Organization` and property `name` = 'New'",
    );
    expect((await create(ask, draft)).status).toBe(200);
  });

  it("finds E2's organization by company_name, or makes one and the user its admin", async () => {
    const ask = serve("E2");
    const first = (await create(ask, { ...homeless, custom_data: { company_name: "kestrel-air" } })).result[
      "user"
    ] as Json;
    expect([(first["organization"] as Json)["id"], first["org_admin"]]).toEqual(["air", false]);
    const body = { ...homeless, email: "b@x.example", custom_data: { company_name: "Tern" } };
    const second = (await create(ask, body)).result["user"] as Json;
    expect([(second["organization"] as Json)["name"], second["org_admin"]]).toEqual(["Tern", true]);
    const { admins } = await read(ask, `organizations/organization/${String((second["organization"] as Json)["id"])}`);
    expect(ids(admins)).toEqual([second["id"]]);
    expect((await create(ask, { email: "c@x.example", password: "long enough" })).econtext["error"]).toBe(
      "property 'name' on objects of class Organization",
    );
  });

  it("takes created_at from E2's creators, and shows it without a zone that it did not have", async () => {
    const ask = serve("E2");
    const created = async (created_at: unknown) => {
      const email = `${Math.random()}@x.example`;
      const user = (await create(ask, { ...draft, email, created_at })).result["user"] as Json;
      return [user["created_at"], (await read(ask, `users/user/${String(user["id"])}`))["created_at"]];
    };
    const shown = "2017-04-20 15:55:08";
    expect(await created("2017-04-20T15:55:08")).toEqual([shown, `${shown}+00:00`]);
    expect(await created("2017-04-20T17:55:08.339+02:00")).toEqual([`${shown}.339000+00:00`, `${shown}.339000+00:00`]);
    expect(await created(1492703708)).toEqual([shown, `${shown}+00:00`]);
    expect((await created("2017-04-20T15:55:08Z"))[0]).not.toContain("2017");
  });
});

describe("lists", () => {
  const many = people({
    applications: Array.from({ length: 30 }, (_, n) => ({ ...PORTAL, id: `a${n}`, name: `App ${90 - n}` })),
    groups: Array.from({ length: 30 }, (_, n) => ({
      ...PILOTS,
      id: `g${n}`,
      name: `Group ${90 - n}`,
      application: "a0",
    })),
    users: Array.from({ length: 60 }, (_, n) => person(`u${n}`, `User ${100 + ((n * 7) % 60)}`)),
  });

  it("stop at 25 in E2, by name, whatever is asked, and are whole in E1", async () => {
    for (const kind of ["applications", "groups"]) {
      const names = (await readList(serve("E2", many), `${kind}?limit=30&offset=5`)).map(({ name }) => name);
      expect(names).toHaveLength(25);
      expect(names).toEqual(names.toSorted());
      expect(names[0]).toMatch(/ 61$/);
      expect(await readList(serve("E1", many), `${kind}?limit=5`)).toHaveLength(30);
    }
    expect(await readList(serve("E2", many), "applications/application/a0/groups")).toHaveLength(30);
  });

  it("show everyone of the demonstration in every edition", async () => {
    for (const edition of sandbox.editions) {
      expect(await readList(serve(edition as Edition, PEOPLE), "users")).toHaveLength(PEOPLE.users.length);
    }
  });

  it("page users in E2 alone", async () => {
    const ask = serve("E2", many);
    const names = async (query: string) => (await readList(ask, `users${query}`)).map(({ name }) => name);
    const all = await names("?limit=1000");
    expect(all).toHaveLength(60);
    expect(all).toEqual(all.toSorted());
    expect(await names("")).toEqual(all.slice(0, 50));
    expect(await names("?limit=0")).toHaveLength(50);
    expect(await names("?limit=5&offset=58")).toEqual(all.slice(58));
    expect(await names("?offset=60")).toEqual([]);
    expect(await names("?order_by=-name&limit=3")).toEqual(all.toReversed().slice(0, 3));
    expect((await names("?order_by=%3F&limit=60")).toSorted()).toEqual(all);
    expect(ids(await readList(serve("E1", many), "users?limit=5"))).toEqual(many.users.map(({ id }) => id));
  });
});

describe("search", () => {
  const find = async (edition: Edition, text: string, world?: People) =>
    ids(await readList(serve(edition, world), `users/search/${encodeURIComponent(text)}`));

  it("is a regular expression in E1", async () => {
    expect(await find("E1", "MOR")).toEqual(["ada"]);
    expect(await find("E1", "ada|bram")).toEqual(["ada", "bram"]);
    expect(await find("E1", "^bram$")).toEqual(["bram"]);
    expect(await find("E1", "kestrel\\.air")).toEqual([]);
    const world = people({ users: [{ ...BRAM, customData: { company_name: "Tern Ltd" } }] });
    expect(await find("E1", "tern", world)).toEqual(["bram"]);
    const [key] = ids((await read(serve("E1"), "users/user/ada"))["apikeys"]);
    expect(await find("E1", String(key))).toEqual(["ada"]);
  });

  it("misses E1's users without a name, but by email", async () => {
    const ask = serve("E1");
    await ask("PUT", "users/user/bram", { name: null });
    const found = async (text: string) => ids(await readList(ask, `users/search/${text}`));
    expect(await found("^bram$")).toEqual([]);
    expect(await found("bram.okafor")).toEqual(["bram"]);
  });

  it("finds whole words in E2, the organization's name too, and parts of a key's id", async () => {
    expect(await find("E2", "moreno")).toEqual(["ada"]);
    expect(await find("E2", "moren")).toEqual([]);
    expect(await find("E2", "heron")).toEqual(["bram"]);
    expect(await find("E2", "ada@kestrel.example")).toEqual(["ada", "bram"]);
    expect(await find("E2", "moreno\\:")).toEqual(["ada"]);
    const [key] = ids((await read(serve("E2"), "users/user/ada"))["apikeys"]);
    expect(await find("E2", String(key).slice(3, 12))).toEqual(["ada"]);
  });
});

describe("applications, groups and organizations", () => {
  it("carry a secret in every application from E1 on, and lists in E2", async () => {
    const keys = async (edition: Edition, path: string) => Object.keys(await read(serve(edition), path)).toSorted();
    const own = ["created_at", "custom_data", "description", "href", "id", "modified_at", "name", "status"];
    const path = "applications/application/portal";
    expect(await keys("E0", path)).toEqual(own);
    expect(await keys("E1", path)).toEqual([...own, "jwt_secret"].toSorted());
    expect(await keys("E2", path)).toEqual([...own, "data", "jwt_secret", "parameters"].toSorted());
    expect(await keys("E1", "groups/group/pilots")).toEqual([...own, "application"].toSorted());
    expect(await keys("E2", "groups/group/pilots")).toEqual([...own, "application", "data"].toSorted());
  });

  it("leave E1's groups behind with null in their place when their application is deleted", async () => {
    const ask = serve("E1");
    await ask("POST", "groups/group", { id: "left", name: "Left", application: "spare" });
    await ask("PUT", "users/user/ada", { groups: ["left"] });
    expect((await ask("DELETE", "applications/application/spare")).status).toBe(200);
    expect((await ask("GET", "groups/group/left")).result).toEqual({ group: null });
    expect(await readList(ask, "groups")).toContain(null);
    expect((await read(ask, "users/user/ada"))["groups"]).toEqual([expect.objectContaining({ id: "pilots" }), null]);
  });

  it("show a time that was never set as empty text", async () => {
    expect((await read(serve("E1"), "applications/application/auth"))["created_at"]).toBe("");
  });

  it("live a whole life in E2", async () => {
    const ask = serve("E2");
    const parameters = [{ key: "spam", datatype: "str", default: "eggs", description: "lovely" }];
    const app = (await ask("POST", "applications/application", { id: "n", name: "N", parameters })).result[
      "application"
    ];
    expect(app).toMatchObject({ id: "n", name: "N", description: null, parameters, custom_data: {}, data: [] });
    const group = (await ask("POST", "groups/group", { id: "ng", name: "G", application: "n" })).result["group"];
    expect(group).toMatchObject({ id: "ng", application: "n", status: "ENABLED" });
    const organization = (await ask("POST", "organizations/organization", { id: "no", name: "O" })).result[
      "organization"
    ];
    expect(organization).toMatchObject({ id: "no", name: "O", users: [], admins: [] });
    expect((await ask("PUT", "applications/application/n", { name: "N2" })).result["application"]).toMatchObject({
      name: "N2",
    });
    for (const path of ["groups/group/ng", "applications/application/n", "organizations/organization/no"]) {
      expect((await ask("PUT", path, { status: "DISABLED" })).status).toBe(200);
      expect((await ask("DELETE", path)).result).toEqual({ deleted: true });
      expect((await ask("GET", path)).status).toBe(400);
    }
  });
});

describe("memberships", () => {
  it("are attached and detached, harmlessly twice", async () => {
    for (const edition of ["E1", "E2"] as const) {
      const ask = serve(edition);
      for (let twice = 0; twice < 2; twice++) {
        expect((await ask("POST", "users/user/ada/group/dispatch")).result).toEqual({ group: true });
        expect((await ask("POST", "users/user/bram/application/portal")).result).toEqual({ application: true });
      }
      expect(ids(await readList(ask, "groups/group/dispatch/users"))).toEqual(["ada"]);
      for (let twice = 0; twice < 2; twice++) {
        expect((await ask("DELETE", "users/user/ada/group/dispatch")).result).toEqual({ deleted: true });
      }
      expect(await readList(ask, "groups/group/dispatch/users")).toEqual([]);
    }
  });

  it("in groups outlive the application in E1 and go with it in E2", async () => {
    for (const [edition, left] of [
      ["E1", ["pilots"]],
      ["E2", []],
    ] as const) {
      const ask = serve(edition);
      expect((await ask("DELETE", "users/user/ada/application/portal")).status).toBe(200);
      expect(ids((await read(ask, "users/user/ada"))["groups"])).toEqual(left);
    }
  });

  it("go with a group of E1, and can be filtered by the user's status there", async () => {
    const ask = serve("E1");
    expect(await readList(ask, "groups/group/pilots/users?status=DISABLED")).toEqual([]);
    await ask("PUT", "groups/group/pilots", { status: "DISABLED" });
    await ask("DELETE", "groups/group/pilots");
    expect((await read(ask, "users/user/ada"))["groups"]).toEqual([]);
  });
});

describe("API keys", () => {
  it("tell their secret once", async () => {
    for (const edition of ["E1", "E2"] as const) {
      const ask = serve(edition);
      const made = (await ask("POST", "users/user/ada/apikey", { name: "n" })).result["apikey"] as Json;
      expect(made["secret"]).toMatch(/^[A-Za-z0-9+/=]{48}$/);
      const path = `users/user/ada/apikey/${String(made["id"])}`;
      expect(await read(ask, path)).not.toHaveProperty("secret");
      const off = (await ask("PUT", path, { status: "DISABLED" })).result["apikey"] as Json;
      expect(off).toMatchObject({ id: made["id"], status: "DISABLED" });
      expect("secret" in off).toBe(false);
      expect("created_at" in off).toBe(edition === "E2");
      expect((await ask("DELETE", path)).result).toEqual({ deleted: true });
    }
  });

  it("are found under any user in E1 and under their own in E2, where a deleted user's key fails", async () => {
    const made: Json = { id: "K", key: "K" };
    const [one, two] = [serve("E1"), serve("E2")];
    for (const ask of [one, two]) await ask("POST", "users/user/bram/apikey", made);
    expect((await read(one, "users/user/ada/apikey/K"))["href"]).toContain("/user/bram/");
    expect((await two("GET", "users/user/ada/apikey/K")).econtext["error"]).toBe("ApiKey K not found");
    for (const ask of [one, two]) await ask("DELETE", "users/user/bram");
    expect((await one("GET", "users/user/ada/apikey/K")).status).toBe(400);
    expect((await two("GET", "users/user/ada/apikey/K")).econtext["error"]).toBe("(UserDoesNotExist(...), '{}')");
  });
});

describe("authenticate", () => {
  const attempt = (ask: Ask, username: string, password: string, more: Json = {}) =>
    ask("POST", "authenticate", {
      type: "username",
      application: "portal",
      credential: { username, password },
      ...more,
    });

  it("tells the user, and signs a token with the application's secret", async () => {
    for (const edition of ["E1", "E2"] as const) {
      const ask = serve(edition);
      const { result } = await attempt(ask, ADA.email, ADA.password);
      expect(result).toMatchObject({ authenticated: true, user: { id: "ada" } });
      const [header, claims, signature] = String(result["access_token"]).split(".");
      const { jwt_secret } = await read(ask, "applications/application/portal");
      const signed = createHmac("sha256", String(jwt_secret)).update(`${header ?? ""}.${claims ?? ""}`);
      expect(signature).toBe(signed.digest("base64url"));
      const content = JSON.parse(Buffer.from(claims ?? "", "base64url").toString()) as Json;
      expect(content).toMatchObject({ sub: "ada", aud: "portal", groups: ["Pilots"], name: "Ada Moreno" });
      expect(content["org"]).toEqual(edition === "E2" ? { organization_id: "air", name: "kestrel-air" } : undefined);
    }
    expect((await attempt(serve("E0"), ADA.email, ADA.password)).result).toEqual({ authenticated: true });
  });

  it("takes an API key", async () => {
    const ask = serve("E1");
    const { id, secret } = (await ask("POST", "users/user/ada/apikey", {})).result["apikey"] as Record<string, string>;
    expect((await attempt(ask, id ?? "", secret ?? "", { type: "apikey" })).result["authenticated"]).toBe(true);
    await ask("PUT", `users/user/ada/apikey/${id ?? ""}`, { status: "DISABLED" });
    expect((await attempt(ask, id ?? "", secret ?? "", { type: "apikey" })).result["authenticated"]).toBe(false);
  });

  it("fails without a reason, in each edition's form", async () => {
    const failures = { E0: {}, E1: { user: null }, E2: { user: null, access_token: null } };
    for (const [edition, more] of Object.entries(failures)) {
      const ask = serve(edition as Edition);
      for (const [name, password, application] of [
        [ADA.email, "wrong one", "portal"],
        [BRAM.email, BRAM.password, "portal"],
        [ADA.email, ADA.password, "auth"],
        ["nobody", ADA.password, "portal"],
      ] as const) {
        expect((await attempt(ask, name, password, { application })).result).toEqual({ authenticated: false, ...more });
      }
    }
  });

  it("refuses what failed three times unseen, and everything after a failure with an ip_address", async () => {
    const ask = serve("E1");
    for (let time = 0; time < 3; time++) await attempt(ask, ADA.email, "to be set");
    await ask("PUT", "users/user/ada", { password: "to be set" });
    expect((await attempt(ask, ADA.email, "to be set")).result["authenticated"]).toBe(false);
    await ask("PUT", "users/user/ada", { password: "the third" });
    expect((await attempt(ask, ADA.email, "the third")).result["authenticated"]).toBe(true);
    await attempt(ask, "nobody", "at all", { ip_address: "127.0.0.1" });
    expect((await attempt(ask, ADA.email, "the third")).result["authenticated"]).toBe(false);
  });
});

describe("E1's rules", () => {
  it("move modified_at with every PUT, an empty one too, and take any status", async () => {
    const ask = serve("E1");
    const before = await read(ask, "users/user/ada");
    expect(before["created_at"]).toBe("2017-05-08 19:21:13.381000+00:00");
    const after = (await ask("PUT", "users/user/ada", {})).result["user"] as Json;
    expect(after["modified_at"]).not.toBe(before["modified_at"]);
    expect(after["modified_at"]).toMatch(TIME);
    const odd = (await ask("PUT", "users/user/ada", { status: "ASLEEP", custom_data: {}, username: "x" })).result[
      "user"
    ];
    expect(odd).toMatchObject({ status: "ASLEEP", custom_data: null, username: ADA.email });
  });

  it("show no fraction where it is zero", async () => {
    for (const edition of ["E1", "E2"] as const) {
      const ask = serve(edition, people({ users: [{ ...ADA, createdAt: "2017-04-20T15:55:08Z" }] }));
      expect((await read(ask, "users/user/ada"))["created_at"]).toBe("2017-04-20 15:55:08+00:00");
    }
  });
});
