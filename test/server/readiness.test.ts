import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createYoga } from "graphql-yoga";
import type { Credentials, DEFAULT_SERVICE } from "../../src/config/settings.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { tellReadiness } from "../../src/server/readiness.ts";
import { faultyUpstream, silence } from "../http/faulty-upstream.ts";
import { startGateway, startOverSandbox, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

const URL = "http://gateway.test/readyz";
const CREDENTIALS: Credentials = { basic: { username: "operator", password: "hunter2" } };
const PONG = { econtext: { result: { ping: "pong" } } };

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

async function ask(graph: GatewayUnderTest, init: RequestInit = {}): Promise<Told> {
  const response = await graph.fetch(URL, init);
  const { status, headers } = response;
  const text = await response.text();
  expect(text).not.toMatch(/hunter2|127\.0\.0\.1|https?:/);
  return { status, headers, text, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

/** An eContext that one can make say anything. */
async function upstreamSaying(say: () => Response): Promise<Upstream> {
  const upstream = await startUpstream(say);
  closing.push(() => upstream.close());
  return upstream;
}

function gatewayOver(
  origin: string,
  credentials: Credentials = CREDENTIALS,
  service: Partial<typeof DEFAULT_SERVICE> = { retries: 0 },
): GatewayUnderTest {
  const graph = startGateway(
    [{ name: "directory", dialect: "econtext", url: `${origin}/api`, credentials }],
    {},
    service,
  );
  closing.push(() => graph.close());
  return graph;
}

/** So that the last answer is too old to be told again. */
function letItAge(): void {
  vi.advanceTimersByTime(5_001);
}

const pong = () => Response.json(PONG);
const page = (status: number) =>
  new Response("<html>hunter2</html>", { status, headers: { "content-type": "text/html" } });
const ready = { status: 200, body: { status: "ready", services: [{ name: "directory", answers: true }] } };
const unready = { status: 503, body: { status: "unready", services: [{ name: "directory", answers: false }] } };

describe("/readyz", () => {
  it("does not take a service for dead where all our connections to it are busy", async () => {
    const held: (() => void)[] = [];
    const upstream = await startUpstream((request) =>
      request.url.endsWith("/ping")
        ? pong()
        : new Promise<Response>((resolve) => held.push(() => resolve(Response.json(PONG)))),
    );
    closing.push(() => upstream.close());
    const graph = gatewayOver(upstream.origin, { forward: "authorization" }, { retries: 0, connections: 1 });
    const busy = graph.query('{ user(id: "User:directory:x") { name } }', {}, { authorization: "Basic eDp5" });
    await vi.waitFor(() => expect(held).toHaveLength(1));
    expect(await ask(graph)).toMatchObject(ready);
    held[0]?.();
    await busy;
  });

  it("has a row for each service", async () => {
    const graph = await startOverSandbox([{ dialect: econtext, edition: "E2" }, { dialect: cloudFoundryV2 }]);
    closing.push(() => graph.close());
    const { status, headers, body } = await ask(graph);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("application/json");
    expect(headers.get("cache-control")).toBe("private, no-store, max-age=0");
    expect(body).toEqual({
      status: "ready",
      services: [
        {
          name: "directory",
          dialect: "econtext",
          answers: true,
          credentials: "accepted",
          edition: "2.0 (E2: organizations)",
          problems: [],
          circuit: "closed",
        },
        {
          name: "cloud",
          dialect: "cloud-foundry-v2",
          answers: true,
          credentials: "accepted",
          edition: "API 2.293.0",
          problems: [],
          circuit: "closed",
        },
      ],
    });
  });

  it("is unready where one of them does not answer", async () => {
    const graph = await startOverSandbox([{ dialect: econtext }, { dialect: cloudFoundryV2 }]);
    closing.push(() => graph.gateway.close());
    await graph.upstreams["cloud"]?.close();
    closing.push(async () => graph.upstreams["directory"]?.close());
    expect(await ask(graph)).toMatchObject({
      status: 503,
      body: {
        status: "unready",
        services: [
          { name: "directory", answers: true, problems: [] },
          { name: "cloud", answers: false, problems: ["The service `cloud` cannot be reached."] },
        ],
      },
    });
  });

  it("is ready where a service answers that it refuses our credentials, or that it is switched off, and says so", async () => {
    const off = await startOverSandbox([{ dialect: cloudFoundryV2, edition: "off" }]);
    closing.push(() => off.close());
    expect(await ask(off)).toMatchObject({
      status: 200,
      body: {
        services: [{ answers: true, credentials: "unknown", problems: [expect.stringContaining("switched off")] }],
      },
    });
    const handle = econtext.sandbox.serve(PEOPLE, {});
    const directory = await startUpstream(handle);
    closing.push(() => directory.close());
    expect(await ask(gatewayOver(directory.origin))).toMatchObject({
      status: 200,
      body: { services: [{ answers: true, credentials: "refused", problems: [expect.stringContaining("refused")] }] },
    });
  });

  it("sees a service die and come back", async () => {
    const first = createServer((_, response) => response.end(JSON.stringify(PONG)));
    const port = await listen(first, 0);
    const graph = gatewayOver(`http://127.0.0.1:${port}`);
    expect(await ask(graph)).toMatchObject(ready);
    first.close();
    first.closeAllConnections();
    await once(first, "close");
    letItAge();
    expect(await ask(graph)).toMatchObject(unready);
    const second = createServer((_, response) => response.end(JSON.stringify(PONG)));
    await listen(second, port);
    closing.unshift(async () => {
      second.close();
      await once(second, "close");
    });
    letItAge();
    expect(await ask(graph)).toMatchObject(ready);
  });

  it.each([
    ["502", () => page(502)],
    ["a page", () => page(200)],
    ["a page that is not found", () => page(404)],
  ])("is unready while a service's front answers %s", async (_, answer) => {
    let say: () => Response = answer;
    const upstream = await upstreamSaying(() => say());
    const graph = gatewayOver(upstream.origin);
    expect(await ask(graph)).toMatchObject(unready);
    say = pong;
    letItAge();
    expect(await ask(graph)).toMatchObject(ready);
  });

  it.each([
    ["the service's own timeout", 200],
    ["three seconds", 20_000],
  ])("answers in time where a service hangs, after %s", async (_, timeoutMs) => {
    const upstream = await faultyUpstream(silence);
    closing.push(() => upstream.close());
    const graph = gatewayOver(upstream.url, CREDENTIALS, { timeoutMs, deadlineMs: 60_000, retries: 2 });
    const start = Date.now();
    expect(await ask(graph)).toMatchObject({
      ...unready,
      body: { services: [{ answers: false, problems: ["The service `directory` gave no answer in time."] }] },
    });
    expect(Date.now() - start).toBeLessThan(10_000);
  });

  it("asks once for all who come at the same time, and not again for five seconds", async () => {
    const upstream = await upstreamSaying(pong);
    const graph = gatewayOver(upstream.origin, { forward: "authorization" });
    const told = await Promise.all(Array.from({ length: 20 }, () => ask(graph)));
    expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
    vi.advanceTimersByTime(4_900);
    await ask(graph);
    expect(upstream.requests).toHaveLength(1);
    vi.advanceTimersByTime(101);
    await Promise.all([ask(graph), ask(graph)]);
    expect(upstream.requests).toHaveLength(2);
  });

  it("asks nobody before it is asked", async () => {
    const upstream = await upstreamSaying(pong);
    const graph = gatewayOver(upstream.origin);
    expect((await graph.fetch("http://gateway.test/healthz")).status).toBe(200);
    expect(upstream.requests).toEqual([]);
  });

  it("uses the configuration's credentials alone, never a caller's", async () => {
    const upstream = await upstreamSaying(pong);
    const headers = { authorization: "Basic Y2FsbGVyOmh1bnRlcjI=" };
    await ask(gatewayOver(upstream.origin, { forward: "authorization" }), { headers });
    expect(upstream.requests.map(({ authorization }) => authorization)).toEqual([null]);
    await ask(gatewayOver(upstream.origin), { headers });
    expect(upstream.requests.slice(1).map(({ authorization }) => authorization)).toEqual([
      null,
      `Basic ${btoa("operator:hunter2")}`,
    ]);
  });

  it("repeats nothing that a service says, not even what it was sent", async () => {
    const upstream = await upstreamSaying(() => Response.json({ error: "operator:hunter2" }, { status: 401 }));
    expect((await ask(gatewayOver(upstream.origin))).text).toContain("refused the credentials");
  });

  it("answers HEAD without a body, and nothing but GET and HEAD", async () => {
    const upstream = await upstreamSaying(pong);
    const graph = gatewayOver(upstream.origin);
    const head = await ask(graph, { method: "HEAD" });
    expect([head.status, head.text, head.headers.get("cache-control")]).toEqual([
      200,
      "",
      "private, no-store, max-age=0",
    ]);
    const seen = upstream.requests.length;
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, headers, text } = await ask(graph, { method });
      expect([status, headers.get("allow"), text]).toEqual([405, "GET, HEAD", ""]);
    }
    expect(upstream.requests).toHaveLength(seen);
  });

  it("logs a fault of ours, shows nothing of it, and asks again the next time", async () => {
    const faults: unknown[] = [];
    let asked = 0;
    const probe = () => Promise.reject(new Error(`hunter2 ${++asked}`));
    const log = { fault: (error: unknown) => faults.push(error), failure: () => undefined, shed: () => undefined };
    const { fetch } = createYoga({ plugins: [tellReadiness(probe, () => [], log)] });
    for (const expected of [1, 2]) {
      const response = await fetch(URL);
      expect([response.status, await response.text()]).toEqual([500, ""]);
      expect(faults).toHaveLength(expected);
    }
  });
});

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
