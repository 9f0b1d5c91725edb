import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Credentials } from "../../src/config/settings.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { dialects } from "../../src/dialects/registry.ts";
import type { Plan } from "../../src/domain/plan/plan.ts";
import { PEOPLE, type People } from "../../src/sandbox/people.ts";
import { createSchemas } from "../../src/schema/schema.ts";
import { EXPLAIN_HEADER } from "../../src/server/explain.ts";
import { cases, Tally } from "../support/chaos-cases.ts";
import { serves } from "../support/exam/examinee.ts";
import { startGateway, startOverSandbox, type GatewayUnderTest } from "../support/gateway.ts";
import { Cursors } from "../support/answer-scope.ts";
import { writeOperation, type WrittenOperation } from "../support/operation-writer.ts";
import type { Home } from "../support/places.ts";
import { complaintsAbout, complaintsAboutLedger, type Ran } from "../support/plan-complaints.ts";
import { gather, type Sizes } from "../support/random-people.ts";
import { randomBatches, randomOperations, type RandomOperation } from "../support/random-operations.ts";
import { globally, tell } from "../support/truth.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { SLOW, WIDE_LIMITS } from "../support/wide-limits.ts";

// Entities are held against nodes elsewhere.
const { shown: schema } = createSchemas(dialects.map(({ name }) => name));

/** Every edition that serves, by its name. */
const EDITIONS = new Map<string, { readonly dialect: Dialect; readonly edition: string }>();
for (const dialect of dialects) {
  for (const edition of dialect.sandbox.editions) {
    if (await serves(dialect, edition)) EDITIONS.set(`${dialect.name} ${edition}`, { dialect, edition });
  }
}

/** What a counterexample shows of a service: its people are made of it. */
interface Speaker {
  readonly speaks: string;
  readonly sizes: Sizes;
  /** Users without a name, whom a search by id does not find. */
  readonly nameless: number;
  /** Who asks: somebody who may do everything, or less. */
  readonly caller: "operator" | "reader" | "auditor" | "user";
}

/** More than 50 roles, more than 25 applications and groups: what lists leave out there. */
const SIZES = {
  users: fc.nat(70),
  applications: fc.nat(40),
  groups: fc.nat(60),
  organizations: fc.nat(12),
  spaces: fc.nat(60),
  apps: fc.nat(70),
  rarity: fc.integer({ min: 1, max: 6 }),
  salt: fc.nat(1000),
};
const sizes = fc.record(SIZES);

function speaker(sizes: fc.Arbitrary<Sizes>): fc.Arbitrary<Speaker> {
  return fc.record({
    speaks: fc.constantFrom(...EDITIONS.keys()),
    sizes,
    nameless: fc.oneof(fc.constant(0), fc.nat(9)),
    caller: fc.oneof(
      { weight: 5, arbitrary: fc.constant("operator" as const) },
      { weight: 2, arbitrary: fc.constantFrom("reader" as const, "auditor" as const, "user" as const) },
    ),
  });
}

/** Cloud Foundry alone shows others less: the rest is asked as its operator. */
function credentialsOf(dialect: Dialect, { caller }: Speaker, people: People): Credentials {
  if (caller === "operator" || dialect.name !== "cloud-foundry-v2") return dialect.sandbox.credentials;
  const user = people.users.find(({ guid }) => guid !== null && /^[\w-]+$/.test(guid));
  return { bearer: caller === "user" ? `sandbox-user-${user?.id ?? "nobody"}` : `sandbox-${caller}` };
}

interface ServiceOfWorld extends Home {
  readonly path: string;
  readonly upstream: Upstream;
}

/** Services, and a gateway that knows nothing of them yet. */
interface World {
  readonly services: readonly ServiceOfWorld[];
  readonly gateway: GatewayUnderTest;
  readonly cursors: Cursors;
}

