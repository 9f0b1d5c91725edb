import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { buildClientSchema, getIntrospectionQuery, printSchema, type IntrospectionQuery } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { printSubgraph } from "../../src/cli/schema.ts";
import { DEFAULT_SERVER, type ServerSettings } from "../../src/config/settings.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { COLUMNS, type Column } from "../support/call-table.ts";
import { cases, Tally } from "../support/chaos-cases.ts";
import { crowd } from "../support/crowd.ts";
import { representationOf } from "../support/entity-operations.ts";
import { startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";
import { randomRepresentations } from "../support/representations.ts";
import { ADA, PILOTS, PORTAL } from "../support/sandbox-ids.ts";
import { asNodes, observe, servicesOf, speakers, startTwins, type Observed, type Twins } from "../support/twin-gateways.ts";
import { globally } from "../support/truth.ts";
import { range } from "../support/worlds.ts";

const CASES = cases(50);
const LONG_MS = 180_000;
const CLOUD = COLUMNS.find(({ dialect }) => dialect === cloudFoundryV2) as Column;
const URL = "http://gateway.test/graphql";
const USER = `User:directory:${ADA}`;

const ENTITIES = (selection: string) => `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;
/** Under the same key, so that both can be compared as they come. */
const NODES = (selection: string) => `query ($ids: [ID!]!) { _entities: nodes(ids: $ids) { ${selection} } }`;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** What is closed again after the test. */
async function started<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const one = await starting;
  open.push(() => one.close());
  return one;
}

const start = (server: Partial<ServerSettings> = {}) =>
  started(startOverSandbox([{ dialect: econtext }, { dialect: cloudFoundryV2 }], undefined, server));

function requestsOf({ upstreams }: SandboxUnderTest | Twins): readonly unknown[] {
  return Object.values(upstreams).flatMap(({ requests }) => requests);
}

const SELECTIONS = [
  "__typename",
  "... on Node { id }",
  "... on User { id upstreamId service { name } }",
  "__typename ... on User { id name } ... on Application { id name } ... on Group { id kind name }",
  `... on User { groups(first: 3) { nodes { id name } } } ... on Application { users(first: 2) { nodes { id } } }
   ... on Group { id members(first: 2) { nodes { id name } } }`,
];

describe("Representations that name nothing", () => {
  it(
    "are null with an error in their own place, and the others what they are without them",
    async () => {
      const tally = new Tally();
      const property = fc.asyncProperty(
        speakers,
        randomRepresentations,
        fc.constantFrom(...SELECTIONS),
        async (some, list, selection) => {
          const twins = await startTwins(servicesOf(some));
          try {
            const ids = idsOf(twins);
            const idAt = (at: number) => ids[at % ids.length] as string;
            const r = list.map(({ make, at }) => make(idAt(at)));
            const among = await observe(twins.one, { query: ENTITIES(selection), variables: { r } });
            const good = list.flatMap(({ isGood }, place) => (isGood ? [place] : []));
            const alone = await observe(twins.other, {
              query: NODES(selection),
              variables: { ids: good.map((place) => idAt(list[place]?.at ?? 0)) },
            });

            const nodes = entitiesOf(alone);
            const expected: unknown[] = list.map(() => null);
            good.forEach((place, index) => (expected[place] = nodes[index]));
            expect(among.data, JSON.stringify(r)).toEqual({ _entities: expected });
            expect(among.calls).toEqual(alone.calls);
            expect(among.plan?.calls).toEqual(alone.plan?.calls);
            const mistakes = among.errors.filter(({ path }) => list[Number(path?.[1])]?.isGood !== true);
            expect(among.errors.filter((error) => !mistakes.includes(error))).toEqual(
              alone.errors.map(({ path: [field, index, ...below] = [], ...error }) => ({
                ...error,
                path: [field, good[Number(index)], ...below],
              })),
            );
            const bad = list.flatMap(({ isGood }, place) => (isGood ? [] : [place]));
            expect(mistakes.map(({ path, code }) => [path, code])).toEqual(
              bad.map((place) => [["_entities", place], "BAD_USER_INPUT"]),
            );
            mistakes.forEach(({ message }, index) => {
              const place = `\`representations.${bad[index] ?? ""}`;
              expect(message.slice(0, place.length)).toBe(place);
              expect(message.slice(place.length)).toMatch(/^(?:\.__typename|\.id)?` must be .+; found .+\.$/s);
              expect(message.length).toBeLessThan(700);
            });
            tally.count("cases");
            tally.count("mistakes", mistakes.length);
            tally.count("found", nodes.filter((node) => node !== null).length);
            tally.count("calls", alone.calls?.length);
          } finally {
            await twins.close();
          }
        },
      );
      await fc.assert(property, { numRuns: CASES, interruptAfterTimeLimit: LONG_MS / 2 + CASES * 2000 });
      tally.expectOften("mistakes", 2);
      tally.expectOften("found", 2);
      tally.expectOften("calls", 1);
    },
    LONG_MS + CASES * 4000,
  );

  /** All that is there, and some of nobody. */
  function idsOf({ homes }: Twins): readonly string[] {
    return homes.flatMap(({ name, ids: { User, Application, Group } }) => {
      const nobody = ["User", "Application"].map((type) => `${type}:${name}:nobody`);
      return [...User, ...Application, ...Group, ...nobody];
    });
  }

  function entitiesOf({ data }: Observed): readonly unknown[] {
    return (data as { readonly _entities: readonly unknown[] })._entities;
  }
});

const OBJECT = "`{ __typename, id }`";
const TYPE = "`User`, `Application` or `Group`";
const SERVICES = "an id of a configured service (`directory`, `cloud`)";
const GLOBAL_ID =
  "a global id (`User:<service>:<id>`, `Application:<service>:<id>` or `Group:<service>:<group, organization or space>:<id>`)";

/** What is sent, as JSON and in the document; which field of it is mistaken, what is expected there, and found. */
const MISTAKES: readonly (readonly [representation: unknown, literal: string, field: string, must: string, found: string])[] =
  [
    [{}, "{}", "__typename", TYPE, "nothing"],
    ["User", '"User"', "", OBJECT, '"User"'],
    [7, "7", "", OBJECT, "a value of type number"],
    [false, "false", "", OBJECT, "a value of type boolean"],
    [[{ __typename: "User", id: USER }], `[{ __typename: "User", id: "${USER}" }]`, "", OBJECT, "a list"],
    [{ id: USER }, `{ id: "${USER}" }`, "__typename", TYPE, "nothing"],
    [{ __typename: null, id: USER }, `{ __typename: null, id: "${USER}" }`, "__typename", TYPE, "nothing"],
    [{ __typename: 7, id: USER }, `{ __typename: 7, id: "${USER}" }`, "__typename", TYPE, "a value of type number"],
    [{ __typename: ["User"], id: USER }, `{ __typename: ["User"], id: "${USER}" }`, "__typename", TYPE, "a list"],
    [{ __typename: {}, id: USER }, `{ __typename: {}, id: "${USER}" }`, "__typename", TYPE, "a value of type object"],
    ...["Order", "ApiKey", "Query", "Node", "_Entity", "__Schema", "constructor", "__proto__", "user", ""].map(
      (type) =>
        [
          { __typename: type, id: USER },
          `{ __typename: "${type}", id: "${USER}" }`,
          "__typename",
          TYPE,
          `"${type}"`,
        ] as const,
    ),
    [{ __typename: "User" }, '{ __typename: "User" }', "id", "the global id of a User", "nothing"],
    [{ __typename: "User", id: null }, "{ __typename: User, id: null }", "id", "the global id of a User", "nothing"],
    [{ __typename: "Group", id: 7 }, "{ __typename: Group, id: 7 }", "id", "the global id of a Group", "a value of type number"],
    [{ __typename: "Group", id: [USER] }, `{ __typename: Group, id: ["${USER}"] }`, "id", "the global id of a Group", "a list"],
    [
      { __typename: "Application", id: { id: USER } },
      `{ __typename: Application, id: { id: "${USER}" } }`,
      "id",
      "the global id of an Application",
      "a value of type object",
    ],
    [{ __typename: "User", id: ADA }, `{ __typename: User, id: "${ADA}" }`, "id", GLOBAL_ID, `"${ADA}"`],
    [{ __typename: "User", id: "" }, '{ __typename: User, id: "" }', "id", GLOBAL_ID, '""'],
    [
      { __typename: "User", id: "x".repeat(2000) },
      `{ __typename: User, id: "${"x".repeat(2000)}" }`,
      "id",
      GLOBAL_ID,
      `"${"x".repeat(80)}…"`,
    ],
    [
      { __typename: "User", id: `User:nowhere:${ADA}` },
      `{ __typename: User, id: "User:nowhere:${ADA}" }`,
      "id",
      SERVICES,
      `"User:nowhere:${ADA}"`,
    ],
    [
      { __typename: "Application", id: USER },
      `{ __typename: Application, id: "${USER}" }`,
      "id",
      "the global id of an Application",
      `"${USER}"`,
    ],
    [
      { __typename: "User", id: "ApiKey:directory:a:b" },
      '{ __typename: User, id: "ApiKey:directory:a:b" }',
      "id",
      "the global id of a User",
      '"ApiKey:directory:a:b"',
    ],
  ];

describe("A mistaken representation", () => {
  it("is told by its place, what is expected there and what was found, in variables as in the document", async () => {
    const graph = await start();
    const selection = "... on User { name }";
    // Behind one that is right, which does not mind.
    const representations = MISTAKES.map(([representation]) => representation);
    const sent = await graph.query(ENTITIES(selection), { r: [representationOf(USER), ...representations] });
    const literals = MISTAKES.map(([, literal]) => literal).join("\n");
    const written = await graph.query(
      `{ _entities(representations: [{ __typename: "User", id: "${USER}" }\n${literals}]) { ${selection} } }`,
    );
    for (const { status, body } of [sent, written]) {
      expect(status).toBe(200);
      expect(body.data).toEqual({ _entities: [{ name: "Ada Moreno" }, ...MISTAKES.map(() => null)] });
      const expected = MISTAKES.map(([, , field, must, found], index) => ({
        path: ["_entities", index + 1],
        message: `\`representations.${index + 1}${field && `.${field}`}\` must be ${must}; found ${found}.`,
        extensions: { code: "BAD_USER_INPUT", retryable: false },
      }));
      expect(body.errors?.map(({ path, message, extensions }) => ({ path, message, extensions }))).toEqual(expected);
    }
    expect(graph.upstreams["directory"]?.requests).toHaveLength(2);
    expect(graph.upstreams["cloud"]?.requests).toEqual([]);
  });

  it("is one all the same where a variable inside of it is", async () => {
    const graph = await start();
    const query = `query ($id: Int, $type: String, $none: String) {
      _entities(representations: [{ __typename: "User", id: $id } { __typename: $type, id: $none } { __typename: $none }]) { __typename }
    }`;
    const { body } = await graph.query(query, { id: 7, type: "Group" });
    expect(body.data).toEqual({ _entities: [null, null, null] });
    expect(body.errors?.map(({ message }) => message)).toEqual([
      "`representations.0.id` must be the global id of a User; found a value of type number.",
      "`representations.1.id` must be the global id of a Group; found nothing.",
      `\`representations.2.__typename\` must be ${TYPE}; found nothing.`,
    ]);
  });

  it.each([
    ["null in the list", ENTITIES("__typename"), { r: [representationOf(USER), null] }, 400],
    ["no list", ENTITIES("__typename"), { r: null }, 400],
    ["nothing", ENTITIES("__typename"), {}, 400],
    ["a null in the document", "{ _entities(representations: [null]) { __typename } }", {}, 400],
    ["no argument", "{ _entities { __typename } }", {}, 400],
    [
      "a null by a variable with a default",
      "query ($r: _Any = 1) { _entities(representations: [$r]) { __typename } }",
      { r: null },
      200,
    ],
  ])("takes the others along only where GraphQL has it so: %s", async (_, query, variables, status) => {
    const graph = await start();
    const response = await graph.fetch(URL, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { readonly data?: unknown; readonly errors?: readonly unknown[] };
    expect(response.status).toBe(status);
    expect(body.data ?? null).toBeNull();
    expect(body.errors).toHaveLength(1);
    expect(JSON.stringify(body.errors)).toMatch(/"code":"(?:BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)"/);
    expect(requestsOf(graph)).toEqual([]);
  });
});

