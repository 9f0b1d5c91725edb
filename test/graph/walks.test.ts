import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { dialects } from "../../src/dialects/registry.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import type { Directory } from "../../src/domain/directory.ts";
import type { GroupKind, GroupRole } from "../../src/domain/group.ts";
import { person } from "../../src/sandbox/people.ts";
import { crowd } from "../support/crowd.ts";
import { readFlags, serves } from "../support/exam/examinee.ts";
import { gather, sizes, type Sizes } from "../support/random-people.ts";
import { startOverSandbox, type SandboxOfService, type SandboxUnderTest } from "../support/gateway.ts";
import { globally, tell, type Truth } from "../support/truth.ts";
import { walkGraph, type List, type PageOfGraph, type Step } from "../support/walk.ts";

/** The same walks every time; fast-check tells how to repeat the one that failed, and makes it small first. */
const RUNS = { seed: 20_170_508, interruptAfterTimeLimit: 20_000 } as const;

const KINDS: readonly GroupKind[] = ["GROUP", "ORGANIZATION", "SPACE"];
const ROLES: readonly GroupRole[] = ["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR", "DEVELOPER"];

/** Every edition that serves, by its name. */
const EDITIONS = new Map<string, { readonly dialect: Dialect; readonly edition: string }>();
for (const dialect of dialects) {
  for (const edition of dialect.sandbox.editions) {
    if (await serves(dialect, edition)) EDITIONS.set(`${dialect.name} ${edition}`, { dialect, edition });
  }
}

/** What a counterexample shows: people are made of it only when they are needed. */
interface Plan {
  readonly speaks: string;
  readonly sizes: Sizes;
}

const plans: fc.Arbitrary<readonly Plan[]> = fc.array(
  fc.record({ speaks: fc.constantFrom(...EDITIONS.keys()), sizes }),
  { minLength: 1, maxLength: 3 },
);

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    first: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100 })),
    reads: fc.constantFrom("ids" as const, "records" as const),
    cut: fc.oneof(fc.constant(0), fc.nat(5)),
  }),
  { minLength: 1, maxLength: 6 },
);

const kinds = fc.constantFrom(null, null, ...KINDS);
const roles = fc.constantFrom(null, null, null, ...ROLES);

/** Of which service a list is asked; null: none is named. */
const homes = fc.option(fc.nat(2));

/** The services of a list, and the filter that says so. */
function at(home: number | null, truths: readonly TruthOfService[]) {
  if (home === null) return { among: truths, filters: [] };
  const index = home % truths.length;
  return { among: truths.slice(index, index + 1), filters: [`service: "${nameOf(index)}"`] };
}

/** The truth of one service, and what it can do with its lists. */
type TruthOfService = Truth & { readonly flags: Directory };

/** Null where one of them does not count. */
function totalOf(
  field: "users" | "applications" | "groups",
  among: readonly TruthOfService[],
  all: readonly string[],
): number | null {
  return among.every(({ flags }) => flags[field].counts) ? all.length : null;
}

/** Whose relations are walked, and which of them. */
interface Choice {
  readonly random: number;
  readonly kind: GroupKind | null;
  readonly role: GroupRole | null;
}

const choices: fc.Arbitrary<Choice> = fc.record({ random: fc.nat(), kind: kinds, role: roles });

/** Runs over services that are there for this alone. */
async function over(
  services: readonly Plan[],
  run: (graph: SandboxUnderTest, truths: readonly TruthOfService[]) => Promise<void>,
): Promise<void> {
  const sandboxes = services.map(({ speaks, sizes: some }, index): Required<SandboxOfService> => {
    const edition = EDITIONS.get(speaks);
    if (edition === undefined) throw new Error(`No service speaks ${speaks}.`);
    return { name: nameOf(index), ...edition, people: gather(some) };
  });
  const graph = await startOverSandbox(sandboxes);
  try {
    const truths = sandboxes.map((one) => ({ ...tell(one, globally(one.name)), flags: readFlags(one.dialect) }));
    await run(graph, truths);
  } finally {
    await graph.close();
  }
}

