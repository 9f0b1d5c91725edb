import { describe, expect, it } from "vitest";
import type { Ask as AskOf, MembershipFilter, UserNeeds } from "../../../src/domain/ask.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, Refusal, type Answer } from "../../../src/domain/errors.ts";
import type { GroupRef } from "../../../src/domain/group.ts";
import { countAll, hasMore } from "../../../src/domain/page.ts";
import { PlanDraft, ServicePlan, type Plan } from "../../../src/domain/plan/plan.ts";
import type { User } from "../../../src/domain/user.ts";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import { planDirectory } from "../../../src/dialects/cloud-foundry-v2/planned-directory.ts";
import { PEOPLE, type People } from "../../../src/sandbox/people.ts";
import { gather } from "../../support/random-people.ts";
import { complaints, foundAt, itemsOf, type Ask, type Place } from "./plan-and-run.ts";
import { tokenOf } from "./sandbox-send.ts";
import { ASK, asking, EVERY, first, SERVICE } from "./scripted-send.ts";

/** Everybody has more than 50 roles of each kind. */
const CROWDED = gather({
  users: 15,
  applications: 0,
  groups: 0,
  organizations: 55,
  spaces: 60,
  apps: 30,
  rarity: 1,
  salt: 1,
});
/** More than 50 apps in one space, and more than 100 users. */
const BUSY = gather({
  users: 150,
  applications: 0,
  groups: 0,
  organizations: 3,
  spaces: 2,
  apps: 150,
  rarity: 1,
  salt: 2,
});

const ORGANIZATIONS: MembershipFilter = { kind: "ORGANIZATION", role: null };
const DEVELOPED: MembershipFilter = { kind: "SPACE", role: "DEVELOPER" };
const ALL = asking({ groups: [EVERY], applications: true });

const usersIn = ({ users }: People) => users.flatMap(({ guid, id }) => (guid === null ? [] : [id]));
const isPlain = (id: string) => /^[\w-]+$/.test(id);

/** What is asked of users once they are read, as the graph does it: what came along is taken. */
async function readOn(
  directory: Directory,
  users: readonly Answer<User | null>[],
  count: number,
  filter = EVERY as MembershipFilter,
) {
  const found = users.flatMap((user) => (user === null || isDirectoryError(user) ? [] : [user]));
  const page = first(count);
  const without = (tells: (user: User) => unknown) =>
    found.filter((user) => tells(user) === undefined).map(({ id }) => id);
  const [groups, applications] = await Promise.all([
    directory.groups.ofUsers(
      without((user) => user.groups(page, filter)),
      page,
      filter,
      ASK,
    ),
    directory.applications.ofUsers(
      without((user) => user.applications(page)),
      page,
      ASK,
    ),
  ]);
  return { memberships: itemsOf(groups), applications: itemsOf(applications) };
}

