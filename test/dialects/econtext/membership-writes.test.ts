import { describe, expect, it } from "vitest";
import type { Directory } from "../../../src/domain/directory.ts";
import type { ApplicationMembers } from "../../../src/domain/application.ts";
import { ASKS, first, ok, open, RECORD, recorded, refused } from "./scripted-send.ts";
import type { Script } from "./scripted-send.ts";
import { application, user } from "./wire-bodies.ts";

const GROUP = "/users/user/u1/group/g1";
const APPLICATION = "/users/user/u1/application/a1";
const LAST = refused(409, "409 Conflict", "A User must be associated with at least one Application");

const membership = (id = "g1", userId = "u1") =>
  ({ user: userId, group: { kind: "GROUP", id }, role: "MEMBER" }) as const;

function membersOf({ applications }: Directory): ApplicationMembers {
  if (applications.members === null) throw new Error("no members");
  return applications.members;
}

const addToApplication = (directory: Directory, id = "a1", userId = "u1") =>
  membersOf(directory).add({ user: userId, application: id }, ASKS);
const removeFromApplication = (directory: Directory, id = "a1", userId = "u1") =>
  membersOf(directory).remove({ user: userId, application: id }, ASKS);

describe("The roles that can be given", () => {
  it("are a group's only: nobody can be moved to another organization", () => {
    expect(open({}).directory.groups.roles).toEqual({ GROUP: ["MEMBER"] });
  });
});

describe("Putting a user into a group or an application", () => {
  it("is one POST without a body, never repeated, that does not bring the user along", async () => {
    const { directory, service } = open({
      [`POST ${GROUP}`]: ok({ group: true }),
      [`POST ${APPLICATION}`]: ok({ application: true }),
    });
    expect(await directory.groups.addMember(membership(), ASKS)).toEqual({ id: "u1", record: undefined });
    expect(await addToApplication(directory)).toEqual({ id: "u1", record: undefined });
    const common = { method: "POST", for: ASKS, keys: 1 };
    expect(service.requests).toEqual([
      { ...common, route: "/users/user/{user}/group/{group}", params: { user: "u1", group: "g1" } },
      { ...common, route: "/users/user/{user}/application/{application}", params: { user: "u1", application: "a1" } },
    ]);
  });

  it("of whose application the user is not a member is a CONFLICT which tells what to do first", async () => {
    const sentence =
      'The "groupid" parameter is invalid. User is not a member the application a1 specified by this group';
    for (const answer of [
      refused(400, "Invalid parameter", sentence),
      refused(500, "'Group' object has no attribute 'id'", "Traceback"),
    ]) {
      const { directory } = open({ [`POST ${GROUP}`]: answer });
      await expect(directory.groups.addMember(membership(), ASKS)).rejects.toMatchObject({
        problems: [
          {
            code: "CONFLICT",
            path: ["group"],
            message:
              "The user is not in the group's application: add the user to it with `addUserToApplication` first. Nothing was changed.",
          },
        ],
      });
    }
  });
});

