import { describe, expect, it } from "vitest";
import { settle } from "../../../src/domain/answers.ts";
import type { UserNeeds } from "../../../src/domain/ask.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, Refusal } from "../../../src/domain/errors.ts";
import { countAll, hasMore, type PageRequest } from "../../../src/domain/page.ts";
import { PlanDraft, ServicePlan, type PlanStep } from "../../../src/domain/plan/plan.ts";
import { PEOPLE, person, type People } from "../../../src/sandbox/people.ts";
import { ADA, AIR, KEY, PILOTS, PORTAL, ROSTER } from "../../support/sandbox-ids.ts";
import { openSandbox, type Answered, type OpenSandbox } from "./sandbox-send.ts";
import { ASKS, first, RECORD, SERVICE, USER } from "./scripted-send.ts";

const EDITIONS = ["E0", "E1", "E2"] as const;
const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
const CHIARA = "1b7c9e52-0c1d-4a55-8f7e-3b2a1c0d9e02";
const GRETA = "5bb0ac96-4a5b-4e99-8dbc-7f6e5a4b3c06";
const DISPATCH = "16191e59-85e8-416f-826d-9cf8106c8cad";
const ALL = { kind: null, role: null };
const EVERYTHING: UserNeeds = { record: true, groups: [ALL], applications: true, apiKeys: true };
const pilots = { kind: "GROUP", id: PILOTS } as const;
const dispatch = { kind: "GROUP", id: DISPATCH } as const;
const air = { kind: "ORGANIZATION", id: AIR } as const;

/** More groups than E2 lists, and more members of one than are asked for one by one. */
const MANY: People = {
  ...PEOPLE,
  groups: [
    ...PEOPLE.groups,
    ...Array.from({ length: 30 }, (_, n) => ({
      id: `group-${n}`,
      name: `Group ${n}`,
      description: null,
      application: n % 2 === 0 ? PORTAL : ROSTER,
      customData: null,
    })),
  ],
  users: [
    ...PEOPLE.users,
    ...Array.from({ length: 30 }, (_, n) =>
      person(`user-${n}`, `User ${n}`, { applications: [PORTAL], groups: [PILOTS, `group-${n}`], apiKeys: ["one"] }),
    ),
  ],
};
const STRANGERS = Array.from({ length: 30 }, (_, n) => `user-${n}`);

type Question = (directory: Directory) => Promise<unknown>;

/** What is asked of users, and of what hangs on them, by whoever reads a whole answer. */
async function readUsers(directory: Directory, ids: readonly string[]): Promise<void> {
  const users = await directory.users.byIds(ids, { needs: EVERYTHING, for: ASKS });
  for (const user of users) if (user !== null && !isDirectoryError(user)) await readUser(directory, user);
}

async function readUser(directory: Directory, user: Awaited<ReturnType<Directory["users"]["create"]>>): Promise<void> {
  const page = first(20);
  const memberships =
    user.groups(page, ALL) ?? (await directory.groups.ofUsers([user.id], page, ALL, RECORD)).find(isPresent);
  const groups = (memberships?.items ?? []).map(({ group }) => group);
  await directory.groups.byRefs(
    groups.filter(({ record }) => record === undefined),
    RECORD,
  );
  const applications =
    user.applications(page) ?? (await directory.applications.ofUsers([user.id], page, RECORD)).find(isPresent);
  const strangers = (applications?.items ?? []).filter(({ record }) => record === undefined);
  if (strangers.length > 0)
    await directory.applications.byIds(
      strangers.map(({ id }) => id),
      RECORD,
    );
  const keys = user.apiKeys() ?? (await directory.apiKeys.ofUsers([user.id], RECORD)).find(isPresent) ?? [];
  const refs = keys.filter(({ record }) => record === undefined).map(({ id }) => ({ user: user.id, id }));
  if (refs.length > 0) await directory.apiKeys.byRefs(refs, RECORD);
}

function isPresent<T>(answer: T): answer is Exclude<T, Error> {
  return !isDirectoryError(answer);
}

