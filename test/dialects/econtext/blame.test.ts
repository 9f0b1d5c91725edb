import { describe, expect, it } from "vitest";
import { blamesCaller } from "../../../src/dialects/econtext/blame.ts";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import type { ApiKeyWriter } from "../../../src/domain/api-key.ts";
import type { ApplicationMembers } from "../../../src/domain/application.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { EcontextNewUser, EcontextUserChange } from "../../../src/domain/facets/econtext.ts";
import type { UpstreamRequest } from "../../../src/http/send.ts";
import { PEOPLE } from "../../../src/sandbox/people.ts";
import { openSandbox } from "./sandbox-send.ts";
import { ASKS, first, RECORD, refused, respond, USER } from "./scripted-send.ts";
import type { Scripted } from "./scripted-send.ts";

const STACK = 'Traceback (most recent call last):\n  File "route.py", line 58, in process\n    responder(req, resp)';
const crash = (text: string) => refused(500, text, STACK);

const request = (method: UpstreamRequest["method"], route: string, more: Partial<UpstreamRequest> = {}) => ({
  method,
  route,
  for: [],
  keys: 1,
  ...more,
});
const GET_USER = request("GET", "/users/user/{id}", { params: { id: "u1" } });
const GET_GROUP = request("GET", "/groups/group/{id}", { params: { id: "g1" } });
const GET_KEY = request("GET", "/users/user/{user}/apikey/{id}", { params: { user: "u1", id: "K" } });
const SEARCH = request("GET", "/users/search/{text}", { params: { text: '"ada"' } });
const CREATE = request("POST", "/users/user", { body: { email: "x@example.com" } });
const UPDATE = request("PUT", "/users/user/{id}", { params: { id: "u1" }, body: { name: null } });
const CREATE_KEY = request("POST", "/users/user/{user}/apikey", { params: { user: "u1" }, body: {} });
const JOIN = request("POST", "/users/user/{user}/group/{group}", { params: { user: "u1", group: "g1" } });
const LEAVE = request("DELETE", "/users/user/{user}/application/{application}", {
  params: { user: "u1", application: "a1" },
});
const LISTS = ["/users", "/applications", "/groups", "/organizations", "/status"].map((route) => request("GET", route));

type Case = readonly [what: string, request: UpstreamRequest, answer: Scripted];

describe("A 500 is for what the caller asked", () => {
  it.each<Case>([
    ["E2, an unknown user", JOIN, crash("User u1 not found")],
    ["E2, an unknown group", JOIN, crash("Group g1 not found")],
    ["E2, an unknown application", LEAVE, crash("Application a1 not found")],
    ["E2, an unknown key", GET_KEY, crash("ApiKey K not found")],
    ["E2, a key that outlived its user", GET_KEY, crash("(UserDoesNotExist(...), '{}')")],
    ["E2, a group outside the user's applications", JOIN, crash("'Group' object has no attribute 'id'")],
    ["E2, no email", CREATE, crash("A valid email address is required to create a new user")],
    ["E2, no password", CREATE, crash("Password must be included")],
    ["E2, a short password", UPDATE, crash("Password must be at least 7 characters long")],
    [
      "E2, no email address",
      UPDATE,
      crash("Attempting to deflate property 'email' on {'password': 'x'} of class 'User'"),
    ],
    ["E2, a bad status", UPDATE, crash("Attempting to deflate property 'status' on (unsaved): Invalid choice: X")],
    ["E2, a taken email", CREATE, crash("Node(46) already exists with label `User` and property `email` = 'x@y.z'")],
    ["E2, a taken id", CREATE_KEY, crash("Node(46) already exists with label `ApiKey` and property `key` = 'K'")],
    ["E2, an unknown application of a new user", CREATE, crash("Object of type set is not JSON serializable")],
    ["E2, an unknown organization", CREATE, crash("Organization not found: o1")],
    ["E2, nothing that names an organization", CREATE, crash("property 'name' on objects of class Organization")],
    ["E2, an unknown application of a group", CREATE, crash(`(ApplicationDoesNotExist(...), "{'uid': 'a1'}")`)],
    ["E2, null for a text", UPDATE, crash("'NoneType' object has no attribute 'strip'")],
    ["a body that is missing", CREATE, crash("'body'")],
    ["a body that is a list", CREATE, crash("'list' object has no attribute 'get'")],
    ["an id too many", CREATE, crash("on_post() got an unexpected keyword argument 'userid'")],
    ["an id too few", GET_USER, crash("on_get() missing 1 required positional argument: 'userid'")],
    ["E1, an unknown group, in whatever words", GET_GROUP, crash("'error'")],
    ["E1, an unknown group, in other words", GET_GROUP, crash("boom")],
    ["a search that the database does not understand", SEARCH, crash("Failed to invoke procedure: Cannot parse '('")],
    [
      "E1, an id beyond what RethinkDB takes",
      GET_USER,
      crash('Primary key too long (max 127 characters): "xxx" in:\nr'),
    ],
    ["data beyond what RethinkDB takes", UPDATE, crash("Nesting depth limit (20) exceeded.")],
    [
      "half a character",
      CREATE,
      crash("'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed"),
    ],
    ["a password that bcrypt does not take", CREATE, crash("password may not contain NUL bytes")],
    [
      "an error that is an object",
      JOIN,
      { status: 500, body: { econtext: { error: { message: "User u1 not found" } } } },
    ],
  ])("%s", (_, asked, answer) => {
    expect(blamesCaller(asked, respond(answer))).toBe(true);
  });
});

