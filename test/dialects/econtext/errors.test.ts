import { describe, expect, it } from "vitest";
import { absenceOf, problemOf } from "../../../src/dialects/econtext/errors.ts";
import type { Write } from "../../../src/dialects/econtext/outcomes.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { Refusal, ServiceFailure } from "../../../src/domain/errors.ts";
import type { FailureCode, ProblemCode } from "../../../src/domain/errors.ts";
import { ASKS, first, ok, open, refused, respond, USER } from "./scripted-send.ts";
import type { Scripted } from "./scripted-send.ts";
import { user } from "./wire-bodies.ts";

const HASH = "$2b$12$8Nw7cYw0hVdJ1nHc0m2cPeQmJ7l0m3kXv1yQz9uWcR5tS4aB6dEfG";
const STACK = `Traceback (most recent call last):\n  File "/srv/econtextauth/models.py", line 46, in save\n    raise Exception("${HASH}")`;
const HTML: Scripted = { status: 400, body: "<html>User not found</html>" };

describe("A read's answer", () => {
  it.each([
    ["E1, unknown user", refused(400, "Invalid parameter", 'The "userid" parameter is invalid. User not found')],
    [
      "E1, unknown application",
      refused(400, "Invalid parameter", 'The "appid" parameter is invalid. Application not found'),
    ],
    ["E2, unknown group", refused(400, "Invalid parameter", 'The "g1" parameter is invalid. Organization not found')],
    [
      "E1, users of an unknown group",
      refused(400, "Invalid parameter", 'The "groupid" parameter is invalid. Group could not be found'),
    ],
    ["E2, unknown user", refused(500, "User u1 not found", STACK)],
    ["E2, unknown application", refused(500, "Application a1 not found", STACK)],
    ["E2, unknown group", refused(500, "Group g1 not found", STACK)],
    ["E2, unknown key", refused(500, "ApiKey K not found", STACK)],
    [
      "an error that is an object",
      { status: 400, body: { econtext: { error: { code: 400, message: "User not found" } } } },
    ],
    ["no envelope", { status: 400, body: { error: "Invalid parameter", traceback: "User not found." } }],
  ])("says that the thing is not there: %s", (_, answer) => {
    expect(absenceOf(respond(answer))).toBe("NOTHING");
  });

  it.each(["", "not found", { error: "not found" }])(
    "says that the path is not there, in whatever words: %j",
    (body) => {
      expect(absenceOf(respond({ status: 404, body }))).toBe("NO_PATH");
    },
  );

  it.each([
    ["E1, unknown group", refused(500, "'error'", STACK)],
    ["a fault whose stack speaks of what is not found", refused(500, "'body'", "User u1 not found")],
    ["a 500 about an organization", refused(500, "Organization not found: o1", STACK)],
    ["a proxy's page", HTML],
    ["a proxy's 404", { status: 404, body: "<html>404</html>" }],
    ["another 400", refused(400, "Invalid parameter", 'The "limit" parameter is invalid. It must be a number')],
    ["401", { status: 401, body: { error: { title: "401 Unauthorized", description: "not found" } } }],
    ["405", { status: 405, body: { econtext: { result: null } } }],
  ])("says nothing of the kind: %s", (_, answer) => {
    expect(absenceOf(respond(answer))).toBeUndefined();
  });

  it.each([
    [401, "UNAUTHENTICATED"],
    [403, "FORBIDDEN"],
    [404, "UPSTREAM_ERROR"],
    [405, "UPSTREAM_ERROR"],
    [409, "UPSTREAM_ERROR"],
    [429, "RATE_LIMITED"],
    [500, "UPSTREAM_ERROR"],
    [502, "UPSTREAM_UNAVAILABLE"],
    [503, "UPSTREAM_UNAVAILABLE"],
    [504, "UPSTREAM_UNAVAILABLE"],
  ])("with status %i is %s, in our own words", async (status, code) => {
    const { directory } = open({ "GET /users?limit=2&offset=0": refused(status, `boom ${HASH}`, STACK) });
    const failure = await directory.users.list(first(1), null, USER).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceFailure);
    const { message, detail, outcomeUnknown } = failure as ServiceFailure;
    expect(failure).toMatchObject({ code });
    expect(outcomeUnknown).toBe(false);
    expectOurWords(`${message} ${detail ?? ""}`);
  });
});