async function readList(directory: Directory, page: PageRequest, search: string | null): Promise<void> {
  const { items } = await directory.users.list(page, search, { needs: EVERYTHING, for: ASKS });
  for (const user of items) await readUser(directory, user);
}

async function readMembers(directory: Directory): Promise<void> {
  const [members] = await directory.users.ofGroups([pilots], first(100), null, { needs: EVERYTHING, for: ASKS });
  if (members === null || members === undefined || isDirectoryError(members)) return;
  const bare = members.items.filter(({ user }) => user.groups(first(5), ALL) === undefined);
  if (bare.length > 0)
    await directory.groups.ofUsers(
      bare.map(({ user }) => user.id),
      first(5),
      ALL,
      RECORD,
    );
}

async function readGroups(directory: Directory, page: PageRequest, kind: "GROUP" | "ORGANIZATION" | null) {
  const groups = await directory.groups.list(page, kind, RECORD);
  await hasMore(groups);
  await countAll(groups);
}

/** Where nothing depends on the data: planned exactly, once the edition is known. */
const EXACT: Readonly<Record<string, Question>> = {
  "one user": ({ users }) => users.byIds([ADA], USER),
  "two users, one twice": ({ users }) => users.byIds([ADA, BRAM, ADA], USER),
  "a user whose id cannot be asked for": ({ users }) => users.byIds(["a/b"], USER),
  "a page of users": ({ users }) => users.list(first(3), null, USER),
  "the same page twice": async ({ users }) => [
    await users.list(first(3), null, USER),
    await users.list(first(3), null, USER),
  ],
  "users found": ({ users }) => users.list(first(3), "Moreno", USER),
  "users of two applications": ({ users }) => users.ofApplications([PORTAL, ROSTER], first(3), USER),
  "members of a group": ({ users }) => users.ofGroups([pilots], first(3), null, USER),
  "managers of a group": ({ users }) => users.ofGroups([pilots], first(3), "MANAGER", USER),
  "members of an organization by their role": ({ users }) => users.ofGroups([air], first(3), "MEMBER", USER),
  "managers of an organization": ({ users }) => users.ofGroups([air], first(3), "MANAGER", USER),
  "one application": ({ applications }) => applications.byIds([PORTAL], RECORD),
  "all applications": ({ applications }) => applications.list(first(3), RECORD),
  "applications of a user": ({ applications }) => applications.ofUsers([ADA], first(3), RECORD),
  "the application of a group": ({ applications }) => applications.ofGroups([pilots, air], first(3), RECORD),
  "one group": ({ groups }) => groups.byRefs([pilots], RECORD),
  "one organization": ({ groups }) => groups.byRefs([air], RECORD),
  "a page of groups": ({ groups }) => groups.list(first(3), "GROUP", RECORD),
  "a page of organizations": ({ groups }) => groups.list(first(3), "ORGANIZATION", RECORD),
  spaces: ({ groups }) => groups.list(first(3), "SPACE", RECORD),
  "groups of a user": ({ groups }) => groups.ofUsers([ADA], first(3), ALL, RECORD),
  "spaces of a user": ({ groups }) => groups.ofUsers([ADA], first(3), { kind: "SPACE", role: null }, RECORD),
  "children of a group": ({ groups }) => groups.childrenOf([pilots], first(3), RECORD),
  "keys of a user": ({ apiKeys }) => apiKeys.ofUsers([ADA], RECORD),
  "one key": ({ apiKeys }) => apiKeys.byRefs([{ user: ADA, id: KEY }], RECORD),
  "a new user": ({ users }) =>
    users.create(
      {
        econtext: {
          email: "new@example.com",
          password: "long enough",
          name: "New",
          customData: null,
          applications: [PORTAL],
          groups: [],
          organization: null,
        },
      },
      ASKS,
    ),
  "a change": ({ users }) => users.update(ADA, { econtext: { name: "Ada" } }, ASKS),
  "no change": ({ users }) => users.update(ADA, { econtext: {} }, ASKS),
  "a deletion": ({ users }) => users.remove(GRETA, ASKS),
  "a user into a group": ({ groups }) => groups.addMember({ user: BRAM, group: pilots, role: "MEMBER" }, ASKS),
  "a user out of a group": ({ groups }) => groups.removeMember({ user: BRAM, group: pilots, role: "MEMBER" }, ASKS),
  "a user into an application": ({ applications }) =>
    applications.members?.add({ user: BRAM, application: ROSTER }, ASKS) ?? Promise.reject(new Error("none")),
  "a new key": ({ apiKeys }) =>
    apiKeys.writer?.create(ADA, { name: "k", description: null }, ASKS) ?? Promise.reject(new Error("none")),
};

