import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_SERVER, DEFAULT_SERVICE } from "../../src/config/settings.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { Gateway } from "../../src/gateway.ts";
import { openGateway } from "../support/ways.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { listen, type ListeningServer } from "../../src/server/listen.ts";
import { faultyUpstream, type FaultyUpstream, type Received } from "../http/faulty-upstream.ts";
import { captureLog, complaintsAbout, deliver, meet, Search, showTotals } from "../support/leak-hunt.ts";
import { MUTATIONS } from "../support/mutations.ts";
import { rightAnswer, wrap, type RawAnswer } from "../support/planted-answers.ts";
import { Planted } from "../support/planted.ts";

/** What a caller sends, with a password in it. */
interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string;
}

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const SELECTION = "{ user { id name } errors { code message path } }";
const post = (query: string, variables?: unknown): Sent => ({ body: JSON.stringify({ query, variables }) });
const create = (fields: string) =>
  post(`mutation { createUser(input: { econtext: { email: "ines@example.com", ${fields} } }) ${SELECTION} }`);
const update = (fields: string) =>
  post(`mutation { updateUser(input: { id: "User:directory:${ADA}", econtext: { ${fields} } }) ${SELECTION} }`);
const createWith = (econtext: object) => post(MUTATIONS.createUser, { input: { econtext } });
const updateWith = (change: object) =>
  post(MUTATIONS.updateUser, { input: { id: `User:directory:${ADA}`, econtext: change } });
const get = (parameters: Readonly<Record<string, string>>): Sent => ({
  method: "GET",
  target: `/graphql?${new URLSearchParams(parameters).toString()}`,
});
const EMAIL = { email: "ines@example.com", name: "Inês" };
const UNFINISHED = `mutation { createUser(input: { econtext: { email: "a@example.com", password:`;

