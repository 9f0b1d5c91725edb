import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, isObjectType, parse, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import { createSchema, createYoga } from "graphql-yoga";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_SERVER, DEFAULT_SERVICE, type ServiceSettings } from "../../src/config/settings.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { openGateway } from "../support/ways.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { faultyUpstream, type FaultyUpstream, type Received } from "../http/faulty-upstream.ts";
import { anybodysAnswers, cloudFoundryErrors, econtextErrors, type Hostile } from "../support/hostile-answers.ts";
import { OPERATIONS_OF_CLOUD_FOUNDRY, OPERATIONS_OF_ECONTEXT } from "../support/hunted-operations.ts";
import {
  captureLog,
  complaintsAbout,
  deliver,
  Hunt,
  meet,
  placesOf,
  Search,
  showTotals,
} from "../support/leak-hunt.ts";
import { rightAnswer } from "../support/planted-answers.ts";
import { Planted, SHAPE_NAMES } from "../support/planted.ts";
import { run } from "../support/process.ts";

const escaped = (text: string) =>
  Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const entities = (text: string) => Array.from(text, (letter) => `&#${letter.charCodeAt(0)};`).join("");
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** How a secret may come to light other than as it is. */
const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in capitals": (text) => text.toUpperCase(),
  "inside other letters": (text) => `xxx${text}xxx`,
  "percent-encoded": (text) => `%7B${[...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join("")}%7D`,
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(`{"${text}"}`)),
  "escaped in JSON": (text) => `{"x":"${escaped(text)}"}`,
  "as HTML's entities": entities,
  "in base64": base64,
  "in base64 behind a path": (text) => `/api/users/user/${base64(`x${text}`)}`,
  "in base64url in base64": (text) => base64(`users~${Buffer.from(text).toString("base64url")}`),
  "in hexadecimal": (text) => Buffer.from(text).toString("hex"),
  "cut off": (text) => text.slice(0, -4),
};

describe("The search", () => {
  it.each(Object.entries(DISGUISES))("finds a secret %s", (_, disguise) => {
    const planted = new Planted();
    const token = planted.plant("token", "a test");
    expect(planted.find(`{"data":{"name":"${disguise(token)}"}}`)).toEqual([
      expect.stringContaining("token in a test"),
    ]);
    expect(planted.find(`{"data":{"name":"${disguise("somebody's name")}"}}`)).toEqual([]);
  });

  it.each(SHAPE_NAMES)("finds a secret in the shape of %s", (shape) => {
    const planted = new Planted();
    const secret = planted.plant(shape, "a test");
    expect(planted.find(JSON.stringify({ message: `failed: ${secret}` }))).toEqual([`${shape} in a test`]);
  });

  it("finds what a gateway without a mask shows, and what a log without care tells", async () => {
    const planted = new Planted();
    const answer = rightAnswer({ planted, asked: "", authorization: "", status: 200, body: {} });
    const careless = createYoga({
      schema: createSchema({
        typeDefs: "type Query { user: String }",
        resolvers: {
          Query: {
            user: () => {
              throw new Error(answer.bytes);
            },
          },
        },
      }),
      maskedErrors: false,
      logging: false,
    });
    const search = new Search();
    search.look("careless", planted, await placesOf(await careless.fetch("http://careless.test/graphql?query={user}")));
    expect(search.hits).toHaveLength(planted.count);

    const { lines, log } = captureLog();
    log.error({ err: new Error(answer.bytes), upstream: { body: 1 } }, "a fault");
    expect(planted.find(lines.join(""))).toHaveLength(planted.count);
    expect(complaintsAbout(lines[0] ?? "")).toEqual(["it lacks requestId", "it has err", "it has upstream"]);
  });
});

describe("The hunt", () => {
  it.each([
    { dialect: econtext, edition: "E2", answers: [...anybodysAnswers, ...econtextErrors] },
    { dialect: cloudFoundryV2, answers: [...anybodysAnswers, ...cloudFoundryErrors] },
  ])("really sends every secret that it looks for: $dialect.name", async ({ answers, ...options }) => {
    const hunt = new Hunt(options);
    await hunt.open();
    const [operation] = options.dialect === econtext ? OPERATIONS_OF_ECONTEXT : OPERATIONS_OF_CLOUD_FOUNDRY;
    if (operation === undefined) throw new Error("There is nothing to ask.");
    for (const answer of [undefined, ...answers]) {
      const { planted, sent } = await hunt.run(operation, answer);
      expect(planted.count, answer?.name).toBeGreaterThan(0);
      expect(planted.missing(sent), answer?.name).toEqual([]);
    }
    await hunt.close();
  });

  it("selects every field of the graph", () => {
    const schema = buildSchema(readFileSync(new URL("../../schema/schema.graphql", import.meta.url), "utf8"));
    const unseen = new Set(
      Object.values(schema.getTypeMap())
        .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
        .flatMap((type) =>
          isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
        ),
    );
    for (const { query } of [...OPERATIONS_OF_ECONTEXT, ...OPERATIONS_OF_CLOUD_FOUNDRY]) {
      const info = new TypeInfo(schema);
      visit(
        parse(query),
        visitWithTypeInfo(info, {
          Field: ({ name }) => void unseen.delete(`${info.getParentType()?.name ?? ""}.${name.value}`),
        }),
      );
    }
    expect([...unseen]).toEqual([]);
  });
});