const e1 = (text: string, parameter = "x") =>
  refused(400, "Invalid parameter", `The "${parameter}" parameter is invalid. ${text}`);
const missing = (parameter: string) => refused(400, "Missing parameter", `The "${parameter}" parameter is required.`);
const conflict = (text: string) => refused(409, "409 Conflict", text);
/** A bare exception, with a stack that nobody may see. */
const crash = (text: string) => refused(500, text, STACK);
const taken = (label: string, property: string) =>
  crash(`Node(46) already exists with label \`${label}\` and property \`${property}\` = 'x@example.com'`);
const undeflatable = (property: string) =>
  crash(`Attempting to deflate property '${property}' on {'password': '${HASH}'} of class 'User': Invalid choice: X`);

type Told = readonly [code: ProblemCode, path: string];
type Row = readonly [edition: string, writes: Write | readonly Write[], answer: Scripted, ...told: Told];

const FIELDS = ["createUser", "updateUser"] as const;
const OF_GROUPS = ["addToGroup", "removeFromGroup"] as const;
const OF_APPLICATIONS = ["addToApplication", "removeFromApplication"] as const;
const OF_A_KEY = ["updateApiKey", "deleteApiKey"] as const;
const BY_USER = [...OF_GROUPS, ...OF_APPLICATIONS, "createApiKey"] as const;

/** What the page says of the same mistake in E1 and in E2, as far as we can make it. */
const TOLD: readonly Row[] = [
  // Unknown ids.
  ["E1", ["updateUser", "deleteUser"], e1("User not found", "userid"), "NOT_FOUND", "id"],
  ["E2", ["updateUser", "deleteUser"], e1("User not found", "u1"), "NOT_FOUND", "id"],
  ["E2", ["updateUser", "deleteUser"], crash("User u1 not found"), "NOT_FOUND", "id"],
  ["E2", "updateUser", e1("User not found", "email"), "NOT_FOUND", "id"],
  ["E1", BY_USER, e1("User not found", "userid"), "NOT_FOUND", "user"],
  ["E2", BY_USER, crash("User u1 not found"), "NOT_FOUND", "user"],
  ["E1", OF_GROUPS, e1("Group not found", "groupid"), "NOT_FOUND", "group"],
  ["E1", OF_GROUPS, e1("Group could not be found", "groupid"), "NOT_FOUND", "group"],
  ["E2", OF_GROUPS, crash("Group g1 not found"), "NOT_FOUND", "group"],
  ["E2", OF_GROUPS, crash("Group of\ntwo lines not found"), "NOT_FOUND", "group"],
  ["E1", OF_APPLICATIONS, e1("Application not found", "appid"), "NOT_FOUND", "application"],
  ["E2", OF_APPLICATIONS, crash("Application a1 not found"), "NOT_FOUND", "application"],
  ["E1", OF_A_KEY, e1("User not found", "userid"), "NOT_FOUND", "id"],
  ["E2", OF_A_KEY, crash("User u1 not found"), "NOT_FOUND", "id"],
  ["E1", OF_A_KEY, e1("ApiKey not found", "apikeyid"), "NOT_FOUND", "id"],
  ["E2", OF_A_KEY, crash("ApiKey K not found"), "NOT_FOUND", "id"],
  ["E2, a key that outlived its user", OF_A_KEY, crash("(UserDoesNotExist(...), '{}')"), "NOT_FOUND", "id"],
  ["E1", "createUser", e1("Couldn't find application a2", "applications"), "NOT_FOUND", ""],
  ["E2", "createUser", crash("Object of type set is not JSON serializable"), "NOT_FOUND", ""],
  ["E2", "createUser", crash("Organization not found: o1"), "NOT_FOUND", "organization"],
  // Fields of a user.
  ["E1 1.0.4", "createUser", missing("'email'"), "INVALID", "email"],
  ["E1", "createUser", missing("password"), "INVALID", "password"],
  ["E2", "createUser", crash("A valid email address is required to create a new user"), "INVALID", "email"],
  ["E2", FIELDS, crash("Password must be included"), "INVALID", "password"],
  ["E1", FIELDS, e1("Password must be at least 7 characters long", "password"), "INVALID", "password"],
  ["E2", FIELDS, crash("Password must be at least 7 characters long"), "INVALID", "password"],
  ["E1", FIELDS, e1("Invalid email address", "email"), "INVALID", "email"],
  ["E2", FIELDS, undeflatable("email"), "INVALID", "email"],
  ["E2", "updateUser", undeflatable("status"), "INVALID", "status"],
  ["E2", "updateApiKey", undeflatable("status"), "INVALID", "status"],
  ["E1", FIELDS, e1("A user with that email address already exists", "email"), "TAKEN", "email"],
  ["E2", FIELDS, taken("User", "email"), "TAKEN", "email"],
  ["E2", FIELDS, taken("User", "username"), "TAKEN", "email"],
  ["only in the stack", FIELDS, refused(500, "boom", `${STACK} already exists`), "TAKEN", "email"],
  ["E2", "createUser", taken("Organization", "name"), "TAKEN", "name"],
  ["E1", FIELDS, e1("No object", "custom_data"), "INVALID", "customData"],
  ["E1", FIELDS, e1("Not that one", "name"), "INVALID", "name"],
  ["E1, something else", FIELDS, e1("Not that one", "id"), "INVALID", ""],
  ["an error that is an object", FIELDS, objection("x already exists"), "TAKEN", "email"],
  // What the present state forbids.
  ["E1, E2", "deleteUser", conflict("User must be disabled before deletion is possible"), "CONFLICT", "id"],
  ["E1, E2", "deleteApiKey", conflict("ApiKey must be disabled before deletion is possible"), "CONFLICT", "id"],
  ["an error that is an object", "deleteUser", { ...objection("Conflict"), status: 409 }, "CONFLICT", "id"],
  [
    "E1",
    "addToGroup",
    e1("User is not a member the application a1 specified by this group", "groupid"),
    "CONFLICT",
    "group",
  ],
  ["E2", "addToGroup", crash("'Group' object has no attribute 'id'"), "CONFLICT", "group"],
  [
    "E1",
    "removeFromApplication",
    conflict("A User must be associated with at least one Application"),
    "CONFLICT",
    "application",
  ],
  ["any", "createUser", conflict("Something must be disabled"), "CONFLICT", ""],
];