/** Where it does. */
const LOOSE: Readonly<Record<string, Question>> = {
  "many users": (directory) => readUsers(directory, [ADA, BRAM, CHIARA, GRETA, ...STRANGERS]),
  "many users, of whom some are not there": ({ users }) => users.byIds([ADA, BRAM, "nobody", "no one"], USER),
  "a user with everything": (directory) => readUsers(directory, [ADA]),
  "a page of users with everything": (directory) => readList(directory, first(50), null),
  "users found, with everything": (directory) => readList(directory, first(50), "Moreno"),
  "two pages of users": async ({ users }) => [
    await users.list(first(3), null, USER),
    await users.list(first(4), null, USER),
  ],
  "members with their groups": readMembers,
  "members of an organization": ({ users }) => users.ofGroups([air], first(3), null, USER),
  "groups of many users": ({ groups }) => groups.ofUsers(STRANGERS, first(3), ALL, RECORD),
  "several applications": ({ applications }) => applications.byIds([PORTAL, ROSTER, "gone"], RECORD),
  "an application that was listed": async ({ applications }) => [
    await applications.list(first(3), RECORD),
    await applications.byIds([PORTAL], RECORD),
  ],
  "several groups": ({ groups }) => groups.byRefs([pilots, dispatch, air], RECORD),
  "an organization that is named by its id alone": async ({ groups, users }) => [
    await settle(() => groups.byId(AIR, RECORD)),
    await users.ofGroups([air], first(3), null, USER),
  ],
  "groups of an application": ({ groups }) => groups.ofApplications([PORTAL], first(3), RECORD),
  "groups of several applications": ({ groups }) => groups.ofApplications([PORTAL, ROSTER, "gone"], first(3), RECORD),
  "groups as many as are listed": (directory) => readGroups(directory, first(25), "GROUP"),
  "more groups than are listed": (directory) => readGroups(directory, first(100), "GROUP"),
  "groups of both kinds": (directory) => readGroups(directory, first(100), null),
  "a few groups of both kinds": (directory) => readGroups(directory, first(2), null),
  "organizations behind the groups": (directory) => readGroups(directory, { first: 2, after: "organizations~1" }, null),
  "a user out of an application": ({ applications }) =>
    applications.members?.remove({ user: ADA, application: ROSTER }, ASKS) ?? Promise.reject(new Error("none")),
  "a user of one application out of another": ({ applications }) =>
    applications.members?.remove({ user: BRAM, application: ROSTER }, ASKS) ?? Promise.reject(new Error("none")),
  "another user's key": ({ apiKeys }) => settle(async () => apiKeys.writer?.remove({ user: BRAM, id: KEY }, ASKS)),
  "a changed key": ({ apiKeys }) =>
    apiKeys.writer?.update({ user: ADA, id: KEY }, { name: "k" }, ASKS) ?? Promise.reject(new Error("none")),
  "an unchanged key": ({ apiKeys }) =>
    apiKeys.writer?.update({ user: ADA, id: KEY }, {}, ASKS) ?? Promise.reject(new Error("none")),
  "a change that one edition does not take": ({ users }) =>
    settle(() => users.update(ADA, { econtext: { status: "UNVERIFIED" } }, ASKS)).catch(refused),
};