/** Questions of a world: as many as the port has reads, and some that hang on each other. */
function questionsOf(people: People): Readonly<Record<string, Ask>> {
  const ids = usersIn(people);
  const [space] = people.spaces.map(({ id }): GroupRef => ({ kind: "SPACE", id }));
  const [organization] = people.organizations.map(({ id }): GroupRef => ({ kind: "ORGANIZATION", id }));
  if (space === undefined || organization === undefined) throw new Error("Nobody lives here.");
  const apps = people.apps.map(({ id }) => id);
  const counted: Ask = async ({ groups }) => {
    const page = await groups.list(first(3, "spaces~1"), null, ASK);
    return [await hasMore(page), await countAll(page)];
  };
  return {
    "one user": ({ users }) => users.byIds(ids.slice(0, 1), ASK),
    "users, one of them twice, one missing, and one that cannot be": ({ users }) =>
      users.byIds([...ids.slice(0, 3), ...ids.slice(0, 1), "nobody", ".."], ASK),
    "a user with everything": async (directory) =>
      readOn(directory, await directory.users.byIds(ids.slice(0, 1), ALL), 20),
    "a user of whom nothing was said before": (directory) =>
      Promise.all([
        directory.groups.ofUsers(ids.slice(0, 2), first(100), EVERY, ASK),
        directory.applications.ofUsers(ids.slice(0, 2), first(100), ASK),
      ]),
    "memberships behind a cursor": ({ groups }) =>
      groups.ofUsers(ids.slice(0, 1), first(7, "organizations~1"), EVERY, ASK),
    users: ({ users }) => users.list(first(10), null, ASK),
    "the second hundred of users": ({ users }) => users.list(first(100, "33"), null, ASK),
    "users with everything": async (directory) => {
      const { items } = await directory.users.list(first(60), null, ALL);
      return readOn(directory, items, 20);
    },
    "users by id with their organizations": async (directory) => {
      const needs = { ...asking({ groups: [ORGANIZATIONS] }).needs, record: false };
      const users = await directory.users.byIds(ids, { ...ASK, needs });
      return readOn(directory, users, 20, ORGANIZATIONS);
    },
    "users by id with their apps": async (directory) => {
      const needs = { ...asking({ groups: [DEVELOPED], applications: true }).needs, record: false };
      return readOn(directory, await directory.users.byIds(ids, { ...ASK, needs }), 20, DEVELOPED);
    },
    "groups by reference": ({ groups }) =>
      groups.byRefs([space, organization, { kind: "GROUP", id: "g" }, { kind: "SPACE", id: "nowhere" }], ASK),
    "a space without its kind": async (directory) => {
      const found = await directory.groups.byId(space.id, ASK);
      const refs = found === null ? [] : [found];
      await Promise.all([
        directory.groups.childrenOf(refs, first(5), ASK),
        directory.applications.ofGroups(refs, first(5), ASK),
        directory.users.ofGroups(refs, first(5), "MANAGER", ASK),
      ]);
      return directory.groups.byRefs(found?.parent ? [found.parent] : [], ASK);
    },
    "all groups": ({ groups }) => groups.list(first(70), null, ASK),
    "spaces, counted, and whether there are more": counted,
    members: ({ users }) => users.ofGroups([organization, space], first(9), null, ALL),
    "members behind a cursor inside of a user": ({ users }) =>
      users.ofGroups([organization], first(4, "1.3"), null, ASK),
    auditors: ({ users }) => users.ofGroups([organization, space], first(100), "AUDITOR", ALL),
    "what hangs on members": async (directory) => {
      const members = itemsOf(await directory.users.ofGroups([space], first(5), "DEVELOPER", ALL));
      const { memberships, applications } = await readOn(
        directory,
        members.map(({ user }) => user),
        3,
      );
      const groups = memberships.map(({ group }) => group);
      await Promise.all([
        directory.users.ofApplications(
          applications.map(({ id }) => id),
          first(2),
          ASK,
        ),
        directory.users.ofGroups(groups, first(2), "MANAGER", ASK),
        directory.groups.childrenOf(groups, first(2), ASK),
        directory.applications.ofGroups(groups, first(2), ASK),
      ]);
    },
    apps: ({ applications }) => applications.byIds([...apps.slice(0, 2), "nothing"], ASK),
    "the users and the spaces of apps": (directory) =>
      Promise.all([
        directory.users.ofApplications(apps.slice(0, 5), first(3), ALL),
        directory.groups.ofApplications(apps.slice(0, 5), first(3), ASK),
      ]),
    "what all spaces have": async ({ groups, applications }) => {
      const { items } = await groups.list(first(100), "SPACE", ASK);
      return applications.ofGroups(items, first(2), ASK);
    },
    "what all organizations have": async ({ groups }) => {
      const { items } = await groups.list(first(100), "ORGANIZATION", ASK);
      return itemsOf(await groups.childrenOf(items, first(100), ASK));
    },
    "the records of what apps name": async ({ applications, groups }) => {
      const { items } = await applications.list(first(50), ASK);
      const spaces = items.flatMap(({ cloudFoundry }) => cloudFoundry?.space ?? []);
      const records = await groups.byRefs(spaces, ASK);
      const parents = records.flatMap((one) => (one === null || isDirectoryError(one) ? [] : (one.parent ?? [])));
      return groups.byRefs(parents, ASK);
    },
  };
}