/** A sister API of the same company writes its errors so. */
function objection(message: string): Scripted {
  return { status: 400, body: { econtext: { result: {}, error: { code: 400, message } } } };
}

describe("A refused write", () => {
  const cases = TOLD.flatMap(([edition, writes, answer, code, path]) =>
    [writes].flat().map((write) => [edition, write, code, path, answer] as const),
  );

  it.each(cases)("is read as what the caller can mend: %s, %s: %s at %j", (_, write, code, path, answer) => {
    const problem = problemOf(write, respond(answer));
    const within = write === "updateUser" && path !== "id" ? ["econtext"] : [];
    expect(problem).toMatchObject({ code, path: path === "" ? within : [...within, path] });
    expectOurWords(problem?.message ?? "");
    expect(problem?.message).not.toMatch(
      /Node\(|deflate|JSON|x@example|already exists with|Couldn't|parameter|DoesNot/,
    );
  });

  it("is told to who sent it as such, and that nothing was done", async () => {
    for (const [, writes, answer, code] of TOLD) {
      for (const write of [writes].flat()) {
        const error = await run(write, answer).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(Refusal);
        expect(error).toMatchObject({ problems: [{ code }] });
        expect((error as Refusal).message).toMatch(/(?:Nothing was changed|No (?:user|API key) was \w+)\./);
        expectOurWords((error as Refusal).message);
      }
    }
  });

  it("for the state of things says what to do about it", () => {
    const message = (write: Write, answer: Scripted) => problemOf(write, respond(answer))?.message;
    expect(message("deleteUser", conflict("x"))).toContain(
      "set the user's `status` to DISABLED with `updateUser` first",
    );
    expect(message("deleteApiKey", conflict("x"))).toContain("to DISABLED with `updateApiKey` first");
    expect(message("addToGroup", crash("'Group' object has no attribute 'id'"))).toContain(
      "`addUserToApplication` first",
    );
    expect(message("removeFromApplication", conflict("x"))).toContain("add the user to another");
  });
});

const EVERY_WRITE: readonly Write[] = [...FIELDS, ...BY_USER, ...OF_A_KEY, "deleteUser"];

/** What shows no refusal that we know: its status, and whether it leaves open what was done. */
const UNTOLD: readonly (readonly [what: string, answer: Scripted, code: FailureCode, isOpen: boolean])[] = [
  ["a login without envelope", stranger("already exists"), "UNAUTHENTICATED", false],
  ["403, which never occurs", { status: 403, body: "<html>User not found</html>" }, "FORBIDDEN", false],
  ["404, an unknown path", { status: 404, body: "" }, "UPSTREAM_ERROR", false],
  ["404, a proxy's", { status: 404, body: "<html>User not found</html>" }, "UPSTREAM_ERROR", false],
  ["405", { status: 405, body: { econtext: { result: null, elapsed: 0 } } }, "UPSTREAM_ERROR", false],
  ["429", { status: 429, body: "" }, "RATE_LIMITED", false],
  ["502, a proxy's page", { status: 502, body: "<html>already exists</html>" }, "UPSTREAM_UNAVAILABLE", true],
  ["503 with words", refused(503, "already exists", "User not found"), "UPSTREAM_UNAVAILABLE", true],
  ["504", { status: 504, body: "" }, "UPSTREAM_UNAVAILABLE", true],
  ["400, a proxy's page", HTML, "UPSTREAM_ERROR", false],
  ["409, a proxy's page", { status: 409, body: "<html>conflict</html>" }, "UPSTREAM_ERROR", false],
  ["500, a proxy's page", { status: 500, body: "<html>User u1 not found</html>" }, "UPSTREAM_ERROR", true],
  ["a body that is malformed or missing", crash("'body'"), "UPSTREAM_ERROR", true],
  ["a body that is a list", crash("'list' object has no attribute 'get'"), "UPSTREAM_ERROR", true],
  ["too many ids", crash("on_post() got an unexpected keyword argument 'userid'"), "UPSTREAM_ERROR", true],
  ["E1, a fault while building an error", crash("__init__() missing 1 required argument"), "UPSTREAM_ERROR", true],
  ["E2, a group without a name", crash("'NoneType' object has no attribute 'strip'"), "UPSTREAM_ERROR", true],
  [
    "E2, an application without a name",
    crash("property 'name' on objects of class Application"),
    "UPSTREAM_ERROR",
    true,
  ],
  [
    "E2, a group's unknown application",
    crash(`(ApplicationDoesNotExist(...), "{'uid': 'a1'}")`),
    "UPSTREAM_ERROR",
    true,
  ],
  ["a stack that speaks of what is not found", refused(500, "boom", "User u1 not found"), "UPSTREAM_ERROR", true],
  ["a fault that mentions a password", crash(`boom Password must be ${HASH}`), "UPSTREAM_ERROR", true],
];

function stranger(description: string): Scripted {
  return { status: 401, body: { error: { title: "401 Unauthorized", description } } };
}

describe("Another answer to a write", () => {
  const cases = UNTOLD.flatMap(([what, ...rest]) => EVERY_WRITE.map((write) => [what, write, ...rest] as const));

  it.each(cases)("is no refusal: %s, %s", async (_, write, answer, code, outcomeUnknown) => {
    expect(problemOf(write, respond(answer))).toBeUndefined();
    const failure = await run(write, answer).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceFailure);
    expect(failure).toMatchObject({ code, outcomeUnknown });
    const { message, detail } = failure as ServiceFailure;
    expectOurWords(`${message} ${detail ?? ""}`);
    if (outcomeUnknown) expect(message).toMatch(/\b(?:look it up|read)\b.* before (?:trying|sending it) again/);
  });

  it.each([
    ["deleteUser", conflict("x"), ["updateUser", "addToGroup", "removeFromGroup", "addToApplication", "createApiKey"]],
    ["addToGroup", e1("Group not found"), ["removeFromApplication", "createApiKey"]],
    [
      "addToGroup",
      crash("'Group' object has no attribute 'id'"),
      ["removeFromGroup", "addToApplication", "updateUser"],
    ],
    ["addToApplication", crash("Application a1 not found"), ["addToGroup", "createApiKey", "updateUser", "createUser"]],
    ["updateUser", undeflatable("status"), ["createUser", "createApiKey", "deleteUser"]],
    ["updateUser", crash("User u1 not found"), ["createUser"]],
    ["createUser", taken("User", "email"), ["deleteUser", "addToGroup", "createApiKey", "updateApiKey"]],
  ] as const)("is none to a write that cannot have met it, as %s can", (one, answer, others) => {
    expect(problemOf(one, respond(answer))).toBeDefined();
    for (const other of others) expect([other, problemOf(other, respond(answer))]).toEqual([other, undefined]);
  });
});

