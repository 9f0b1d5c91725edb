import { parse } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_SERVER } from "../../src/config/settings.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { mostCertainCalls } from "../../src/server/call-budget.ts";
import { startOverSandbox, type SandboxOfService, type SandboxUnderTest } from "../support/gateway.ts";

let graph: SandboxUnderTest;
afterEach(() => graph.close());

async function start(sandbox: SandboxOfService, upstreamCalls = DEFAULT_SERVER.limits.upstreamCalls): Promise<void> {
  graph = await startOverSandbox([sandbox], undefined, { limits: { ...DEFAULT_SERVER.limits, upstreamCalls } });
}

const requests = () => Object.values(graph.upstreams).flatMap((upstream) => upstream.requests);
const EXPLAIN = { "x-usergraph-explain": "1" };
const NAMES = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { name } } }";
const strangers = (count: number) => ({ ids: Array.from({ length: count }, (_, n) => `User:cloud:stranger-${n}`) });

describe("An operation that certainly needs too many upstream calls", () => {
  it("is refused before any is made, with the least number that it needs", async () => {
    await start({ dialect: cloudFoundryV2 });
    const { body, status } = await graph.query(NAMES, strangers(150), EXPLAIN);
    expect(status).toBe(200);
    expect(body).toEqual({
      errors: [
        {
          message:
            "The operation needs at least 150 upstream calls, and may make 100, which is `limits.upstreamCalls`. Nothing of it is done then: ask for less at once.",
          extensions: { code: "CALL_BUDGET_EXCEEDED", retryable: false },
        },
      ],
      extensions: { upstream: { calls: 0, ledger: [] } },
    });
    expect(requests()).toEqual([]);
  });

  it("has the status of other refusals in the newer media type", async () => {
    await start({ dialect: cloudFoundryV2 }, 2);
    const accept = "application/graphql-response+json";
    const { status, body } = await graph.query(NAMES, strangers(3), { accept });
    expect([status, Object.keys(body)]).toEqual([400, ["errors"]]);
    expect((await graph.query(NAMES, strangers(2), { accept })).status).toBe(200);
  });

  it("does nothing where it is a mutation, not even what would be within", async () => {
    await start({ dialect: econtext }, 2);
    const create = (n: number) =>
      `a${n}: createUser(input: { econtext: { email: "u${n}@example.com", password: "a long enough one", name: "U", applications: ["609543d6-1cca-4039-9c1a-c843bda15ba4"] } }) { errors { code } }`;
    const mutation = (count: number) => `mutation { ${Array.from({ length: count }, (_, n) => create(n)).join(" ")} }`;
    const { body } = await graph.query(mutation(3));
    expect(body.data).toBeUndefined();
    expect(body.errors).toMatchObject([{ extensions: { code: "CALL_BUDGET_EXCEEDED", retryable: false } }]);
    expect(requests()).toEqual([]);
    expect((await graph.query(mutation(2))).body).toEqual({ data: { a0: { errors: [] }, a1: { errors: [] } } });
    expect(requests()).toHaveLength(2);
  });

  it("is told so by its plan, too", async () => {
    await start({ dialect: cloudFoundryV2 });
    const { body } = await graph.query(NAMES, strangers(150), { "x-usergraph-explain": "plan" });
    expect(body).toMatchObject({
      extensions: {
        plan: {
          calls: { min: 150, max: 150 },
          steps: [{ route: "/v2/users/{guid}", for: ["Query.nodes"] }],
          problems: [{ code: "CALL_BUDGET_EXCEEDED", message: expect.stringContaining("150") as string }],
        },
      },
    });
    expect(requests()).toEqual([]);
  });
});

describe("An operation that may need too many upstream calls", () => {
  const PAGE = "{ users(first: 20) { nodes { name groups { nodes { name } } } } }";

  it("is executed, and ends in a partial answer", async () => {
    await start({ dialect: econtext, edition: "E0" }, 1);
    const { body } = await graph.query(PAGE, undefined, EXPLAIN);
    const { nodes } = (body.data as unknown as { users: { nodes: readonly { name: unknown }[] } }).users;
    expect(nodes.map(({ name }) => typeof name)).toEqual(nodes.map(() => "string"));
    expect(new Set(body.errors?.map(({ extensions }) => extensions["code"]))).toEqual(
      new Set(["CALL_BUDGET_EXCEEDED"]),
    );
    expect(body.extensions).toMatchObject({ upstream: { calls: 1, ledger: [{ route: "/users", status: 200 }] } });
    expect(requests()).toHaveLength(1);
  });
});

describe("The quick estimate", () => {
  const estimate = (query: string, variableValues?: Readonly<Record<string, unknown>>) =>
    mostCertainCalls({ document: parse(query), variableValues });

  it("counts fields, values of the document, and values of variables wherever these are used", () => {
    expect(estimate("{ services { name } }")).toBe(2);
    expect(estimate('{ nodes(ids: ["a", "b", 3]) { id } }')).toBe(5);
    const twice = "query ($ids: [ID!]!) { a: nodes(ids: $ids) { id } b: nodes(ids: $ids) { id } }";
    expect(estimate(twice, { ids: ["a", "b", "c"], unused: ["d", "e"] })).toBe(4 + 6);
    expect(estimate('query ($ids: [ID!]! = ["a", "b"]) { nodes(ids: $ids) { id } }', {})).toBe(2 + 2 + 1);
    const nested = "mutation ($input: CreateUserInput!) { createUser(input: $input) { errors { code } } }";
    expect(estimate(nested, { input: { econtext: { email: "a", applications: ["b", "c"] } } })).toBe(3 + 3);
  });

  it("bears variables that are nested as deep as a request can hold", () => {
    const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) as unknown;
    expect(estimate("query ($input: JSONObject) { services { name } }", { input: deep })).toBe(2);
    expect(estimate("query ($id: ID!) { user(id: $id) { name } }", { id: deep })).toBe(2);
  });
});