const REQUESTS: Readonly<Record<string, (password: string) => Sent>> = {
  "a literal": (password) => create(`name: "I", password: "${password}"`),
  "a literal in a change": (password) => update(`password: "${password}"`),
  "a block of text": (password) => create(`password: """${password}"""`),
  "a variable": (password) => createWith({ ...EMAIL, password }),
  "a variable in a change": (password) => updateWith({ password }),
  "a password that is too long": (password) => createWith({ ...EMAIL, password: password + "x".repeat(5000) }),
  "a password for both dialects": (password) =>
    post(MUTATIONS.createUser, { input: { econtext: { ...EMAIL, password }, cloudFoundry: { guid: "x" } } }),
  "a password for nobody": (password) =>
    post(MUTATIONS.updateUser, { input: { id: "User:directory:nobody", econtext: { password } } }),
  "a password for the other dialect's user": (password) =>
    post(MUTATIONS.updateUser, { input: { id: `User:cloud:${ADA}`, econtext: { password } } }),
  "a list for a text": (password) => createWith({ ...EMAIL, password: [password, password] }),
  "an object for a text": (password) => createWith({ ...EMAIL, password: { value: password } }),
  "a text for an object": (password) => post(MUTATIONS.createUser, { input: password }),
  "a text for the econtext object": (password) => post(MUTATIONS.createUser, { input: { econtext: password } }),
  "a literal list for a text": (password) => create(`password: ["${password}"]`),
  "a literal object for a text": (password) => create(`password: { value: "${password}" }`),
  "a password as a status": (password) => updateWith({ status: password }),
  "a password as a literal status": (password) => update(`status: "${password}"`),
  "a password in a misspelt field": (password) => createWith({ ...EMAIL, pasword: password }),
  "a password in a misspelt literal field": (password) => create(`pasword: "${password}"`),
  "a password in a misspelt argument": (password) =>
    post(`mutation { createUser(inptu: { password: "${password}" }) ${SELECTION} }`),
  "a password beside an unknown field": (password) => create(`password: "${password}") { nonsense } #`),
  "a password in custom data": (password) => create(`password: "x", customData: { secret: "${password}", b: LIS }`),
  "a password as custom data": (password) => createWith({ ...EMAIL, password: "x", customData: password }),
  "a password as a flag": (password) =>
    post(`query ($p: Boolean!) { services @include(if: $p) { name } }`, { p: password }),
  "a password as a literal flag": (password) => post(`{ services @include(if: "${password}") { name } }`),
  "a password as a default": (password) =>
    post(`query ($p: Int = "${password}") { users(first: $p) { nodes { id } } }`),
  "a password as a number": (password) =>
    post(`query ($p: Int) { users(first: $p) { nodes { id } } }`, { p: password }),
  "a password as a literal number": (password) => post(`{ users(first: "${password}") { nodes { id } } }`),
  "a password in a variable that is not declared": (password) => post("{ services { name } }", { password }),
  "a syntax error before it": (password) =>
    post(`mutation { createUser(input: { econtext: { email: , password: "${password}" } }) { user } }`),
  "a syntax error behind it": (password) => post(`${UNFINISHED} "${password}" ))`),
  "no end of the text": (password) => post(`${UNFINISHED} "${password}`),
  "no end of the document": (password) => post(`${UNFINISHED} "${password}"`),
  "single quotes": (password) => post(`${UNFINISHED} '${password}' } }) ${SELECTION} }`),
  "a bad escape": (password) => post(`${UNFINISHED} "\\q${password}" } }) ${SELECTION} }`),
  "typographic quotes": (password) => post(`${UNFINISHED} “${password}” } }) ${SELECTION} }`),
  "too deep": (password) => post(`${"{ a ".repeat(40)} { b(password: "${password}") } ${"}".repeat(40)}`),
  "too many tokens": (password) => post(`{ a(password: "${password}") ${"b ".repeat(3000)} }`),
  "too many aliases": (password) =>
    post(`{ ${Array.from({ length: 60 }, (_, index) => `a${index}: user(id: "${password}") { id }`).join(" ")} }`),
  "too many directives": (password) => post(`{ services ${`@include(if: "${password}") `.repeat(60)} { name } }`),
  "too large": (password) => createWith({ ...EMAIL, password, customData: { pad: "x".repeat(300_000) } }),
  "several at once": (password) => ({
    body: `[${[createWith({ ...EMAIL, password }), createWith({ ...EMAIL, password })].map(({ body }) => body).join(",")}]`,
  }),
  "JSON that ends early": (password) => ({
    body: `{"query":"{ services { name } }","variables":{"password":"${password}`,
  }),
  "JSON with a stray letter": (password) => ({ body: `{"variables":{"password":"${password}"x}}` }),
  "JSON without quotes": (password) => ({ body: `{password:${password}}` }),
  "a text of JSON": (password) => ({ body: JSON.stringify(password) }),
  "a query that is an object": (password) => ({ body: JSON.stringify({ query: { password } }) }),
  "variables that are a text": (password) => ({
    body: JSON.stringify({ query: "{ services { name } }", variables: password }),
  }),
  "variables that are a list": (password) => ({
    body: JSON.stringify({ query: "{ services { name } }", variables: [password] }),
  }),
  "a parameter that nobody knows": (password) => ({
    body: JSON.stringify({ query: "{ services { name } }", password }),
  }),
  "an extension": (password) => ({
    body: JSON.stringify({ query: "{ services { name } }", extensions: { password } }),
  }),
  "a form": (password) => ({
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `query={services{name}}&password=${password}`,
  }),
  "an unknown content type": (password) => ({ headers: { "content-type": "text/csv" }, body: password }),
  "a GET with variables": (password) =>
    get({ query: "query ($a: JSONObject) { services { name } }", variables: JSON.stringify({ a: { password } }) }),
  "a GET with broken variables": (password) =>
    get({ query: "{ services { name } }", variables: `{"password":"${password}"x` }),
  "a GET with variables of the wrong type": (password) =>
    get({ query: "{ services { name } }", variables: `["${password}"]` }),
  "a GET that mutates": (password) =>
    get({ query: `mutation { createUser(input: { econtext: { password: "${password}" } }) ${SELECTION} }` }),
  "a GET with a mutation and variables": (password) =>
    get({ query: MUTATIONS.createUser, variables: JSON.stringify({ input: { econtext: { ...EMAIL, password } } }) }),
  "a GET with a broken query": (password) => get({ query: `{ user(password: "${password}` }),
  "a GET with a stranger's parameter": (password) => get({ query: "{ services { name } }", access_token: password }),
  "a path that nobody knows": (password) => ({ method: "GET", target: `/login/${password}` }),
  "the page of GraphiQL": (password) => ({
    ...get({ query: "{ services }", variables: password }),
    headers: { accept: "text/html" },
  }),
  "a method that nobody knows": (password) => ({
    method: "PUT",
    target: `/graphql?password=${password}`,
    body: password,
  }),
  readiness: (password) => ({ method: "GET", target: `/readyz?token=${password}` }),
  "a host that is none": (password) => ({ headers: { host: `x/${password}` }, ...post("{ services { name } }") }),
  "a header that is none": (password) => ({ headers: { [`bad ${password}`]: "x" }, ...post("{ services { name } }") }),
  "an unknown encoding": (password) => ({
    headers: { "content-encoding": password },
    ...post("{ services { name } }"),
  }),
  "a credential that is sent twice": (password) => ({
    headers: { Authorization: `Basic ${password}, Basic ${password}` },
    ...post("{ users { nodes { name } } }"),
  }),
  "a credential that cannot be sent": (password) => ({
    headers: { Authorization: `Basic \x80${password}` },
    ...post("{ users { nodes { name } } }"),
  }),
  "a credential of no scheme": (password) => ({
    headers: { Authorization: password, "X-Cloud-Authorization": password },
    ...post("{ users { nodes { name username } } }"),
  }),
};