describe("A 500 is the service's own", () => {
  it.each<Case>([
    [
      "E1's database is gone",
      GET_USER,
      crash("Could not connect to localhost:28015. Error: [Errno 111] Connection refused"),
    ],
    ["E2's database is gone", UPDATE, crash("Couldn't connect to localhost:7687 (resolved to ('127.0.0.1:7687',))")],
    ["E1's database has lost a part", JOIN, crash("Cannot perform write: primary replica for shard not available")],
    ["what nobody knows", CREATE, crash("boom")],
    ["only the stack speaks of what is not there", GET_USER, refused(500, "boom", "User u1 not found")],
    ["a proxy's page", GET_GROUP, { status: 500, body: "<html>User u1 not found</html>" }],
    ["a proxy's JSON", SEARCH, { status: 500, body: { message: "User u1 not found" } }],
    ["no words at all", GET_GROUP, { status: 500, body: "" }],
    ["another status", GET_GROUP, refused(501, "User u1 not found", STACK)],
  ])("%s", (_, asked, answer) => {
    expect(blamesCaller(asked, respond(answer))).toBe(false);
  });

  it.each(LISTS)("where nothing was asked that is of the caller's: $route", (list) => {
    for (const text of ["User u1 not found", "'NoneType' object has no attribute 'uid'", "boom"]) {
      expect(blamesCaller(list, respond(crash(text)))).toBe(false);
    }
  });
});

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const DISPATCH = "16191e59-85e8-416f-826d-9cf8106c8cad";
const TAKEN = "bram.okafor@kestrel.example";

const DRAFT: EcontextNewUser = {
  email: "new@kestrel.example",
  password: "flies at 7",
  name: "New",
  applications: [],
  groups: [],
  customData: { company_name: "kestrel-air" },
  organization: null,
};

