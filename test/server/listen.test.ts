import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { listen, type ListeningServer } from "../../src/server/listen.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream } from "../support/upstream.ts";

let server: ListeningServer;
let graph: GatewayUnderTest;
afterEach(async () => {
  await server.stop(0);
  await graph.close();
});

describe("The HTTP server", () => {
  it.each([
    "OPTIONS * HTTP/1.1\r\nhost: x",
    "GET /graphql HTTP/1.1\r\nhost: [bad",
    "GET /graphql HTTP/1.1\r\nhost: a b/../",
    "GET http://other.example/graphql HTTP/1.1\r\nhost: x",
  ])("answers a target that it cannot read in plain words: %j", async (head) => {
    graph = startGateway([{ name: "directory", dialect: "econtext", url: "http://127.0.0.1:9/api" }]);
    server = await listen(graph.gateway.server, "127.0.0.1", 0);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(`${head}\r\nconnection: close\r\n\r\n`);
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/TypeError|node_modules|\.ts|\.js/);
  });

  it("takes no credential from a caller who sends two", async () => {
    const upstream = await startUpstream(() => Response.json({}));
    graph = startGateway([{ name: "directory", dialect: "econtext", url: `${upstream.origin}/api` }]);
    server = await listen(graph.gateway.server, "127.0.0.1", 0);
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