const WORLDS: Readonly<Record<string, People>> = {
  "a small company": PEOPLE,
  "a crowd": CROWDED,
  "a busy space": BUSY,
};
const OPERATORS: Readonly<Record<string, Place>> = {
  "as is usual": {},
  "one level": { depth: 1 },
  "no level": { depth: 0 },
  "short pages": { pageSize: 50 },
  "little of all": { depth: 0, pageSize: 50 },
};

describe.each(Object.entries(WORLDS))("In %s", (_world, people) => {
  describe.each(Object.entries(OPERATORS))("whose operator allows %s", (_operator, place) => {
    it.each(Object.entries(questionsOf(people)))("what is asked for %s was planned", async (_name, ask) => {
      const foundation = foundAt({ people, ...place });
      // The second time, the limits are known.
      for (let time = 0; time < 2; time++) {
        const plan = await foundation.plan(ask);
        expect(complaints(plan, await foundation.run(ask))).toEqual([]);
      }
    });
  });

  it.each(Object.entries(questionsOf(people)))(
    "a plain user asks no more for %s than was planned",
    async (_name, ask) => {
      const token = tokenOf(usersIn(people).find(isPlain) ?? "");
      const foundation = foundAt({ people, token });
      const { calls, steps } = await foundation.plan(ask);
      // Where the service refuses, what hangs on the answer is not asked.
      const most = {
        calls: { ...calls, min: 0 },
        steps: steps.map((step) => ({ ...step, calls: { ...step.calls, min: 0 } })),
      };
      const ran: string[] = [];
      await foundation
        .run(ask)
        .then((calls) => ran.push(...calls))
        .catch((error: unknown) => {
          if (!isDirectoryError(error)) throw error;
        });
      expect(complaints(most, ran)).toEqual([]);
    },
  );
});

/** Where the limits are known: what the plan says, and what was asked. */
async function compare(ask: Ask, place: Place = {}): Promise<{ plan: Plan; ran: readonly string[] }> {
  const foundation = foundAt(place);
  await foundation.run(({ users, groups }) =>
    Promise.all([users.list(first(100), null, ALL), groups.list(first(1), null, ASK)]),
  );
  const plan = await foundation.plan(ask);
  return { plan, ran: await foundation.run(ask) };
}

const [ANN = "", BEN = ""] = usersIn(PEOPLE);
const SPACE = PEOPLE.spaces[0]?.id ?? "";

