import { describe, expect, it } from "vitest";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Refusal } from "../../../src/domain/errors.ts";
import type { GroupKind, GroupRole, MembershipRef } from "../../../src/domain/group.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { hasMore } from "../../../src/domain/page.ts";
import { startSandbox, tokenOf } from "./sandbox-send.ts";
import { ASK, EVERY, fault, first, play, replay, wire, type Scripted } from "./scripted-send.ts";

const ASKS = ["Mutation.test"];
const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
const CHIARA = "1b7c9e52-0c1d-4a55-8f7e-3b2a1c0d9e02";
const DANIEL = "2e8d7f63-1d2e-4b66-9a8f-4c3b2d1e0f03";
const FEMI = "4aaf9b85-3f4a-4d88-9cab-6e5d4f3a2b05";
const HIRO = "6cc1bda7-5b6c-4faa-9ecd-8a7f6b5c4d07";
const AIR = "a7aff246-5f5b-4cf8-87d8-f316053e4a20";
const CARGO = "1c0e6074-777f-450e-9abc-c42f39d9b75b";
const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";
const STAGING = "bc8d3381-390d-4bd7-8c71-25309900a2e3";

const inSpace = (user: string, id: string, role: GroupRole = "DEVELOPER"): MembershipRef => ({
  user,
  group: { kind: "SPACE", id },
  role,
});
const inOrganization = (user: string, id: string, role: GroupRole = "MEMBER"): MembershipRef => ({
  user,
  group: { kind: "ORGANIZATION", id },
  role,
});

const NOT_AUTHORIZED = fault(403, 10003, "CF-NotAuthorized");
const NO_USER = fault(404, 20003, "CF-UserNotFound");
const UNKNOWN = fault(500, 10001, "UnknownError");

/** Each relation as the user's and the group's side spell it, apart from our own table. */
const RELATIONS: readonly (readonly [GroupKind, GroupRole, string, string])[] = [
  ["ORGANIZATION", "MEMBER", "organizations", "users"],
  ["ORGANIZATION", "MANAGER", "managed_organizations", "managers"],
  ["ORGANIZATION", "BILLING_MANAGER", "billing_managed_organizations", "billing_managers"],
  ["ORGANIZATION", "AUDITOR", "audited_organizations", "auditors"],
  ["SPACE", "DEVELOPER", "spaces", "developers"],
  ["SPACE", "MANAGER", "managed_spaces", "managers"],
  ["SPACE", "AUDITOR", "audited_spaces", "auditors"],
];

/** A service that gives one answer for each call, by its method and path. */
function answer(answers: Readonly<Record<string, Scripted>>) {
  return play((path, { method }) => {
    const scripted = answers[`${method} ${path}`];
    if (scripted === undefined) throw new Error(`Nobody said what ${method} ${path} is.`);
    return scripted;
  });
}