/**
 * Words, and no text in quotes: pieces of it are taken for pieces of GraphQL. What stands where the name of a field, a
 * variable or a parameter belongs is told: whoever misspelt one has to learn which.
 */
const BARE: Readonly<Record<string, (password: string) => Sent>> = {
  "a bare word": (word) => create(`password: ${word}`),
  "two bare words": (word) => create(`password: correct ${word}`),
  "three bare words": (word) => create(`password: correct horse ${word}`),
  "a quote inside the password": (word) => create(`password: "a"b"${word}"`),
  "two texts": (word) => create(`password: "correct" "${word}"`),
  "a bare word before a sign": (word) => create(`password: ${word}!${word}`),
  "a bare word behind a number": (word) => create(`password: 12${word}`),
  "a bare word with a sign before it": (word) => create(`password: !${word}`),
  "a bare word behind the text": (word) => create(`password: "x" ${word}`),
  "a bare word for the input": (word) => post(`mutation { createUser(input: ${word}) ${SELECTION} }`),
};

/** How a service answers to a caller. */
const REPLIES: Readonly<Record<string, (received: Received, planted: Planted) => RawAnswer | undefined>> = {
  rightly: () => undefined,
  "with an echo and 400": (received, planted) => wrap(planted, { status: 400, body: echo(received) }),
  "with an echo and 500": (received, planted) => wrap(planted, { status: 500, body: echo(received) }),
  "with an echo that is no JSON": (received, planted) =>
    wrap(planted, { status: 200, body: `<pre>${JSON.stringify(received)}` }),
};

/** What was asked, credentials and all, as a service quotes it in its errors. */
function echo(received: Received): string {
  const text = JSON.stringify(received);
  return JSON.stringify({
    econtext: { error: `Attempting to deflate property 'email' on ${text}: Invalid email`, traceback: text },
    code: 10001,
    error_code: "UnknownError",
    description: text,
  });
}