describe("A plan is exact", () => {
  const space: GroupRef = { kind: "SPACE", id: SPACE };
  const apps = PEOPLE.apps.map(({ id }) => id);

  it.each<[name: string, ask: Ask, calls: number]>([
    ["of a user with everything", ({ users }) => users.byIds([ANN], ALL), 1],
    ["of users", ({ users }) => users.byIds([ANN, BEN, ANN], ALL), 2],
    ["of a page of users with everything", ({ users }) => users.list(first(50), null, ALL), 1],
    ["of groups", ({ groups }) => groups.byRefs([space, space], ASK), 1],
    ["of spaces", ({ groups }) => groups.list(first(5), "SPACE", ASK), 1],
    ["of a kind that is not there", ({ groups }) => groups.list(first(5), "GROUP", ASK), 0],
    ["of a role's users", ({ users }) => users.ofGroups([space], first(5), "DEVELOPER", ASK), 1],
    ["of a role's users with everything", ({ users }) => users.ofGroups([space], first(5), "DEVELOPER", ALL), 2],
    ["of a role that is not there", ({ users }) => users.ofGroups([space], first(5), "BILLING_MANAGER", ALL), 0],
    ["of apps", ({ applications }) => applications.byIds(apps.slice(0, 2), ASK), 2],
    ["of the spaces of apps", ({ groups }) => groups.ofApplications(apps.slice(0, 2), first(1), ASK), 2],
    ["of a page of apps", ({ applications }) => applications.list(first(5), ASK), 1],
    [
      "of ids that cannot stand in an address",
      (directory) =>
        Promise.all([
          directory.users.byIds([".", ""], ALL),
          directory.users.ofGroups([{ kind: "SPACE", id: "" }], first(1), null, ASK),
          directory.users.ofApplications([".."], first(1), ASK),
          directory.groups.byRefs([{ kind: "ORGANIZATION", id: "\u0007" }], ASK),
          directory.groups.byId("..", ASK),
          directory.groups.ofUsers([".."], first(1), EVERY, ASK),
          directory.groups.ofApplications([".."], first(1), ASK),
          directory.groups.childrenOf([{ kind: "ORGANIZATION", id: ".." }], first(1), ASK),
          directory.applications.byIds([".."], ASK),
          directory.applications.ofUsers([".."], first(1), ASK),
          directory.applications.ofGroups([{ kind: "SPACE", id: ".." }], first(1), ASK),
        ]),
      0,
    ],
    ["of API keys, which nobody has", ({ apiKeys }) => apiKeys.ofUsers([ANN], ASK), 0],
    [
      "of a creation",
      ({ users }) =>
        users.create({ cloudFoundry: { guid: "new", admin: null, defaultSpace: null } }, ["Mutation.test"]),
      1,
    ],
    ["of a change", ({ users }) => users.update(ANN, { cloudFoundry: { admin: true } }, ["Mutation.test"]), 1],
    ["of a change of nothing", ({ users }) => users.update(ANN, { cloudFoundry: {} }, ["Mutation.test"]), 1],
    ["of a deletion", ({ users }) => users.remove(ANN, ["Mutation.test"]), 1],
    [
      "of a role that is taken",
      ({ groups }) => groups.removeMember({ user: ANN, group: space, role: "AUDITOR" }, ["Mutation.test"]),
      1,
    ],
  ])("%s", async (_name, ask, calls) => {
    const { plan, ran } = await compare(ask);
    expect(ran).toHaveLength(calls);
    expect(plan.calls).toEqual({ min: calls, max: calls });
    expect(complaints(plan, ran)).toEqual([]);
  });
});

/** What is planned of an operation that begins anew, in a foundation whose limits are known. */
function draft(
  learn: (limits: Limits) => void = ({ depth, pageSize }) => {
    depth.learn(2, 2);
    pageSize.learn(100, 100);
  },
) {
  const limits = new Limits();
  learn(limits);
  const plans = new PlanDraft();
  const directory = planDirectory(new ServicePlan(SERVICE, plans, 0), limits);
  const rows = () =>
    plans.plan.steps.map(({ method, route, calls: { min, max }, assumes }) => {
      const row = `${method} ${route} ${min}-${max ?? "any"}`;
      return assumes === undefined ? row : `${row}, ${assumes}`;
    });
  return { directory, rows, calls: () => plans.plan.calls };
}

const LOWER = "a service that allows less at once than usual";

describe("Limits that nobody knows yet", () => {
  it("may cost a repetition for each level, and for long pages", async () => {
    const { directory, rows } = draft(() => undefined);
    await directory.users.list(first(50), null, ALL);
    await directory.applications.list(first(51), ASK);
    expect(rows()).toEqual([
      "GET /v2/users 1-1",
      `GET /v2/users 0-2, ${LOWER}`,
      "GET /v2/apps 1-1",
      `GET /v2/apps 0-2, ${LOWER}`,
    ]);
  });

  it("make questions that differ in depth alone one question, perhaps", async () => {
    const { directory, calls } = draft(() => undefined);
    await directory.users.list(first(20), null, ASK);
    await directory.users.list(first(20), null, ALL);
    expect(calls()).toEqual({ min: 1, max: 3 });
  });

  it("may be lower far into a list, even where they are known", async () => {
    const { directory, rows } = draft();
    await directory.users.list(first(100, "100"), null, ASK);
    expect(rows()).toEqual(["GET /v2/users 1-1", `GET /v2/users 0-2, ${LOWER}`]);
  });

  it("are believed once they were learned", async () => {
    const { directory, rows } = draft(({ depth, pageSize }) => {
      depth.learn(2, 1);
      pageSize.learn(100, 50);
    });
    await directory.users.list(first(100), null, ALL);
    expect(rows()).toEqual(["GET /v2/users 1-2"]);
  });
});

