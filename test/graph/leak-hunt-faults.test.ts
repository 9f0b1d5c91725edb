import { GraphQLError } from "graphql";
import { afterAll, describe, expect, it, vi } from "vitest";
import { DEFAULT_SERVER, DEFAULT_SERVICE } from "../../src/config/settings.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { Directory } from "../../src/domain/directory.ts";
import { openGateway } from "../support/ways.ts";
import { captureLog, complaintsAbout, placesOf, Search, showTotals } from "../support/leak-hunt.ts";
import { isObject } from "../support/planted-answers.ts";
import { Planted } from "../support/planted.ts";

/** What the broken dialect does whenever it is asked. */
const broken = vi.hoisted(() => ({ act: (): unknown => undefined }));

/** A dialect with a fault in it: one of ours, and no failure of a service. */
vi.mock("../../src/dialects/registry.ts", async (load) => {
  const { dialects } = await load<{ dialects: readonly Dialect[] }>();
  // All of a store answers later, but for what only looks at the input.
  const method = (key: string | symbol) =>
    String(key).startsWith("review") ? () => broken.act() : async () => Promise.resolve(broken.act());
  const storeWith = (own: object) =>
    new Proxy(own, { get: (target, key) => (key in target ? (Reflect.get(target, key) as unknown) : method(key)) });
  const store = storeWith({ counts: true, searches: true });
  const apiKeys = storeWith({ writer: store });
  const directory = { users: store, groups: store, applications: store, apiKeys };
  const brokenDialect: Dialect = {
    ...econtext,
    name: "broken",
    attach: () => ({
      open: () => directory as unknown as Directory,
      plan: () => directory as unknown as Directory,
      probe: () => Promise.resolve(broken.act() as never),
    }),
  };
  return { dialects: [...dialects, brokenDialect] };
});

const USER =
  '{ user(id: "User:trap:x") { name status customData createdAt apiKeys { name } groups { nodes { name } } } }';
const OPERATIONS: Readonly<Record<string, string>> = {
  user: USER,
  users: "{ users { totalCount nodes { name status } } }",
  groups: "{ groups { nodes { name } } }",
  node: '{ node(id: "Application:trap:x") { ... on Application { name } } }',
  updateUser:
    'mutation { updateUser(input: { id: "User:trap:x", econtext: { password: "hunter2-hunter2" } }) { errors { message } } }',
  "two mutations":
    'mutation { a: deleteUser(input: { id: "User:trap:x" }) { deletedId } b: deleteUser(input: { id: "User:trap:x" }) { errors { message } } }',
};

type Throw = (planted: Planted) => unknown;

/** What may be thrown, and where the secret may be in it. */
const THROWN: Readonly<Record<string, Throw>> = {
  "its message": (planted) => new Error(`cannot read ${planted.plant("bcrypt", "a message")}`),
  "a message of many lines, with frames in it": (planted) => new Error(planted.plant("javaScriptStack", "a message")),
  "a message of frames alone": (planted) =>
    new Error(
      `\n    at save (/srv/${planted.plant("token", "a message")}/user.js:46:7)\n    at file:///x/${planted.plant("token", "a message")}.js:1:1`,
    ),
  "a message that was changed later": (planted) => {
    const error = new Error(planted.plant("javaScriptStack", "the first message"));
    error.message = "";
    return error;
  },
  "a stack of somebody else's": (planted) =>
    Object.assign(new Error("x"), {
      stack: `Error: x\n    at ${planted.plant("token", "a stack")} (/srv/${planted.plant("token", "a stack")}/a.js:1:1)`,
    }),
  "a name of many words": (planted) => Object.assign(new Error("x"), { name: planted.plant("sql", "a name") }),
  "a code of many words": (planted) =>
    Object.assign(new Error("x"), { code: planted.plant("urlWithPassword", "a code") }),
  "a cause": (planted) => new Error("outer", { cause: new Error(planted.plant("jwtSecret", "a cause")) }),
  properties: (planted) =>
    Object.assign(new Error("request failed"), {
      config: { headers: { Authorization: planted.plant("bearer", "a property") } },
      response: {
        data: { body: planted.plant("pythonStack", "a property"), toJSON: () => planted.plant("pem", "toJSON") },
      },
      requestId: planted.plant("token", "a property"),
    }),
  "one of many errors": (planted) =>
    new AggregateError([new Error(planted.plant("password", "an inner error"))], "many"),
  "a TypeError of Node's": (planted) => thrownBy(() => new URL(planted.plant("url", "a URL").replace("://", ":: //"))),
  "a SyntaxError with a piece of JSON": (planted) =>
    thrownBy(() => JSON.parse(`{${planted.plant("token", "broken JSON")}`)),
  "an error of GraphQL": (planted) =>
    new GraphQLError(planted.plant("rubyStack", "a GraphQL error"), {
      extensions: { a: planted.plant("host", "an extension") },
    }),
  "a text": (planted) => planted.plant("sql", "a text that was thrown"),
  "an object": (planted) => ({
    message: planted.plant("basic", "an object that was thrown"),
    toString: () => planted.plant("basic", "toString"),
  }),
  "a class of its own": (planted) => {
    const secret = planted.plant("awsKey", "a field of an error");
    return new (class UpstreamError extends Error {
      readonly body = secret;
      override toString() {
        return secret;
      }
    })(secret);
  },
};

