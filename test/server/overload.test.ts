import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createSchema, createYoga, type Plugin } from "graphql-yoga";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_SERVER } from "../../src/config/settings.ts";
import { listen, type ListeningServer } from "../../src/server/listen.ts";
import { OperationLimit, shedLoad } from "../../src/server/overload.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

const WINDOW_MS = 100;
const BUSY = 1;
const RESTING = 0.5;

describe("The limit of operations", () => {
  it("lets as many run at once as are configured, and another one for each that ends", () => {
    const limit = new OperationLimit(3);
    expect([1, 2, 3, 4, 5].map(() => limit.take())).toEqual([true, true, true, false, false]);
    limit.release();
    expect([limit.take(), limit.take()]).toEqual([true, false]);
  });

  it("stays where it is for as long as the event loop rests, however many wait for a slow service", () => {
    const limit = new OperationLimit(1000);
    for (let window = 0; window < 100; window++) {
      while (limit.take());
      limit.adjust(RESTING, WINDOW_MS);
      expect(limit.limit).toBe(1000);
    }
  });

  it("takes a moment without rest for what it is: one heavy operation, or a collection of garbage", () => {
    const limit = new OperationLimit(1000);
    for (let n = 0; n < 500; n++) limit.take();
    limit.adjust(BUSY, WINDOW_MS);
    limit.adjust(BUSY, 2000);
    expect(limit.limit).toBe(1000);
  });

  it("falls to what is done in 150 ms while the event loop does not rest", () => {
    const limit = new OperationLimit(1000);
    // 1000 a second, whatever is taken.
    for (let window = 0; window < 100; window++) {
      while (limit.take());
      for (let n = 0; n < 100; n++) limit.release();
      limit.adjust(BUSY, WINDOW_MS);
    }
    expect(limit.limit).toBeGreaterThanOrEqual(140);
    expect(limit.limit).toBeLessThanOrEqual(160);
  });

  it("rises with the pace, also while the event loop does not rest", () => {
    const limit = new OperationLimit(1000);
    const run = (done: number) => {
      for (let window = 0; window < 100; window++) {
        while (limit.take());
        for (let n = Math.min(done, limit.running); n > 0; n--) limit.release();
        limit.adjust(BUSY, WINDOW_MS);
      }
      return limit.limit;
    };
    const slow = run(50);
    expect(run(200)).toBeGreaterThan(3 * slow);
  });

  it("is back where it was some seconds after the event loop rests again, whether it is used or not", () => {
    const limit = new OperationLimit(1000);
    for (let window = 0; window < 100; window++) {
      limit.take();
      limit.adjust(BUSY, WINDOW_MS);
    }
    expect(limit.limit).toBeLessThan(200);
    for (let window = 0; window < 50; window++) limit.adjust(RESTING, WINDOW_MS);
    expect(limit.limit).toBe(1000);
  });

  it("lets others in beside a heavy operation that leaves the event loop no rest for long", () => {
    const limit = new OperationLimit(1000);
    limit.take();
    for (let window = 0; window < 100; window++) limit.adjust(BUSY, WINDOW_MS);
    for (let n = 0; n < 63; n++) expect(limit.take()).toBe(true);
  });

  it("never exceeds a small configured limit", () => {
    const limit = new OperationLimit(3);
    for (let window = 0; window < 20; window++) limit.adjust(window < 10 ? BUSY : RESTING, WINDOW_MS);
    expect(limit.limit).toBe(3);
  });
});

