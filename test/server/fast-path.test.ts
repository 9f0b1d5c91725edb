import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import { connect, type AddressInfo } from "node:net";
import { parse } from "graphql";
import { createYoga } from "graphql-yoga";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_SERVER, type ServerSettings } from "../../src/config/settings.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { createSchemas } from "../../src/schema/schema.ts";
import { createFastPath } from "../../src/server/fast-path.ts";
import type { OperationContext } from "../../src/server/operation.ts";
import { OperationLimit } from "../../src/server/overload.ts";
import { createPrepare } from "../../src/server/prepared-operation.ts";
import { startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";
import { openGateway } from "../support/ways.ts";
import { createLog } from "../../src/log.ts";

const JSON_TYPE = { "content-type": "application/json" };
const TYPENAME = JSON.stringify({ query: "{ __typename }" });

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

interface Told {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function ask(
  server: Server,
  body: string,
  headers: Record<string, string>,
  method = "POST",
  path = "/graphql",
): Promise<Told> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1", method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    });
    request.on("error", reject).end(body);
  });
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return server;
}

describe("The fast path", () => {
  const { schema } = createSchemas(["econtext", "cloud-foundry-v2"]);

  /** A server that says where each request went, and what of it arrived there. */
  async function start(settings: Partial<ServerSettings> = {}, known: (text: string) => boolean = () => true) {
    const handedOn: string[] = [];
    const limit = new OperationLimit(2);
    const listener = createFastPath({
      server: (request, response) => {
        void readAll(request).then((body) => {
          handedOn.push(body.toString("latin1"));
          response.end("handed on");
        });
      },
      fetchAPI: createYoga({ schema }).fetchAPI,
      settings: { ...DEFAULT_SERVER, ...settings },
      prepare: createPrepare(schema, (text) => (known(text) ? parse(text) : undefined), 100),
      open: ({ requestId }) => ({ requestId, failures: [] }) as unknown as OperationContext,
      mask: (error) => error as never,
      limit,
      cors: () => false,
      caching: "no-store",
      onOperation: undefined,
    });
    const server = await listening(createServer({ joinDuplicateHeaders: true }, listener));
    return { server, handedOn, limit };
  }

  it.each<[string, string, Record<string, string>]>([
    ["one operation", TYPENAME, {}],
    ["with its charset", TYPENAME, { "content-type": "application/json; charset=utf-8" }],
    ["with a name", JSON.stringify({ query: "query A { __typename } query B { __typename }", operationName: "B" }), {}],
    ["with empty extras", JSON.stringify({ query: "{ __typename }", variables: null, extensions: null }), {}],
    [
      "with text variables",
      JSON.stringify({
        query: "query ($a: String) { __typename @include(if: true) a: __typename }",
        variables: { a: "é" },
      }),
      {},
    ],
    ["of a page", TYPENAME, { origin: "https://elsewhere.example" }],
    ["of Apollo Client", TYPENAME, { accept: "application/graphql-response+json,application/json;q=0.9" }],
    ["of whoever takes anything", TYPENAME, { accept: "*/*" }],
  ])("answers %s", async (_, body, headers) => {
    const { server, handedOn, limit } = await start();
    const { status, text } = await ask(server, body, { ...JSON_TYPE, ...headers });
    expect([status, JSON.parse(text)]).toMatchObject([200, { data: {} }]);
    expect(handedOn).toEqual([]);
    await expect.poll(() => limit.running).toBe(0);
  });

  it.each<[string, string, Record<string, string>, string?, string?]>([
    ["GET", "", {}, "GET"],
    ["another path", TYPENAME, {}, "POST", "/graphql?a=b"],
    ["no content type", TYPENAME, { "content-type": "text/plain" }],
    ["another content type", TYPENAME, { "content-type": "application/graphql+json" }],
    ["a content type in other letters", TYPENAME, { "content-type": "Application/JSON;Charset=UTF-8" }],
    ["an encoded body", TYPENAME, { "content-encoding": "gzip" }],
    ["a body of unknown length", TYPENAME, { "transfer-encoding": "chunked" }],
    ["whoever wants the plan", TYPENAME, { "x-usergraph-explain": "plan" }],
    ["whoever wants both", TYPENAME, { "x-usergraph-explain": "1, plan" }],
    ["whoever wants another type", TYPENAME, { accept: "text/html" }],
    ["whoever wants what is no type", TYPENAME, { accept: "application/graphql-response+json/x, application/json" }],
    ["whoever wants another charset", TYPENAME, { accept: "application/json; charset=latin1" }],
    ["a list of operations", `[${TYPENAME}]`, {}],
    ["no JSON", "{ __typename }", {}],
    ["no object", "null", {}],
    ["text", '"{ __typename }"', {}],
    ["no query", "{}", {}],
    ["a query that is no text", '{"query":1}', {}],
    ["a further parameter", '{"query":"{ __typename }","doc_id":"1"}', {}],
    ["extensions", '{"query":"{ __typename }","extensions":{}}', {}],
    ["variables that are no object", '{"query":"{ __typename }","variables":[1]}', {}],
    ["a name that is none", '{"query":"{ __typename }","operationName":1}', {}],
    ["a name that is not there", '{"query":"query A { __typename }","operationName":"B"}', {}],
    ["two operations without a name", '{"query":"query A { __typename } query B { __typename }"}', {}],
    ["questions about the schema", '{"query":"{ __schema { queryType { name } } }"}', {}],
    ["variables that do not fit", '{"query":"query ($a: String!) { __typename }","variables":{"a":1}}', {}],
    ["variables that are missing", '{"query":"query ($a: ID!) { __typename }"}', {}],
  ])("hands on: %s", async (_, body, headers, method = "POST", path = "/graphql") => {
    const { server, handedOn, limit } = await start();
    const { text } = await ask(server, body, { ...JSON_TYPE, ...headers }, method, path);
    expect(text).toBe("handed on");
    expect(handedOn).toEqual([body]);
    expect(limit.running).toBe(0);
  });

  it("hands on a body that is no UTF-8, byte by byte", async () => {
    const { server, handedOn } = await start();
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: JSON_TYPE,
      body: Buffer.concat([
        Buffer.from('{"query":"{ __typename }","operationName":"'),
        Buffer.from([0xff]),
        Buffer.from('"}'),
      ]),
    });
    expect(await response.text()).toBe("handed on");
    expect(handedOn).toEqual(['{"query":"{ __typename }","operationName":"\u00ff"}']);
  });

  it("hands on a document that did not prove valid, and what is longer than a body may be", async () => {
    const unknown = await start({}, () => false);
    expect((await ask(unknown.server, TYPENAME, JSON_TYPE)).text).toBe("handed on");
    const short = await start({ limits: { ...DEFAULT_SERVER.limits, body: TYPENAME.length - 1 } });
    expect((await ask(short.server, TYPENAME, JSON_TYPE)).text).toBe("handed on");
  });

  it("hands on what comes in pieces, all of it, and keeps the connection", async () => {
    const { server, handedOn } = await start();
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.setEncoding("utf8").on("data", (part: string) => (received += part));
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${TYPENAME.length}\r\n\r\n`;
    socket.write(head + TYPENAME.slice(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(handedOn).toEqual([]);
    socket.write(TYPENAME.slice(5));
    await expect.poll(() => received).toContain("handed on");
    expect(handedOn).toEqual([TYPENAME]);
    socket.write(head + TYPENAME);
    await expect.poll(() => received).toContain('{"data":{"__typename":"Query"}}');
    socket.destroy();
  });

  it("hands on what is one too many, and gives each place back", async () => {
    const { server, handedOn, limit } = await start();
    limit.take();
    limit.take();
    expect((await ask(server, TYPENAME, JSON_TYPE)).text).toBe("handed on");
    limit.release();
    expect((await ask(server, TYPENAME, JSON_TYPE)).text).toBe('{"data":{"__typename":"Query"}}');
    expect(handedOn).toEqual([TYPENAME]);
    await expect.poll(() => limit.running).toBe(1);
  });
});

describe("Both ways", () => {
  let sandbox: SandboxUnderTest;
  beforeEach(async () => {
    sandbox = await startOverSandbox([{ dialect: econtext }]);
    closing.push(() => sandbox.close());
  });

  const USER = "user(id: $id) { id name email status createdAt groups { nodes { id name application { name } } } }";
  const QUERY = `query User($id: ID!) { ${USER} }`;

  it.each<[string, string, object, Record<string, string>, Partial<ServerSettings>?]>([
    ["a user", QUERY, { id: "ada" }, {}],
    ["nobody", QUERY, { id: "nobody" }, {}],
    ["an id of something else", QUERY, { id: "Group:directory:group:x" }, {}],
    [
      "an id of something else, in the newer type",
      QUERY,
      { id: "Group:x:group:x" },
      { accept: "application/graphql-response+json" },
    ],
    ["variables that do not fit", QUERY, { id: null }, {}],
    ["no credentials", QUERY, { id: "ada" }, { authorization: "" }],
    [
      "an operation that is over its budget",
      `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { name } } }`,
      { ids: Array.from({ length: 200 }, (_, n) => `User:directory:${n}`) },
      {},
    ],
    ["the ledger, where it is asked for", QUERY, { id: "nobody" }, { "x-usergraph-explain": "1" }],
    [
      "a page of an allowed origin",
      QUERY,
      { id: "nobody" },
      { origin: "https://app.example" },
      { cors: { origins: ["https://app.example"] } },
    ],
    [
      "a page of another origin",
      QUERY,
      { id: "nobody" },
      { origin: "null" },
      { cors: { origins: ["https://app.example"] } },
    ],
    [
      "a mutation that is refused",
      'mutation { deleteUser(input: { id: "x" }) { deletedId errors { code path message } } }',
      {},
      {},
    ],
    [
      "two mutations",
      'mutation { a: deleteUser(input: { id: "x" }) { deletedId } b: deleteUser(input: { id: "User:directory:x" }) { deletedId errors { code } } }',
      {},
      {},
    ],
  ])("answer alike: %s", async (_, query, variables, headers, server = {}) => {
    const { url } = { url: `${sandbox.upstreams["directory"]?.origin ?? ""}${econtext.sandbox.path}` };
    const settings = {
      server: { ...DEFAULT_SERVER, ...server },
      services: [{ ...SERVICE, service: { name: "directory", dialect: "econtext", url } }],
    };
    const credentials = econtext.sandbox.credentials;
    const basic = "basic" in credentials ? `${credentials.basic.username}:${credentials.basic.password}` : "";
    const sent = {
      ...JSON_TYPE,
      "x-request-id": "same",
      authorization: `Basic ${Buffer.from(basic).toString("base64")}`,
      ...headers,
    };
    const tell = async (fastPath: "always" | "never") => {
      const gateway = openGateway(settings, { log: createLog({ pretty: false, level: "silent" }), fastPath });
      closing.push(() => gateway.close());
      const port = await listening(createServer({ joinDuplicateHeaders: true }, gateway.listener));
      const { status, headers, text } = await ask(port, JSON.stringify({ query, variables }), sent);
      const told = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
      return { status, headers: Object.fromEntries(told), text: text.replace(/"ms":[\d.]+/g, '"ms":0') };
    };
    expect(await tell("always")).toEqual(await tell("never"));
  });
});

const OF_THE_CONNECTION = new Set(["date", "connection", "keep-alive", "content-length", "transfer-encoding"]);

const SERVICE = {
  credentials: { forward: "authorization" },
  timeoutMs: 5000,
  deadlineMs: 10_000,
  retries: 0,
  connections: 8,
  shareConnections: false,
};