describe("The argument of `_entities`", () => {
  it("may be an empty list, or one representation without its list", async () => {
    const graph = await start();
    const representation = representationOf(`Group:directory:group:${PILOTS}`);
    expect((await graph.query(ENTITIES("__typename"), { r: [] })).body).toEqual({ data: { _entities: [] } });
    const one = { data: { _entities: [{ __typename: "Group" }] } };
    expect((await graph.query(ENTITIES("__typename"), { r: representation })).body).toEqual(one);
    const literal = `{ __typename: "Group", id: "${representation.id}" }`;
    expect((await graph.query(`{ _entities(representations: ${literal}) { __typename } }`)).body).toEqual(one);
    expect(requestsOf(graph)).toEqual([]);
  });

  it("is read, and nothing else of what is in it", async () => {
    const graph = await start();
    const lies = { name: "Somebody else", service: { name: "cloud" }, upstreamId: "x", kind: "SPACE", then: 1, home: {} };
    const r = [{ ...lies, ...representationOf(USER) }, { ...representationOf(`Application:directory:${PORTAL}`), ...lies }];
    const selection = "... on User { name upstreamId service { name } } ... on Application { name upstreamId }";
    expect((await graph.query(ENTITIES(selection), { r })).body).toEqual({
      data: {
        _entities: [
          { name: "Ada Moreno", upstreamId: ADA, service: { name: "directory" } },
          { name: "Crew Portal", upstreamId: PORTAL },
        ],
      },
    });
  });

  it("is taken by GET as by POST, but not from another site's form", async () => {
    const { fetch, query } = await start();
    const document = ENTITIES("... on User { name }");
    const variables = { r: [representationOf(USER)] };
    const search = new URLSearchParams({ query: document, variables: JSON.stringify(variables) });
    const got = await fetch(`${URL}?${search.toString()}`, { headers: { accept: "application/json" } });
    expect([got.status, await got.json()]).toEqual([200, (await query(document, variables)).body]);
    expect(got.headers.get("cache-control")).toContain("no-store");
    const form = await fetch(URL, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({ query: document, variables }),
    });
    expect([form.status, await form.text()]).toEqual([403, expect.not.stringContaining("Ada")]);
  });
});