async function over(speakers: readonly Speaker[], run: (world: World) => Promise<void>): Promise<void> {
  const services: ServiceOfWorld[] = [];
  const configured = [];
  for (const [index, speaker] of speakers.entries()) {
    const { dialect, edition } = EDITIONS.get(speaker.speaks) as { dialect: Dialect; edition: string };
    const people = enrich(gather(speaker.sizes));
    const { path, serve } = dialect.sandbox;
    const upstream = await startUpstream(serve(people, { edition }));
    const name = `service-${index}`;
    const service = { name, dialect: dialect.name, url: upstream.origin + path };
    const { users, applications, groups } = tell({ dialect, edition, people }, globally(name));
    const scout = startGateway([{ ...service, credentials: dialect.sandbox.credentials }]);
    const created = await createNameless(scout, dialect, speaker.nameless);
    const ApiKey = await findApiKeys(scout);
    await scout.close();
    const ids = {
      User: [...users, ...created],
      Application: applications,
      Group: groups.map((one) => one.name),
      ApiKey,
    };
    services.push({ name, family: dialect.family, ids, path, upstream });
    configured.push({ ...service, credentials: credentialsOf(dialect, speaker, people) });
  }
  const gateway = startGateway(configured, { limits: WIDE_LIMITS }, SLOW);
  try {
    await run({ services, gateway, cursors: new Cursors() });
  } finally {
    await gateway.close();
    await Promise.all(services.map(({ upstream }) => upstream.close()));
  }
}

/** Some have keys, some may be deleted, and some have a space of their own. */
function enrich(people: People): People {
  return {
    ...people,
    users: people.users.map((user, n) => ({
      ...user,
      apiKeys: n % 3 === 0 ? ["export", "import"] : [],
      status: n % 4 === 1 ? ("DISABLED" as const) : user.status,
      customData: n % 2 === 0 ? { base: "LIS" } : null,
      defaultSpace: people.spaces[n % 7]?.id ?? null,
      active: n % 2 === 0,
    })),
  };
}

/** Those whom an edition lets be without a name. */
async function createNameless(scout: GatewayUnderTest, { family }: Dialect, count: number): Promise<readonly string[]> {
  if (count === 0 || family !== "econtext") return [];
  const create = (n: number) =>
    `u${n}: createUser(input: { econtext: { email: "nameless.${n}@example.com", password: "a long enough one" } }) { user { id } }`;
  const { body } = await scout.query(`mutation { ${Array.from({ length: count }, (_, n) => create(n)).join(" ")} }`);
  return idsIn(body);
}

/** Some keys, of which every second is switched off, and so may be deleted. */
async function findApiKeys(scout: GatewayUnderTest): Promise<readonly string[]> {
  const { body } = await scout.query("{ users(first: 12) { nodes { apiKeys { id } } } }");
  const keys = idsIn(body);
  const switchOff = keys
    .filter((_, n) => n % 2 === 0)
    .map((id, n) => `k${n}: updateApiKey(input: { id: "${id}", status: DISABLED }) { __typename }`);
  if (switchOff.length > 0) await scout.query(`mutation { ${switchOff.join(" ")} }`);
  return keys;
}

function idsIn(body: unknown): readonly string[] {
  return Array.from(JSON.stringify(body).matchAll(/"id":"([^"]*)"/g), ([, id]) => id ?? "");
}

/** Why an operation may stop before the least that was planned. */
const ENDS = /^(?:UPSTREAM_|FORBIDDEN$|UNAUTHENTICATED$|RATE_LIMITED$|CALL_BUDGET_EXCEEDED$|LIMIT_EXCEEDED$)/;

const tally = new Tally();

