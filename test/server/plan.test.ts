import { parse, visit } from "graphql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_SERVER, DEFAULT_SERVICE, type ServerSettings } from "../../src/config/settings.ts";
import { openGateway } from "../support/ways.ts";
import { createLog } from "../../src/log.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { dialects } from "../../src/dialects/registry.ts";
import { SANDBOX_TABS } from "../../src/sandbox/tabs.ts";
import { mostCertainCalls } from "../../src/server/call-budget.ts";
import { OPERATIONS_OF_CLOUD_FOUNDRY, OPERATIONS_OF_ECONTEXT } from "../support/hunted-operations.ts";
import { startGateway, type Answer, type GatewayUnderTest, type ServiceUnderTest } from "../support/gateway.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

const URL = "http://gateway.test/graphql";
const PLAN = { "x-usergraph-explain": "plan" };
const USER = 'query One { user(id: "User:directory:x") { name } } query Two { services { name } }';
const ONE_CALL = {
  calls: { min: 1, max: 1 },
  steps: [
    {
      service: "directory",
      method: "GET",
      route: "/users/user/{id}",
      for: ["Query.user"],
      calls: { min: 1, max: 1 },
    },
  ],
};

interface Explained {
  readonly plan: {
    readonly calls: { readonly min: number; readonly max: number | null };
    readonly steps: readonly { readonly method: string; readonly route: string; readonly for: readonly string[] }[];
    readonly problems?: readonly { readonly message: string; readonly code: string; readonly path?: unknown }[];
  };
}

let upstream: Upstream;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  // No plan asks anybody anything.
  expect(upstream.requests).toEqual([]);
  for (const close of closing.splice(0)) await close();
});

/** Services whose every request is written down. */
async function servicesOf(names: readonly string[]): Promise<readonly ServiceUnderTest[]> {
  upstream = await startUpstream(() => new Response(null, { status: 500 }));
  closing.push(() => upstream.close());
  return dialects
    .filter(({ sandbox }) => names.includes(sandbox.name))
    .map(({ name, sandbox: { name: service, path } }) => ({
      name: service,
      dialect: name,
      url: upstream.origin + path,
      credentials: { forward: `x-${service}-authorization` },
    }));
}

async function start(server: Partial<ServerSettings> = {}, names = ["directory", "cloud"]): Promise<GatewayUnderTest> {
  const graph = startGateway(await servicesOf(names), server);
  closing.push(() => graph.close());
  return graph;
}

function planOf({ body }: Answer): Explained["plan"] {
  expect(Object.keys(body)).toEqual(["extensions"]);
  return (body.extensions as unknown as Explained).plan;
}