describe("A caller's secrets", () => {
  const search = new Search();
  const complaints = new Set<string>();
  const upstreams: FaultyUpstream[] = [];
  const { lines, log } = captureLog();
  let gateway: Gateway;
  let server: ListeningServer;
  let planted = new Planted();
  /** Requests in which a service met secrets of the caller, which it was meant to. */
  let met = 0;
  let reply: (received: Received, planted: Planted) => RawAnswer | undefined = () => undefined;

  beforeAll(async () => {
    const [directory, cloud] = [await start(econtext), await start(cloudFoundryV2)];
    const service = (dialect: Dialect, url: string, forward: string) => ({
      ...DEFAULT_SERVICE,
      retries: 0,
      service: { name: dialect.sandbox.name, dialect: dialect.name, url: url + dialect.sandbox.path },
      credentials: { forward },
    });
    const services = [
      service(econtext, directory, "authorization"),
      service(cloudFoundryV2, cloud, "x-cloud-authorization"),
    ];
    gateway = openGateway({ server: { ...DEFAULT_SERVER, explain: "always" }, services }, { log });
    server = await listen(gateway.listener, "127.0.0.1", 0);
  });
  afterAll(async () => {
    showTotals("callers", search);
    await server.stop(0);
    await gateway.close();
    for (const upstream of upstreams) await upstream.close();
  });

  async function start({ sandbox }: Dialect): Promise<string> {
    const answer = async (received: Received) => {
      if (planted.find(JSON.stringify(received)).length > 0) met++;
      return reply(received, planted) ?? rightAnswer(await meet(sandbox, sandbox.serve(PEOPLE, {}), received, planted));
    };
    const upstream = await faultyUpstream((socket, received) => {
      void answer(received).then((raw) => deliver(socket, raw));
    });
    upstreams.push(upstream);
    return upstream.url;
  }

  async function hunt(where: string, write: (password: string) => Sent): Promise<void> {
    planted = new Planted();
    const before = lines.length;
    const { method = "POST", target = "/graphql", headers, body = "" } = write(planted.plant("token", "the password"));
    const all = {
      Host: new URL(server.url).host,
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json",
      Authorization: planted.plant("basic", "header authorization"),
      "X-Cloud-Authorization": planted.plant("bearer", "header x-cloud-authorization"),
      Cookie: planted.plant("cookie", "header cookie"),
      "X-Forwarded-User": planted.plant("email", "header x-forwarded-user"),
      ...headers,
      "Content-Length": String(Buffer.byteLength(body)),
      Connection: "close",
    };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await exchange(`${method} ${target} HTTP/1.1\r\n${head.join("")}\r\n`, body);
    expect(answer, where).toMatch(/^HTTP\/1\.1 \d{3} /);
    const told = lines.slice(before);
    search.look(where, planted, [
      { name: "the response", text: answer },
      ...told.map((text) => ({ name: "the log", text })),
    ]);
    for (const line of told) for (const complaint of complaintsAbout(line)) complaints.add(complaint);
  }

  /** Everything that comes over the wire. */
  async function exchange(head: string, body: string): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A request that is too large is answered before it is read, and the rest of it is not wanted.
    socket.on("error", () => undefined);
    socket.write(Buffer.from(head, "latin1"));
    socket.write(body);
    await once(socket, "close");
    return Buffer.concat(chunks).toString();
  }

  it.each(Object.keys(REPLIES))(
    "are in no answer and no log, whatever is wrong with a request that is answered %s",
    async (name) => {
      reply = REPLIES[name] ?? reply;
      met = 0;
      for (const [request, write] of Object.entries(REQUESTS)) await hunt(`${request}, answered ${name}`, write);
      expect(met).toBeGreaterThan(6);
      expect({ hits: search.newHits(), complaints: [...complaints] }).toEqual({ hits: [], complaints: [] });
    },
  );

  it("are in no answer and no log where a document forgets the quotes around a password", async () => {
    reply = () => undefined;
    for (const [request, write] of Object.entries(BARE)) await hunt(request, write);
    expect({ hits: search.newHits(), complaints: [...complaints] }).toEqual({ hits: [], complaints: [] });
  });
});
