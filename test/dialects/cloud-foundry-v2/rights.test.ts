import { describe, expect, it } from "vitest";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, type Answer } from "../../../src/domain/errors.ts";
import type { GroupRef, Membership } from "../../../src/domain/group.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import type { People } from "../../../src/sandbox/people.ts";
import { crowd, together, TOGETHER } from "../../support/crowd.ts";
import { complaints, foundAt, itemsOf, type Ask } from "./plan-and-run.ts";
import { ADMIN, startSandbox, tokenOf } from "./sandbox-send.ts";
import { ASK, asking, EVERY, fault, first, guids, listOf, play, wire, type Scripted } from "./scripted-send.ts";

const ALL = asking({ groups: [EVERY], applications: true });
const SPACE: GroupRef = { kind: "SPACE", id: TOGETHER };
const ORGANIZATION: GroupRef = { kind: "ORGANIZATION", id: "org-0" };
const CHIEF = "user-000";
const PROOF = "GET /v2/users?results-per-page=1";

/** Twelve developers of one space. One of them manages its organization, and sees nothing of the three others. */
const PEOPLE: People = (() => {
  const people = together(crowd(12));
  const users = people.users.map((user) =>
    user.id === CHIEF ? { ...user, roles: [...user.roles, { organization: "org-0", role: "MANAGER" } as const] } : user,
  );
  return { ...people, users };
})();

/** The lists that show users to others than themselves. */
const LISTS: readonly [name: string, read: (directory: Directory) => Promise<readonly User[]>, calls: number][] = [
  [
    "a group",
    async ({ users }) => itemsOf(await users.ofGroups([SPACE], first(50), null, ALL)).map(({ user }) => user),
    2,
  ],
  [
    "a group in one role",
    async ({ users }) => itemsOf(await users.ofGroups([SPACE], first(50), "DEVELOPER", ALL)).map(({ user }) => user),
    2,
  ],
  ["an app", async ({ users }) => itemsOf(await users.ofApplications([TOGETHER], first(50), ALL)), 3],
];

describe.each(LISTS)("The users of %s", (_name, read, count) => {
  it("come with all their groups and apps for whoever may read all users", async () => {
    for (const token of [ADMIN, "sandbox-reader"]) {
      const { directory, calls } = startSandbox(PEOPLE)(token);
      const users = await read(directory);
      expect(users).toHaveLength(12);
      const told = users.map((user) => namesOf(user.groups(first(20), EVERY), user.applications(first(20))));
      expect(told).toEqual(users.map(({ id }) => truthOf(id)));
      expect(calls).toHaveLength(count);
    }
  });

  it("have none but their own relations told to anybody else", async () => {
    const { directory } = startSandbox(PEOPLE)(tokenOf(CHIEF));
    const users = await read(directory);
    expect(users).toHaveLength(12);
    const told = await readOn(directory, users);
    for (const [at, { id }] of users.entries()) {
      if (id === CHIEF) expect(told[at]).toEqual(truthOf(id));
      else expect(told[at]).toMatchObject([{ code: "FORBIDDEN" }, { code: "FORBIDDEN" }]);
    }
  });

  it.each([ADMIN, tokenOf(CHIEF)])("take no calls that were not planned, for %s", async (token) => {
    const foundation = foundAt({ people: PEOPLE, token });
    const ask: Ask = async (directory) => readOn(directory, await read(directory));
    for (let time = 0; time < 2; time++) {
      const plan = await foundation.plan(ask);
      const ran = await foundation.run(ask);
      expect(complaints(plan, ran)).toEqual([]);
      expect(plan.steps.map(({ assumes }) => assumes)).toContain("a caller who may not read all users");
      expect(plan.calls.min).toBe(count === 2 ? 2 : 1);
    }
  });
});