describe("A request for the plan", () => {
  it("is answered with the calls that the operation would make, and nothing else", async () => {
    const graph = await start();
    const { status, headers, body } = await graph.query('{ user(id: "User:directory:x") { name } }', undefined, PLAN);
    expect([status, headers.get("cache-control")]).toEqual([200, "private, no-store, max-age=0"]);
    expect(body).toEqual({ extensions: { plan: ONE_CALL } });
  });

  it.each(["application/json", "application/graphql-response+json"])(
    "may come by GET or POST, with %s, for one operation of several",
    async (accept) => {
      const { fetch } = await start({ explain: "always" });
      const search = new URLSearchParams({ query: USER, operationName: "One" }).toString();
      const headers = { ...PLAN, accept };
      const got = await fetch(`${URL}?${search}`, { headers });
      const posted = await fetch(URL, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ query: USER, operationName: "One" }),
      });
      for (const response of [got, posted]) {
        expect([response.status, response.headers.get("content-type")]).toEqual([200, `${accept}; charset=utf-8`]);
        expect(await response.json()).toEqual({ extensions: { plan: ONE_CALL } });
      }
    },
  );

  it("is answered for variables, fragments and directives as these would be executed", async () => {
    const graph = await start();
    const query = `query ($id: ID!, $named: Boolean!) { user(id: $id) { id ...Name @include(if: $named) } }
      fragment Name on User { name }`;
    const ask = async (named: boolean) => planOf(await graph.query(query, { id: "User:directory:x", named }, PLAN));
    expect(await ask(true)).toEqual(ONE_CALL);
    expect(await ask(false)).toEqual({ calls: { min: 0, max: 0 }, steps: [] });
  });

  it("is answered for a mutation, which writes nothing", async () => {
    const graph = await start();
    const query = `mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { deletedId errors { code } } }`;
    const { steps } = planOf(await graph.query(query, { input: { id: "User:directory:x" } }, PLAN));
    expect(steps).toMatchObject([
      { method: "DELETE", route: "/users/user/{id}", for: ["Mutation.deleteUser"], calls: { min: 1, max: 1 } },
    ]);
  });

  it("is answered for each operation of a batch", async () => {
    const { fetch } = await start({ limits: { ...DEFAULT_SERVER.limits, batch: 2 } });
    const response = await fetch(URL, {
      method: "POST",
      headers: { ...PLAN, "content-type": "application/json" },
      body: JSON.stringify([
        { query: USER, operationName: "Two" },
        { query: USER, operationName: "One" },
      ]),
    });
    expect(await response.json()).toEqual([
      { extensions: { plan: { calls: { min: 0, max: 0 }, steps: [] } } },
      { extensions: { plan: ONE_CALL } },
    ]);
  });

  it.each(["plan, plan", "1, plan", "PLAN"])("is taken for one where the header reads %j", async (header) => {
    const graph = await start();
    const answer = await graph.query(USER.split(" query ")[0] as string, undefined, { "x-usergraph-explain": header });
    expect(planOf(answer)).toEqual(ONE_CALL);
  });

  it("is told what would be refused before anything is asked, beside the rest of the plan", async () => {
    const graph = await start();
    const query = `query ($id: ID!) { mine: user(id: $id) { name } wrong: user(id: "User:nowhere:x") { name }
      many: users(first: 101) { nodes { name } } }`;
    const { problems, ...plan } = planOf(await graph.query(query, { id: "User:directory:x" }, PLAN));
    expect(plan).toEqual(ONE_CALL);
    const { errors } = (await graph.query(query.replace("(id: $id) {", "(id: $id) @skip(if: true) {"), { id: "x" }))
      .body;
    expect(errors).toHaveLength(2);
    expect(problems).toEqual(
      errors?.map(({ message, path, extensions }) => ({ message, code: extensions["code"], path })),
    );
    expect(problems?.map(({ code, path }) => [code, path])).toEqual([
      ["BAD_USER_INPUT", ["wrong"]],
      ["BAD_USER_INPUT", ["many"]],
    ]);
  });

  it("is told what a mutation would answer to be mended: each problem, at its own path", async () => {
    const graph = await start();
    const query = `mutation { createUser(input: { econtext: { service: "directory", email: "nope", password: "x" } }) {
      errors { code message path } } }`;
    const { problems, calls } = planOf(await graph.query(query, undefined, PLAN));
    const { data } = (await graph.query(query)).body;
    const { createUser } = data as unknown as { createUser: { errors: readonly unknown[] } };
    expect(calls).toEqual({ min: 0, max: 0 });
    expect(createUser.errors).toHaveLength(2);
    expect(problems).toEqual(createUser.errors);
  });

  it("is told that the variables are wrong, in words that quote none", async () => {
    const graph = await start();
    const query = "mutation ($input: CreateUserInput!) { createUser(input: $input) { errors { code } } }";
    const input = { econtext: { email: "a@b.c", password: { s: "S3cret-Passw0rd" } } };
    const answer = await graph.query(query, { input }, PLAN);
    expect(planOf(answer)).toEqual({
      calls: { min: 0, max: 0 },
      steps: [],
      problems: [
        {
          message: 'Variable "$input" at "input.econtext.password": Expected a value of type "String".',
          code: "BAD_USER_INPUT",
        },
      ],
    });
    expect(answer.text).not.toContain("S3cret");
  });

  it.each([
    ["does not parse", "{ user(", "GRAPHQL_PARSE_FAILED"],
    ["is not of this schema", "{ nonsense }", "GRAPHQL_VALIDATION_FAILED"],
    ["is over a limit", `{ ${"services { name } ".repeat(700)} }`, "LIMIT_EXCEEDED"],
  ])("is refused as any other for a document that %s", async (_, query, code) => {
    const { body } = await (await start()).query(query, undefined, PLAN);
    expect(Object.keys(body)).toEqual(["errors"]);
    expect(body.errors).toMatchObject([{ extensions: { code } }]);
  });

  it("is refused where the configuration tells no calls, without a word on what could be", async () => {
    const graph = await start({ explain: "never" });
    for (const query of ['{ user(id: "User:directory:x") { name } }', "{ services { name } }"]) {
      const { status, text } = await graph.query(query, undefined, PLAN);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({
        errors: [{ message: "This gateway tells no plans.", extensions: { code: "UNSUPPORTED" } }],
      });
    }
  });

  it("is answered with no plan at all where we fail to make it, for there may be any number of calls", async () => {
    const attach = econtext.attach.bind(econtext);
    const broken = vi.spyOn(econtext, "attach").mockImplementation((service) => ({
      ...attach(service),
      plan: () => {
        throw new Error("hunter2");
      },
    }));
    const graph = await start();
    broken.mockRestore();
    const { body, text } = await graph.query('{ user(id: "User:directory:x") { name } services { name } }', {}, PLAN);
    expect(Object.keys(body)).toEqual(["errors"]);
    expect(body.errors).toMatchObject([{ path: ["user"], extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
    expect(text).not.toContain("hunter2");
  });

  it("is no operation in the log, where only what was executed stands", async () => {
    const services = await servicesOf(["directory"]);
    const lines: unknown[] = [];
    const destination = { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) };
    const gateway = openGateway(
      {
        server: DEFAULT_SERVER,
        services: services.map(({ name, dialect, url, credentials = { bearer: "x" } }) => ({
          ...DEFAULT_SERVICE,
          service: { name, dialect, url },
          credentials,
        })),
      },
      { log: createLog({ pretty: false, level: "debug", destination }) },
    );
    closing.push(() => gateway.close());
    const url = `${URL}?query=${encodeURIComponent("{ services { name } }")}`;
    expect((await gateway.fetch(url, { headers: PLAN })).status).toBe(200);
    expect(lines).toEqual([]);
    expect((await gateway.fetch(url)).status).toBe(200);
    expect(lines).toEqual(["operation"]);
  });
});