describe("What may not be there", () => {
  it("is asked for in any case, and what hangs on it perhaps", async () => {
    const { directory, rows } = draft();
    const group: GroupRef = { kind: "ORGANIZATION", id: "o" };
    await directory.groups.byRefs([group], ASK);
    await directory.groups.childrenOf([group], first(5), ASK);
    await directory.users.ofGroups([group], first(5), null, ASK);
    await directory.applications.byIds(["a"], ASK);
    await directory.users.ofApplications(["a"], first(5), ASK);
    expect(rows()).toEqual([
      "GET /v2/organizations/{guid} 1-1",
      "GET /v2/organizations/{guid}/spaces 0-1",
      "GET /v2/organizations/{guid}/user_roles 0-1",
      "GET /v2/apps/{guid} 1-1",
      "GET /v2/spaces/{guid}/developers 0-1",
    ]);
  });

  it("may be of either kind where that was not told, and so may be what hangs on it", async () => {
    const { directory, rows } = draft();
    const group = await directory.groups.byId("g", ASK);
    expect(group?.applications(first(5))).toBeUndefined();
    const found = group === null ? [] : [group];
    await directory.applications.ofGroups(found, first(5), ASK);
    await directory.groups.childrenOf(found, first(5), ASK);
    expect(rows()).toEqual([
      "GET /v2/organizations/{guid} 1-1",
      "GET /v2/spaces/{guid} 0-1",
      "GET /v2/spaces/{guid}/apps 0-1",
      "GET /v2/organizations/{guid}/spaces 0-1",
    ]);
  });
});

describe("Lists that are read one after the other", () => {
  it("are reached by each page with another rest of it, but once by the same page", async () => {
    const { directory, rows } = draft();
    for (const count of [5, 6, 5]) await countAll(await directory.groups.list(first(count), null, ASK));
    expect(rows()).toEqual(["GET /v2/organizations 2-2", "GET /v2/spaces 0-2"]);
  });

  it("are counted from the first on, where somebody wants to know", async () => {
    const { directory, rows } = draft();
    const page = await directory.groups.list(first(5, "spaces~5"), null, ASK);
    expect(rows()).toEqual(["GET /v2/spaces 1-1"]);
    await countAll(page);
    expect(rows()).toEqual(["GET /v2/spaces 1-1", "GET /v2/organizations 0-1"]);
  });
});

describe("Parents who are asked for their children", () => {
  it("may be asked together, in whatever batches they come", async () => {
    const { directory, rows } = draft();
    for (const id of ["a", "b", "c"]) {
      await directory.groups.childrenOf([{ kind: "ORGANIZATION", id }], first(5), ASK);
    }
    expect(rows()).toEqual(["GET /v2/organizations/{guid}/spaces 0-3", "GET /v2/spaces 0-6"]);
  });

  it("are asked one by one for a later page", async () => {
    const { directory, rows } = draft();
    const refs = ["a", "b"].map((id): GroupRef => ({ kind: "SPACE", id }));
    await directory.applications.ofGroups(refs, first(5, "5"), ASK);
    expect(rows()).toEqual(["GET /v2/spaces/{guid}/apps 0-2"]);
  });
});