describe("The proof that a caller reads all users", () => {
  it("is not asked for where no relations are wanted", async () => {
    const { directory, calls } = startSandbox(PEOPLE)(tokenOf(CHIEF));
    await directory.users.ofGroups([SPACE], first(50), null, asking({ named: true }));
    await directory.users.ofApplications([TOGETHER], first(50), ASK);
    expect(calls.filter((call) => call.startsWith("GET /v2/users"))).toEqual([]);
  });

  it("is asked once for all lists of an operation", async () => {
    const { directory, calls } = startSandbox(PEOPLE)();
    await Promise.all([
      directory.users.ofGroups([SPACE, ORGANIZATION], first(5), null, ALL),
      directory.users.ofGroups([SPACE], first(5), "AUDITOR", ALL),
    ]);
    await directory.users.ofApplications([TOGETHER], first(5), ALL);
    expect(calls.filter((call) => call.startsWith(PROOF))).toHaveLength(1);
    // The app itself came along with its developers.
    expect(calls).toHaveLength(5);
  });

  it("is the list of all users, where that was read before", async () => {
    const { directory, calls } = startSandbox(PEOPLE)();
    await directory.users.list(first(5), null, ASK);
    await directory.users.ofGroups([SPACE], first(5), null, ALL);
    expect(calls).toHaveLength(2);
    expect(calls[1]).toContain("inline-relations-depth=2");
  });

  it("is asked for by no cursor that nobody gave out, and in no role that the group lacks", async () => {
    const { users, calls } = play(() => ({ body: listOf([]) }));
    for (const role of [null, "DEVELOPER"] as const) {
      const [answer] = await users.ofGroups([SPACE], first(5, "elsewhere"), role, ALL);
      expect(answer).toMatchObject({ problems: [{ code: "INVALID", path: ["after"] }] });
    }
    await users.ofGroups([SPACE], first(5), "BILLING_MANAGER", ALL);
    expect(calls).toEqual([]);
  });

  it.each<[what: string, answer: Scripted]>([
    ["refused", fault(403, 10003, "CF-NotAuthorized")],
    ["refused for want of a scope", fault(403, 10007, "CF-InsufficientScope")],
    ["refused for now", { status: 429 }],
    ["answered with a fault", { status: 500 }],
    ["no JSON", { text: "<html>" }],
  ])("fails where it is %s: then the list comes without relations, and is none the worse", async (_what, answer) => {
    const { users, calls } = play((path) =>
      path.startsWith("/v2/users?") ? answer : { body: listOf(guids("u", 3).map((guid) => wire(guid))) },
    );
    const needs = asking({ groups: [EVERY], applications: true, named: true });
    const [page] = await users.ofGroups([SPACE], first(5), "DEVELOPER", needs);
    expect(itemsOf([page ?? null]).map(({ user }) => user.groups(first(5), EVERY))).toEqual(Array(3).fill(undefined));
    expect(calls).toEqual([
      PROOF,
      "GET /v2/spaces/together/developers?results-per-page=5&page=1&order-direction=asc" +
        "&inline-relations-depth=1&include-relations=default_space",
    ]);
  });
});

type Told = readonly [groups: unknown, apps: unknown];

function namesOf(
  groups: Answer<Page<Membership>> | undefined,
  apps: Answer<Page<{ readonly id: string }>> | undefined,
): Told {
  const groupNames =
    groups === undefined || isDirectoryError(groups)
      ? groups
      : groups.items.map(({ role, group }) => `${role} ${group.id}`).sort();
  return [groupNames, apps === undefined || isDirectoryError(apps) ? apps : apps.items.map(({ id }) => id).sort()];
}

/** The groups and apps of users, as the graph asks for what did not come along. */
async function readOn(directory: Directory, users: readonly User[]): Promise<readonly Told[]> {
  return Promise.all(
    users.map(async (user) => {
      const page = first(20);
      const [groups, apps] = await Promise.all([
        user.groups(page, EVERY) ?? directory.groups.ofUsers([user.id], page, EVERY, ASK).then(([answer]) => answer),
        user.applications(page) ?? directory.applications.ofUsers([user.id], page, ASK).then(([answer]) => answer),
      ]);
      return namesOf(groups, apps);
    }),
  );
}

function truthOf(guid: string): Told {
  const roles = PEOPLE.users.find((user) => user.id === guid)?.roles ?? [];
  const spaces = roles.flatMap((held) => ("space" in held && held.role === "DEVELOPER" ? [held.space] : []));
  return [
    roles.map((held) => `${held.role} ${"space" in held ? held.space : held.organization}`).sort(),
    PEOPLE.apps.flatMap(({ id, space }) => (spaces.includes(space) ? [id] : [])).sort(),
  ];
}