describe("A gateway that is asked too much", () => {
  let upstream: Upstream;
  let graph: GatewayUnderTest;
  let server: ListeningServer;
  let url: string;
  /** Lets the service answer. */
  let answer: () => void;
  let gate: Promise<void>;

  beforeEach(async () => {
    shut();
    upstream = await startUpstream(async ({ url }) => {
      const { pathname } = new URL(url);
      if (!pathname.includes("/users/")) return Response.json({ econtext: { result: {} } });
      await gate;
      const user = { id: pathname.split("/").at(-1), name: "X", applications: [], groups: [], apikeys: [] };
      return Response.json({ econtext: { result: { user } } });
    });
    graph = startGateway([{ name: "directory", dialect: "econtext", url: `${upstream.origin}/api` }], {
      cors: { origins: ["https://app.example.com"] },
      limits: { ...DEFAULT_SERVER.limits, operations: 3 },
    });
    server = await listen(graph.gateway.listener, "127.0.0.1", 0);
    url = `${server.url}/graphql`;
  });
  afterEach(async () => {
    answer();
    await server.stop(0);
    await graph.close();
    await upstream.close();
  });

  function shut(): void {
    gate = new Promise((resolve) => (answer = resolve));
  }

  let users = 0;
  function ask(headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Basic eA==", ...headers },
      body: bodyFor(),
      ...(signal && { signal }),
    });
  }

  /** Another user each time, so that no question can be answered by another's call. */
  function bodyFor(): string {
    return JSON.stringify({ query: `{ user(id: "${users++}") { name } }` });
  }

  /** Asks again while it is shed: that a client has hung up takes a moment to be known. */
  async function askOn(signal?: AbortSignal): Promise<Response> {
    for (;;) {
      const response = await ask({}, signal);
      if (response.status !== 503) return response;
      await sleep(10);
    }
  }

  /** Takes all three places, until `answer`. */
  async function fill(signal?: AbortSignal): Promise<{ running: readonly Promise<Response>[] }> {
    const before = upstream.requests.length;
    const running = Array.from({ length: 3 }, () => askOn(signal));
    for (const one of running) one.catch(() => undefined);
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(before + 3), 5000);
    return { running };
  }

  it("answers as many as may run, and the others at once with 503, when to come back, and without a call", async () => {
    const { running } = await fill();
    const shed = await Promise.all(Array.from({ length: 7 }, () => ask()));
    for (const response of shed) {
      expect(response.status).toBe(503);
      const seconds = response.headers.get("retry-after");
      expect(seconds).toMatch(/^[1-3]$/);
      expect(await response.json()).toEqual({
        errors: [
          {
            message: expect.stringContaining("Nothing of this request was done"),
            extensions: { code: "OVERLOADED", retryable: true, retryAfter: Number(seconds) },
          },
        ],
      });
    }
    expect(upstream.requests).toHaveLength(3);
    answer();
    for (const response of await Promise.all(running)) {
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ data: { user: { name: "X" } } });
    }
    for (let n = 0; n < 10; n++) expect((await ask()).status).toBe(200);
  });

  it("sheds queries by GET, and nothing else", async () => {
    await fill();
    const query = `${url}?query=${encodeURIComponent("{ services { name } }")}`;
    expect((await fetch(query)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${server.url}/readyz`)).json()).toHaveProperty("services");
    const page = await fetch(url, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html"]);
    const preflight = { origin: "https://app.example.com", "access-control-request-method": "POST" };
    expect((await fetch(url, { method: "OPTIONS", headers: preflight })).status).toBe(204);
    expect((await fetch(`${server.url}/elsewhere`, { method: "POST" })).status).toBe(404);
  });

  it("lets pages of the allowed origins read that it sheds, and keeps it out of caches", async () => {
    await fill();
    const { headers } = await ask({ origin: "https://app.example.com" });
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(headers.get("cache-control")).toBe("private, no-store, max-age=0");
  });

  it.each([
    "*/*",
    "application/json",
    "application/graphql-response+json",
    "application/graphql-response+json, application/json;q=0.9",
    "application/json, application/graphql-response+json",
    "application/graphql-response+json;charset=utf-8, */*;q=0.1",
  ])("sheds in the media type in which it would have answered (%s)", async (accept) => {
    answer();
    const answered = await ask({ accept });
    shut();
    await fill();
    const shed = await ask({ accept });
    expect([answered.status, shed.status]).toEqual([200, 503]);
    expect(shed.headers.get("content-type")).toBe(answered.headers.get("content-type"));
  });

  it("forgets clients that hang up while they wait", async () => {
    for (let round = 0; round < 4; round++) {
      const controller = new AbortController();
      const { running } = await fill(controller.signal);
      expect((await ask()).status).toBe(503);
      controller.abort();
      await Promise.allSettled(running);
    }
    const { running } = await fill();
    answer();
    for (const response of await Promise.all(running)) expect(response.status).toBe(200);
  });

  it("forgets requests that wait behind another on a connection that is lost", async () => {
    const before = upstream.requests.length;
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Basic eA==";
    const bodies = [bodyFor(), bodyFor(), bodyFor()];
    socket.write(bodies.map((body) => `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`).join(""));
    await vi.waitFor(() => expect(upstream.requests).toHaveLength(before + 3));
    expect((await ask()).status).toBe(503);
    socket.destroy();
    await fill();
  });

  it("forgets clients that hang up in the middle of their body", async () => {
    const sockets = Array.from({ length: 3 }, () => connect(Number(new URL(url).port), "127.0.0.1"));
    const head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100";
    for (const socket of sockets) socket.write(`${head}\r\n\r\n{`);
    await vi.waitFor(async () => expect((await fetch(`${url}?query={services{name}}`)).status).toBe(503));
    for (const socket of sockets) socket.destroy();
    await fill();
  });

  it("can still use the connection of a request whose body it did not read", async () => {
    const { running } = await fill();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = async () => {
      const headers = { "content-type": "application/json", authorization: "Basic eA==" };
      const sent = httpRequest(url, { method: "POST", agent, headers });
      sent.end(JSON.stringify({ query: "{ services { name } }", extensions: { padding: "x".repeat(200_000) } }));
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const port = sent.socket?.localPort;
      await once(response.resume(), "end");
      return { status: response.statusCode, port };
    };
    const shed = await post();
    expect(shed.status).toBe(503);
    answer();
    await Promise.all(running);
    expect(await post()).toEqual({ status: 200, port: shed.port });
    agent.destroy();
  });
});

describe("Where there is no connection, for `fetch`", () => {
  const schema = createSchema({
    typeDefs: "type Query { wait: Boolean }",
    resolvers: { Query: { wait: () => waiting } },
  });
  let waiting: Promise<boolean>;
  let proceed: () => void;
  beforeEach(() => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    waiting = promise;
    proceed = () => resolve(true);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function yogaWith(operations: number, ...plugins: Plugin[]) {
    const yoga = createYoga({ schema, logging: false, plugins: [shedLoad({ operations }), ...plugins] });
    return { ask: async () => yoga.fetch("http://gateway.test/graphql?query={wait}"), dispose: () => yoga.dispose() };
  }

  it("counts until the answer is there", async () => {
    const { ask, dispose } = yogaWith(1);
    const first = ask();
    expect((await ask()).status).toBe(503);
    proceed();
    expect((await first).status).toBe(200);
    expect((await ask()).status).toBe(200);
    await dispose();
  });

  it("counts no request any more that ended in an error of another plugin", async () => {
    proceed();
    for (const broken of ["onRequest", "onResultProcess", "onResponse"] as const) {
      let isBroken = true;
      const plugin: Plugin = {
        [broken]: () => {
          if (isBroken) throw new Error(broken);
        },
      };
      const { ask, dispose } = yogaWith(1, plugin);
      for (let n = 0; n < 3; n++) await expect(ask()).rejects.toThrow(broken);
      isBroken = false;
      expect((await ask()).status).toBe(200);
      await dispose();
    }
  });

  it("asks the event loop from time to time, sheds while it does not rest, and then no more", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const loop = vi.spyOn(performance, "eventLoopUtilization");
    const { ask, dispose } = yogaWith(1000);
    const utilization = (share: number) => loop.mockReturnValue({ idle: 1 - share, active: share, utilization: share });
    const running = Array.from({ length: 150 }, ask);
    utilization(1);
    vi.advanceTimersByTime(2000);
    expect((await ask()).status).toBe(503);
    utilization(0.5);
    vi.advanceTimersByTime(5000);
    running.push(ask());
    proceed();
    for (const response of await Promise.all(running)) expect(response.status).toBe(200);
    await dispose();
  });

  it("tells how many it sent away, once in a second", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const told: number[] = [];
    const plugins = [shedLoad({ operations: 1 }, (requests) => told.push(requests))];
    const yoga = createYoga({ schema, logging: false, plugins });
    const ask = async () => yoga.fetch("http://gateway.test/graphql?query={wait}");
    const running = ask();
    for (const [at, requests] of [
      [100, 2],
      [500, 3],
      [900, 0],
      [1100, 4],
    ] as const) {
      for (let n = 0; n < requests; n++) expect((await ask()).status).toBe(503);
      now.mockReturnValue(at);
      vi.advanceTimersByTime(100);
    }
    expect(told).toEqual([2, 7]);
    proceed();
    await running;
    await yoga.dispose();
  });

  it("asks it no more once the gateway is closed", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const graph = startGateway([{ name: "directory", dialect: "econtext", url: "http://127.0.0.1:9/api" }]);
    expect(vi.getTimerCount()).toBe(1);
    await graph.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