describe("Relations of users", () => {
  it("come along, unless they are too long", async () => {
    const { directory, rows } = draft();
    const { items } = await directory.users.list(first(3), null, asking({ groups: [ORGANIZATIONS] }));
    await readGroups(directory, items, ORGANIZATIONS);
    expect(rows()).toEqual([
      "GET /v2/users 1-1",
      ...["organizations", "managed_organizations", "billing_managed_organizations", "audited_organizations"].map(
        (name) => `GET /v2/users/{guid}/${name} 0-3, a relation of more than 50 members`,
      ),
    ]);
  });

  it("come along with those whom the part tells of in which nothing is certain", async () => {
    const plans = new PlanDraft();
    const plan = new ServicePlan(SERVICE, plans, 0);
    const [sure, unsure] = [plan, plan.perhaps].map((part) => planDirectory(part, new Limits()));
    const { items = [] } = (await unsure?.users.list(first(3), null, asking({ groups: [DEVELOPED] }))) ?? {};
    if (sure !== undefined) await readGroups(sure, items, DEVELOPED);
    expect(plans.plan.steps.map(({ route }) => route)).not.toContain("/v2/users/{guid}");
  });

  it("have to be read where nobody said before that they are needed", async () => {
    const { directory, rows } = draft();
    const { items } = await directory.users.list(first(3), null, ASK);
    await readGroups(directory, items, DEVELOPED);
    expect(rows()).toEqual([
      "GET /v2/users 1-1",
      "GET /v2/users/{guid} 0-3",
      "GET /v2/users/{guid}/spaces 0-3, a relation of more than 50 members",
    ]);
  });

  it("are read again for each of them that was not needed before, since all may be asked for at once", async () => {
    const { directory, rows } = draft();
    const { items } = await directory.users.list(first(3), null, ASK);
    const ids = items.map(({ id }) => id);
    await directory.groups.ofUsers(ids, first(1), { kind: "SPACE", role: null }, ASK);
    await directory.applications.ofUsers(ids, first(1), ASK);
    expect(rows()).toContain("GET /v2/users/{guid} 0-6");
  });

  it.each(["the list before it", "the list behind it"])(
    "may have to be read again where %s asks for other ones, and brings the same users",
    async (which) => {
      const { directory, rows } = draft();
      const other = () => directory.users.ofGroups([{ kind: "SPACE", id: "s" }], first(2), "AUDITOR", ASK);
      if (which === "the list before it") await other();
      const needs = asking({ groups: [DEVELOPED] });
      const [page] = await directory.users.ofGroups([{ kind: "SPACE", id: "t" }], first(2), "AUDITOR", needs);
      await readGroups(
        directory,
        itemsOf([page ?? null]).map(({ user }) => user),
        DEVELOPED,
      );
      if (which === "the list behind it") await other();
      expect(rows()).toContain("GET /v2/users/{guid} 0-2, users who come from several lists");
    },
  );
});

async function readGroups(directory: Directory, users: readonly User[], filter: MembershipFilter) {
  await directory.groups.ofUsers(
    users.map(({ id }) => id),
    first(5),
    filter,
    ASK,
  );
}

describe("Many users who are looked for among their groups", () => {
  const needs: UserNeeds = { record: false, groups: [ORGANIZATIONS], applications: false, apiKeys: false };
  const ask: AskOf<UserNeeds> = { ...ASK, needs };
  const ids = Array.from({ length: 50 }, (_, index) => `user-${index}`);

  it("cost a proof in any case, and each of them may have to be read", async () => {
    const { directory, rows, calls } = draft();
    await directory.users.byIds(ids, ask);
    expect(calls().min).toBe(1);
    expect(rows()).toEqual([
      "GET /v2/users 1-1",
      "GET /v2/organizations 0-4",
      "GET /v2/organizations 0-88, users in more than 100 groups of one kind",
      ...["users", "managers", "billing_managers", "auditors"].map(
        (users) => `GET /v2/organizations/{guid}/${users} 0-88, a group of more than 50 users`,
      ),
      "GET /v2/users/{guid} 0-50",
    ]);
  });

  it("are read one by one where that is no dearer", async () => {
    const { directory, rows } = draft();
    await directory.users.byIds(ids.slice(0, 5), ask);
    expect(rows()).toEqual(["GET /v2/users/{guid} 5-5"]);
  });
});

describe("A change of nothing", () => {
  it("reads the user, unless the mutation before it told of the same one", async () => {
    const { directory, rows } = draft();
    await directory.users.ofGroups([{ kind: "SPACE", id: "s" }], first(5), "AUDITOR", ASK);
    await directory.users.update("u", { cloudFoundry: {} }, ["Mutation.test"]);
    expect(rows()).toEqual(["GET /v2/spaces/{guid}/auditors 1-1", "GET /v2/users/{guid} 0-1"]);
  });
});