describe("The limits of one operation", () => {
  const users = crowd(150).users.map(({ id }) => globally("service-0").user(id));
  const few = users.slice(0, 10);
  const cloud = [{ column: CLOUD, people: crowd(150) }];
  const name = "... on User { username }";
  const asking = (ids: readonly string[], selection = name) => ({
    query: ENTITIES(selection),
    variables: { r: ids.map(representationOf) },
  });

  it("count representations as ids of nodes", async () => {
    const { one, other, upstreams } = await started(startTwins(cloud, { nodes: 10 }));
    expect(await observe(one, asking(few))).toMatchObject({ errors: [], calls: { length: 10 } });
    for (const { requests } of upstreams) requests.length = 0;
    const refused = await observe(one, asking([...few, users[0] ?? ""], "__typename"));
    expect(refused).toEqual({
      status: 200,
      data: null,
      calls: [],
      askers: [],
      plan: expect.anything() as unknown,
      errors: [
        {
          path: ["_entities"],
          code: "LIMIT_EXCEEDED",
          message: "The lists of this answer hold more than 10 items, which is the limit of nodes.",
        },
      ],
    });
    const nodes = await observe(other, { query: NODES("__typename"), variables: { ids: [...few, users[0]] } });
    expect(asNodes(nodes)).toEqual(asNodes(refused));
    const { r } = asking(few.slice(0, 6)).variables;
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } b: _entities(representations: $r) { __typename } }`;
    expect(await observe(one, { query, variables: { r } })).toMatchObject({
      data: null,
      errors: [{ code: "LIMIT_EXCEEDED", path: ["b"] }],
    });
    expect((await observe(one, { query, variables: { r: r.slice(1) } })).errors).toEqual([]);
    // Those that name nothing are counted, too: each is an item, and an error.
    const empty = await observe(one, { query: ENTITIES("__typename"), variables: { r: range(11).map(() => ({})) } });
    expect(empty.errors).toEqual(refused.errors);
    expect(upstreams.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it("refuse what would need more upstream calls, before any is made, as of nodes", async () => {
    const { one, other, upstreams } = await started(startTwins(cloud, { upstreamCalls: 100 }));
    const refused = await observe(one, asking(users));
    expect([refused.status, refused.data, refused.errors]).toEqual([
      200,
      undefined,
      [
        expect.objectContaining({
          code: "CALL_BUDGET_EXCEEDED",
          message: expect.stringContaining("at least 150") as unknown,
        }),
      ],
    ]);
    const nodes = await observe(other, { query: NODES(name), variables: { ids: users } });
    expect(asNodes(refused)).toEqual(asNodes(nodes));
    expect(upstreams.flatMap(({ requests }) => requests)).toEqual([]);
    // The same user is one call, however often.
    expect(await observe(one, asking([...users.slice(0, 100), ...users.slice(0, 50)]))).toMatchObject({
      errors: [],
      calls: { length: 100 },
    });
  });

  it("hold for the size of a request", async () => {
    const { one, upstreams } = await started(startTwins(cloud, { body: 4096 }));
    expect((await observe(one, asking(few))).errors).toEqual([]);
    for (const { requests } of upstreams) requests.length = 0;
    const large = await one.query(ENTITIES(name), {
      r: few.map((id) => ({ ...representationOf(id), beside: "x".repeat(500) })),
    });
    expect([large.status, large.body.errors?.map(({ extensions }) => extensions["code"])]).toEqual([
      413,
      ["LIMIT_EXCEEDED"],
    ]);
    expect(upstreams.flatMap(({ requests }) => requests)).toEqual([]);
  });
});


describe("What a composer is told", () => {
  it.each([false, true])("is what `usergraph schema --subgraph` prints (with `node`: %s)", async (node) => {
    const subgraph = { ...DEFAULT_SERVER.subgraph, node };
    const { query } = await start({ subgraph });
    const { body } = await query("query SubgraphIntrospectQuery { _service { sdl } }");
    expect(body).toEqual({ data: { _service: { sdl: printSubgraph(subgraph) } } });
    const { sdl } = body.data?.["_service"] as unknown as { readonly sdl: string };
    expect(/^ {2}nodes\(/m.test(sdl)).toBe(node);
    if (!node) expect(sdl).toBe(await readFile("schema/subgraph.graphql", "utf8"));
  });

  it("says nothing of what is no part of a subgraph, and asks no service", async () => {
    const graph = await start();
    const { text } = await graph.query("{ a: _service { ...S } } fragment S on _Service { __typename sdl }");
    expect(text).toContain('"__typename":"_Service"');
    expect(text).not.toMatch(/_Any|_Entity|_entities|_service/);
    expect(requestsOf(graph)).toEqual([]);
  });

  it("is told beside the schema, of which clients are shown no federation", async () => {
    const { query } = await start();
    const { body } = await query(getIntrospectionQuery());
    const sdl = printSchema(buildClientSchema(body.data as unknown as IntrospectionQuery));
    expect(sdl).toContain("type User");
    expect(sdl).not.toMatch(/_Any|_Entity|_Service|_entities|_service/);
    for (const name of ["_Any", "_Entity", "_Service"]) {
      expect((await query(`{ __type(name: "${name}") { name } }`)).body).toEqual({ data: { __type: null } });
    }
    const both = await query("{ __schema { queryType { name } } _service { sdl } }");
    expect(both.body).toEqual({
      data: { __schema: { queryType: { name: "Query" } }, _service: { sdl: expect.stringContaining("@key") as unknown } },
    });
  });

  it("does not keep what is asked beside the schema from fragments on any entity", async () => {
    const { query } = await start();
    const nodes = `nodes(ids: ["${USER}"]) { ... on _Entity { __typename } }`;
    const { body } = await query(`{ __schema { queryType { name } } ${nodes} }`);
    expect(body).toEqual({ data: { __schema: { queryType: { name: "Query" } }, nodes: [{ __typename: "User" }] } });
  });
});

describe("Where introspection is switched off", () => {
  it.each([
    "{ _service { sdl } }",
    "{ s: _service { sdl } }",
    "{ ... on Query { s: _service { sdl } } }",
    "{ ... { _service { __typename } } }",
    "{ ...Q } fragment Q on Query { ...R } fragment R on Query { s: _service { sdl } }",
    "{ _service @include(if: true) { sdl } }",
    "query ($no: Boolean = false) { _service @include(if: $no) { sdl } services { name } }",
    "{ _service { sdl } _entities(representations: []) { __typename } }",
  ])("the SDL is refused: %s", async (query) => {
    const { fetch } = await start({ introspection: false });
    const ask = async (accept: string) => {
      const headers = { "content-type": "application/json", accept };
      return fetch(URL, { method: "POST", headers, body: JSON.stringify({ query }) });
    };
    const response = await ask("application/graphql-response+json");
    expect(response.status).toBe(400);
    const text = await response.text();
    const { data, errors } = JSON.parse(text) as {
      readonly data?: unknown;
      readonly errors: readonly { readonly extensions: { readonly code: string } }[];
    };
    expect([data, errors.map(({ extensions }) => extensions.code)]).toEqual([undefined, ["GRAPHQL_VALIDATION_FAILED"]]);
    expect(text).not.toMatch(/@key|type User|services/);
    // Once more: what was found out of a document is kept.
    expect(await (await ask("application/graphql-response+json")).text()).toBe(text);
    expect(await (await ask("application/json")).text()).toBe(text);
    const search = new URLSearchParams({ query });
    const got = await fetch(`${URL}?${search.toString()}`);
    expect(await got.text()).toBe(text);
  });

  it("entities are still there, as are nodes", async () => {
    const { query } = await start({ introspection: false });
    const { body } = await query(
      `query ($r: [_Any!]!, $ids: [ID!]!) {
        _entities(representations: $r) { __typename ... on User { name } }
        nodes(ids: $ids) { __typename ... on User { name } }
      }`,
      { r: [representationOf(USER), {}], ids: [USER, "x"] },
    );
    const ada = { __typename: "User", name: "Ada Moreno" };
    expect(body.data).toEqual({ _entities: [ada, null], nodes: [ada, null] });
    expect(body.errors?.map(({ extensions }) => extensions["code"])).toEqual(["BAD_USER_INPUT", "BAD_USER_INPUT"]);
  });

  it.each([
    ["{ _servic { sdl } }", "_service"],
    ["{ _entitie(representations: []) { __typename } }", "_entities"],
    ["{ _entities(representation: []) { __typename } }", "did you mean"],
    ["{ _entities(representations: []) { nam } }", "fragment"],
    ["{ _entities(representations: []) { ... on Usr { name } } }", '"User"'],
    ["query ($r: [_Anyy!]!) { _entities(representations: $r) { __typename } }", '"_Any"'],
    ["{ ...F } fragment F on _Entit { __typename }", '"_Entity"'],
    ["{ ...F } fragment F on _Servic { sdl }", '"_Service"'],
  ])("no name is given away in suggestions: %s", async (document, name) => {
    const { query } = await start({ introspection: false });
    const { text, body } = await query(document);
    expect(body.errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(text.toLowerCase()).not.toContain(name.toLowerCase());
    expect(text).not.toMatch(/did you mean|suggest/i);
  });
});