describe("Giving a role", () => {
  it.each(RELATIONS)("in kind %s as %s is a PUT on the user's side, %s", async (kind, role, relation) => {
    const { groups, requests } = play(() => ({ status: 201, body: wire("u", { username: "ada" }) }));
    const { id, record } = await groups.addMember({ user: "u", group: { kind, id: "g/1" }, role }, ASKS);
    expect(requests).toEqual([
      {
        method: "PUT",
        route: `/v2/users/{guid}/${relation}/{group}`,
        params: { guid: "u", group: "g/1" },
        for: ASKS,
        keys: 1,
        repeatable: true,
      },
    ]);
    expect([id, record?.username, record?.groups(first(5), EVERY)]).toEqual(["u", "ada", undefined]);
  });

  it("gives the user that was recorded", async () => {
    const { groups } = replay("users-associate_managed_space_with_the_user");
    const membership = inSpace("uaa-id-268", "b133899a-c3ea-451b-adaa-f8e2174cbfec", "MANAGER");
    expect((await groups.addMember(membership, ASKS)).record?.createdAt).toBe("2016-06-08T16:41:35.000Z");
  });

  it("makes forget what was read before, and remembers the user", async () => {
    const { groups, users, calls } = play((path, { method }) => ({
      status: method === "PUT" ? 201 : 200,
      body: wire(path.startsWith("/v2/users") ? "u" : "s"),
    }));
    const read = async () => {
      await groups.byRefs([{ kind: "SPACE", id: "s" }], ASK);
      await users.byIds(["u"], ASK);
    };
    await read();
    await groups.addMember(inSpace("u", "s"), ASKS);
    await read();
    expect(calls).toEqual(["GET /v2/spaces/s", "GET /v2/users/u", "PUT /v2/users/u/spaces/s", "GET /v2/spaces/s"]);
  });

  it.each<[MembershipRef, readonly unknown[]]>([
    [inSpace("..", "s"), [["NOT_FOUND", ["user"]]]],
    [inSpace("u", "a\\b"), [["NOT_FOUND", ["group"]]]],
    [
      inOrganization("", "."),
      [
        ["NOT_FOUND", ["user"]],
        ["NOT_FOUND", ["group"]],
      ],
    ],
    [inSpace("u", "s", "MEMBER"), [["UNSUPPORTED", ["role"]]]],
    [{ ...inSpace("u", "g"), group: { kind: "GROUP", id: "g" } }, [["UNSUPPORTED", ["role"]]]],
  ])("of %j is refused before any call, and so is taking it", async (membership, expected) => {
    const { groups, calls } = play(() => ({ status: 500 }));
    for (const error of [
      await rejection(groups.addMember(membership, ASKS)),
      await rejection(groups.removeMember(membership, ASKS)),
    ]) {
      expect((error as Refusal).problems.map(({ code, path }) => [code, path])).toEqual(expected);
    }
    expect(calls).toEqual([]);
  });
});

describe("A fault that the service did not expect while a role is given", () => {
  const PUT = { "PUT /v2/users/u/spaces/s": UNKNOWN };
  const LOOK = ["PUT /v2/users/u/spaces/s", "GET /v2/users/u", "GET /v2/spaces/s"];
  const THERE = { user: { body: wire("u") }, group: { body: wire("s") } };
  const GONE = { user: NO_USER, group: fault(404, 40004, "CF-SpaceNotFound") };

  it.each<[string, Scripted, Scripted, readonly (readonly string[])[]]>([
    ["user", GONE.user, THERE.group, [["user"]]],
    ["group", THERE.user, GONE.group, [["group"]]],
    ["group, of a user whom one may not read", NOT_AUTHORIZED, GONE.group, [["group"]]],
    ["user and group", GONE.user, GONE.group, [["user"], ["group"]]],
    ["user, of a group that cannot be looked up", GONE.user, { status: 503 }, [["user"]]],
  ])("is looked into, and names what is missing: %s", async (_, user, group, paths) => {
    const { groups, calls } = answer({ ...PUT, "GET /v2/users/u": user, "GET /v2/spaces/s": group });
    const error = await rejection(groups.addMember(inSpace("u", "s"), ASKS));
    expect((error as Refusal).problems.map(({ code, path }) => [code, path])).toEqual(
      paths.map((path) => ["NOT_FOUND", path]),
    );
    expect(calls).toEqual(LOOK);
  });

  it.each<[string, Scripted, Scripted]>([
    ["both are there", THERE.user, THERE.group],
    ["one may read neither", NOT_AUTHORIZED, NOT_AUTHORIZED],
    ["the user cannot be looked up", UNKNOWN, THERE.group],
    ["the group cannot be looked up", THERE.user, { status: 429 }],
  ])("stays what it is, its outcome unknown, where %s", async (_, user, group) => {
    const { groups, calls } = answer({ ...PUT, "GET /v2/users/u": user, "GET /v2/spaces/s": group });
    const error = await rejection(groups.addMember(inSpace("u", "s"), ASKS));
    expect(error).toMatchObject({ code: "UPSTREAM_ERROR", outcomeUnknown: true });
    expect(calls).toEqual(LOOK);
  });

  it("looks an organization up where an organization is meant", async () => {
    const { groups } = answer({
      "PUT /v2/users/u/organizations/o": UNKNOWN,
      "GET /v2/users/u": THERE.user,
      "GET /v2/organizations/o": fault(404, 30003, "CF-OrganizationNotFound"),
    });
    const error = await rejection(groups.addMember(inOrganization("u", "o"), ASKS));
    expect(error).toMatchObject({ problems: [{ code: "NOT_FOUND", path: ["group"] }] });
  });

  it.each([
    { status: 500, text: "hunter2 planted" },
    fault(500, 10011, "CF-DatabaseError"),
    { status: 502, text: "<html>" },
  ])("is looked into for no other answer: %j", async (other) => {
    const { groups, calls } = play(() => other);
    await expect(groups.addMember(inSpace("u", "s"), ASKS)).rejects.toMatchObject({ outcomeUnknown: true });
    expect(calls).toHaveLength(1);
  });
});