describe("Members of a space", () => {
  it("may be supporters alone, and nobody knows how many", async () => {
    const { directory, rows } = draft();
    await directory.users.ofGroups([{ kind: "SPACE", id: "s" }], first(5), null, ASK);
    expect(rows()).toEqual([
      "GET /v2/spaces/{guid}/user_roles 1-1",
      "GET /v2/spaces/{guid}/user_roles 0-any, members with no role that API v2 knows",
    ]);
  });
});

describe("A role that is given", () => {
  it("is one call of an administrator, and may be more of a manager", async () => {
    const { directory, rows } = draft();
    const group: GroupRef = { kind: "SPACE", id: "s" };
    await directory.groups.addMember({ user: "u", group, role: "DEVELOPER" }, ["Mutation.test"]);
    const manager = "a caller who manages the group, and is no administrator";
    expect(rows()).toEqual([
      "PUT /v2/users/{guid}/spaces/{group} 1-1",
      `GET /v2/users/{guid} 0-1, ${manager}`,
      "GET /v2/spaces/{guid} 0-1, a user or a group that is not there",
      `PUT /v2/spaces/{guid}/developers/{user} 0-1, ${manager}`,
    ]);
  });

  it("is asked as was planned by managers, and by those who are mistaken", async () => {
    const membership = { user: BEN, group: { kind: "SPACE" as const, id: SPACE }, role: "AUDITOR" as const };
    const manager = PEOPLE.users.find(({ roles }) =>
      roles.some((one) => "space" in one && one.space === SPACE && one.role === "MANAGER"),
    );
    const asks = ["Mutation.test"];
    const give: Ask = ({ groups }) => groups.addMember(membership, asks);
    const mistake: Ask = ({ groups }) =>
      groups.addMember({ ...membership, user: "nobody" }, asks).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    for (const [ask, token] of [
      [give, tokenOf(manager?.id ?? "")],
      [mistake, undefined],
    ] as const) {
      const { plan, ran } = await planAndRun(ask, token === undefined ? {} : { token });
      expect(ran.length).toBeGreaterThan(1);
      expect(complaints(plan, ran)).toEqual([]);
    }
  });
});

async function planAndRun(ask: Ask, place: Place) {
  const foundation = foundAt(place);
  return { plan: await foundation.plan(ask), ran: await foundation.run(ask) };
}

describe("What is refused before anything is asked", () => {
  it.each<[name: string, ask: Ask]>([
    ["a search", ({ users }) => users.list(first(5), "ann", ASK)],
    ["a cursor that we never gave out", ({ users }) => users.list(first(5, "x"), null, ASK)],
    ["a cursor of members that we never gave out", membersBehind("0.0")],
    ["a cursor of a list that is not there", ({ groups }) => groups.list(first(5, "users~1"), null, ASK)],
    ["a draft of another family", ({ users }) => users.create({ econtext: {} as never }, ["Mutation.test"])],
    ["a change that cannot be", ({ users }) => users.update("..", { cloudFoundry: {} }, ["Mutation.test"])],
    ["a deletion of nobody", ({ users }) => users.remove("..", ["Mutation.test"])],
    [
      "a role that no group has",
      ({ groups }) =>
        groups.addMember({ user: ANN, group: { kind: "SPACE", id: SPACE }, role: "MEMBER" }, ["Mutation.test"]),
    ],
  ])("is %s, and it is refused in the same words", async (_name, ask) => {
    const { directory, calls } = draft();
    const planned = await refusalOf(ask(directory));
    expect(calls()).toEqual({ min: 0, max: 0 });
    let real: unknown;
    const ran = await foundAt().run(async (directory) => {
      real = await refusalOf(ask(directory));
    });
    expect(ran).toEqual([]);
    expect(planned).toEqual(real);
    expect(planned).toBeInstanceOf(Refusal);
  });
});

function membersBehind(cursor: string): Ask {
  return async ({ users }) => {
    const [answer] = await users.ofGroups([{ kind: "SPACE", id: SPACE }], first(5, cursor), null, ASK);
    if (isDirectoryError(answer)) throw answer;
  };
}

async function refusalOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => undefined,
    (error: unknown) => error,
  );
}