function nameOf(index: number): string {
  return `service-${index}`;
}

async function expectWalk(
  graph: SandboxUnderTest,
  list: List,
  steps: readonly Step[],
  truth: readonly string[],
): Promise<readonly string[]> {
  const found = await walkGraph(graph, list, steps);
  expect([...found].sort()).toEqual([...truth].sort());
  return found;
}

/** One of these, of whatever service: those that a random number chooses. */
function choose<T>(list: readonly T[], random: number): readonly T[] {
  return list.length === 0 ? [] : [list[random % list.length] as T];
}

function filtersOf(filters: { readonly kind?: string | null; readonly role?: string | null }): readonly string[] {
  return Object.entries(filters).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
}

describe("A walk to the end gives each item once, whatever its pages", () => {
  it.each(["users", "applications"] as const)("over all %s of one service, or of all in their order", async (field) => {
    await fc.assert(
      fc.asyncProperty(plans, steps, homes, async (services, walk, home) => {
        await over(services, async (graph, truths) => {
          const { among, filters } = at(home, truths);
          const all = among.flatMap((truth) => truth[field]);
          const found = await expectWalk(graph, { field, filters, total: totalOf(field, among, all) }, walk, all);
          expect(found.map(serviceOf)).toEqual(all.map(serviceOf));
        });
      }),
      { ...RUNS, numRuns: 15 },
    );
  });

  it("over all groups, of one kind or of all, of one service or of all in their order", async () => {
    await fc.assert(
      fc.asyncProperty(plans, steps, homes, kinds, async (services, walk, home, kind) => {
        await over(services, async (graph, truths) => {
          const { among, filters } = at(home, truths);
          const all = among.flatMap(({ groups }) =>
            groups.filter((group) => kind === null || group.kind === kind).map(({ name }) => name),
          );
          const total = totalOf("groups", among, all);
          const list = { field: "groups", filters: [...filters, ...filtersOf({ kind })], total };
          const found = await expectWalk(graph, list, walk, all);
          expect(found.map(serviceOf)).toEqual(all.map(serviceOf));
        });
      }),
      { ...RUNS, numRuns: 25 },
    );
  });

  it("over a user's groups, of any kind and role, and applications", async () => {
    await overTruth(async (graph, truth, walk, { random, kind, role }) => {
      for (const user of choose(truth.users, random)) {
        const owner = { type: "User", id: user } as const;
        const memberships = truth.memberships.filter(
          (held) => held.user === user && (kind ?? held.kind) === held.kind && (role ?? held.role) === held.role,
        );
        const groups = { owner, field: "groups", roles: true, filters: filtersOf({ kind, role }) };
        await expectWalk(
          graph,
          groups,
          walk,
          memberships.map((held) => `${held.role} ${held.group}`),
        );
        await expectWalk(graph, { owner, field: "applications" }, walk, rightOf(truth.userApplications, user));
      }
    });
  });

  it("over a group's members, in any role, its children and its applications", async () => {
    await overTruth(async (graph, truth, walk, { random, role }) => {
      for (const { name } of choose(truth.groups, random)) {
        const owner = { type: "Group", id: name } as const;
        const members = truth.memberships.filter((held) => held.group === name && (role ?? held.role) === held.role);
        const list = { owner, field: "members", roles: true, filters: filtersOf({ role }) };
        await expectWalk(
          graph,
          list,
          walk,
          members.map((held) => `${held.role} ${held.user}`),
        );
        await expectWalk(graph, { owner, field: "children" }, walk, rightOf(truth.children, name));
        await expectWalk(graph, { owner, field: "applications" }, walk, leftOf(truth.applicationGroups, name));
      }
    });
  });

  it("over an application's users and groups", async () => {
    await overTruth(async (graph, truth, walk, { random }) => {
      for (const application of choose(truth.applications, random)) {
        const owner = { type: "Application", id: application } as const;
        await expectWalk(graph, { owner, field: "users" }, walk, leftOf(truth.userApplications, application));
        await expectWalk(graph, { owner, field: "groups" }, walk, rightOf(truth.applicationGroups, application));
      }
    });
  });
});

