import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from "graphql";
import { DEFAULT_SERVER, type ServerSettings } from "../../src/config/settings.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

const URL = "http://gateway.test/graphql";
const CALLER = { authorization: "Basic eA==" };

let upstream: Upstream;
let graph: GatewayUnderTest;

beforeEach(async () => {
  upstream = await startUpstream(({ url }) => {
    const id = new globalThis.URL(url).pathname.split("/").at(-1);
    return Response.json({
      econtext: { result: { user: { id, name: "X", applications: [], groups: [], apikeys: [] } } },
    });
  });
});
afterEach(async () => {
  await graph.close();
  await upstream.close();
});

function start(server: Partial<ServerSettings> = {}): void {
  graph = startGateway([{ name: "directory", dialect: "econtext", url: `${upstream.origin}/api` }], server);
}

function withLimits(limits: Partial<ServerSettings["limits"]>): void {
  start({ limits: { ...DEFAULT_SERVER.limits, ...limits } });
}

const USER = '{ user(id: "x") { name } }';

describe("GraphQL over HTTP", () => {
  it("answers queries by POST and by GET, in either media type", async () => {
    start();
    const { fetch } = graph;
    for (const accept of ["application/json", "application/graphql-response+json"]) {
      const posted = await fetch(URL, {
        method: "POST",
        headers: { accept, "content-type": "application/json", ...CALLER },
        body: JSON.stringify({ query: USER }),
      });
      expect(posted.headers.get("content-type")).toContain(accept);
      expect(await posted.json()).toEqual({ data: { user: { name: "X" } } });
      const got = await fetch(`${URL}?query=${encodeURIComponent(USER)}`, { headers: { accept, ...CALLER } });
      expect(await got.json()).toEqual({ data: { user: { name: "X" } } });
      // Whoever asks for people must find them in no cache on the way.
      expect(got.headers.get("cache-control")).toBe("private, no-store, max-age=0");
    }
  });

  it("says with a code what is wrong with a document", async () => {
    start();
    expect((await graph.query("{ user(")).body.errors).toMatchObject([
      { extensions: { code: "GRAPHQL_PARSE_FAILED" } },
    ]);
    expect((await graph.query("{ nonsense }")).body.errors).toMatchObject([
      { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
    ]);
    expect((await graph.query("query ($id: ID!) { user(id: $id) { name } }", {})).body.errors).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT" } },
    ]);
    expect(upstream.requests).toEqual([]);
  });

  it("lives at /healthz", async () => {
    start();
    expect((await graph.fetch("http://gateway.test/healthz")).status).toBe(200);
  });

  it("does not mutate by GET", async () => {
    start();
    const query = 'mutation { createUser(input: { cloudFoundry: { guid: "x" } }) { errors { code } } }';
    const response = await graph.fetch(`${URL}?query=${encodeURIComponent(query)}`);
    expect(response.status).toBe(405);
  });

  it.each([
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "Text/Plain; a=b",
    "",
  ])("refuses a POST that another site's page could send (%s) with 403", async (type) => {
    start();
    const headers = { ...CALLER, ...(type !== "" && { "content-type": type }) };
    const body = new TextEncoder().encode(`query=${encodeURIComponent(USER)}`);
    const response = await graph.fetch(URL, { method: "POST", headers, body });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining("another site") }] });
    expect(upstream.requests).toEqual([]);
  });

  it("lets only the origins of the configuration read its answers", async () => {
    start({ cors: { origins: ["https://app.example.com"] } });
    const ask = async (origin: string) => {
      const response = await graph.fetch(URL, {
        method: "POST",
        headers: { "content-type": "application/json", origin, ...CALLER },
        body: JSON.stringify({ query: USER }),
      });
      return response.headers.get("access-control-allow-origin");
    };
    expect(await ask("https://app.example.com")).toBe("https://app.example.com");
    for (const origin of ["https://evil.example.com", "null", "https://app.example.com.evil.example"]) {
      expect(await ask(origin)).toBeNull();
    }
    await graph.close();
    start({ cors: { origins: ["https://app.example.com", "https://two.example.com"] } });
    expect(await ask("https://two.example.com")).toBe("https://two.example.com");
    for (const origin of ["https://evil.example.com", "null"]) expect(await ask(origin)).toBeNull();
    await graph.close();
    start();
    expect(await ask("https://app.example.com")).toBeNull();
  });
});