/** Whatever a caller can get wrong and we do not notice before sending. */
const MISTAKES: Readonly<Record<string, (directory: Directory) => Promise<unknown>>> = {
  "an unknown user": ({ users }) => users.byIds(["nobody"], USER),
  "an unknown group": ({ groups }) => groups.byRefs([{ kind: "GROUP", id: "nothing" }], RECORD),
  "an unknown organization": ({ groups }) => groups.byRefs([{ kind: "ORGANIZATION", id: "nothing" }], RECORD),
  "an unknown application": ({ applications }) => applications.byIds(["nothing"], RECORD),
  "members of an unknown group": ({ users }) =>
    users.ofGroups([{ kind: "GROUP", id: "nothing" }], first(5), null, USER),
  "users of an unknown application": ({ users }) => users.ofApplications(["nothing"], first(5), USER),
  "groups of an unknown application": ({ groups }) => groups.ofApplications(["nothing"], first(5), RECORD),
  "an unknown key": ({ apiKeys }) => apiKeys.byRefs([{ user: ADA, id: "NOTHING" }], RECORD),
  "a key of an unknown user": ({ apiKeys }) => apiKeys.byRefs([{ user: "nobody", id: "NOTHING" }], RECORD),
  "a creation with a taken email": create({ email: TAKEN }),
  "a creation with an unknown application": create({ applications: ["nothing"] }),
  "a creation with an unknown group": create({ groups: ["nothing"] }),
  "a creation with an unknown organization": create({ organization: "nothing" }),
  "a creation with a taken name of an organization": create({ name: "kestrel-air", customData: null }),
  "a creation with an email that the service does not take": create({ email: "a,b@x.y" }),
  "a change of an unknown user": change({ name: "X" }, "nobody"),
  "a change to a taken email": change({ email: TAKEN }),
  "a change to a status that not every edition has": change({ status: "UNVERIFIED" }),
  "a change to no name": change({ name: null }),
  "a removal of an unknown user": ({ users }) => users.remove("nobody", ASKS),
  "a removal of an enabled user": ({ users }) => users.remove(ADA, ASKS),
  "an unknown member": move("addMember", "nobody", DISPATCH),
  "a member of an unknown group": move("addMember", ADA, "nothing"),
  "a member of a group outside the user's applications": move("addMember", BRAM, DISPATCH),
  "an unknown member who leaves": move("removeMember", "nobody", DISPATCH),
  "a member who leaves an unknown group": move("removeMember", ADA, "nothing"),
  "an unknown user of an application": (directory) =>
    membersOf(directory).add({ user: "nobody", application: PORTAL }, ASKS),
  "a user of an unknown application": (directory) =>
    membersOf(directory).add({ user: ADA, application: "nothing" }, ASKS),
  "a user who leaves an unknown application": (directory) =>
    membersOf(directory).remove({ user: ADA, application: "nothing" }, ASKS),
  "a key for an unknown user": (directory) =>
    writerOf(directory).create("nobody", { name: null, description: null }, ASKS),
  "a change of an unknown key": (directory) =>
    writerOf(directory).update({ user: ADA, id: "NOTHING" }, { name: "X" }, ASKS),
  "a removal of an unknown key": (directory) => writerOf(directory).remove({ user: ADA, id: "NOTHING" }, ASKS),
};

function create(draft: Partial<EcontextNewUser>) {
  return ({ users }: Directory) => users.create({ econtext: { ...DRAFT, ...draft } }, ASKS);
}

function change(fields: EcontextUserChange, id = ADA) {
  return ({ users }: Directory) => users.update(id, { econtext: fields }, ASKS);
}

function move(how: "addMember" | "removeMember", user: string, id: string) {
  return ({ groups }: Directory) => groups[how]({ user, group: { kind: "GROUP", id }, role: "MEMBER" }, ASKS);
}

const membersOf = ({ applications }: Directory) => applications.members as ApplicationMembers;
const writerOf = ({ apiKeys }: Directory) => apiKeys.writer as ApiKeyWriter;

describe.each(["E0", "E1", "E2"] as const)("In the sandbox of %s", (edition) => {
  it.each([true, false])(
    "no mistake of a caller is the service's fault, its edition being known: %j",
    async (isKnown) => {
      const failed: string[] = [];
      for (const [mistake, make] of Object.entries(MISTAKES)) {
        const box = openSandbox(PEOPLE, edition);
        if (isKnown) await box.open().users.byIds([ADA], USER);
        await make(box.open()).catch(() => undefined);
        for (const { line, status, request: asked, response } of box.answered) {
          if (status < 500) continue;
          failed.push(mistake);
          expect(econtext.blamesCaller?.(asked, response), `${mistake}: ${line}`).toBe(true);
        }
      }
      if (edition === "E2") expect(failed.length).toBeGreaterThan(10);
      else expect(new Set(failed)).toContain("an unknown group");
    },
  );
});