describe("A caller who is no administrator", () => {
  it.each(RELATIONS)("gives in kind %s the role %s from the group's side", async (kind, role, relation, side) => {
    const collection = kind === "SPACE" ? "spaces" : "organizations";
    const { groups, calls, requests } = answer({
      [`PUT /v2/users/u/${relation}/g`]: NOT_AUTHORIZED,
      "GET /v2/users/u": NOT_AUTHORIZED,
      [`PUT /v2/${collection}/g/${side}/u`]: { status: 201, body: wire("g") },
    });
    const given = await groups.addMember({ user: "u", group: { kind, id: "g" }, role }, ASKS);
    expect(given).toEqual({ id: "u", record: undefined });
    expect(calls).toEqual([`PUT /v2/users/u/${relation}/g`, "GET /v2/users/u", `PUT /v2/${collection}/g/${side}/u`]);
    expect(requests[2]).toEqual({
      method: "PUT",
      route: `/v2/${collection}/{guid}/${side}/{user}`,
      params: { guid: "g", user: "u" },
      for: ASKS,
      keys: 1,
      repeatable: true,
    });
  });

  const give = async (user: Scripted, fromGroup: Scripted, membership = inSpace("u", "g")) => {
    const relation = membership.group.kind === "SPACE" ? "spaces" : "organizations";
    const side = membership.group.kind === "SPACE" ? "developers" : "users";
    const scene = answer({
      [`PUT /v2/users/u/${relation}/g`]: NOT_AUTHORIZED,
      "GET /v2/users/u": user,
      [`PUT /v2/${relation}/g/${side}/u`]: fromGroup,
    });
    return { error: await rejection(scene.groups.addMember(membership, ASKS)), calls: scene.calls };
  };

  it("makes no user of a guid that nobody has", async () => {
    const { error, calls } = await give(NO_USER, { status: 201, body: wire("g") });
    expect(error).toMatchObject({ problems: [{ code: "NOT_FOUND", path: ["user"] }] });
    expect(calls).toEqual(["PUT /v2/users/u/spaces/g", "GET /v2/users/u"]);
  });

  it("writes nothing where nobody can tell whether the user is there", async () => {
    for (const [unclear, code] of [
      [{ status: 503 }, "UPSTREAM_UNAVAILABLE"],
      [{ status: 429 }, "RATE_LIMITED"],
      [{ status: 403, text: "supporters only" }, "FORBIDDEN"],
      [{ text: "<html>" }, "UPSTREAM_INVALID_RESPONSE"],
    ] as const) {
      const { error, calls } = await give(unclear, { status: 201, body: wire("g") });
      expect(error).toMatchObject({ code, outcomeUnknown: false });
      expect(calls).toHaveLength(2);
    }
  });

  it("is told to add the user to the organization first, in a space", async () => {
    const { error } = await give(NOT_AUTHORIZED, fault(400, 1002, "CF-InvalidRelation"));
    expect(error).toMatchObject({
      problems: [{ code: "CONFLICT", path: ["user"], message: expect.stringContaining("MEMBER first") }],
    });
  });

  it.each<[Scripted, MembershipRef]>([
    [fault(404, 40004, "CF-SpaceNotFound"), inSpace("u", "g")],
    [fault(404, 30003, "CF-OrganizationNotFound"), inOrganization("u", "g")],
  ])("is told of a group that is not there: %j", async (absent, membership) => {
    const { error } = await give({ body: wire("u") }, absent, membership);
    expect(error).toMatchObject({ problems: [{ code: "NOT_FOUND", path: ["group"] }] });
  });

  it.each<[Scripted, MembershipRef]>([
    [NOT_AUTHORIZED, inSpace("u", "g")],
    [fault(400, 1002, "CF-InvalidRelation"), inOrganization("u", "g")],
    [fault(404, 10000, "CF-NotFound"), inSpace("u", "g")],
    [{ status: 404, text: "elsewhere" }, inSpace("u", "g")],
    [fault(422, 10008, "CF-UnprocessableEntity"), inSpace("u", "g")],
  ])("is FORBIDDEN where the group's side answers %j", async (other, membership) => {
    const { error } = await give(NOT_AUTHORIZED, other, membership);
    expect(error).toMatchObject({ code: "FORBIDDEN", outcomeUnknown: false });
  });

  it.each<[Scripted, string, boolean]>([
    [UNKNOWN, "UPSTREAM_ERROR", true],
    [{ status: 504 }, "UPSTREAM_UNAVAILABLE", true],
    [{ status: 201, text: "<html>" }, "UPSTREAM_INVALID_RESPONSE", true],
    [{ status: 201, body: wire("other") }, "UPSTREAM_INVALID_RESPONSE", true],
    [fault(429, 10018, "CF-RateLimitV2APIExceeded"), "RATE_LIMITED", false],
    [fault(401, 1000, "CF-InvalidAuthToken"), "UNAUTHENTICATED", false],
  ])("is told more than that where the group's side answers %j", async (other, code, outcomeUnknown) => {
    const { error } = await give(NOT_AUTHORIZED, other);
    expect(error).toMatchObject({ code, outcomeUnknown });
  });

  it("is told of an answer from the group's side that was lost", async () => {
    const { groups } = play((path, { method }) => {
      if (method === "PUT" && path.startsWith("/v2/spaces/")) {
        throw new ServiceFailure("UPSTREAM_TIMEOUT", "Late.", { service: "cloud", outcomeUnknown: true });
      }
      return NOT_AUTHORIZED;
    });
    await expect(groups.addMember(inSpace("u", "g"), ASKS)).rejects.toMatchObject({
      code: "UPSTREAM_TIMEOUT",
      outcomeUnknown: true,
      message: expect.stringMatching(/the role may be given all the same: read the user's groups/) as unknown,
    });
  });

  it.each([
    fault(403, 10007, "CF-InsufficientScope"),
    { status: 403, text: "You are a space supporter" },
    fault(403, 330002, "CF-FeatureDisabled"),
  ])("is FORBIDDEN at once for another reason: %j", async (other) => {
    const { groups, calls } = play(() => other);
    await expect(groups.addMember(inSpace("u", "g"), ASKS)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(calls).toHaveLength(1);
  });
});

describe("Taking a role", () => {
  it.each(RELATIONS)("in kind %s as %s is a DELETE on the user's side, %s", async (kind, role, relation) => {
    const { groups, requests } = play(() => ({ status: 204 }));
    const taken = await groups.removeMember({ user: "u", group: { kind, id: "g" }, role }, ASKS);
    expect(taken).toEqual({ id: "u", record: undefined });
    expect(requests).toEqual([
      {
        method: "DELETE",
        route: `/v2/users/{guid}/${relation}/{group}`,
        params: { guid: "u", group: "g" },
        for: ASKS,
        keys: 1,
        repeatable: true,
      },
    ]);
  });

  it("is understood as it was recorded", async () => {
    const { groups } = replay("users-remove_space_from_the_user");
    const membership = inSpace("uaa-id-307", "6c37bc37-f712-4399-be89-2272980b66ef");
    expect(await groups.removeMember(membership, ASKS)).toEqual({ id: "uaa-id-307", record: undefined });
  });

  it("makes forget what was read before, and asks no second side", async () => {
    const { groups, users, calls } = play((_, { method }) =>
      method === "DELETE" ? NOT_AUTHORIZED : { body: wire("u") },
    );
    await users.byIds(["u"], ASK);
    await expect(groups.removeMember(inSpace("u", "s"), ASKS)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await users.byIds(["u"], ASK);
    expect(calls).toEqual(["GET /v2/users/u", "DELETE /v2/users/u/spaces/s", "GET /v2/users/u"]);
  });
});

describe("Roles in the sandbox", () => {
  it.each(RELATIONS)("are an administrator's to give and take: in kind %s, %s", async (kind, role, relation) => {
    const group = { kind, id: kind === "SPACE" ? PRODUCTION : AIR };
    const { directory, calls } = startSandbox()();
    const membership = { user: HIRO, group, role };
    const { record } = await directory.groups.addMember(membership, ASKS);
    expect([record?.id, record?.username]).toEqual([HIRO, "hiro.tanaka@kestrel.example"]);
    await directory.groups.addMember(membership, ASKS);
    expect(await rolesOf(directory, HIRO)).toEqual([`${role} ${group.id}`]);
    expect(await directory.groups.removeMember(membership, ASKS)).toEqual({ id: HIRO, record: undefined });
    await directory.groups.removeMember(membership, ASKS);
    expect(await rolesOf(directory, HIRO)).toEqual([]);
    const path = `/v2/users/${HIRO}/${relation}/${group.id}`;
    expect(calls.filter((call) => !call.startsWith("GET"))).toEqual([
      `PUT ${path} 201`,
      `PUT ${path} 201`,
      `DELETE ${path} 204`,
      `DELETE ${path} 204`,
    ]);
  });

  it("name to an administrator whatever is not there", async () => {
    const { directory } = startSandbox()();
    const paths = async (membership: MembershipRef) => {
      const error = await rejection(directory.groups.addMember(membership, ASKS));
      return (error as Refusal).problems.map(({ code, path }) => `${code} ${path.join(".")}`);
    };
    expect(await paths(inSpace("nobody", PRODUCTION))).toEqual(["NOT_FOUND user"]);
    expect(await paths(inSpace(HIRO, "nothing"))).toEqual(["NOT_FOUND group"]);
    expect(await paths(inOrganization("nobody", "nothing"))).toEqual(["NOT_FOUND user", "NOT_FOUND group"]);
  });

  it("name the same where they are taken", async () => {
    const { directory } = startSandbox()();
    for (const [membership, path] of [
      [inSpace("nobody", PRODUCTION), ["user"]],
      [inSpace(HIRO, "nothing"), ["group"]],
      [inOrganization(HIRO, "nothing"), ["group"]],
    ] as const) {
      const error = await rejection(directory.groups.removeMember(membership, ASKS));
      expect(error).toMatchObject({ problems: [{ code: "NOT_FOUND", path }] });
    }
  });

  it("are a manager's to give, in three calls, and to take, in one", async () => {
    const open = startSandbox();
    const { directory, calls } = open(tokenOf(ADA));
    const membership = inSpace(FEMI, STAGING);
    expect(await directory.groups.addMember(membership, ASKS)).toEqual({ id: FEMI, record: undefined });
    expect(calls).toEqual([
      `PUT /v2/users/${FEMI}/spaces/${STAGING} 403`,
      `GET /v2/users/${FEMI} 403`,
      `PUT /v2/spaces/${STAGING}/developers/${FEMI} 201`,
    ]);
    expect(await rolesOf(open().directory, FEMI)).toContain(`DEVELOPER ${STAGING}`);
    await directory.groups.removeMember(membership, ASKS);
    expect(calls.slice(3)).toEqual([`DELETE /v2/users/${FEMI}/spaces/${STAGING} 204`]);
    expect(await rolesOf(open().directory, FEMI)).not.toContain(`DEVELOPER ${STAGING}`);
  });

  it("in a space are given by a manager only to members of the organization", async () => {
    const { directory } = startSandbox()(tokenOf(ADA));
    const error = await rejection(directory.groups.addMember(inSpace(HIRO, STAGING), ASKS));
    expect(error).toMatchObject({ problems: [{ code: "CONFLICT", path: ["user"] }] });
    await directory.groups.addMember(inOrganization(HIRO, AIR), ASKS);
    await directory.groups.addMember(inSpace(HIRO, STAGING), ASKS);
  });

  it("name to a manager what is not there, and make no user of it", async () => {
    const open = startSandbox();
    const { groups } = open(tokenOf(ADA)).directory;
    expect(await rejection(groups.addMember(inOrganization("nobody", AIR), ASKS))).toMatchObject({
      problems: [{ code: "NOT_FOUND", path: ["user"] }],
    });
    expect(await rejection(groups.addMember(inSpace(FEMI, "nothing"), ASKS))).toMatchObject({
      problems: [{ code: "NOT_FOUND", path: ["group"] }],
    });
    expect(await open().directory.users.byIds(["nobody"], ASK)).toEqual([null]);
  });

  it("are not for users to give themselves, but to lay down", async () => {
    const open = startSandbox();
    const { directory, calls } = open(tokenOf(BRAM));
    const error = await rejection(directory.groups.addMember(inSpace(BRAM, PRODUCTION), ASKS));
    expect(error).toMatchObject({ code: "FORBIDDEN", outcomeUnknown: false });
    expect(calls).toEqual([
      `PUT /v2/users/${BRAM}/spaces/${PRODUCTION} 403`,
      `GET /v2/users/${BRAM} 200`,
      `PUT /v2/spaces/${PRODUCTION}/developers/${BRAM} 403`,
    ]);
    await directory.groups.removeMember(inSpace(BRAM, PRODUCTION, "AUDITOR"), ASKS);
    expect(await rolesOf(directory, BRAM)).toEqual([`MEMBER ${AIR}`, `DEVELOPER ${STAGING}`]);
  });

  it("in an organization stay while there are roles in its spaces", async () => {
    const { directory } = startSandbox()();
    const error = await rejection(directory.groups.removeMember(inOrganization(BRAM, AIR), ASKS));
    expect(error).toMatchObject({
      problems: [
        { code: "CONFLICT", path: ["group"], message: expect.stringContaining("roles in the organization's") },
      ],
    });
    expect(await rolesOf(directory, BRAM)).toContain(`MEMBER ${AIR}`);
  });

  it("of the last manager and the last billing manager are for an administrator to take", async () => {
    const open = startSandbox();
    for (const [user, group, role, word] of [
      [DANIEL, CARGO, "MANAGER", "a manager"],
      [CHIARA, AIR, "BILLING_MANAGER", "a billing manager"],
    ] as const) {
      const membership = inOrganization(user, group, role);
      const error = await rejection(open(tokenOf(user)).directory.groups.removeMember(membership, ASKS));
      expect(error).toMatchObject({
        problems: [{ code: "CONFLICT", path: ["group"], message: expect.stringContaining(`without ${word}`) }],
      });
      await open().directory.groups.removeMember(membership, ASKS);
      expect(await rolesOf(open().directory, user)).not.toContain(`${role} ${group}`);
    }
  });

  it("are FORBIDDEN to whoever may only read", async () => {
    const { directory, calls } = startSandbox()("sandbox-reader");
    for (const error of [
      await rejection(directory.groups.addMember(inSpace(FEMI, STAGING), ASKS)),
      await rejection(directory.groups.removeMember(inSpace(BRAM, STAGING), ASKS)),
    ]) {
      expect(error).toMatchObject({ code: "FORBIDDEN" });
    }
    expect(calls).toHaveLength(2);
  });
});

/** `MEMBER a7aff246-…`, as the directory tells them now. */
async function rolesOf({ groups }: Directory, user: string): Promise<readonly string[]> {
  const [page] = await groups.ofUsers([user], first(100), EVERY, ASK);
  if (page === undefined || page instanceof Error) throw new Error("No roles.", { cause: page });
  expect(await hasMore(page)).toBe(false);
  return page.items.map(({ role, group }) => `${role} ${group.id}`);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error("It did not reject.")),
    (error: unknown) => error,
  );
}
