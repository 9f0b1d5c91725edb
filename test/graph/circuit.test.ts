import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import { after, type Behaviour, bytes, closedPort, reset, silence } from "../http/faulty-upstream.ts";
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

/** More attempts than it takes, and so few that they are never shed, however busy the machine. */
const ENOUGH = 16;
/** Longer than a circuit that opened for the first time stays open. */
const OPEN_MS = 1_600;

interface Scene {
  readonly graph: GatewayUnderTest;
  readonly services: Readonly<Record<string, FaultyService>>;
}

/** Both services, of which the one that speaks this misbehaves. */
async function start(speech: Speech, behaviour: Behaviour, timeoutMs = 5_000): Promise<Scene> {
  const services: Record<string, FaultyService> = {};
  for (const one of [ECONTEXT, CLOUD_FOUNDRY]) {
    const service = await startService(one, one === speech ? behaviour : rightly(one));
    services[one.name] = service;
    closing.push(() => service.close());
  }
  return { services, graph: open({ ...urlsOf(services) }, timeoutMs) };
}

function urlsOf(services: Readonly<Record<string, FaultyService>>) {
  return Object.fromEntries(Object.entries(services).map(([name, { url }]) => [name, url]));
}

function open(urls: Readonly<Record<string, string>>, timeoutMs: number): GatewayUnderTest {
  const graph = startGateway(
    [ECONTEXT, CLOUD_FOUNDRY].map(({ name, dialect }) => {
      return { name, dialect, url: urls[name] ?? "", credentials: { bearer: `token-of-${name}` } };
    }),
    {},
    { timeoutMs, deadlineMs: 2 * timeoutMs, retries: 0, connections: 100 },
  );
  closing.push(() => graph.close());
  return graph;
}

const idAt = (index: number) => `user-${index}`;

interface Told {
  readonly data: { readonly user: unknown } | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly service: string } }[];
}

/** Reads users of their own at once. */
async function readMany(graph: GatewayUnderTest, speech: Speech, count: number): Promise<readonly Told[]> {
  const answers = Array.from({ length: count }, (_, index) => graph.query(`{ ${speech.ask("read", idAt(index))} }`));
  return (await Promise.all(answers)).map(({ body }) => body as unknown as Told);
}

/** What was asked for but by probes. */
function askedFor({ requests }: FaultyService): number {
  return requests.filter(({ target }) => target.includes("/user")).length;
}

async function circuitsOf(graph: GatewayUnderTest): Promise<Readonly<Record<string, string>>> {
  const response = await graph.fetch("http://gateway.test/readyz");
  const { services } = (await response.json()) as { services: readonly { name: string; circuit: string }[] };
  return Object.fromEntries(services.map(({ name, circuit }) => [name, circuit]));
}

/** A service whose circuit has just opened. */
async function startOpen(speech: Speech): Promise<Scene & { readonly service: FaultyService; readonly seen: number }> {
  const scene = await start(speech, bytes(respond(503, MARKER).toString()));
  const service = scene.services[speech.name] as FaultyService;
  await readMany(scene.graph, speech, ENOUGH);
  return { ...scene, service, seen: askedFor(service) };
}

const FAILURES: readonly (readonly [says: string, behaviour: Behaviour])[] = [
  ["resets connections", reset],
  ["does not answer in time", silence],
  ...[500, 502, 503, 504].map((status) => [`answers ${status}`, bytes(respond(status, MARKER).toString())] as const),
];

