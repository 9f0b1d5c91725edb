import type { Socket } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import type { DEFAULT_SERVICE } from "../../src/config/settings.ts";
import { type Behaviour, reset, silence } from "../http/faulty-upstream.ts";
import {
  CLOUD_FOUNDRY,
  ECONTEXT,
  MARKER,
  respond,
  rightly,
  startService,
  userOf,
  type FaultyService,
  type Speech,
} from "../support/faults-service.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Scene {
  readonly graph: GatewayUnderTest;
  readonly service: FaultyService;
}

async function start(
  speech: Speech,
  behaviour: Behaviour,
  options: Partial<typeof DEFAULT_SERVICE> = {},
): Promise<Scene> {
  const service = await startService(speech, behaviour);
  closing.push(() => service.close());
  const { name, dialect } = speech;
  const graph = startGateway(
    [{ name, dialect, url: service.url, credentials: { bearer: `token-of-${name}` } }],
    {},
    options,
  );
  closing.push(() => graph.close());
  return { graph, service };
}

const SPEECHES = [ECONTEXT, CLOUD_FOUNDRY] as const;

describe.concurrent.each(SPEECHES)("Retries ($dialect)", (speech) => {
  it("never add more than a tenth to what a service is asked", async () => {
    let requests = 0;
    // Three of ten, evenly, so that no circuit opens.
    const { graph, service } = await start(speech, (socket, request) => {
      if (requests++ % 10 < 3) socket.write(respond(503, MARKER));
      else rightly(speech)(socket, request);
    });
    const seenAfter: number[] = [];
    const codes: (string | undefined)[] = [];
    for (let from = 0; from < CALLS; from += AT_ONCE) {
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => graph.query(`{ ${speech.ask("read", `user-${from + at}`)} }`)),
      );
      codes.push(...answers.map(({ body }) => body.errors?.[0]?.extensions["code"] as string | undefined));
      seenAfter.push(service.requests.length);
    }
    expect(new Set(codes)).toEqual(new Set([undefined, "UPSTREAM_UNAVAILABLE"]));
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThan(CALLS / 2);
    expect(service.requests.length).toBeGreaterThan(CALLS);
    expect(service.requests.length).toBeLessThanOrEqual(CALLS + CALLS / 10);
    // Nor in between: ten are lent to begin with.
    for (const [batch, seen] of seenAfter.entries()) {
      const first = (batch + 1) * AT_ONCE;
      expect(seen - first).toBeLessThanOrEqual(Math.max(10, first / 10));
    }
  });

  it.each([
    ["429", "seconds", () => respond(429, MARKER, { "retry-after": "1" })],
    ["503", "seconds", () => respond(503, MARKER, { "retry-after": "1" })],
    ["429", "a date", () => respond(429, MARKER, { "retry-after": inTwoSeconds() })],
  ])("wait as long as a %s asks for, in %s", async (_, __, failing) => {
    const { service, graph, arrivals } = await startCounting(speech, failing);
    const { body } = await graph.query(`{ user: ${speech.ask("read", "ada")} }`);
    expect(body).toEqual({ data: { user: userOf(speech, "ada") } });
    expect(service.requests).toHaveLength(2);
    // A date has whole seconds: of two, more than one is left.
    expect((arrivals[1] as number) - (arrivals[0] as number)).toBeGreaterThan(995);
  });

  it.each([
    ["reset", reset],
    ["503", (socket: Socket) => socket.write(respond(503, MARKER))],
  ] as const)("are not made of a deletion, which would be told of its own doing (%s)", async (_, behaviour) => {
    const { service, graph } = await start(speech, behaviour);
    const input = `{ id: "User:${speech.name}:ada" }`;
    const { body } = await graph.query(`mutation { deleteUser(input: ${input}) { deletedId errors { code } } }`);
    expect(body.errors?.[0]?.extensions).toEqual({
      code: "UPSTREAM_UNAVAILABLE",
      service: speech.name,
      retryable: false,
      outcome: "UNKNOWN",
    });
    expect(service.requests.map(({ method }) => method)).toEqual(["DELETE"]);
  });

  it("are not made of a creation, whatever the service asks for", async () => {
    const { service, graph } = await startCounting(speech, () => respond(429, MARKER, { "retry-after": "1" }));
    const { body } = await graph.query(`mutation { ${speech.ask("creation", "ada")} }`);
    expect(body.errors?.[0]?.extensions).toEqual({
      code: "RATE_LIMITED",
      service: speech.name,
      retryable: true,
      retryAfter: 1,
    });
    expect(service.requests).toHaveLength(1);
  });
});

