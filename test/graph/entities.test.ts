import fc from "fast-check";
import { GraphQLObjectType, GraphQLSchema, type GraphQLInterfaceType } from "graphql";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { dialects } from "../../src/dialects/registry.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { createSchemas } from "../../src/schema/schema.ts";
import { Cursors } from "../support/answer-scope.ts";
import { COLUMNS, type Column } from "../support/call-table.ts";
import { cases, Tally } from "../support/chaos-cases.ts";
import { startChaos } from "../support/chaos-upstream.ts";
import { crowd } from "../support/crowd.ts";
import {
  asEntities,
  representationOf,
  STYLES,
  wrapNodes,
  type Style,
  type Wrapping,
} from "../support/entity-operations.ts";
import { startGateway } from "../support/gateway.ts";
import { writeOperation } from "../support/operation-writer.ts";
import { randomBatches, randomOperations, type RandomOperation } from "../support/random-operations.ts";
import { ADA, APP, PORTAL } from "../support/sandbox-ids.ts";
import {
  asNodes,
  observe,
  servicesOf,
  speakers,
  startTwins,
  type Observed,
  type Speaker,
} from "../support/twin-gateways.ts";
import { globally } from "../support/truth.ts";
import { startUpstream } from "../support/upstream.ts";
import { markedPeople, range } from "../support/worlds.ts";

const CASES = cases(50);
const LONG_MS = 180_000;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** What is closed again after the test. */
async function started<T extends { close(): Promise<void> }>(starting: T | Promise<T>): Promise<T> {
  const one = await starting;
  open.push(() => one.close());
  return one;
}