const USER_OF_E1 = ok({ user: user("u1", { apikeys: [{ id: "K", name: null }] }) });
const MEMBER = { user: "u1", group: { kind: "GROUP", id: "g1" }, role: "MEMBER" } as const;
const KEY = { user: "u1", id: "K" };
const NEW_USER = { password: "flies at 7", name: "Ada", customData: null, groups: [], organization: null };

const EVERY_FIELD = {
  email: "ada@example.com",
  password: "flies at 7",
  name: "Ada",
  status: "DISABLED",
  customData: { a: 1 },
} as const;

const RUNS: Readonly<Record<Write, readonly [line: string, run: (directory: Directory) => Promise<unknown>]>> = {
  createUser: [
    "POST /users/user",
    ({ users }) => users.create({ econtext: { ...NEW_USER, email: "ada@example.com", applications: ["a1"] } }, ASKS),
  ],
  updateUser: ["PUT /users/user/u1", ({ users }) => users.update("u1", { econtext: EVERY_FIELD }, ASKS)],
  deleteUser: ["DELETE /users/user/u1", ({ users }) => users.remove("u1", ASKS)],
  addToGroup: ["POST /users/user/u1/group/g1", ({ groups }) => groups.addMember(MEMBER, ASKS)],
  removeFromGroup: ["DELETE /users/user/u1/group/g1", ({ groups }) => groups.removeMember(MEMBER, ASKS)],
  addToApplication: [
    "POST /users/user/u1/application/a1",
    ({ applications }) => required(applications.members).add({ user: "u1", application: "a1" }, ASKS),
  ],
  removeFromApplication: [
    "DELETE /users/user/u1/application/a1",
    ({ applications }) => required(applications.members).remove({ user: "u1", application: "a1" }, ASKS),
  ],
  createApiKey: [
    "POST /users/user/u1/apikey",
    ({ apiKeys }) => required(apiKeys.writer).create("u1", { name: null, description: null }, ASKS),
  ],
  updateApiKey: [
    "PUT /users/user/u1/apikey/K",
    ({ apiKeys }) => required(apiKeys.writer).update(KEY, { status: "DISABLED" }, ASKS),
  ],
  deleteApiKey: ["DELETE /users/user/u1/apikey/K", ({ apiKeys }) => required(apiKeys.writer).remove(KEY, ASKS)],
};

/** Sends the write to a service that answers so. */
function run(write: Write, answer: Scripted): Promise<unknown> {
  const [line, send] = RUNS[write];
  const application = ok({ user: user("u1", { applications: ["a1"] }) });
  const found = write === "removeFromApplication" ? application : USER_OF_E1;
  return send(open({ "GET /users/user/u1": found, [line]: answer }).directory);
}

function required<T>(value: T | null): T {
  if (value === null) throw new Error("The dialect lacks it.");
  return value;
}

function expectOurWords(text: string): void {
  for (const word of [HASH, "$2b$", "Traceback", "models.py", "boom", "econtextauth"]) expect(text).not.toContain(word);
}