describe("A request that is wrong", () => {
  const CREATE = "mutation ($input: CreateUserInput!) { createUser(input: $input) { errors { code } } }";
  const SECRET = "S3cret-Passw0rd";

  it.each([
    [
      "a password of the wrong type in a variable",
      CREATE,
      { input: { econtext: { email: "a@b.c", password: { s: SECRET } } } },
      'Variable "$input" at "input.econtext.password": Expected a value of type "String".',
    ],
    [
      "a value that an enum lacks",
      "mutation ($input: UpdateUserInput!) { updateUser(input: $input) { errors { code } } }",
      { input: { id: "x", econtext: { status: SECRET } } },
      'Variable "$input" at "input.econtext.status": Expected one of DISABLED, ENABLED, UNKNOWN, UNVERIFIED.',
    ],
    [
      "a password that imitates a reason",
      CREATE,
      { input: { econtext: { email: "a@b.c", password: [`a; ${SECRET.replace("-", "_")} cannot represent x`] } } },
      'Variable "$input": The value is of the wrong type.',
    ],
    [
      "a word without quotes in a JSON object",
      `mutation { updateUser(input: { id: "x", econtext: { customData: { a: [{ b: LIS }] } } }) { errors { code } } }`,
      undefined,
      "A JSON object in a document holds a word without quotes.",
    ],
    [
      "a misspelt field beside a password",
      CREATE,
      { input: { econtext: { email: "a@b.c", password: SECRET, nmae: "x" } } },
      'Variable "$input" at "input.econtext": Field "nmae" is not defined by type "EcontextCreateUserInput". Did you mean "name"?',
    ],
    [
      "a missing field beside a password that imitates our own words",
      CREATE,
      { input: { econtext: { password: `${SECRET}" at "input"; Expected type "X" to be an object.` } } },
      'Variable "$input" at "input.econtext": Field "email" of required type "String!" was not provided.',
    ],
    [
      "a password of the wrong type in the document",
      `mutation { createUser(input: { econtext: { email: "a@b.c", password: ["${SECRET}"] } }) { errors { code } } }`,
      undefined,
      'Expected a value of type "String" here.',
    ],
    [
      "an argument that is null in the end",
      'query ($id: ID = "x") { user(id: $id) { name } }',
      { id: null },
      'Argument "id" of non-null type "ID!" must not be null.',
    ],
    ["an operation that is not there", "query A { services { name } } query B { services { name } }", undefined, ""],
  ])("is told without the value: %s", async (_what, query, variables, message) => {
    start();
    const { body, text } = await graph.query(query, variables, CALLER);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain("S3cret");
    const [error] = body.errors ?? [];
    expect(error?.extensions["code"]).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    expect(error?.message).toContain(message);
    expect(upstream.requests).toEqual([]);
  });

  it("is the sender's mistake where its JSON is broken, and is not repeated in the answer", async () => {
    start();
    const { fetch } = graph;
    const posted = await fetch(URL, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"variables":{"password":"${SECRET}"`,
    });
    const got = await fetch(`${URL}?query=${encodeURIComponent("{ services { name } }")}&variables=%7B"${SECRET}`);
    expect(got.status).toBe(400);
    for (const response of [posted, got]) {
      const text = await response.text();
      expect(text).toContain("BAD_USER_INPUT");
      expect(text).not.toContain(SECRET);
    }
  });

  it("is told where it is nested so deeply that a parser would give up", async () => {
    withLimits({ tokens: 200_000, body: 1_000_000 });
    const deep = `{ nodes(ids: ${"[".repeat(50_000)}${"]".repeat(50_000)}) { id } }`;
    const { body } = await graph.query(deep);
    expect(body.errors).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
  });

  it("does not keep us busy with fragments that double at every step", async () => {
    start();
    const steps = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Node { ...F${n + 1} ...F${n + 1} }`);
    const query = `query ($id: ID!) { node(id: $id) { ...F0 } } ${steps.join(" ")} fragment F60 on Application { name }`;
    const { body } = await graph.query(query, { id: "User:directory:x" }, CALLER);
    expect(body).toEqual({ data: { node: {} } });
  });
});

describe("The schema", () => {
  it("shows @oneOf to introspection, though a breach of it is answered as data", async () => {
    start();
    const { body } = await graph.query(getIntrospectionQuery({ oneOf: true }));
    const schema = buildClientSchema(body.data as unknown as IntrospectionQuery);
    expect(schema.getType("CreateUserInput")).toMatchObject({ isOneOf: true });
    const mutation = "mutation M { createUser(input: {}) { user { id } errors { code } } }";
    for (const document of [mutation, `${mutation} query Q { __schema { description } }`]) {
      const response = await graph.fetch(URL, {
        method: "POST",
        headers: { "content-type": "application/json", ...CALLER },
        body: JSON.stringify({ query: document, operationName: "M" }),
      });
      expect(await response.json()).toEqual({ data: { createUser: { user: null, errors: [{ code: "INVALID" }] } } });
    }
  });

  it("is not told where introspection is switched off, nor hinted at by suggestions", async () => {
    start({ introspection: false });
    const asked = await graph.query("{ __schema { types { name } } }");
    expect(asked.body.errors?.length).toBeGreaterThan(0);
    expect(asked.body.data).toBeUndefined();
    const { text } = await graph.query('{ user(id: "x") { nam } }');
    expect(text).not.toMatch(/did you mean|suggestion/i);
    expect((await graph.query('{ user(id: "x") { xyzzy } }')).text).toBe(text.replace("nam", "xyzzy"));
    const update = "mutation ($input: UpdateUserInput!) { updateUser(input: $input) { errors { code } } }";
    const misspelt = await graph.query(update, { input: { id: "x", econtext: { emial: "a" } } });
    expect(misspelt.text).not.toMatch(/did you mean|"email"/i);
    const wrong = await graph.query(update, { input: { id: "x", econtext: { status: "GONE" } } });
    expect(wrong.text).not.toMatch(/ENABLED|UserStatus/);
  });

  it("is explored in GraphiQL, which needs no other site, unless that is switched off", async () => {
    start();
    const { fetch } = graph;
    const page = await fetch(URL, { headers: { accept: "text/html" } });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("usergraph");
    expect(html).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="?https?:/);
    await graph.close();
    start({ graphiql: false });
    const none = await graph.fetch(URL, { headers: { accept: "text/html" } });
    expect(await none.text()).not.toMatch(/graphiql/i);
  });
});

describe("Limits", () => {
  it.each([
    ["depth", { depth: 2 }, '{ user(id: "x") { service { name } } }', 400, /depth limit of 2 /i],
    ["tokens", { tokens: 5 }, USER, 400, /token limit of 5 /i],
    ["aliases", { aliases: 1 }, '{ a: user(id: "x") { name } b: user(id: "x") { name } }', 400, /aliases limit of 1 /i],
    ["aliases", { aliases: 1 }, '{ user(id: "x") { a: __typename b: __typename } }', 400, /aliases limit of 1 /i],
    [
      "directives",
      { directives: 1 },
      '{ user(id: "x") @include(if: true) { name @include(if: true) } }',
      400,
      /directives limit of 1 /i,
    ],
    ["body", { body: 20 }, USER, 413, /larger than 20 bytes.*`limits\.body`/],
  ])(
    "of %s are told with their name and number before anything is asked",
    async (_what, limits, query, status, says) => {
      withLimits(limits);
      const answer = await graph.query(query, undefined, { ...CALLER, accept: "application/graphql-response+json" });
      expect(answer.status).toBe(status);
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
      expect(answer.body.errors?.[0]?.message).toMatch(says);
      expect(upstream.requests).toEqual([]);
    },
  );

  it("of upstream bytes end an operation in a partial answer", async () => {
    withLimits({ upstreamBytes: 200 });
    const ids = ["a", "b", "c", "d", "e", "f"].map((id) => `User:directory:${id}`);
    const { body } = await graph.query(
      "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { name } } }",
      { ids },
      CALLER,
    );
    const { nodes } = body.data as unknown as { nodes: unknown[] };
    const shown = nodes.filter((node) => node !== null);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(6);
    expect(body.errors).toHaveLength(6 - shown.length);
    for (const { message, extensions } of body.errors ?? []) {
      expect(extensions).toMatchObject({ code: "LIMIT_EXCEEDED", service: "directory" });
      expect(message).toContain("more than 200 bytes, which is `limits.upstreamBytes`");
    }
  });

  it("let through what is within them", async () => {
    withLimits({ depth: 2, tokens: 20, aliases: 1, directives: 1 });
    expect((await graph.query(USER, undefined, CALLER)).body).toEqual({ data: { user: { name: "X" } } });
  });

  it("of nodes end an answer whose lists multiply, before it is built", async () => {
    withLimits({ nodes: 5 });
    const ids = ["a", "b", "c", "d", "e", "f"].map((id) => `User:directory:${id}`);
    const ask = (count: number) =>
      graph.query("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: ids.slice(0, count) }, CALLER);
    expect((await ask(5)).body.errors).toBeUndefined();
    expect((await ask(6)).body.errors).toMatchObject([{ path: ["nodes"], extensions: { code: "LIMIT_EXCEEDED" } }]);
  });

  it("refuse several operations in one request", async () => {
    start();
    const send = (operations: unknown) =>
      graph.fetch(URL, {
        method: "POST",
        headers: { "content-type": "application/json", ...CALLER },
        body: JSON.stringify(operations),
      });
    const response = await send([{ query: USER }, { query: USER }]);
    expect(response.status).toBe(413);
    const message = expect.stringMatching(/more than 1 operations.*`limits\.batch`/);
    expect(await response.json()).toMatchObject({ errors: [{ message, extensions: { code: "LIMIT_EXCEEDED" } }] });
    expect(upstream.requests).toEqual([]);
    expect((await send([{ query: USER }])).status).toBe(200);
  });
});

describe("extensions.upstream", () => {
  const EXPLAIN = { ...CALLER, "x-usergraph-explain": "1" };

  it("tells the calls of an operation to whoever asks, with templates and no values", async () => {
    start();
    const { body } = await graph.query('{ user(id: "x") { name } }', undefined, EXPLAIN);
    expect(body.extensions).toEqual({
      upstream: {
        calls: 1,
        ledger: [
          {
            service: "directory",
            method: "GET",
            route: "/users/user/{id}",
            status: 200,
            ms: expect.any(Number),
            attempts: 1,
            for: ["Query.user"],
            keys: 1,
          },
        ],
      },
    });
  });

  it("is there always, or never, as the configuration says", async () => {
    start();
    expect((await graph.query(USER, undefined, CALLER)).body.extensions).toBeUndefined();
    await graph.close();
    start({ explain: "always" });
    expect((await graph.query(USER, undefined, CALLER)).body.extensions).toHaveProperty("upstream.calls", 1);
    await graph.close();
    start({ explain: "never" });
    expect((await graph.query(USER, undefined, EXPLAIN)).body.extensions).toBeUndefined();
  });
});