type Answer = (planted: Planted) => unknown;

/** What a record may hold that the graph cannot show. */
const FIELDS: Readonly<Record<string, Answer>> = {
  "an object for a text": (planted) => ({ name: { value: planted.plant("bcrypt", "a record") } }),
  "a list for a text": (planted) => ({ name: [planted.plant("password", "a record")] }),
  "a status that nobody knows": (planted) => ({ status: planted.plant("token", "a status") }),
  "a number with a secret": (planted) => ({ status: planted.plantNumber("a status") }),
  "an object for a status": (planted) => ({ status: { [planted.plant("token", "a key")]: 1 } }),
  "a getter that throws": (planted) => ({
    get name() {
      throw new Error(planted.plant("pythonStack", "a getter"));
    },
  }),
  "custom data that is a circle": (planted) => {
    const circle: Record<string, unknown> = {};
    circle[planted.plant("token", "a key of a circle")] = { back: circle, secret: planted.plant("hex", "a circle") };
    return { customData: circle };
  },
  "custom data that cannot be written": (planted) => ({
    customData: {
      get secret() {
        throw new Error(planted.plant("pem", "a getter of custom data"));
      },
    },
  }),
  "a list that is none": (planted) => ({ apiKeys: () => planted.plant("apiKeySecret", "a list that is none") }),
  "a page that is none": (planted) => ({ groups: () => ({ items: planted.plant("apiKeySecret", "a page") }) }),
};

const RECORD = {
  id: "x",
  name: "X",
  status: null,
  customData: null,
  createdAt: null,
  apiKeys: () => [],
  groups: () => ({ items: [], hasNext: false, total: 0 }),
  tells: () => true,
};

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("It throws nothing.");
}

/** With its getters, which a copy would call. */
function recordWith(fields: unknown): object {
  return Object.defineProperties({ ...RECORD }, Object.getOwnPropertyDescriptors(Object(fields)));
}

describe("A fault of ours", () => {
  const search = new Search();
  afterAll(() => showTotals("faults", search));

  async function hunt(where: string, act: (planted: Planted) => unknown, path: string, query?: string) {
    const planted = new Planted();
    broken.act = () => act(planted);
    const { lines, log } = captureLog();
    const service = { name: "trap", dialect: "broken", url: "http://127.0.0.1:9" };
    const services = [{ ...DEFAULT_SERVICE, service, credentials: { bearer: "x" } }];
    const gateway = openGateway({ server: DEFAULT_SERVER, services }, { log });
    const response = await gateway.fetch(`http://gateway.test${path}`, {
      ...(query !== undefined && { method: "POST", body: JSON.stringify({ query }) }),
      headers: { "content-type": "application/json" },
    });
    const places = await placesOf(response);
    await gateway.close();
    search.look(where, planted, [...places, ...lines.map((text) => ({ name: "the log", text }))]);
    expect(planted.count, where).toBeGreaterThan(0);
    const body = places.at(-1)?.text ?? "";
    // No stack of our own either.
    expect(body, where).not.toMatch(/node_modules|file:\/\/|\.ts:\d|hunter2/);
    expect(lines.join(""), where).not.toContain("hunter2");
    return {
      body,
      complaints: lines.flatMap(complaintsAbout),
      faults: lines.filter((line) => line.includes("a fault of ours")),
    };
  }

  it.each(Object.entries(THROWN))(
    "is told to nobody and logged without a value: the secret is %s",
    async (what, make) => {
      for (const [name, query] of Object.entries(OPERATIONS)) {
        const fail = (planted: Planted) => {
          throw make(planted);
        };
        const { body, faults, complaints } = await hunt(`${what}, ${name}`, fail, "/graphql", query);
        expect(body, name).toContain('"A fault of ours. It was logged."');
        expect(body, name).toContain('"INTERNAL_SERVER_ERROR"');
        expect(faults.length, name).toBeGreaterThan(0);
        expect(complaints, name).toEqual([]);
        const fault = (JSON.parse(faults[0] ?? "null") as { fault?: unknown }).fault;
        expect(isObject(fault) && typeof fault["name"], name).toBe("string");
      }
      expect(search.newHits()).toEqual([]);
    },
  );

  it.each(Object.entries(THROWN))("is not told by /readyz either: the secret is %s", async (what, make) => {
    const fail = (planted: Planted) => {
      throw make(planted);
    };
    const { faults, complaints } = await hunt(`${what}, /readyz`, fail, "/readyz");
    expect(faults).toHaveLength(1);
    expect(complaints).toEqual([]);
    expect(search.newHits()).toEqual([]);
  });

  it.each(Object.entries(FIELDS))("shows nothing of a record with %s", async (what, make) => {
    const answer = (planted: Planted) => Promise.resolve([recordWith(make(planted))]);
    const { faults } = await hunt(what, answer, "/graphql", USER);
    expect(search.newHits()).toEqual([]);
    expect(faults.length).toBeGreaterThan(0);
  });
});