const CALLS = 300;
/** So many are never shed, however busy the machine. */
const AT_ONCE = 15;

function inTwoSeconds(): string {
  return new Date(Date.now() + 2_000).toUTCString();
}

/** Fails once, and writes down when it is asked. */
async function startCounting(speech: Speech, failing: () => Buffer): Promise<Scene & { readonly arrivals: number[] }> {
  const arrivals: number[] = [];
  const scene = await start(speech, (socket, request) => {
    arrivals.push(performance.now());
    if (arrivals.length === 1) socket.write(failing());
    else rightly(speech)(socket, request);
  });
  return { ...scene, arrivals };
}

const DEADLINE_MS = 1_500;

describe.concurrent.each(SPEECHES)("The patience of one operation ($dialect)", (speech) => {
  const ids = Array.from({ length: 50 }, (_, at) => `User:${speech.name}:user-${at}`);

  it.each([
    ["their own fields", "id email username", 32],
    ["their own fields, over few connections", "id email username", 4],
    ["their groups and applications", "id groups { nodes { name } } applications { nodes { name } }", 32],
    ["the same over few connections", "id groups { nodes { name } } applications { nodes { name } }", 4],
  ])(
    "ends with a deadline where a service hangs that is asked for fifty users, %s",
    async (_, selection, connections) => {
      const options = { timeoutMs: DEADLINE_MS / 2, deadlineMs: DEADLINE_MS, connections };
      const { graph, service } = await start(speech, silence, options);
      const began = performance.now();
      const { body } = await graph.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { ${selection} } } }`, {
        ids,
      });
      const ms = performance.now() - began;
      if (process.env["SHOW_FAULTS"] === "1") {
        const { length } = service.requests;
        process.stdout.write(
          `fifty users, ${speech.dialect}, ${connections} connections: ${ms.toFixed(0)} ms, ${length} requests\n`,
        );
      }
      expect(ms).toBeLessThan(2 * DEADLINE_MS);
      expect(body.errors).toHaveLength(50);
      const codes = new Set(body.errors?.map(({ extensions }) => extensions["code"]));
      // Where many did not answer, the circuit opens before the deadline.
      expect([...codes].filter((code) => code !== "UPSTREAM_TIMEOUT" && code !== "UPSTREAM_UNAVAILABLE")).toEqual([]);
    },
  );

  it("sends nothing more of an operation whose first write took a whole deadline", async () => {
    const options = { timeoutMs: DEADLINE_MS / 2, deadlineMs: DEADLINE_MS };
    const { graph, service } = await start(speech, silence, options);
    const began = performance.now();
    const writes = ["ada", "bob", "cyd"].map((id) => `${id}: ${speech.ask("change", id)}`);
    const { body } = await graph.query(`mutation { ${writes.join(" ")} }`);
    expect(performance.now() - began).toBeLessThan(2 * DEADLINE_MS);
    const extensions = { code: "UPSTREAM_TIMEOUT", service: speech.name };
    expect(body.errors?.map((error) => error.extensions)).toEqual([
      { ...extensions, retryable: false, outcome: "UNKNOWN" },
      { ...extensions, retryable: true },
      { ...extensions, retryable: true },
    ]);
    expect(new Set(service.requests.map(({ target }) => target)).size).toBe(1);
  });
});
