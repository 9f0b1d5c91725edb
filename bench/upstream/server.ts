/**
 * The two services behind the gateways, in a process of their own: eContext below `/api`, Cloud Foundry below `/v2`.
 * Tells its parent its origin, and how many requests have come whenever it is asked.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeAnswers } from "./answers.ts";
import { CLOUD_AUTHORIZATION, ECONTEXT_AUTHORIZATION, makeFixtures } from "./fixtures.ts";

const answers = makeAnswers(makeFixtures());
let count = 0;

const server = createServer((request, response) => {
  count += 1;
  const { url = "", method, headers } = request;
  const expected = url.startsWith("/v2/") ? CLOUD_AUTHORIZATION : ECONTEXT_AUTHORIZATION;
  if (headers.authorization !== expected) refuse(response, 401);
  else if (method === "GET") send(response, answers.read(url));
  else if (method === "POST" && url === "/api/users/user") create(request, response);
  else refuse(response, 405);
});
// A gateway that was idle while others had their turn finds its connections as it left them.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

process.on("message", () => process.send?.(count));
process.on("disconnect", () => process.exit());

function create(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (body += chunk));
  request.on("end", () => send(response, answers.create(body), 400));
}

function send(response: ServerResponse, body: Buffer | undefined, otherwise = 404): void {
  if (body === undefined) {
    refuse(response, otherwise);
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end("{}");
}