/** Random services, and of each somebody whose relations are walked. */
async function overTruth(
  check: (graph: SandboxUnderTest, truth: Truth, walk: readonly Step[], choice: Choice) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, steps, choices, async (services, walk, choice) => {
      await over(services, async (graph, truths) => {
        for (const truth of truths) await check(graph, truth, walk, choice);
      });
    }),
    { ...RUNS, numRuns: 20 },
  );
}

function serviceOf(globalId: string): string {
  return globalId.split(":")[1] ?? "";
}

function rightOf(pairs: readonly (readonly [string, string])[], left: string): readonly string[] {
  return pairs.filter((pair) => pair[0] === left).map((pair) => pair[1]);
}

function leftOf(pairs: readonly (readonly [string, string])[], right: string): readonly string[] {
  return pairs.filter((pair) => pair[1] === right).map((pair) => pair[0]);
}

describe("A page asks for no more than it shows", () => {
  /** A service of three, one of fifty whose lists are paged, and one whose user has more groups than come along. */
  let graph: SandboxUnderTest;
  const small = { ...crowd(3), groups: [] };
  const wide = {
    ...crowd(1),
    spaces: Array.from({ length: 60 }, (_, n) => ({ id: `space-${n}`, name: `space-${n}`, organization: "org-0" })),
    apps: [],
    users: [
      person("wide", "Wide", {
        roles: [
          { organization: "org-0", role: "MEMBER" },
          { organization: "org-1", role: "MANAGER" },
          { organization: "org-2", role: "AUDITOR" },
          ...Array.from({ length: 60 }, (_, n) => ({ space: `space-${n}`, role: "DEVELOPER" }) as const),
          { space: "space-7", role: "AUDITOR" },
        ],
      }),
    ],
  };
  beforeAll(async () => {
    graph = await startOverSandbox([
      { name: "small", dialect: econtext, edition: "E1", people: small },
      { name: "paged", dialect: cloudFoundryV2, edition: "2.293.0", people: crowd(50) },
      { name: "wide", dialect: cloudFoundryV2, edition: "2.293.0", people: wide },
    ]);
  });
  afterAll(() => graph.close());

  /** What each service was asked for one query, and its data. */
  async function ask(query: string, variables: Record<string, unknown> = {}) {
    const before = Object.entries(graph.upstreams).map(([name, { requests }]) => [name, requests.length] as const);
    const { body } = await graph.query(query, variables);
    expect(body.errors).toBeUndefined();
    const asked = before.flatMap(([name, count]) =>
      (graph.upstreams[name]?.requests ?? []).slice(count).map(({ target }) => `${name} ${target}`),
    );
    return { asked, data: body.data as unknown as Record<string, PageOfGraph> };
  }

  it.each([
    ["the first page", 20, 0],
    ["a page that begins where a page of its size does", 20, 20],
    ["a page that begins anywhere", 7, 10],
    ["the last page", 20, 40],
  ])("is one call: %s", async (_what, first, offset) => {
    const query = `query ($first: Int, $after: String) {
      users(service: "paged", first: $first, after: $after) { edges { cursor node { name } } nodes { id } pageInfo { hasNextPage } totalCount }
    }`;
    const all = (await ask(query, { first: 50 })).data["users"];
    const { asked, data } = await ask(query, { first, after: all?.edges[offset - 1]?.cursor ?? null });
    expect(data["users"]?.nodes).toEqual(all?.nodes.slice(offset, offset + first));
    expect(asked, asked.join("\n")).toHaveLength(1);
  });

  it("that reaches into the next service asks both once, and no third", async () => {
    const { asked, data } = await ask("{ users(first: 5) { nodes { id } pageInfo { hasNextPage } } }");
    expect(data["users"]?.nodes.map(({ id }) => serviceOf(id))).toEqual(["small", "small", "small", "paged", "paged"]);
    expect(asked.map((line) => line.split(" ")[0])).toEqual(["small", "paged"]);
  });

  it("that ends with a service asks the next one only when it is asked whether there is more", async () => {
    expect((await ask("{ users(first: 3) { nodes { id } } }")).asked).toHaveLength(1);
    const { asked, data } = await ask("{ users(first: 3) { nodes { id } pageInfo { hasNextPage endCursor } } }");
    expect(data["users"]?.pageInfo.hasNextPage).toBe(true);
    expect(asked).toEqual([
      expect.stringMatching("^small "),
      expect.stringMatching("^paged .*results-per-page=1(&|$)"),
    ]);
    const after = data["users"]?.pageInfo.endCursor;
    const next = await ask("query ($after: String) { users(first: 2, after: $after) { nodes { id } } }", { after });
    // The cursor is the last of the first service's: whether that has more, only it can tell.
    expect(next.asked.map((line) => line.split(" ")[0])).toEqual(["small", "paged"]);
  });

  it("of a service that has no such groups, or none at all, costs it no more than that", async () => {
    expect(
      (await ask('{ groups(service: "small", kind: SPACE) { nodes { id } pageInfo { hasNextPage } } }')).asked,
    ).toEqual([]);
    expect((await ask('{ groups(service: "small", kind: GROUP) { nodes { id } } }')).asked).toHaveLength(1);
  });

  it("of two of a user's memberships is told by the user alone", async () => {
    const query = `{ user(id: "User:wide:wide") { groups(first: 2) { edges { cursor role node { id name } } pageInfo { hasNextPage } } } }`;
    const { asked, data } = await ask(query);
    const { edges, pageInfo } = (data["user"] as unknown as { groups: PageOfGraph }).groups;
    expect(edges.map(({ role, node }) => `${role ?? ""} ${node.id}`)).toEqual([
      "MEMBER Group:wide:organization:org-0",
      "MANAGER Group:wide:organization:org-1",
    ]);
    expect(pageInfo.hasNextPage).toBe(true);
    expect(asked).toEqual([expect.stringMatching(/^wide \/v2\/users\/wide(\?|$)/)]);
  });

  it("of memberships that are too many to come along reads just as many as it shows", async () => {
    const query = `query ($after: String) { user(id: "User:wide:wide") {
      groups(first: 2, after: $after, kind: SPACE) { edges { cursor role node { id } } pageInfo { hasNextPage endCursor } }
    } }`;
    const groupsOf = ({ data }: Awaited<ReturnType<typeof ask>>) =>
      (data["user"] as unknown as { groups: PageOfGraph }).groups;
    const first = await ask(query);
    const second = await ask(query, { after: groupsOf(first).pageInfo.endCursor });
    expect([first, second].map((page) => groupsOf(page).edges.map(({ node }) => node.id))).toEqual([
      ["Group:wide:space:space-0", "Group:wide:space:space-1"],
      ["Group:wide:space:space-2", "Group:wide:space:space-3"],
    ]);
    for (const { asked } of [first, second]) {
      expect(asked).toEqual([
        expect.stringMatching(/^wide \/v2\/users\/wide(\?|$)/),
        expect.stringMatching(/^wide \/v2\/users\/wide\/spaces\?results-per-page=2&/),
      ]);
    }
  });
});