describe.concurrent.each([ECONTEXT, CLOUD_FOUNDRY])("The circuit of a service ($dialect)", (speech) => {
  const other = speech === ECONTEXT ? CLOUD_FOUNDRY : ECONTEXT;

  it.each(FAILURES)("opens where the service %s", async (_, behaviour) => {
    const { graph } = await start(speech, behaviour, 500);
    await readMany(graph, speech, ENOUGH);
    expect(await circuitsOf(graph)).toEqual({ [speech.name]: "open", [other.name]: "closed" });
  });

  it("opens where nobody listens", async () => {
    const graph = open({ directory: await closedPort(), cloud: await closedPort() }, 500);
    await readMany(graph, speech, ENOUGH);
    expect(await circuitsOf(graph)).toEqual({ [speech.name]: "open", [other.name]: "closed" });
  });

  it("stays closed where a few attempts fail", async () => {
    const { graph, services } = await start(speech, bytes(respond(503, MARKER).toString()));
    const service = services[speech.name] as FaultyService;
    await readMany(graph, speech, 9);
    expect(await circuitsOf(graph)).toEqual({ [speech.name]: "closed", [other.name]: "closed" });
    service.turn?.(rightly(speech));
    expect(await readMany(graph, speech, 1)).toEqual([{ data: { user: userOf(speech, idAt(0)) } }]);
  });

  it.each([400, 401, 403, 404, 409, 422, 429])("never opens on %i", async (status) => {
    const { graph, services } = await start(speech, bytes(respond(status, MARKER).toString()));
    await readMany(graph, speech, 2 * ENOUGH);
    expect((await circuitsOf(graph))[speech.name]).toBe("closed");
    expect(askedFor(services[speech.name] as FaultyService)).toBeGreaterThanOrEqual(2 * ENOUGH);
  });

  it("sends nothing while it is open, and says so at once; the other service goes on", async () => {
    const { graph, service, seen } = await startOpen(speech);
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: ENOUGH }, (_, index) =>
        graph.query(`{ user: ${speech.ask("read", idAt(index))} other: ${other.ask("read", idAt(index))} }`),
      ),
    );
    expect(performance.now() - start).toBeLessThan(3_000);
    for (const [index, { body }] of answers.entries()) {
      expect(body.data).toEqual({ user: null, other: userOf(other, idAt(index)) });
      expect(body.errors).toMatchObject([{ path: ["user"] }]);
      expect(body.errors?.[0]?.extensions).toEqual({
        code: "UPSTREAM_UNAVAILABLE",
        service: speech.name,
        retryable: true,
      });
    }
    expect(askedFor(service)).toBe(seen);
    expect(await circuitsOf(graph)).toEqual({ [speech.name]: "open", [other.name]: "closed" });
  });

  it("refuses a creation while it is open, of which then nothing is unknown", async () => {
    const { graph, service } = await startOpen(speech);
    const { body } = await graph.query(`mutation { user: ${speech.ask("creation", "ada")} }`);
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: "UPSTREAM_UNAVAILABLE", service: speech.name, retryable: true },
    ]);
    expect(service.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("lets one of many through to try, and closes when that one is answered", async () => {
    const { graph, service, seen } = await startOpen(speech);
    await sleep(OPEN_MS);
    // What a probe finds is kept, so that the next one does not wait for the service.
    expect((await circuitsOf(graph))[speech.name]).toBe("open");
    service.turn?.(after(500, rightly(speech)));
    const reading = readMany(graph, speech, ENOUGH);
    await vi.waitFor(() => expect(askedFor(service)).toBe(seen + 1), 3_000);
    expect((await circuitsOf(graph))[speech.name]).toBe("half-open");
    const answers = await reading;
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect(new Set(answers.flatMap(({ errors = [] }) => errors.map((error) => error.extensions.code)))).toEqual(
      new Set(["UPSTREAM_UNAVAILABLE"]),
    );
    expect(askedFor(service)).toBe(seen + 1);

    expect((await circuitsOf(graph))[speech.name]).toBe("closed");
    const again = await readMany(graph, speech, ENOUGH);
    expect(again).toEqual(Array.from({ length: ENOUGH }, (_, at) => ({ data: { user: userOf(speech, idAt(at)) } })));
  });

  it("stays open where the one that tries fails, too", async () => {
    const { graph, service, seen } = await startOpen(speech);
    await sleep(OPEN_MS);
    await readMany(graph, speech, ENOUGH);
    expect(askedFor(service)).toBe(seen + 1);
    expect((await circuitsOf(graph))[speech.name]).toBe("open");
  });
});

/** A 500 by which the service tells what is wrong with the one request. */
const BLAMED: readonly (readonly [says: string, speech: Speech, operation: string, body: unknown])[] = [
  [
    "a user who is not there (eContext E2)",
    ECONTEXT,
    `mutation { createApiKey(input: { user: "User:directory:ada", name: "x" }) { errors { code } } }`,
    fault("User ada not found"),
  ],
  [
    "an email that is taken (eContext E2)",
    ECONTEXT,
    `mutation { ${ECONTEXT.ask("creation", "ada")} }`,
    fault("Node(46) already exists with label `User` and property `email` = 'someone.else@example.com'"),
  ],
  [
    "a password that is too short (eContext E2)",
    ECONTEXT,
    `mutation { ${ECONTEXT.ask("creation", "ada")} }`,
    fault("Password must be at least 7 characters long"),
  ],
  [
    "a group that is not there (Cloud Foundry)",
    CLOUD_FOUNDRY,
    `mutation { addUserToGroup(input: { user: "User:cloud:ada", group: "Group:cloud:space:nothing" }) { errors { code } } }`,
    { code: 10001, error_code: "UnknownError", description: MARKER },
  ],
];

function fault(error: string): unknown {
  return { econtext: { result: {}, status: "500", error, errorcode: "500", traceback: MARKER } };
}

describe("A 500 that tells of one caller's mistake", () => {
  it.each(BLAMED)("shuts nobody out: %s", async (_, speech, operation, body) => {
    const failing = respond(500, JSON.stringify(body)).toString();
    const { graph, services } = await start(speech, (socket, request) =>
      request.method === "GET" ? rightly(speech)(socket, request) : socket.write(failing),
    );
    for (let round = 0; round < 2 * ENOUGH; round++) await graph.query(operation);
    expect((await circuitsOf(graph))[speech.name]).toBe("closed");
    const service = services[speech.name] as FaultyService;
    expect(service.requests.filter(({ method }) => method !== "GET").length).toBeGreaterThanOrEqual(2 * ENOUGH);
    expect(await readMany(graph, speech, 1)).toEqual([{ data: { user: userOf(speech, idAt(0)) } }]);
  });
});
