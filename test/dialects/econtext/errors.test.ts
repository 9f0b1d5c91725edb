import { describe, expect, it } from "vitest";
import { absenceOf, faultOf } from "../../../src/dialects/econtext/errors.ts";
import { Refusal, ServiceFailure } from "../../../src/domain/errors.ts";
import { first, open, refused, respond, USER } from "./scripted-send.ts";
import type { Scripted } from "./scripted-send.ts";

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

describe("A refused creation", () => {
  const E1 = (parameter: string, text: string) =>
    refused(400, "Invalid parameter", `The "${parameter}" parameter is invalid. ${text}`);

  it.each([
    ["E1, taken email", E1("email", "A user with that email address already exists"), "TAKEN", ["email"]],
    ["E1, short password", E1("password", "Password must be at least 7 characters long"), "INVALID", ["password"]],
    ["E1, malformed email", E1("email", "Invalid email address"), "INVALID", ["email"]],
    [
      "E1, missing email (1.0.4)",
      refused(400, "Missing parameter", `The "'email'" parameter is required.`),
      "INVALID",
      ["email"],
    ],
    [
      "E1, missing password",
      refused(400, "Missing parameter", 'The "password" parameter is required.'),
      "INVALID",
      ["password"],
    ],
    ["E1, custom data", E1("custom_data", "No object"), "INVALID", ["customData"]],
    ["E1, something else", E1("id", "Not that one"), "INVALID", []],
    ["E1, unknown application", E1("applications", "Couldn't find application a2"), "NOT_FOUND", []],
    [
      "E1, error as an object",
      { status: 400, body: { econtext: { error: { code: 400, message: "x already exists" } } } },
      "TAKEN",
      ["email"],
    ],
    [
      "E2, taken email",
      refused(500, "Node(46) already exists with label `User` and property `email` = 'x@example.com'", STACK),
      "TAKEN",
      ["email"],
    ],
    [
      "E2, taken username",
      refused(500, "Node(46) already exists with label `User` and property `username` = 'x'", STACK),
      "TAKEN",
      ["email"],
    ],
    [
      "E2, taken organization name",
      refused(500, "Node(46) already exists with label `Organization` and property `name` = 'x'", STACK),
      "TAKEN",
      ["name"],
    ],
    ["E2, short password", refused(500, "Password must be at least 7 characters long", STACK), "INVALID", ["password"]],
    ["E2, missing password", refused(500, "Password must be included", STACK), "INVALID", ["password"]],
    [
      "E2, missing email",
      refused(500, "A valid email address is required to create a new user", STACK),
      "INVALID",
      ["email"],
    ],
    [
      "E2, malformed email",
      refused(500, `Attempting to deflate property 'email' on {'password': '${HASH}'}`, STACK),
      "INVALID",
      ["email"],
    ],
    ["E2, unknown relation", refused(500, "Object of type set is not JSON serializable", STACK), "NOT_FOUND", []],
    ["E2, unknown organization", refused(500, "Organization not found: o1", STACK), "NOT_FOUND", ["organization"]],
    ["a conflict", refused(409, "409 Conflict", "Something must be disabled"), "CONFLICT", []],
    ["a taken email that only the stack tells", refused(500, "boom", `${STACK} already exists`), "TAKEN", ["email"]],
  ] as const)("is read as what the caller can mend: %s", (_, answer, code, path) => {
    const fault = faultOf(respond(answer));
    expect(fault).toMatchObject({ code, path });
    expectOurWords(fault?.message ?? "");
    expect(fault?.message).not.toMatch(/Node|deflate|JSON|x@example|already exists with|Couldn't/);
  });

  it.each([
    ["a fault", refused(500, "'NoneType' object has no attribute 'strip'", STACK)],
    ["a fault that mentions a password", refused(500, `password ${HASH}`, STACK)],
    ["a proxy's page", HTML],
    ["an unknown path", { status: 404, body: "" }],
    ["a stranger", refused(401, "already exists", "already exists")],
    ["an unavailable service", refused(503, "already exists", "already exists")],
  ])("is not read into other answers: %s", (_, answer) => {
    expect(faultOf(respond(answer))).toBeUndefined();
  });

  it("is a Refusal for the caller", () => {
    const fault = faultOf(respond(refused(500, "Password must be included", STACK)));
    expect(fault && new Refusal(fault).message).toBe(fault?.message);
  });
});

function expectOurWords(text: string): void {
  for (const word of [HASH, "$2b$", "Traceback", "models.py", "boom", "econtextauth"]) expect(text).not.toContain(word);
}