/** Plans an operation, and runs it; throws where it is not as planned. */
async function expectWithin(world: World, { query, variables, answer }: WrittenOperation): Promise<void> {
  const { services, gateway, cursors } = world;
  for (const { upstream } of services) upstream.requests.length = 0;
  const planned = await gateway.query(query, { ...variables }, { "x-usergraph-explain": "plan" });
  const { plan } = (planned.body.extensions ?? {}) as { readonly plan?: Plan };
  const asked = services.flatMap(({ name, upstream }) =>
    upstream.requests.map(({ target }) => `${name}: ${target} was asked for the plan`),
  );

  const { body, text } = await gateway.query(query, { ...variables }, { "x-usergraph-explain": "1" });
  const { upstream: ran } = (body.extensions ?? {}) as { readonly upstream?: Omit<Ran, "failed"> };
  const codes = (body.errors ?? []).map(({ extensions }) => String(extensions["code"]));
  const failed = codes.some((code) => ENDS.test(code));
  const complaints = [...asked];
  if (plan === undefined) complaints.push(`no plan: ${planned.text}`);
  if (ran === undefined) complaints.push(`no ledger: ${text.slice(0, 1000)}`);
  if (codes.includes("INTERNAL_SERVER_ERROR")) complaints.push(`a fault of ours: ${JSON.stringify(body.errors)}`);
  if (plan !== undefined && ran !== undefined) {
    complaints.push(...complaintsAbout(plan, { ...ran, failed }));
    // A field that fails may take its siblings' place in the answer along, whose calls are then still on their way.
    if (!failed) {
      for (const { name, path, upstream } of services)
        complaints.push(...complaintsAboutLedger(ran.ledger, name, path, upstream.requests));
    }
    count(plan, ran, codes, body);
  }
  if (complaints.length > 0) throw new Error(describeFailure(complaints, query, variables, plan, ran, body.errors));
  if (failed) await settled(services);
  cursors.collect(answer, body.data);
}

