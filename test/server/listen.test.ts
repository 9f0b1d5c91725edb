import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { listen, type ListeningServer } from "../../src/server/listen.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";

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
});
