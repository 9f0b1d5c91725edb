import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { afterAll, describe, expect, it } from "vitest";
import type { Bounds } from "../../src/domain/plan/bounds.ts";
import type { Plan } from "../../src/domain/plan/plan.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import {
  COLUMNS,
  count,
  OPERATIONS,
  startCounted,
  type Column,
  type Count,
  type CountedOperation,
  type CountedService,
} from "../support/call-table.ts";
import { crowd } from "../support/crowd.ts";
import { complaintsAbout, type Ran } from "../support/plan-complaints.ts";
import { globally } from "../support/truth.ts";

const DOCUMENT = "docs/upstream-calls.md";
const REWRITE = "UPDATE_DOCS=1 npx vitest run test/graph/request-counts.test.ts";

const started: CountedService[] = [];
afterAll(async () => {
  await Promise.all(started.map((service) => service.close()));
});

/** What an operation costs a process that has asked the service nothing before, and what it costs that one again. */
interface Measured {
  readonly cold: Count;
  readonly warm: Count;
}

const measured = new Map<string, Promise<Measured>>();

function measure(column: Column, operation: CountedOperation): Promise<Measured> {
  const name = `${column.title} ${operation.what}`;
  const known = measured.get(name) ?? measureNow(column, operation);
  measured.set(name, known);
  return known;
}

async function measureNow(column: Column, operation: CountedOperation): Promise<Measured> {
  const service = await startCounted(column, operation.people);
  started.push(service);
  return { cold: await count(service, column, operation), warm: await count(service, column, operation) };
}

describe.each(COLUMNS.map((column, index) => ({ ...column, index })))("$title", ({ index, ...column }) => {
  it.each(OPERATIONS)("answers rightly, and is asked no more than it has to be: $what", async (operation) => {
    const { cold, warm } = await measure(column, operation);
    const wanted = operation.wanted[index] ?? Infinity;
    expect(cold.calls).toBeLessThanOrEqual(wanted);
    expect(warm.calls).toBeLessThanOrEqual(Math.min(cold.calls, wanted));
    expect(cold.probes).toBeLessThanOrEqual(1);
    expect(warm.probes).toBe(0);
  });
});