/** Until nothing is asked any more. */
async function settled(services: readonly ServiceOfWorld[]): Promise<void> {
  const asked = () => services.reduce((sum, { upstream }) => sum + upstream.requests.length, 0);
  for (let before = -1; before !== asked();) {
    before = asked();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function describeFailure(
  complaints: readonly string[],
  query: string,
  variables: object,
  plan: Plan | undefined,
  ran: Omit<Ran, "failed"> | undefined,
  errors: unknown,
): string {
  const lines = (rows: readonly object[] = []) => rows.map((row) => `  ${JSON.stringify(row)}`).join("\n");
  const ledger = ran?.ledger.map((entry) => ({ ...entry, ms: undefined }));
  return `${complaints.join("\n")}
${query}
${JSON.stringify(variables)}
plan ${JSON.stringify(plan?.calls)}\n${lines(plan?.steps)}
ledger\n${lines(ledger)}
errors ${JSON.stringify(errors)}`;
}

function count({ calls, steps }: Plan, ran: Omit<Ran, "failed">, codes: readonly string[], body: object): void {
  tally.count("operations");
  tally.count("calls", ran.calls);
  if (ran.calls > 0) tally.count("with calls");
  if (ran.ledger.some(({ method }) => method !== "GET")) tally.count("that write");
  if (new Set(ran.ledger.map(({ service }) => service)).size > 1) tally.count("of several services");
  if (calls.max !== 0) tally.count("with a plan");
  if (calls.min > 0) tally.count("min > 0");
  if (calls.max !== 0 && calls.max !== null) tally.count("max finite");
  if (calls.max !== 0 && calls.min === calls.max) tally.count("exact");
  if (calls.max !== 0 && calls.max === ran.calls) tally.count("max reached");
  if (steps.some(({ assumes }) => assumes !== undefined)) tally.count("that assume");
  if (JSON.stringify(body).includes('"hasNextPage":true')) tally.count("with a next page");
  for (const code of new Set(codes)) tally.count(code);
}

interface Case {
  readonly speakers: readonly Speaker[];
  readonly operations: readonly RandomOperation[];
}

const worlds: fc.Arbitrary<Case> = fc.record({
  speakers: fc.array(speaker(sizes), { minLength: 1, maxLength: 3 }),
  // The first meets a process that knows no edition yet, those after it one that has learned.
  operations: fc.array(randomOperations(schema), { minLength: 1, maxLength: 8, size: "max" }),
});

/** Where everybody is nearly everywhere, so that most has more members than come along, and is found from the other side. */
const crowds: fc.Arbitrary<Case> = fc.record({
  speakers: fc.tuple(
    speaker(fc.record({ ...SIZES, users: fc.integer({ min: 50, max: 130 }), rarity: fc.integer({ min: 1, max: 2 }) })),
  ),
  operations: fc.array(randomBatches(schema), { minLength: 1, maxLength: 6, size: "max" }),
});

const WORLDS = cases(50);

async function expectPlans({ speakers, operations }: Case): Promise<void> {
  tally.count("cases");
  await over(speakers, async (world) => {
    for (const operation of operations) {
      for (let time = 0; time < (operation.again ? 2 : 1); time++) {
        await expectWithin(world, writeOperation(operation, schema, world.services, world.cursors));
      }
    }
  });
}

describe("A plan holds what then runs", () => {
  const TIMEOUT_MS = 180_000 + WORLDS * 4000;
  const LIMIT = { interruptAfterTimeLimit: 60_000 + WORLDS * 2000 };

  afterAll(() => {
    if (process.env["SHOW_PLANS"] === "1") process.stdout.write(`plans: ${tally.toString()}\n`);
  });

  it(
    "whatever the operation, the people, the editions and the caller",
    async () => {
      await fc.assert(fc.asyncProperty(worlds, expectPlans), { ...LIMIT, numRuns: WORLDS });
      // A plan of "anything may be called" holds everything, and any plan holds where nothing is asked.
      for (const [what, least] of OFTEN) tally.expectOften(what, least);
    },
    TIMEOUT_MS,
  );

  it(
    "where many are looked up at once, in a crowd",
    () => fc.assert(fc.asyncProperty(crowds, expectPlans), { ...LIMIT, numRuns: WORLDS }),
    TIMEOUT_MS,
  );
});

describe("A plan of a list behind others", () => {
  it("has it in mind that it may answer a look-up: where the others need no call, it is on its way by then", async () => {
    // Cloud Foundry has no such groups, and says so without a call.
    const graph = await startOverSandbox([{ dialect: cloudFoundryV2 }, { dialect: econtext }]);
    const [group] = PEOPLE.groups;
    const query = `query ($id: ID!) { groups(first: 1, kind: GROUP) { nodes { id } } group(id: $id) { name } }`;
    const variables = { id: globally("directory").group("GROUP", group?.id ?? "") };
    const planned = await graph.query(query, variables, { [EXPLAIN_HEADER]: "plan" });
    const ran = await graph.query(query, variables, { [EXPLAIN_HEADER]: "1" });
    await graph.close();
    const { plan } = planned.body.extensions as unknown as { readonly plan: Plan };
    const { upstream } = ran.body.extensions as unknown as { readonly upstream: Omit<Ran, "failed"> };
    expect(upstream.ledger.map(({ route }) => route)).toEqual(["/groups"]);
    expect(complaintsAbout(plan, { ...upstream, failed: false })).toEqual([]);
  });
});

/** How often a world's operations have to be so. */
const OFTEN: readonly (readonly [what: string, least: number])[] = [
  ["with calls", 2],
  ["min > 0", 2],
  ["max finite", 1.2],
  ["exact", 0.4],
  ["max reached", 0.6],
  ["that assume", 0.6],
  ["that write", 0.15],
  ["of several services", 0.15],
  ["with a next page", 0.02],
];

const GET = { service: "directory", method: "GET" };
const LIST = { ...GET, route: "/users", for: ["Query.users"], calls: { min: 1, max: 1 } };
const SINGLES = { ...GET, route: "/users/user/{id}", for: ["User.groups"], calls: { min: 0, max: 2 } };
const OTHERS = { ...SINGLES, for: ["User.apiKeys"], calls: { min: 0, max: 1 }, assumes: "edition unknown" };
const PLAN: Plan = { calls: { min: 1, max: 4 }, steps: [LIST, SINGLES, OTHERS] };

const entry = ({ service, method, route, for: askers }: Plan["steps"][number]) => ({
  ...{ service, method, route, for: askers },
  attempts: 1,
});
const LEDGER = [LIST, SINGLES, SINGLES, OTHERS].map(entry);

function judge(plan: Partial<Plan>, ledger: Ran["ledger"] = LEDGER, failed = false): readonly string[] {
  return complaintsAbout({ ...PLAN, ...plan }, { calls: ledger.length, ledger, failed });
}

describe("Whoever compares what ran with its plan", () => {
  it("is content with as many calls as were planned, and with fewer", () => {
    expect(judge({})).toEqual([]);
    expect(judge({}, LEDGER.slice(0, 1))).toEqual([]);
    expect(
      judge({ calls: { min: 0, max: null }, steps: [LIST, { ...SINGLES, calls: { min: 0, max: null } }, OTHERS] }),
    ).toEqual([]);
  });

  it.each([0, 1, 2])("misses a step that was dropped (%i)", (dropped) => {
    expect(judge({ steps: PLAN.steps.filter((_, at) => at !== dropped) })).not.toEqual([]);
  });

  it.each([0, 1, 2])("finds a step's upper bound that is one too low (%i)", (lowered) => {
    const steps = PLAN.steps.map((step, at) =>
      at === lowered ? { ...step, calls: { min: 0, max: (step.calls.max ?? 0) - 1 } } : step,
    );
    expect(judge({ steps })).toEqual([expect.stringMatching(/calls, and at most \d were planned$/)]);
  });

  it.each([0, 1, 2])("finds a step's lower bound that is one too high (%i)", (raised) => {
    const steps = PLAN.steps.map((step, at) =>
      at === raised ? { ...step, calls: { min: step.calls.min + 1, max: null } } : step,
    );
    const ledger = LEDGER.filter(({ route }) => route !== PLAN.steps[raised]?.route);
    expect(judge({ calls: { min: 0, max: null }, steps }, ledger)).toEqual([
      expect.stringMatching(/0 calls, and at least \d were planned$/),
    ]);
  });

  it("finds bounds of the whole that do not hold it", () => {
    expect(judge({ calls: { min: 1, max: 3 } })).toEqual(["in all: 4 calls, and at most 3 were planned"]);
    expect(judge({ calls: { min: 5, max: 5 } })).toEqual(["in all: 4 calls, and at least 5 were planned"]);
  });

  it("forgives a failed operation that it did less, and not that it did more", () => {
    expect(judge({}, [], true)).toEqual([]);
    expect(judge({}, [...LEDGER, entry(LIST)], true)).not.toEqual([]);
  });

  it.each([
    ["another route", { route: "/groups" }],
    ["another method", { method: "PUT" }],
    ["another service", { service: "cloud" }],
    ["another asker", { for: ["User.name"] }],
  ])("finds a call of %s", (_, other) => {
    expect(judge({}, [...LEDGER.slice(1), { ...entry(LIST), ...other }], true)).toHaveLength(1);
  });
});

describe("Whoever compares a ledger with what the service saw", () => {
  const seen = (...targets: readonly string[]) =>
    targets.map((target) => ({ method: "GET", target: `/api${target}`, authorization: null, body: "" }));
  const ledger = [entry(LIST), { ...entry(SINGLES), attempts: 2 }];
  const SEEN = ["/users?limit=3", "/users/user/a%2Fb", "/users/user/a%2Fb"];
  const judgeLedger = (...targets: readonly string[]) =>
    complaintsAboutLedger(ledger, "directory", "/api", seen(...targets));

  it("is content where both are the same, but for the one question of the edition", () => {
    expect(judgeLedger(...SEEN)).toEqual([]);
    expect(judgeLedger(...SEEN, "/organizations?limit=1")).toEqual([]);
    expect(judgeLedger(...SEEN, "/organizations?limit=1", "/organizations?limit=1")).toHaveLength(1);
  });

  it("finds what only one of them has", () => {
    expect(judgeLedger(...SEEN, "/users?limit=3")).toHaveLength(1);
    expect(judgeLedger(...SEEN.slice(1))).toHaveLength(1);
    expect(judgeLedger(...SEEN.slice(0, 2))).toHaveLength(1);
    expect(judgeLedger("/users/all", ...SEEN.slice(1))).toHaveLength(2);
  });
});