const columnOf = (edition: string) => COLUMNS.find((column) => column.edition === edition) as Column;
const CLOUD = columnOf(cloudFoundryV2.sandbox.editions[0] ?? "");
const ENTITIES = (selection: string) => `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;
const NODES = (selection: string) => `query ($ids: [ID!]!) { nodes(ids: $ids) { ${selection} } }`;

const { schema, shown } = createSchemas(dialects.map(({ name }) => name));

/** The graph, of which nothing can be asked but `nodes`. */
const nodesAlone = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields: { nodes: nodesField() } }),
  mutation: shown.getMutationType(),
  types: shown.getPossibleTypes(shown.getType("Node") as GraphQLInterfaceType),
});

function nodesField() {
  const { fields } = (shown.getQueryType() as GraphQLObjectType).toConfig();
  const { nodes } = fields;
  if (nodes === undefined) throw new Error("There is no `nodes`.");
  return nodes;
}

interface Case {
  readonly speakers: readonly Speaker[];
  readonly operations: readonly {
    readonly operation: RandomOperation;
    readonly style: Style;
    /** Of the entities alone: it makes no difference. */
    readonly wrapping: Wrapping | null;
  }[];
}

const queries = fc.oneof(
  randomOperations(nodesAlone).filter(({ type }) => type === "query"),
  randomBatches(nodesAlone),
);
const wrappings: fc.Arbitrary<Wrapping | null> = fc.option(
  fc.record({ on: fc.constantFrom("Node" as const, "_Entity" as const), spread: fc.nat(2) }),
);

const worlds: fc.Arbitrary<Case> = fc.record({
  speakers,
  // The first meets a process that knows no edition yet, those after it one that has learned.
  operations: fc.array(fc.record({ operation: queries, style: fc.constantFrom(...STYLES), wrapping: wrappings }), {
    minLength: 1,
    maxLength: 4,
    size: "max",
  }),
});

describe("Entities", () => {
  const tally = new Tally();

  afterAll(() => {
    if (process.env["SHOW_ENTITIES"] === "1") process.stdout.write(`entities: ${tally.toString()}\n`);
  });

  it(
    "are item by item what nodes are, of the same plan and at the same calls, however they are asked for",
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds, async (world) => {
          const twins = await startTwins(servicesOf(world.speakers));
          tally.count("cases");
          const cursors = new Cursors();
          try {
            for (const { operation, style, wrapping } of world.operations) {
              const write = (one: RandomOperation) => writeOperation(one, schema, twins.homes, cursors);
              const written = write(operation);
              const wrapped = wrapping === null ? written : write(wrapNodes(operation, wrapping));
              const asked = asEntities(wrapped, schema, style);
              for (let time = 0; time < (operation.again ? 2 : 1); time++) {
                const nodes = await observe(twins.one, written);
                const entities = await observe(twins.other, asked);
                expect(asNodes(entities), `${written.query}\n${asked.query}`).toEqual(asNodes(nodes));
                cursors.collect(written.answer, nodes.data);
                count(nodes, style);
              }
            }
          } finally {
            await twins.close();
          }
        }),
        { numRuns: CASES, interruptAfterTimeLimit: LONG_MS / 2 + CASES * 2000 },
      );
      tally.expectOften("with calls", 1.5);
      tally.expectOften("with a plan", 1.5);
      tally.expectOften("nobody", 3);
      tally.expectOften("somebody", 20);
      tally.expectOften("BAD_USER_INPUT", 0.05);
      for (const style of STYLES) tally.expectOften(style, 0.3);
    },
    LONG_MS + CASES * 4000,
  );

  function count({ data, calls, errors, plan }: Observed, style: Style): void {
    tally.count(style);
    tally.count("calls", calls?.length);
    if (calls?.length !== 0) tally.count("with calls");
    if (plan?.calls.max !== 0) tally.count("with a plan");
    for (const code of new Set(errors.map((error) => String(error.code)))) tally.count(code);
    const items = Object.values((data ?? {}) as Record<string, readonly unknown[]>).flat();
    for (const item of items) tally.count(item === null ? "nobody" : "somebody");
  }
});

describe.each(COLUMNS)("Entities of two services, one of them $title", (column) => {
  const people = crowd(50);
  const neighbour = column === CLOUD ? columnOf("E1") : CLOUD;
  const given = [column, neighbour].map((one) => ({ column: one, people }));
  const isOfEcontext = (home: number) => given[home]?.column.dialect === econtext;

  it("come in the order asked, each looked up once", async () => {
    const { one, other } = await started(startTwins(given));
    const users = range(2).flatMap((home) =>
      people.users.map(({ id, name, email }) => ({
        id: globally(`service-${home}`).user(id),
        upstreamId: id,
        name: isOfEcontext(home) ? name : null,
        email: isOfEcontext(home) ? email : null,
      })),
    );
    // 2 and 3 times each, and far from each other.
    const asked = range(250).map((n) => users[(n * 37) % users.length] as (typeof users)[number]);
    const selection = "... on User { id upstreamId name email groups { nodes { name } } }";
    const variables = { r: asked.map(({ id }) => representationOf(id)) };
    const entities = await observe(one, { query: ENTITIES(selection), variables });
    expect(entities.errors).toEqual([]);
    expect(entities.data).toMatchObject({ _entities: asked });

    const nodes = await observe(other, { query: NODES(selection), variables: { ids: users.map(({ id }) => id) } });
    expect(entities.calls?.length).toBeGreaterThan(0);
    expect(entities.calls).toEqual(nodes.calls);
    // Once more, now that the service is known.
    expect((await observe(one, { query: ENTITIES(selection), variables })).calls).toEqual(
      (await observe(other, { query: NODES(selection), variables: { ids: users.map(({ id }) => id) } })).calls,
    );
  });

  it("are null without an error where there is none of whom something is asked", async () => {
    const { one } = await started(startTwins(given));
    const there = globally("service-0").user("user-007");
    const missing = ["User:service-0:nobody", "Application:service-0:nothing", "User:service-1:nobody"];
    // Before E2 an unknown group cannot be told from a fault.
    const kind = column === CLOUD ? "space" : "organization";
    if (column === CLOUD || column.edition === "E2") missing.push(`Group:service-0:${kind}:nothing`);
    const { data, errors, calls } = await observe(one, {
      query: ENTITIES("... on User { id email } ... on Application { id name } ... on Group { id name }"),
      variables: { r: [missing[0] ?? "", there, ...missing.slice(1), there].map(representationOf) },
    });
    const found = { id: there, email: isOfEcontext(0) ? "user.007@example.com" : null };
    expect(errors).toEqual([]);
    expect(data).toEqual({ _entities: [null, found, ...missing.slice(1).map(() => null), found] });
    expect(calls?.length).toBeGreaterThan(missing.length);
  });

  it("are told by their ids alone where nothing else is asked, whether they are there or not", async () => {
    const { one, upstreams } = await started(startTwins(given));
    const { data, errors, calls } = await observe(one, {
      query: ENTITIES(
        `__typename ... on Node { id } ${["User", "Application", "Group"].map((type) => `... on ${type} { upstreamId service { name } }`).join(" ")}`,
      ),
      variables: {
        r: ["User:service-0:nobody", "Application:service-1:a%20b", "Group:service-0:group:x"].map(representationOf),
      },
    });
    expect(errors).toEqual([]);
    const entity = (id: string, upstreamId: string, name: string) => ({
      __typename: id.split(":")[0],
      id,
      upstreamId,
      service: { name },
    });
    expect(data).toEqual({
      _entities: [
        entity("User:service-0:nobody", "nobody", "service-0"),
        entity("Application:service-1:a%20b", "a b", "service-1"),
        entity("Group:service-0:group:x", "x", "service-0"),
      ],
    });
    expect(calls).toEqual([]);
    expect(upstreams.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it("name nothing where nobody can be asked for such an id: null, without an error or a call", async () => {
    const { one, upstreams } = await started(startTwins(given));
    const strange = ["..", ".", "x".repeat(5000), ...(isOfEcontext(0) ? ["a/b", "a\\b"] : [])];
    const { data, errors } = await observe(one, {
      query: ENTITIES("... on User { name } ... on Application { name }"),
      variables: {
        r: ["user" as const, "application" as const].flatMap((type) =>
          strange.map((id) => representationOf(globally("service-0")[type](id))),
        ),
      },
    });
    expect(errors).toEqual([]);
    expect(data).toEqual({ _entities: [...strange, ...strange].map(() => null) });
    expect(upstreams.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it("of several aliases, and nodes beside them, share their look-ups", async () => {
    const { one, other, homes } = await started(startTwins(given));
    const ids = homes.flatMap(({ ids: { User, Application } }) => [...User.slice(0, 10), ...Application.slice(0, 3)]);
    const selection = "... on User { id name } ... on Application { id name }";
    const once = await observe(one, { query: NODES(selection), variables: { ids } });
    const written = ids.map((_, n) => `{ id: $i${n}, __typename: $t${n} }`);
    const field = (some: readonly string[]) => `_entities(representations: [${some.join(" ")}]) { ${selection} }`;
    const definitions = ids.map((_, n) => `$i${n}: ID! $t${n}: String`).join(" ");
    const [early, late] = [field(written.slice(0, 15)), field(written.slice(5))];
    const several = await observe(other, {
      query: `query ($ids: [ID!]! ${definitions}) { a: ${early} b: ${late} a: ${early} nodes(ids: $ids) { ${selection} } }`,
      variables: {
        ids,
        ...Object.fromEntries(ids.map((id, n) => [`i${n}`, id])),
        ...Object.fromEntries(ids.map((id, n) => [`t${n}`, representationOf(id).__typename])),
      },
    });
    const { nodes } = once.data as { readonly nodes: readonly unknown[] };
    expect(several.errors).toEqual([]);
    expect(several.data).toEqual({ a: nodes.slice(0, 15), b: nodes.slice(5), nodes });
    expect(several.calls).toEqual(once.calls);
    expect(several.askers).toEqual(expect.arrayContaining(["Query._entities", "Query.nodes"]));
  });
});

/** A directory and a cloud, which answer as wanted instead of their sandbox, or as it does where that says nothing. */
async function startFailing(answer: (service: "directory" | "cloud", path: string) => Response | undefined) {
  const services = [];
  for (const { dialect, edition } of [columnOf("E1"), CLOUD]) {
    const { name, path, credentials, serve } = dialect.sandbox;
    const handle = serve(PEOPLE, { edition });
    const upstream = await started(
      startUpstream((request) => {
        const service = dialect === econtext ? "directory" : "cloud";
        return answer(service, new URL(request.url).pathname.slice(path.length)) ?? handle(request);
      }),
    );
    services.push({ name, dialect: dialect.name, url: upstream.origin + path, credentials });
  }
  return started(startGateway(services, {}, { retries: 0 }));
}

describe("Entities of a service that fails", () => {
  const ids = [
    `User:directory:${ADA}`,
    `User:cloud:${ADA}`,
    `Application:directory:${PORTAL}`,
    `Application:cloud:${APP}`,
  ];
  const query = ENTITIES("__typename ... on User { id status } ... on Application { id name }");
  const variables = { r: [...ids, {}, ...ids].map((id) => (typeof id === "string" ? representationOf(id) : id)) };
  const found = {
    directory: [
      { __typename: "User", id: ids[0], status: "ENABLED" },
      { __typename: "Application", id: ids[2], name: "Crew Portal" },
    ],
    cloud: [
      { __typename: "User", id: ids[1], status: "ENABLED" },
      { __typename: "Application", id: ids[3], name: "crew-portal" },
    ],
  };

  it.each([
    ["directory", 401, "UNAUTHENTICATED"],
    ["cloud", 401, "UNAUTHENTICATED"],
    ["directory", 429, "RATE_LIMITED"],
    ["directory", 503, "UPSTREAM_UNAVAILABLE"],
    ["cloud", 503, "UPSTREAM_UNAVAILABLE"],
  ] as const)(
    "are null with an error each, and those of the other service are there (%s, %d)",
    async (failing, status, code) => {
      const gateway = await startFailing((service) =>
        service === failing ? Response.json({}, { status }) : undefined,
      );
      const { body } = await gateway.query(query, variables);
      const isHere = (service: "directory" | "cloud") => (service === failing ? [null, null] : found[service]);
      const [user, application] = isHere("directory");
      const [cloudUser, app] = isHere("cloud");
      const four = [user, cloudUser, application, app];
      expect(body.data).toEqual({ _entities: [...four, null, ...four] });
      const first = failing === "directory" ? 0 : 1;
      const failed = [first, first + 2, first + 5, first + 7];
      const errors = (body.errors ?? []).map(({ path, extensions }) => [
        path?.[1],
        extensions["code"],
        extensions["service"],
      ]);
      expect(errors.sort()).toEqual(
        [...failed.map((at) => [at, code, failing]), [4, "BAD_USER_INPUT", undefined]].sort(),
      );
    },
  );

  it("are there in part where one of their fields fails alone", async () => {
    const gateway = await startFailing((_, path) =>
      path.endsWith("/groups") ? Response.json({}, { status: 403 }) : undefined,
    );
    const { body } = await gateway.query(
      ENTITIES("... on User { id } ... on Application { name groups { nodes { id } } }"),
      {
        r: [ids[0], ids[2], ids[0]].map((id = "") => representationOf(id)),
      },
    );
    expect(body.data).toEqual({ _entities: [{ id: ids[0] }, { name: "Crew Portal", groups: null }, { id: ids[0] }] });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions["code"]])).toEqual([
      [["_entities", 1, "groups"], "FORBIDDEN"],
    ]);
  });
});

describe("The same representations by two callers at one moment", () => {
  it.each(["E0", "E1", "E2"])("get each his own (eContext %s beside Cloud Foundry)", async (edition) => {
    const callers = ["one", "another"].map((caller) => ({
      mark: `mark-${caller}`,
      headers: { authorization: `Basic ${btoa(`${caller}:x`)}`, "x-cloud-authorization": `bearer ${caller}` },
    }));
    const start = (dialect: Dialect, header: keyof (typeof callers)[number]["headers"]) => {
      const worlds = new Map(callers.map(({ mark, headers }) => [headers[header], markedPeople(mark)]));
      const stranger = markedPeople("mark-of-nobody");
      return started(startChaos({ dialect, worlds, stranger, ...(dialect === econtext && { edition }) }));
    };
    const directory = await start(econtext, "authorization");
    const cloud = await start(cloudFoundryV2, "x-cloud-authorization");
    const gateway = await started(
      startGateway([
        { name: "directory", dialect: econtext.name, url: directory.url },
        {
          name: "cloud",
          dialect: cloudFoundryV2.name,
          url: cloud.url,
          credentials: { forward: "x-cloud-authorization" },
        },
      ]),
    );

    const ids = [
      ...range(3).flatMap((n) => [`User:directory:user-${n}`, `User:cloud:user-${n}`, `Application:cloud:app-${n}`]),
      ...["Application:directory:application-0", "Group:directory:group:group-1", "Group:cloud:space:space-2"],
    ];
    const query = ENTITIES(
      `__typename ... on Application { id name } ... on Group { id name members { nodes { id name } } }
       ... on User { id name username groups { nodes { name } } applications { nodes { name } } }`,
    );
    const r = [...ids.map(representationOf), {}, ...ids.map(representationOf)];
    for (let time = 0; time < 5; time++) {
      const answers = await Promise.all(
        [...callers, ...callers, ...callers].map(async ({ mark, headers }) => {
          const { body } = await gateway.query(query, { r }, headers);
          return { mark, body };
        }),
      );
      for (const { mark, body } of answers) {
        expect(body.errors?.map(({ path }) => path)).toEqual([["_entities", ids.length]]);
        const entities = body.data?.["_entities"] as unknown as readonly { readonly id: string }[];
        expect(entities.slice(0, ids.length).map(({ id }) => id)).toEqual(ids);
        expect(entities.slice(ids.length + 1)).toEqual(entities.slice(0, ids.length));
        const marks = new Set(Array.from(JSON.stringify(entities).matchAll(/mark-\w+/g), ([found]) => found));
        expect([...marks]).toEqual([mark]);
      }
    }
    for (const [{ requests }, header] of [
      [directory, "authorization"] as const,
      [cloud, "x-cloud-authorization"] as const,
    ]) {
      const sent = new Set(requests.map(({ authorization }) => authorization));
      expect(sent).toEqual(new Set(callers.map(({ headers }) => headers[header])));
    }
  });
});