/** Each answer is given by a service of its own, below a path of its own. */
const SERVED = [
  { dialect: econtext, answers: [...anybodysAnswers, ...econtextErrors] },
  { dialect: cloudFoundryV2, answers: [...anybodysAnswers, ...cloudFoundryErrors] },
].flatMap(({ dialect, answers }) =>
  answers.map((answer, index) => ({ name: `${dialect.sandbox.name}-${index}`, dialect, answer })),
);

describe("What tells how the services are", () => {
  const search = new Search();
  let upstream: FaultyUpstream;
  let planted: Planted;
  /** Hostile from this request of a service on, counted from 1. */
  let from = 1;
  let asked = new Map<string, number>();

  beforeAll(async () => {
    const served = new Map(SERVED.map((one) => [one.name, one]));
    const reply = async (received: Received) => {
      const [, name = "", path = "/"] = /^\/([\w-]+)(\/.*)?$/.exec(received.target) ?? [];
      const { dialect, answer } = served.get(name) as { dialect: typeof econtext; answer: Hostile };
      const count = (asked.get(name) ?? 0) + 1;
      asked.set(name, count);
      const { sandbox } = dialect;
      const occasion = await meet(sandbox, sandbox.serve(PEOPLE, {}), { ...received, target: path }, planted);
      return (count >= from ? answer.answer(occasion) : undefined) ?? rightAnswer(occasion);
    };
    upstream = await faultyUpstream((socket, received) => {
      void reply(received).then((answer) => deliver(socket, answer));
    });
  });
  afterAll(async () => {
    showTotals("readiness, check and pages", search);
    await upstream.close();
  });

  function begin(first: number): void {
    planted = new Planted();
    asked = new Map();
    from = first;
  }

  function settings(): readonly ServiceSettings[] {
    return SERVED.map(({ name, dialect }) => ({
      ...DEFAULT_SERVICE,
      retries: 0,
      service: { name, dialect: dialect.name, url: `${upstream.url}/${name}${dialect.sandbox.path}` },
      credentials:
        dialect === econtext
          ? { basic: { username: "operator", password: planted.plant("password", "the configuration") } }
          : { bearer: planted.plant("token", "the configuration") },
    }));
  }

  it.each([1, 2, 3])(
    "tells no secret at /readyz, /healthz, /metrics and in GraphiQL: from request %i on",
    async (first) => {
      begin(first);
      const { lines, log } = captureLog();
      const gateway = openGateway({ server: DEFAULT_SERVER, services: settings() }, { log });
      for (const path of ["/readyz", "/healthz", "/metrics", "/graphql", "/"]) {
        const accept = path === "/graphql" ? "text/html" : "*/*";
        const response = await gateway.fetch(`http://gateway.test${path}`, { headers: { accept } });
        if (path === "/readyz")
          expect(await response.clone().json()).toMatchObject({ services: { length: SERVED.length } });
        search.look(`${path}, from ${first}`, planted, await placesOf(response));
      }
      await gateway.close();
      search.look(
        "the log",
        planted,
        lines.map((text) => ({ name: "the log", text })),
      );
      expect([...asked.values()].filter((count) => count >= first).length).toBeGreaterThan(SERVED.length / 4);
      expect(search.newHits()).toEqual([]);
    },
  );

  it.each([1, 2, 3])("tells no secret in `usergraph check`: from request %i on", async (first) => {
    begin(first);
    const folder = await mkdtemp(join(tmpdir(), "usergraph-"));
    const services = Object.fromEntries(
      settings().map(({ service: { name, dialect, url }, credentials }) => [
        name,
        { dialect, url, credentials, retries: 0, timeout: "5s" },
      ]),
    );
    // JSON is YAML.
    await writeFile(join(folder, "usergraph.yaml"), JSON.stringify({ services }));
    const { code, stdout, stderr } = await run(["check"], {}, folder).ended();
    await rm(folder, { recursive: true });
    expect([code, stdout.split("\n").length > SERVED.length]).toEqual([1, true]);
    search.look(`from ${first}`, planted, [
      { name: "standard output", text: stdout },
      { name: "standard error", text: stderr },
    ]);
    expect(search.newHits()).toEqual([]);
  });
});