/** An operation whose plan is held beside what ran. */
interface PlannedOperation {
  readonly title: string;
  readonly column: Column;
  readonly people: typeof PEOPLE;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const columnOf = (edition: string) => COLUMNS.find((one) => one.edition === edition) as Column;
const CROWD = crowd(50);
const [README_QUERY = ""] = /(?<=```graphql\n).*?(?=```)/s.exec(readFileSync("README.md", "utf8")) ?? [];

const PLANNED: readonly PlannedOperation[] = [
  {
    title: "The first query of the README, on eContext with objects embedded (E1)",
    column: columnOf(econtext.sandbox.editions[0] ?? ""),
    people: PEOPLE,
    query: README_QUERY,
  },
  {
    title: "A page of 50 users with applications and groups, on eContext with id strings (E0)",
    column: columnOf("E0"),
    people: CROWD,
    query: `{
  users(first: 50) {
    nodes {
      name
      applications { nodes { name } }
      groups { nodes { name application { name } } }
    }
  }
}
`,
  },
  {
    title: "50 users by id with their organizations, on Cloud Foundry v2",
    column: columnOf(cloudFoundryV2.sandbox.editions[0] ?? ""),
    people: CROWD,
    query: `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on User { groups(kind: ORGANIZATION) { nodes { name } } }
  }
}
`,
    variables: { ids: CROWD.users.map(({ id }) => globally(cloudFoundryV2.sandbox.name).user(id)) },
  },
];

interface Told {
  readonly plan: Plan;
  readonly ran: Ran;
}

/** The plan, and then what ran: of a process that knows nothing of the service, and of the same one again. */
async function planAndRun({ column, people, query, variables = {} }: PlannedOperation): Promise<readonly Told[]> {
  const service = await startCounted(column, people);
  started.push(service);
  const ask = async (explain: string) => {
    const headers = { authorization: "Basic b25lOng=", "x-usergraph-explain": explain };
    const { body } = await service.gateway.query(query, { ...variables }, headers);
    expect(body.errors).toBeUndefined();
    return body.extensions;
  };
  const told: Told[] = [];
  for (let time = 0; time < 2; time++) {
    service.upstream.requests.length = 0;
    const { plan } = (await ask("plan")) as { readonly plan: Plan };
    expect(service.upstream.requests).toEqual([]);
    const { upstream } = (await ask("1")) as { readonly upstream: Omit<Ran, "failed"> };
    told.push({ plan, ran: { ...upstream, failed: false } });
  }
  return told;
}

const plansAndLedgers = Promise.all(PLANNED.map(planAndRun));

describe("A plan beside its ledger", () => {
  it.each(PLANNED.map((operation, index) => ({ ...operation, index })))("holds what ran: $title", async ({ index }) => {
    for (const { plan, ran } of (await plansAndLedgers)[index] ?? []) {
      expect(plan.steps.length).toBeGreaterThan(0);
      expect(complaintsAbout(plan, ran)).toEqual([]);
    }
  });
});

const HEAD = `# How many upstream calls an operation makes

Counted by the services themselves: \`test/graph/request-counts.test.ts\` runs each operation through the whole gateway,
holds the answers against the data and the ledgers against what the services saw, and writes this page. After a change:
\`${REWRITE}\`.

## The operations

In brackets is what was aimed at. Where a process that has not asked the service before needs another number than one
that has, the first comes first. A probe, where there was one, is in no ledger and is told apart.
`;

const REASONS = `
- **E0 and E1 by id.** Both search with a regular expression over ids, names and emails, and answer whole users. So users
  are found by one search for all their ids; while nobody knows the edition, the first one is read by itself and shows it.
  A line of a request holds about 100 UUIDs. Users without a name are missed by the search, and so is who does not exist:
  those are read one by one.
- **E2 by id.** Its search finds words in names and emails and knows no ids, its list has no filter, and there is no
  request for many: what is left is one each. The list of users might bring them along, but only by luck: of a directory
  of D users, its first page of 100 holds \`5000 / D\` of any 50.
- **E2, users of one application.** The list of an application's users comes without their groups, of each user. So the
  first 100 users of the whole directory are listed, with everything inside, and who is not among them is read one by one:
  2 calls where the directory is small, and nearly one each where it is large: nothing lists users by their application
  with their groups inside.
- **Cloud Foundry by id.** No list of users can be filtered by guid. With all groups wanted, each user is read by itself,
  with the groups inside: managed and audited spaces cannot be found from the other side. Organizations can: one filtered
  list for each of the four roles, after one call that proves that the caller may see all users, without which a list that
  leaves others out would look like the whole truth.
- **Cloud Foundry, users of one app.** The app's record names its space, whose developers are listed with their groups
  inside, once it is proven that the caller may see all users: to anybody else the service shows a part of these groups,
  which would look like all of them. The three follow each other: no list is read, and nothing proven, of an app that is
  not there.
- **Twice at once.** Identical requests in flight are sent once, for one and the same caller. Never for two: what one may
  see says nothing of what another may.
`;

const PLANS_HEAD = `
## Plans and ledgers

What \`x-usergraph-explain: plan\` told beforehand, by a process that did not know the service yet and by one that did, and
what \`extensions.upstream\` told afterwards.
`;

function writeDocument(table: readonly (readonly string[])[], plans: readonly string[]): Promise<string> {
  const head = ["operation", ...COLUMNS.map(({ title }) => title)];
  const text = [HEAD, writeRows([head, ...table]), REASONS, PLANS_HEAD, ...plans].join("\n");
  return format(text, { parser: "markdown", printWidth: 120 });
}

function writeRows([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function writeCell({ cold, warm }: Measured, wanted: number | null | undefined): string {
  const [first, then] = [cold, warm].map(
    ({ calls, probes }) => `**${calls}**${probes === 0 ? "" : ` and ${probes} probe`}`,
  );
  const aim = wanted == null ? "" : ` (${wanted})`;
  return (first === then ? `${first}` : `${first}, then ${then}`) + aim;
}

function writePlan({ title, query }: PlannedOperation, [cold, warm]: readonly Told[]): string {
  if (cold === undefined || warm === undefined) throw new Error("It was not planned twice.");
  const tolds = [cold, warm];
  const routes = new Set(tolds.flatMap(({ plan, ran }) => [...plan.steps, ...ran.ledger].map(nameOf)));
  const rows = Array.from(routes, (route) => {
    const steps = tolds.flatMap(({ plan }) => plan.steps.filter((step) => nameOf(step) === route));
    const assumed = new Set(steps.flatMap(({ assumes }) => assumes ?? []));
    return [
      `\`${route}\``,
      [...new Set(steps.flatMap((step) => step.for))].map((asker) => `\`${asker}\``).join(", "),
      ...tolds.flatMap(({ plan, ran }) => [
        writeBounds(sumOf(plan.steps.filter((step) => nameOf(step) === route).map(({ calls }) => calls))),
        String(ran.ledger.filter((entry) => nameOf(entry) === route).length),
      ]),
      [...assumed].join("; "),
    ];
  });
  const total = tolds.flatMap(({ plan, ran }) => [writeBounds(plan.calls), String(ran.calls)]);
  return `### ${title}

\`\`\`graphql
${query}\`\`\`

${writeRows([
  ["call", "for", "planned", "made", "planned again", "made again", "assumes"],
  ...rows,
  ["in all", "", ...total, ""],
])}
`;
}

function nameOf({ method, route }: { readonly method: string; readonly route: string }): string {
  return `${method} ${route}`;
}

function sumOf(bounds: readonly Bounds[]): Bounds {
  return {
    min: bounds.reduce((all, { min }) => all + min, 0),
    max: bounds.reduce<number | null>((all, { max }) => (all === null || max === null ? null : all + max), 0),
  };
}

function writeBounds({ min, max }: Bounds): string {
  if (min === max) return String(min);
  return max === null ? `${min} or more` : `${min} to ${max}`;
}

describe("The document of upstream calls", () => {
  it(`says what was counted (${REWRITE})`, async () => {
    const rows = OPERATIONS.map((operation) => async () => [
      operation.what,
      ...(await Promise.all(
        COLUMNS.map(async (column, index) => writeCell(await measure(column, operation), operation.wanted[index])),
      )),
    ]);
    const table: (readonly string[])[] = [];
    for (const row of rows) table.push(await row());
    const told = await plansAndLedgers;
    const written = await writeDocument(
      table,
      PLANNED.map((operation, index) => writePlan(operation, told[index] ?? [])),
    );
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(DOCUMENT, written);
    expect(readFileSync(DOCUMENT, "utf8")).toBe(written);
  });
});
