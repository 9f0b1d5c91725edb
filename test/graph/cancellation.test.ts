import { once } from "node:events";
import { request as send, type ClientRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import { listen } from "../../src/server/listen.ts";
import { type Behaviour, type Received, silence } from "../http/faulty-upstream.ts";
import {
  ASKED,
  CLOUD_FOUNDRY,
  ECONTEXT,
  headOf,
  MARKER,
  respond,
  rightly,
  startService,
  userOf,
  type FaultyService,
  type Speech,
} from "../support/faults-service.ts";
import { startGateway } from "../support/gateway.ts";

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Long after an answer would have come, and well before one would be given up. */
const A_WHILE_MS = 300;

interface Scene {
  readonly service: FaultyService;
  /** Asks over a connection of its own, which `destroy` ends as a client does that goes away. */
  ask(query: string, credential?: string): Client;
}

interface Client {
  readonly request: ClientRequest;
  readonly answer: Promise<unknown>;
}

/** The gateway as it is served, and clients on real sockets. */
async function start(speech: Speech, behaviour: Behaviour): Promise<Scene> {
  const service = await startService(speech, behaviour);
  closing.push(() => service.close());
  const { name, dialect } = speech;
  const graph = startGateway([{ name, dialect, url: service.url, credentials: { forward: "authorization" } }]);
  closing.push(() => graph.close());
  const server = await listen(graph.gateway.listener, "127.0.0.1", 0);
  closing.push(() => server.stop(0));
  return {
    service,
    ask(query, credential = "Basic YWRhOmxvdmVsYWNl") {
      const headers = { "content-type": "application/json", authorization: credential };
      const request = send(`${server.url}/graphql`, { method: "POST", agent: false, headers });
      request.end(JSON.stringify({ query }));
      return { request, answer: read(request) };
    },
  };
}

/** The answer; the error of a client that has gone away is one, too. */
async function read(request: ClientRequest): Promise<unknown> {
  try {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (error) {
    return error;
  }
}

/** Answers nobody until it is told to. */
function holding(speech: Speech): { readonly behaviour: Behaviour; release(): void } {
  const held: (readonly [Socket, Received])[] = [];
  return {
    behaviour: (socket, request) => held.push([socket, request]),
    release() {
      for (const [socket, request] of held) if (!socket.destroyed) rightly(speech)(socket, request);
    },
  };
}

async function untilAsked({ requests }: FaultyService, times: number): Promise<void> {
  await vi.waitFor(() => expect(requests).toHaveLength(times), 5_000);
}

/** Waits until nobody waits for the service any more, and tells how long it took. */
async function msUntilLeft(service: FaultyService, what: string): Promise<number> {
  const start = performance.now();
  await vi.waitFor(() => expect(service.open).toBe(0), { timeout: 5_000, interval: 2 });
  const ms = performance.now() - start;
  if (process.env["SHOW_FAULTS"] === "1") process.stdout.write(`${what}: cancelled after ${ms.toFixed(0)} ms\n`);
  return ms;
}

const trickle: Behaviour = (socket) => {
  socket.write(headOf(200, { "transfer-encoding": "chunked" }));
  const timer = setInterval(() => socket.write("1\r\n \r\n"), 10);
  socket.on("close", () => clearInterval(timer));
};

describe.concurrent.each([ECONTEXT, CLOUD_FOUNDRY])("A client that goes away ($dialect)", (speech) => {
  const query = `{ user: ${speech.ask("read", "ada")} }`;
  const told = { data: { user: userOf(speech, "ada") } };

  it.each(ASKED)("ends the call that it waits for: a %s", async (asked) => {
    const { service, ask } = await start(speech, silence);
    const operation = `{ ${speech.ask(asked, "ada")} }`;
    const { request } = ask(asked === "read" ? operation : `mutation ${operation}`);
    await untilAsked(service, 1);
    request.destroy();
    expect(await msUntilLeft(service, `${speech.dialect}, ${asked}`)).toBeLessThan(2_000);
    await sleep(A_WHILE_MS);
    expect(service.requests).toHaveLength(1);
  });

  it("ends a call whose answer has begun", async () => {
    const { service, ask } = await start(speech, trickle);
    const { request } = ask(query);
    await vi.waitFor(() => expect(service.sentBytes).toBeGreaterThan(300));
    request.destroy();
    expect(await msUntilLeft(service, `${speech.dialect}, inside the answer`)).toBeLessThan(2_000);
  });

  it("ends all the calls of its operation", async () => {
    const { service, ask } = await start(speech, silence);
    const { request } = ask(`{ a: ${speech.ask("read", "ada")} b: ${speech.ask("read", "bob")} }`);
    await untilAsked(service, 2);
    request.destroy();
    expect(await msUntilLeft(service, `${speech.dialect}, two calls`)).toBeLessThan(2_000);
  });

  it("ends the wait for a repetition", async () => {
    const { service, ask } = await start(speech, (socket) =>
      socket.write(respond(503, MARKER, { "retry-after": "1", connection: "close" })),
    );
    const { request } = ask(query);
    await untilAsked(service, 1);
    request.destroy();
    await sleep(2_000);
    expect(service.requests).toHaveLength(1);
  });

  it("leaves the call to another one that waits for the same", async () => {
    const { behaviour, release } = holding(speech);
    const { service, ask } = await start(speech, behaviour);
    const first = ask(query);
    await untilAsked(service, 1);
    const second = ask(query);
    await sleep(A_WHILE_MS);
    first.request.destroy();
    await sleep(A_WHILE_MS);
    expect(service.open).toBe(1);
    release();
    expect(await second.answer).toEqual(told);
    expect(service.requests).toHaveLength(1);
  });

  it("ends the call that it waited for with others when the last of them goes", async () => {
    const { service, ask } = await start(speech, silence);
    const clients = [ask(query)];
    await untilAsked(service, 1);
    clients.push(ask(query), ask(query));
    await sleep(A_WHILE_MS);
    expect(service.requests).toHaveLength(1);
    for (const { request } of clients) request.destroy();
    expect(await msUntilLeft(service, `${speech.dialect}, the last of three`)).toBeLessThan(2_000);
  });

  it("takes along no call of another caller, who asked for the same", async () => {
    const { behaviour, release } = holding(speech);
    const { service, ask } = await start(speech, behaviour);
    const first = ask(query, "Basic YWRhOmxvdmVsYWNl");
    const second = ask(query, "Basic Ym9iOmJ1aWxkZXI=");
    await untilAsked(service, 2);
    first.request.destroy();
    await vi.waitFor(() => expect(service.open).toBe(1), 2_000);
    release();
    expect(await second.answer).toEqual(told);
    expect(service.requests.map(({ headers }) => headers["authorization"]).toSorted()).toEqual([
      "Basic YWRhOmxvdmVsYWNl",
      "Basic Ym9iOmJ1aWxkZXI=",
    ]);
  });
});

/** The machine may be busy with other things for one of the tries. */
const TRIES = 5;

describe.each([ECONTEXT, CLOUD_FOUNDRY])("A client that goes away ($dialect)", (speech) => {
  it("is noticed by its service within 100 ms", async () => {
    const tries: number[] = [];
    while (tries.length < TRIES && !tries.some((ms) => ms < 100)) {
      const { service, ask } = await start(speech, silence);
      const { request } = ask(`{ user: ${speech.ask("read", "ada")} }`);
      await untilAsked(service, 1);
      request.destroy();
      tries.push(await msUntilLeft(service, `${speech.dialect}, once more`));
    }
    expect(Math.min(...tries)).toBeLessThan(100);
  });
});