describe("Taking a user out of a group or an application", () => {
  it("is one DELETE, which may be repeated", async () => {
    const { directory, service } = open({
      [`DELETE ${GROUP}`]: recorded("docs-users-group-delete-group"),
      [`DELETE ${APPLICATION}`]: recorded("docs-users-application-delete-application"),
    });
    expect(await directory.groups.removeMember(membership(), ASKS)).toEqual({ id: "u1", record: undefined });
    expect(await removeFromApplication(directory)).toEqual({ id: "u1", record: undefined });
    const common = { method: "DELETE", for: ASKS, keys: 1, repeatable: true };
    expect(service.requests).toEqual([
      { ...common, route: "/users/user/{user}/group/{group}", params: { user: "u1", group: "g1" } },
      { ...common, route: "/users/user/{user}/application/{application}", params: { user: "u1", application: "a1" } },
    ]);
  });

  it("is a CONFLICT where it would be the last application (E1)", async () => {
    const { directory, service } = open({
      [`DELETE ${APPLICATION}`]: LAST,
      "GET /users/user/u1": ok({ user: user("u1", { applications: [application("a1")] }) }),
    });
    await expect(removeFromApplication(directory)).rejects.toMatchObject({
      problems: [{ code: "CONFLICT", path: ["application"] }],
    });
    expect(service.lines).toEqual([`DELETE ${APPLICATION}`, "GET /users/user/u1"]);
  });

  it("is no error where E1 only counts, and the one application is another", async () => {
    const { directory } = open({
      [`DELETE ${APPLICATION}`]: LAST,
      "GET /users/user/u1": ok({ user: user("u1", { applications: ["a2"] }) }),
    });
    expect(await removeFromApplication(directory)).toMatchObject({ id: "u1", record: { id: "u1" } });
  });

  it.each([
    ["cannot be read", { status: 503, body: "" }],
    ["is garbled", ok({ user: user("u1", { applications: [{ id: "" }] }) })],
    ["is gone", refused(400, "Invalid parameter", "User not found")],
    ["does not tell", ok({ user: { id: "u1" } })],
  ])("stays a CONFLICT where the user %s", async (_, answer) => {
    const { directory } = open({ [`DELETE ${APPLICATION}`]: LAST, "GET /users/user/u1": answer });
    await expect(removeFromApplication(directory)).rejects.toMatchObject({ problems: [{ code: "CONFLICT" }] });
  });
});

const WRITES: readonly (readonly [
  line: string,
  place: string,
  write: (directory: Directory, id?: string, userId?: string) => Promise<unknown>,
])[] = [
  [`POST ${GROUP}`, "group", (directory, ...ids) => directory.groups.addMember(membership(...ids), ASKS)],
  [`DELETE ${GROUP}`, "group", (directory, ...ids) => directory.groups.removeMember(membership(...ids), ASKS)],
  [`POST ${APPLICATION}`, "application", addToApplication],
  [`DELETE ${APPLICATION}`, "application", removeFromApplication],
];

describe("A change of who is where", () => {
  it.each(WRITES)("forgets what was read before: %s", async (line, _, write) => {
    const script: Script = {
      "GET /users/user/u1": ok({ user: user("u1") }),
      [line]: ok({ group: true, application: true, deleted: true }),
    };
    const { directory, service } = open(script);
    await directory.applications.ofUsers(["u1"], first(20), RECORD);
    await write(directory);
    await directory.applications.ofUsers(["u1"], first(20), RECORD);
    expect(service.lines).toEqual(["GET /users/user/u1", line, "GET /users/user/u1"]);
  });

  it.each(WRITES)("names what cannot be asked for, and asks nobody: %s", async (_, place, write) => {
    const { directory, service } = open({});
    const pathOf = async (id: string, userId: string) => {
      const error = await write(directory, id, userId).catch((reason: unknown) => reason);
      return (error as { problems: readonly { code: string; path: readonly string[] }[] }).problems.map(
        ({ code, path }) => [code, ...path],
      );
    };
    expect(await pathOf("x", "a/b")).toEqual([["NOT_FOUND", "user"]]);
    expect(await pathOf("..", "u1")).toEqual([["NOT_FOUND", place]]);
    expect(await pathOf("ä".repeat(500), "ä".repeat(500))).toEqual([["NOT_FOUND", place]]);
    expect(service.lines).toEqual([]);
  });

  it.each(WRITES)("may have been made, for all that a garbled answer tells: %s", async (line, _, write) => {
    for (const answer of [
      ok({}),
      { status: 200, body: "<html></html>" },
      ok({ group: {}, application: 1, deleted: "" }),
    ]) {
      const { directory } = open({ [line]: answer });
      await expect(write(directory)).rejects.toMatchObject({
        code: "UPSTREAM_INVALID_RESPONSE",
        outcomeUnknown: true,
        message: expect.stringContaining("before trying again"),
      });
    }
  });
});