function refused(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

/** Reads something that shows the edition. */
async function warm(sandbox: OpenSandbox): Promise<void> {
  await sandbox.open().users.list(first(100), null, USER);
}

async function planOf(sandbox: OpenSandbox, question: Question): Promise<readonly PlanStep[]> {
  const draft = new PlanDraft();
  await question(sandbox.plan(new ServicePlan(SERVICE, draft, 0)));
  return draft.plan.steps;
}

async function run(sandbox: OpenSandbox, question: Question): Promise<readonly Answered[]> {
  const before = sandbox.answered.length;
  await question(sandbox.open());
  return sandbox.answered.slice(before).filter(({ request }) => request.probe !== true);
}

function expectWithin(steps: readonly PlanStep[], ran: readonly Answered[]): void {
  const routeOf = ({ method, route }: { method: string; route: string }) => `${method} ${route}`;
  const routes = new Set([...steps.map(routeOf), ...ran.map(({ request }) => routeOf(request))]);
  for (const route of routes) {
    const planned = steps.filter((step) => routeOf(step) === route);
    const count = ran.filter(({ request }) => routeOf(request) === route).length;
    expect(count, `${route} ${JSON.stringify(planned)}`).toBeGreaterThanOrEqual(sumOf(planned, "min"));
    expect(count, `${route} ${JSON.stringify(planned)}`).toBeLessThanOrEqual(sumOf(planned, "max"));
  }
}

function sumOf(steps: readonly PlanStep[], bound: "min" | "max"): number {
  return steps.reduce((sum, { calls }) => sum + (calls[bound] ?? Infinity), 0);
}

describe.each(EDITIONS)("The plan, in %s,", (edition) => {
  it.each(Object.entries({ ...EXACT, ...LOOSE }))(
    "holds what then runs, whatever is known: %s",
    async (_, question) => {
      for (const prepare of [() => Promise.resolve(), warm]) {
        const sandbox = openSandbox(MANY, edition);
        await prepare(sandbox);
        const asked = sandbox.answered.length;
        const steps = await planOf(sandbox, question);
        expect(sandbox.answered).toHaveLength(asked);
        expectWithin(steps, await run(sandbox, question));
      }
    },
  );

  it.each(Object.entries(EXACT))("says exactly what nothing depends on: %s", async (_, question) => {
    const sandbox = openSandbox(MANY, edition);
    await warm(sandbox);
    const steps = await planOf(sandbox, question);
    const ran = await run(sandbox, question);
    expect([sumOf(steps, "min"), sumOf(steps, "max")]).toEqual([ran.length, ran.length]);
    expect(steps.filter(({ assumes }) => assumes !== undefined)).toEqual([]);
  });
});

/** Each route with its bounds. */
function lines(steps: readonly PlanStep[]): readonly string[] {
  return steps.map(({ method, route, calls: { min, max } }) => `${method} ${route} ${min}..${max ?? "any"}`);
}

async function planWarm(edition: (typeof EDITIONS)[number], question: Question): Promise<readonly PlanStep[]> {
  const sandbox = openSandbox(MANY, edition);
  await warm(sandbox);
  return planOf(sandbox, question);
}

describe("The plan", () => {
  it("tells E0, which has to look up what its users name, from E1, once a user has shown it", async () => {
    const question: Question = (directory) => readList(directory, first(50), null);
    expect(lines(await planWarm("E1", question))).toEqual(["GET /users 1..1"]);
    expect(lines(await planWarm("E0", question))).toEqual([
      "GET /users 1..1",
      "GET /groups 0..1",
      "GET /groups/group/{id} 0..1000",
      "GET /applications 0..1",
      "GET /applications/application/{id} 0..1000",
      "GET /users/user/{user}/apikey/{id} 0..any",
    ]);
    expect(lines(await planWarm("E2", question))).toEqual(["GET /users 1..1", "GET /users/user/{id} 0..50"]);
  });

  it("covers every edition where none has shown itself", async () => {
    const steps = await planOf(openSandbox(MANY, "E1"), (directory) => readUsers(directory, [ADA, BRAM, CHIARA]));
    expect(lines(steps)).toEqual([
      "GET /users/search/{text} 0..1",
      "GET /users/user/{id} 1..3",
      "GET /groups 0..1",
      "GET /groups/group/{id} 0..60",
      "GET /applications 0..1",
      "GET /applications/application/{id} 0..60",
      "GET /users/user/{user}/apikey/{id} 0..any",
    ]);
    expect(steps[0]?.assumes).toBe("edition unknown");
  });

  it("has a list before many users who come bare, and none before a few", async () => {
    const members = (count: number): Question => {
      return async ({ users, groups }) => {
        const [page] = await users.ofGroups([pilots], first(count), null, USER);
        if (page === null || page === undefined || isDirectoryError(page)) return;
        await groups.ofUsers(
          page.items.map(({ user }) => user.id),
          first(5),
          ALL,
          RECORD,
        );
      };
    };
    expect(lines(await planWarm("E2", members(20)))).toEqual([
      "GET /groups/group/{id}/users 1..1",
      "GET /users 0..1",
      "GET /users/user/{id} 0..20",
    ]);
    expect(lines(await planWarm("E2", members(19)))).toEqual([
      "GET /groups/group/{id}/users 1..1",
      "GET /users/user/{id} 0..19",
    ]);
  });

  it("has the list for what may be looked up together with more, for whoever asks", async () => {
    const together: Question = async ({ users, applications, groups }) => {
      await users.ofApplications([PORTAL], first(3), USER);
      await applications.byIds([PORTAL], { ...RECORD, for: ["One"] });
      await users.ofApplications([ROSTER], first(3), USER);
      await applications.byIds([ROSTER], { ...RECORD, for: ["Other"] });
      await groups.byRefs([pilots], RECORD);
    };
    const steps = await planWarm("E2", together);
    expect(lines(steps)).toEqual([
      "GET /applications/application/{id}/users 2..2",
      "GET /applications/application/{id} 0..1",
      "GET /applications 0..1",
      "GET /applications/application/{id} 0..1",
      "GET /groups/group/{id} 1..1",
    ]);
    expect(steps[2]?.for).toEqual(["One", "Other"]);
  });

  it("takes a group that is named by its id alone for either kind", async () => {
    const question: Question = async ({ groups, users }) => {
      const group = await groups.byId(PILOTS, RECORD);
      if (group !== null) await users.ofGroups([group], first(3), null, USER);
    };
    expect(lines(await planWarm("E1", question))).toEqual([
      "GET /groups/group/{id} 1..1",
      "GET /groups/group/{id}/users 0..1",
    ]);
    expect(lines(await planWarm("E2", question))).toEqual([
      "GET /groups/group/{id} 1..1",
      "GET /organizations/organization/{id} 0..1",
      "GET /groups/group/{id}/users 0..1",
      "GET /organizations/organization/{id}/users 0..1",
    ]);
  });

  it("has the changed user of the answer where that is believed, and none where the edition is unknown", async () => {
    const record = async (sandbox: OpenSandbox) => {
      const planned = sandbox.plan(new ServicePlan(SERVICE, new PlanDraft(), 0));
      return (await planned.users.update(ADA, { econtext: { name: "Ada" } }, ASKS)).record;
    };
    const known = openSandbox(MANY, "E1");
    await warm(known);
    expect((await record(known))?.tells(EVERYTHING)).toBe(true);
    expect(await record(openSandbox(MANY, "E1"))).toBeUndefined();
  });

  it("counts no read before a write for certain where others may have brought along what it is for", async () => {
    const again: Question = async ({ users, apiKeys }) => {
      await users.ofApplications([PORTAL], first(3), USER);
      await apiKeys.writer?.update({ user: ADA, id: KEY }, { name: "k" }, ASKS);
    };
    expect(lines(await planWarm("E1", again))).toEqual([
      "GET /applications/application/{id}/users 1..1",
      "GET /users/user/{id} 0..1",
      "PUT /users/user/{user}/apikey/{id} 0..1",
    ]);
  });

  const ODD = "a/b";
  const draft = {
    email: "new@example.com",
    password: "long enough",
    name: null,
    customData: null,
    applications: [],
    groups: [],
    organization: null,
  };
  const REFUSED: Readonly<Record<string, Question>> = {
    "a cursor of another list": ({ users }) => users.list({ first: 3, after: "x" }, null, USER),
    "an offset that is none": ({ users }) => users.list({ first: 3, after: "ox" }, null, USER),
    "a cursor of another search": ({ users }) => users.list({ first: 3, after: "e" }, "Ada", USER),
    "a blank search": ({ users }) => users.list(first(3), " ", USER),
    "a search without a word": ({ users }) => users.list(first(3), "(", USER),
    "a cursor of no kind of groups": ({ groups }) => groups.list({ first: 3, after: "x~1" }, null, RECORD),
    "an offset of organizations that is none": ({ groups }) =>
      groups.list({ first: 3, after: "organizations~x" }, null, RECORD),
    "a draft of another family": ({ users }) =>
      users.create({ cloudFoundry: { guid: "g", admin: null, defaultSpace: null } }, ASKS),
    "a draft that is wrong": ({ users }) => users.create({ econtext: { ...draft, password: "short" } }, ASKS),
    "a draft that this edition does not take": ({ users }) => users.create({ econtext: draft }, ASKS),
    "a change of another family": ({ users }) => users.update(ADA, { cloudFoundry: { admin: true } }, ASKS),
    "a change that is wrong": ({ users }) => users.update(ODD, { econtext: { email: null } }, ASKS),
    "a change that this edition does not take": ({ users }) =>
      users.update(ADA, { econtext: { status: "UNVERIFIED" } }, ASKS),
    "a deletion of nobody": ({ users }) => users.remove(ODD, ASKS),
    "nobody into a group": ({ groups }) => groups.addMember({ user: ODD, group: pilots, role: "MEMBER" }, ASKS),
    "a user out of no application": ({ applications }) =>
      applications.members?.remove({ user: ADA, application: ODD }, ASKS) ?? Promise.resolve(),
    "a key for nobody": ({ apiKeys }) =>
      apiKeys.writer?.create(ODD, { name: null, description: null }, ASKS) ?? Promise.resolve(),
    "a change of no key": ({ apiKeys }) =>
      apiKeys.writer?.update({ user: ADA, id: ODD }, { status: null }, ASKS) ?? Promise.resolve(),
    "a deletion of no key": ({ apiKeys }) => apiKeys.writer?.remove({ user: ODD, id: KEY }, ASKS) ?? Promise.resolve(),
  };

  it.each(Object.entries(REFUSED))(
    "refuses alike what is refused before anything is asked: %s",
    async (_, question) => {
      const sandbox = openSandbox(MANY, "E2");
      await warm(sandbox);
      const problemsOf = async (directory: Directory) => {
        try {
          await question(directory);
          return [];
        } catch (error) {
          if (error instanceof Refusal) return error.problems;
          throw error;
        }
      };
      const draft = new PlanDraft();
      const problems = await problemsOf(sandbox.plan(new ServicePlan(SERVICE, draft, 0)));
      expect(problems).not.toEqual([]);
      expect(problems).toEqual(await problemsOf(sandbox.open()));
      expect(draft.plan.steps).toEqual([]);
      expect(sandbox.answered).toHaveLength(1);
    },
  );

  it("reviews drafts and changes alike", () => {
    const sandbox = openSandbox(MANY, "E2");
    const planned = sandbox.plan(new ServicePlan(SERVICE, new PlanDraft(), 0)).users;
    const real = sandbox.open().users;
    const wrong = { econtext: { ...draft, email: "none" } };
    expect(planned.review(wrong)).not.toEqual([]);
    expect(planned.review(wrong)).toEqual(real.review(wrong));
    const change = { econtext: { email: "none" } };
    expect(planned.reviewChange(change)).not.toEqual([]);
    expect(planned.reviewChange(change)).toEqual(real.reviewChange(change));
  });
});
