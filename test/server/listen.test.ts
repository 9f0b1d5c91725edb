import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { listen, PATIENCE, type ListeningServer, type Patience } from "../../src/server/listen.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream } from "../support/upstream.ts";

let server: ListeningServer;
afterEach(() => server.stop(0));

describe("The HTTP server", () => {
  let graph: GatewayUnderTest;
  afterEach(() => graph.close());

  it.each([
    "OPTIONS * HTTP/1.1\r\nhost: x",
    "GET /graphql HTTP/1.1\r\nhost: [bad",
    "GET /graphql HTTP/1.1\r\nhost: a b/../",
    "GET http://other.example/graphql HTTP/1.1\r\nhost: x",
  ])("answers a target that it cannot read in plain words: %j", async (head) => {
    graph = startGateway([{ name: "directory", dialect: "econtext", url: "http://127.0.0.1:9/api" }]);
    server = await listen(graph.gateway.listener, "127.0.0.1", 0);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(`${head}\r\nconnection: close\r\n\r\n`);
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/TypeError|node_modules|\.ts|\.js/);
  });

  it("is told so whatever was asked before it", async () => {
    server = await listen((_, response) => response.end("read"), "127.0.0.1", 0);
    const ask = async (head: string) => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
      socket.write(`${head}\r\nconnection: close\r\n\r\n`);
      let answer = "";
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
      await once(socket, "close");
      return answer.slice(9, 12);
    };
    expect(await ask("GET /b/graphql HTTP/1.1\r\nhost: x")).toBe("200");
    expect(await ask("GET /graphql HTTP/1.1\r\nhost: x/b")).toBe("400");
  });

  it("takes no credential from a caller who sends two", async () => {
    const upstream = await startUpstream(() => Response.json({}));
    graph = startGateway([{ name: "directory", dialect: "econtext", url: `${upstream.origin}/api` }]);
    server = await listen(graph.gateway.listener, "127.0.0.1", 0);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    const body = JSON.stringify({ query: '{ user(id: "x") { name } }' });
    const headers = [
      "host: x",
      "connection: close",
      "content-type: application/json",
      `content-length: ${body.length}`,
      "authorization: Basic b25l",
      "authorization: Basic dHdv",
    ];
    socket.write(`POST /graphql HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n${body}`);
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, "close");
    expect(answer).toContain("UNAUTHENTICATED");
    expect(upstream.requests).toEqual([]);
    await upstream.close();
  });
});

describe("A client that takes its time", () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  async function start(listener: RequestListener, patience: Partial<Patience>): Promise<Socket> {
    server = await listen(listener, "127.0.0.1", 0, { ...PATIENCE, interval: 20, ...patience });
    return open();
  }

  function open(): Socket {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    sockets.push(socket);
    return socket;
  }

  async function readToEnd(socket: Socket): Promise<string> {
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, "close");
    return answer;
  }

  it.each<[string, Partial<Patience>, string]>([
    ["its headers", { headers: 200, request: 200 }, "POST / HTTP/1.1\r\nhost: x\r\n"],
    ["its body", { headers: 100, request: 200 }, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"],
  ])("is sent away when it does not come to the end of %s", async (_what, patience, sent) => {
    const socket = await start((request) => request.resume(), patience);
    socket.write(sent);
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("is hung up on when it takes nothing of an answer, which is forgotten then", async () => {
    let closed: Promise<unknown> | undefined;
    const listener: RequestListener = (_request, response) => {
      closed = once(response, "close");
      response.end(Buffer.alloc(64 * 1024 * 1024));
    };
    const socket = await start(listener, { stalled: 200 });
    socket.pause().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await expect.poll(() => closed).toBeDefined();
    await closed;
  });

  it("gets the whole of an answer when it takes it bit by bit", async () => {
    const size = 16 * 1024 * 1024;
    const socket = await start((_request, response) => response.end(Buffer.alloc(size)), { stalled: 1000 });
    socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let read = 0;
    let pauses = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (read > pauses * 1024 * 1024 && ++pauses) await sleep(100);
    }
    expect(pauses).toBeGreaterThan(10);
    expect(read).toBeGreaterThan(size);
  });

  it("is not confused with an answer that takes its time", async () => {
    const listener: RequestListener = (_request, response) => void sleep(500).then(() => response.end("done"));
    const socket = await start(listener, { stalled: 50 });
    socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 200 .*done/s);
  });

  it("is told with its answer that the connection ends, where the server is stopping", async () => {
    const listener: RequestListener = (_request, response) => void sleep(200).then(() => response.end("done"));
    const socket = await start(listener, {});
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await sleep(50);
    const stopped = server.stop(5_000);
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 200 .*^connection: close.*done/ims);
    await stopped;
  });

  it("keeps its connection for longer than balancers do", async () => {
    const socket = await start((_request, response) => response.end(), {});
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const [head] = (await once(socket, "data")) as [Buffer];
    expect(Number(/^keep-alive: timeout=(\d+)/im.exec(head.toString())?.[1])).toBeGreaterThan(60);
  });
});

describe("The address", () => {
  const answer: RequestListener = (_request, response) => response.end();

  it("belongs to one server alone", async () => {
    server = await listen(answer, "127.0.0.1", 0);
    const port = Number(new URL(server.url).port);
    await expect(listen(answer, "127.0.0.1", port)).rejects.toMatchObject({ code: "EADDRINUSE", port });
    await server.stop(0);
    server = await listen(answer, "127.0.0.1", port);
    expect((await fetch(server.url)).status).toBe(200);
  });

  it.runIf(process.platform === "linux")("takes several connections in each turn of a busy event loop", async () => {
    const clients = 100;
    let turns = 0;
    let taken = 0;
    server = await listen(() => (taken += 1), "127.0.0.1", 0);
    const sockets = Array.from({ length: clients }, () => connect(Number(new URL(server.url).port), "127.0.0.1"));
    for (const socket of sockets) socket.on("error", () => undefined).write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    while (taken < clients) {
      const until = performance.now() + 5;
      while (performance.now() < until);
      await new Promise(setImmediate);
      turns += 1;
    }
    expect(turns).toBeLessThan(clients / 2);
    for (const socket of sockets) socket.destroy();
  });
});