describe("What is no page of a list is refused before anybody is asked for it", () => {
  let graph: SandboxUnderTest;
  const ADA = "User:cloud:user-000";
  beforeAll(async () => {
    graph = await startOverSandbox([
      { name: "directory", dialect: econtext, edition: "E2", people: crowd(5) },
      { name: "cloud", dialect: cloudFoundryV2, edition: "2.293.0", people: crowd(5) },
    ]);
  });
  afterAll(() => graph.close());

  /** The lists, each with a filter that makes it another one. */
  const ROOTS = [
    "users",
    'users(service: "directory"',
    'users(service: "cloud"',
    'users(service: "directory", search: "user"',
    "applications",
    'applications(service: "cloud"',
    "groups",
    "groups(kind: ORGANIZATION",
    'groups(service: "cloud"',
  ].map((list) => `{ ${list.includes("(") ? `${list}, ` : `${list}(`}PAGE) { nodes { id } pageInfo { endCursor } } }`);
  const owned = (owner: string, list: string) =>
    `{ node(id: "${owner}") { ... on ${owner.split(":")[0] ?? ""} { ${list} { nodes { id } pageInfo { endCursor } } } } }`;
  const OWNED = [
    owned(ADA, "groups(PAGE)"),
    owned(ADA, "groups(kind: SPACE, PAGE)"),
    owned(ADA, "groups(role: DEVELOPER, PAGE)"),
    owned(ADA, "applications(PAGE)"),
    owned("User:cloud:user-001", "groups(PAGE)"),
    owned("User:directory:user-000", "groups(PAGE)"),
    owned("Application:directory:app-0", "users(PAGE)"),
    owned("Application:directory:app-3", "users(PAGE)"),
    owned("Group:cloud:organization:org-0", "members(PAGE)"),
    owned("Group:cloud:organization:org-0", "members(role: MEMBER, PAGE)"),
    owned("Group:cloud:organization:org-0", "children(PAGE)"),
    owned("Group:cloud:space:space-0", "applications(PAGE)"),
  ];
  const LISTS = [...ROOTS, ...OWNED];

  async function cursorOf(list: string): Promise<string> {
    const { text } = await graph.query(list.replace("PAGE", "first: 1"));
    const cursor = /"endCursor":"([^"]+)"/.exec(text)?.[1];
    if (cursor === undefined) throw new Error(`There is no cursor in ${text}.`);
    return cursor;
  }

  /** Nobody is asked for the list. That its owner is there, was asked before. */
  async function expectRefused(list: string, page: string): Promise<void> {
    const count = () => Object.values(graph.upstreams).reduce((sum, { requests }) => sum + requests.length, 0);
    const before = count();
    const { body } = await graph.query(list.replace("PAGE", page));
    const what = `${list} ${page.slice(0, 80)}`;
    expect(
      body.errors?.map(({ extensions }) => extensions["code"]),
      what,
    ).toEqual(["BAD_USER_INPUT"]);
    expect(count() - before, what).toBeLessThanOrEqual(OWNED.includes(list) ? 1 : 0);
  }

  it("a cursor of any other list: another field, filter, service or owner", async () => {
    const cursors = await Promise.all(LISTS.map(cursorOf));
    expect(new Set(cursors).size).toBe(LISTS.length);
    for (const [at, list] of LISTS.entries()) {
      for (const [from, cursor] of cursors.entries()) {
        if (from !== at) await expectRefused(list, `first: 1, after: ${JSON.stringify(cursor)}`);
      }
    }
  });

  it.each(LISTS)("a cursor that was tampered with, or is none at all: %s", async (list) => {
    const cursor = await cursorOf(list);
    const bytes = Buffer.from(cursor, "base64url");
    const otherVersion = Buffer.from(bytes);
    otherVersion[0] = 0x30;
    const cursors = [
      otherVersion.toString("base64url"),
      bytes.subarray(1).toString("base64url"),
      bytes.subarray(0, 5).toString("base64url"),
      bytes.toString("hex"),
      `${cursor}=`,
      ` ${cursor}`,
      `${cursor.slice(0, -1)}!`,
      "",
      "MQ",
      "xyz",
      "null",
      "../../etc/passwd",
      "\u0000",
      "\\ud800",
      "x".repeat(10_000),
    ];
    for (const each of cursors) await expectRefused(list, `first: 1, after: ${JSON.stringify(each)}`);
  });

  it.each(LISTS)("a page of none, of less or of too many: %s", async (list) => {
    for (const first of [0, -1, -100, 101, 2_147_483_647]) await expectRefused(list, `first: ${first}`);
  });
});