describe("A plan", () => {
  const tabs = SANDBOX_TABS.map(({ query, variables }) => ({
    name: /\w+ (\w+)/.exec(query.replaceAll(/^#.*$/gm, ""))?.[1] ?? query,
    names: ["directory", "cloud"],
    query,
    variables: variables === undefined ? {} : (JSON.parse(variables) as Record<string, unknown>),
  }));
  const operations = [
    ...OPERATIONS_OF_ECONTEXT.map((operation) => ({ ...operation, names: [econtext.sandbox.name] })),
    ...OPERATIONS_OF_CLOUD_FOUNDRY.map((operation) => ({ ...operation, names: [cloudFoundryV2.sandbox.name] })),
    ...tabs,
  ];

  it.each(operations)(
    "of $names: $name holds no value of the request, and promises no more than the quick estimate",
    async ({ names, query, variables = {} }) => {
      const graph = await start({ limits: { ...DEFAULT_SERVER.limits, depth: 20, aliases: 100 } }, names);
      const answer = await graph.query(query, variables, PLAN);
      const { steps, calls, problems } = planOf(answer);
      expect(problems).toBeUndefined();
      for (const value of valuesOf(query, variables)) expect(answer.text).not.toContain(value);
      for (const { route, for: askers } of steps) {
        expect(route).toMatch(/^(?:\/(?:[a-z0-9_]+|\{\w+\}))+$/);
        for (const asker of askers) expect(asker).toMatch(/^[A-Z]\w+\.\w+$/);
      }
      expect(calls.min).toBeLessThanOrEqual(mostCertainCalls({ document: parse(query), variableValues: variables }));
    },
  );
});

/** The texts of a request, but for the words that are anybody's. */
function valuesOf(query: string, variables: unknown): ReadonlySet<string> {
  const texts = new Set<string>();
  visit(parse(query), { StringValue: ({ value }) => void texts.add(value) });
  JSON.stringify(variables, (_key, value: unknown) => {
    if (typeof value === "string") texts.add(value);
    return value;
  });
  for (const text of [...texts]) texts.add(text.slice(text.lastIndexOf(":") + 1));
  for (const word of ["directory", "cloud", ""]) texts.delete(word);
  return texts;
}
