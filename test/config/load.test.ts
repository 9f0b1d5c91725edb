import { describe, expect, it } from "vitest";
import { loadSettings } from "../../src/config/load.ts";
import { ConfigurationError } from "../../src/config/problems.ts";
import { DEFAULT_SERVER, DEFAULT_SERVICE, type Settings } from "../../src/config/settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

function load(text: string, env: Env = {}): Settings {
  return loadSettings({ file: "usergraph.yaml", text, env, dialects: ["econtext", "cloud-foundry-v2"] });
}

/** The lines of the problems; empty where there are none. */
function problemsOf(text: string, env: Env = {}): string[] {
  try {
    load(text, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.message).toBe(error.problems.join("\n"));
    return error.problems.map(String);
  }
}

const EXAMPLE = `
server:
  host: 127.0.0.1
  port: 4000
  graphiql: true            # the page at /graphql for a browser
  introspection: true
  explain: header           # never | header | always: \`extensions.upstream\`, below; the sandbox has \`always\`
  cors:
    origins: []             # exact origins; empty: no cross-origin reads
  limits:
    depth: 12
    tokens: 2000
    aliases: 30
    directives: 50
    batch: 1                # operations in one HTTP request
    body: 256KiB
    upstreamCalls: 100      # per operation
services:
  directory:
    dialect: econtext
    url: https://auth.example.com/api      # eContext: with its base path. Cloud Foundry: the API's root
    credentials:
      forward: authorization               # the caller's header of this name goes to this service, as \`Authorization\`
    timeout: 10s                           # one attempt, connect to last byte
    deadline: 20s                          # all attempts of one call
    retries: 2
    connections: 32
  cloud:
    dialect: cloud-foundry-v2
    url: https://api.cf.example.com
    credentials:
      forward: x-cloud-authorization
`;

/** One good service, with further lines of YAML for it. */
function service(...lines: readonly string[]): string {
  const all = ["dialect: cloud-foundry-v2", "url: https://a.example", ...lines];
  return `services:\n  cloud:\n${all.map((line) => `    ${line}\n`).join("")}`;
}

function server(...lines: readonly string[]): string {
  return `${["server:", ...lines].join("\n  ")}\n${service()}`;
}

function two(first: string, second: string): string {
  const one = (name: string, more: string) =>
    `  ${name}: { dialect: econtext, url: https://${name}.example, ${more} }\n`;
  return `services:\n${one("a", first)}${one("b", second)}`;
}

describe("a good configuration", () => {
  it("is the documented example", () => {
    expect(load(EXAMPLE)).toEqual({
      server: DEFAULT_SERVER,
      services: [
        {
          service: { name: "directory", dialect: "econtext", url: "https://auth.example.com/api" },
          credentials: { forward: "authorization" },
          timeoutMs: 10_000,
          deadlineMs: 20_000,
          retries: 2,
          connections: 32,
          shareConnections: false,
        },
        {
          service: { name: "cloud", dialect: "cloud-foundry-v2", url: "https://api.cf.example.com" },
          credentials: { forward: "x-cloud-authorization" },
          ...DEFAULT_SERVICE,
        },
      ],
    });
  });

  it("may say no more than one service, whose credentials are the caller's", () => {
    expect(load(service())).toEqual({
      server: DEFAULT_SERVER,
      services: [
        {
          service: { name: "cloud", dialect: "cloud-foundry-v2", url: "https://a.example" },
          credentials: { forward: "authorization" },
          ...DEFAULT_SERVICE,
        },
      ],
    });
  });

  it("keeps the services in their order", () => {
    const text =
      "services:\n" +
      ["z", "a", "m"]
        .map((n) => `  ${n}: {dialect: econtext, url: https://${n}.example, credentials: {bearer: x}}\n`)
        .join("");
    expect(load(text).services.map(({ service: { name } }) => name)).toEqual(["z", "a", "m"]);
  });

  it.each<[string, Partial<Settings["server"]>]>([
    ["host: '::1'", { host: "::1" }],
    ["port: 0", { port: 0 }],
    ["port: 65535", { port: 65_535 }],
    ["graphiql: false", { graphiql: false }],
    ["introspection: false", { introspection: false }],
    ["explain: never", { explain: "never" }],
    ["subgraph: { node: true }", { subgraph: { node: true, compose: true } }],
    ["subgraph: { compose: false }", { subgraph: { node: false, compose: false } }],
    [
      "cors: { origins: [https://app.example.com, 'http://localhost:3000'] }",
      { cors: { origins: ["https://app.example.com", "http://localhost:3000"] } },
    ],
    ["limits: { depth: 3, body: 1MiB }", { limits: { ...DEFAULT_SERVER.limits, depth: 3, body: 1_048_576 } }],
  ])("may set the server's `%s`", (line, expected) => {
    expect(load(server(line)).server).toEqual({ ...DEFAULT_SERVER, ...expected });
  });

  it.each<[string, Partial<Settings["services"][number]>]>([
    ["timeout: 500ms", { timeoutMs: 500 }],
    ["timeout: 20s", { timeoutMs: 20_000 }],
    ["deadline: 1m", { deadlineMs: 60_000 }],
    ["retries: 0", { retries: 0 }],
    ["connections: 1", { connections: 1 }],
    ["shareConnections: true", { shareConnections: true }],
    ["credentials: { forward: X-Cloud }", { credentials: { forward: "x-cloud" } }],
    [
      "credentials: { basic: { username: u, password: 'p: w' } }",
      { credentials: { basic: { username: "u", password: "p: w" } } },
    ],
    ["credentials: { bearer: eyJ.a-b_c }", { credentials: { bearer: "eyJ.a-b_c" } }],
  ])("may set a service's `%s`", (line, expected) => {
    expect(load(service(line)).services[0]).toMatchObject(expected);
  });

  it.each([
    ["https://a.example/", "https://a.example"],
    ["https://a.example/api/", "https://a.example/api"],
    ["http://127.0.0.1:8080/a%20b", "http://127.0.0.1:8080/a%20b"],
    ["http://[::1]:80", "http://[::1]"],
  ])("may spell a URL %s", (url, expected) => {
    const text = `services: { one: { dialect: econtext, url: "${url}" } }`;
    expect(load(text).services[0]?.service.url).toBe(expected);
  });

  it("may forward one header to two services that both agree", () => {
    const shared = "credentials: { forward: Authorization, shared: true }";
    const { services } = load(two(shared, shared));
    expect(services.map(({ credentials }) => credentials)).toEqual([
      { forward: "authorization" },
      { forward: "authorization" },
    ]);
  });
});

describe("the environment", () => {
  it("fills in variables anywhere, as whole values and inside them", () => {
    const text = `
server: { port: "\${PORT_NUMBER}", graphiql: "\${YES}", cors: { origins: ["https://\${APP}.example"] } }
services:
  cloud:
    dialect: cloud-foundry-v2
    url: https://\${HOST_NAME}/\${BASE}
    credentials: { basic: { username: "\${USER}", password: "\${PASSWORD}" } }
    timeout: \${SECONDS}s
`;
    const env = {
      PORT_NUMBER: "8080",
      YES: "false",
      APP: "app",
      HOST_NAME: "a.example",
      BASE: "api",
      USER: "123",
      PASSWORD: "true",
      SECONDS: "2",
    };
    const { server, services } = load(text, env);
    expect(server).toMatchObject({ port: 8080, graphiql: false, cors: { origins: ["https://app.example"] } });
    expect(services[0]).toMatchObject({
      service: { url: "https://a.example/api" },
      credentials: { basic: { username: "123", password: "true" } },
      timeoutMs: 2000,
    });
  });

  it("is not looked for inside what a variable holds, nor in keys, nor in comments", () => {
    const text = service("credentials: { bearer: '${TOKEN}' } # ${NOBODY}");
    expect(load(text, { TOKEN: "a${NOBODY}$&" }).services[0]?.credentials).toEqual({ bearer: "a${NOBODY}$&" });
    expect(problemsOf(service("${TOKEN}: 1"), { TOKEN: "timeout" })).toHaveLength(1);
  });

  it("is asked for what is missing, by name and place, and only once", () => {
    const text = service("credentials: { bearer: '${CF_TOKEN}' }", "timeout: ${CF_TIMEOUT}", "retries: ${toString}");
    expect(problemsOf(text)).toEqual([
      "usergraph.yaml: services.cloud.credentials.bearer: expected the environment variable CF_TOKEN, found none",
      "usergraph.yaml: services.cloud.timeout: expected the environment variable CF_TIMEOUT, found none",
      "usergraph.yaml: services.cloud.retries: expected the environment variable toString, found none",
    ]);
  });

  it("needs well-formed names", () => {
    expect(problemsOf(service("timeout: '${a b}'"))).toEqual([
      "usergraph.yaml: services.cloud.timeout: expected the name of an environment variable between `${` and `}`, found something else",
    ]);
  });

  it("overrules the file's host and port", () => {
    const text = server("host: 10.0.0.1", "port: 1");
    expect(load(text, { HOST: "0.0.0.0", PORT: "8080" }).server).toMatchObject({ host: "0.0.0.0", port: 8080 });
    expect(load(text, { HOST: "", PORT: "" }).server).toMatchObject({ host: "10.0.0.1", port: 1 });
  });

  it.each(["http", "-1", "65536", "1.5", " 80", "0x50"])("has no port %j", (PORT) => {
    expect(problemsOf(service(), { PORT })).toEqual([
      "environment: PORT: expected a whole number from 0 to 65535, found text",
    ]);
  });
});

const inline = "{ dialect: econtext, url: https://a.example }";
const COUNT = "expected a whole number of at least 1";
const DURATION = "expected a duration such as `500ms`, `10s` or `1m`";
const URL_EXPECTED = "expected an absolute http or https URL without credentials, query or fragment";
const ONE_KIND = "expected exactly one of `forward`, `basic` and `bearer`";
const NAME = "expected a name of letters, digits, `.`, `_` and `-`, a letter first, found another one";

describe("a wrong configuration", () => {
  it.each<[text: string, problem: string]>([
    ["", "expected a mapping, found nothing"],
    ["# nothing", "expected a mapping, found nothing"],
    ["- a", "expected a mapping, found a list"],
    ["hello", 'expected a mapping, found "hello"'],
    ["server: {}", "services: expected a mapping, found nothing"],
    ["services: {}", "services: expected at least one service, found none"],
    ["services: [a]", "services: expected a mapping, found a list"],
    ["services: { a: 1 }", "services.a: expected a mapping, found 1"],
    [`services: { a b: ${inline} }`, `services."a b": ${NAME}`],
    [`services: { .a: ${inline} }`, `services..a: ${NAME}`],
    [`services: { "a:b": ${inline} }`, `services."a:b": ${NAME}`],
    [`services: { __proto__: ${inline} }`, `services.__proto__: ${NAME}`],
    [
      "services: { a: { url: https://a.example } }",
      "services.a.dialect: expected one of `econtext`, `cloud-foundry-v2`, found nothing",
    ],
    [
      "services: { a: { dialect: ldap, url: https://a.example } }",
      'services.a.dialect: expected one of `econtext`, `cloud-foundry-v2`, found "ldap"',
    ],
    ["services: { a: { dialect: econtext } }", `services.a.url: ${URL_EXPECTED}, found nothing`],
    [server("prot: 1"), "server.prot: expected `port`, found an unknown key"],
    [
      server("tls: 1"),
      "server.tls: expected one of `host`, `port`, `graphiql`, `introspection`, `explain`, `cors`, `subgraph`, `log`, `limits`, found an unknown key",
    ],
    [server("limits: { Depht: 1 }"), "server.limits.Depht: expected `depth`, found an unknown key"],
    [service("timeuot: 1s"), "services.cloud.timeuot: expected `timeout`, found an unknown key"],
    [`sevrices: {}\n${service()}`, "sevrices: expected `services`, found an unknown key"],
    [server("port: 65536"), "server.port: expected a whole number from 0 to 65535, found 65536"],
    [server("port: 1.5"), "server.port: expected a whole number from 0 to 65535, found 1.5"],
    [server("port: http"), 'server.port: expected a whole number from 0 to 65535, found "http"'],
    [server("host: ''"), 'server.host: expected a host name or address, found ""'],
    [server("graphiql: 1"), "server.graphiql: expected `true` or `false`, found 1"],
    [server("graphiql: yes"), 'server.graphiql: expected `true` or `false`, found "yes"'],
    [server("explain: on"), 'server.explain: expected one of `never`, `header`, `always`, found "on"'],
    [server("subgraph: { node: maybe }"), 'server.subgraph.node: expected `true` or `false`, found "maybe"'],
    [server("subgraph: { nodes: true }"), "server.subgraph.nodes: expected `node`, found an unknown key"],
    [server("cors: { origins: '*' }"), 'server.cors.origins: expected a list, found "*"'],
    [
      server("cors: { origins: ['*'] }"),
      'server.cors.origins[0]: expected an exact origin such as `https://app.example.com`, found "*"',
    ],
    [
      server("cors: { origins: [https://a.example, https://a.example/] }"),
      'server.cors.origins[1]: expected an exact origin such as `https://app.example.com`, found "https://a.example/"',
    ],
    [
      server("cors: { origins: ['null'] }"),
      'server.cors.origins[0]: expected an exact origin such as `https://app.example.com`, found "null"',
    ],
    [server("limits: { depth: 0 }"), `server.limits.depth: ${COUNT}, found 0`],
    [server("limits: { tokens: -1 }"), `server.limits.tokens: ${COUNT}, found -1`],
    [server("limits: { aliases: many }"), `server.limits.aliases: ${COUNT}, found "many"`],
    [server("limits: { batch: 1.5 }"), `server.limits.batch: ${COUNT}, found 1.5`],
    [server("limits: { body: 256 }"), "server.limits.body: expected a size such as `256KiB` or `1MiB`, found 256"],
    [server("limits:"), "server.limits: expected a mapping, found nothing"],
    [service("timeout: 10"), `services.cloud.timeout: ${DURATION}, found 10`],
    [service("deadline: 0s"), `services.cloud.deadline: ${DURATION}, found "0s"`],
    [service("timeout: 25d"), `services.cloud.timeout: ${DURATION}, found "25d"`],
    [
      service("timeout: 5s", "deadline: 4s"),
      "services.cloud.deadline: expected at least the `timeout` of one attempt, found a shorter time",
    ],
    [
      service("timeout: 30s"),
      "services.cloud.deadline: expected at least the `timeout` of one attempt, found the default of 20s",
    ],
    [service("retries: -1"), "services.cloud.retries: expected a whole number from 0 to 10, found -1"],
    [service("connections: 0"), `services.cloud.connections: ${COUNT}, found 0`],
    [service("credentials: {}"), `services.cloud.credentials: ${ONE_KIND}, found none of them`],
    [service("credentials:"), "services.cloud.credentials: expected a mapping, found nothing"],
    [service("credentials: { bearer: a, forward: b }"), `services.cloud.credentials: ${ONE_KIND}, found 2 of them`],
    [
      service("credentials: { forward: 'a b' }"),
      "services.cloud.credentials.forward: expected the name of a header, found text",
    ],
    [
      service("credentials: { bearer: 'a b' }"),
      "services.cloud.credentials.bearer: expected a token: text without blanks, found text",
    ],
    [
      service("credentials: { bearer: '' }"),
      "services.cloud.credentials.bearer: expected a token: text without blanks, found text",
    ],
    [
      service("credentials: { basic: { username: u } }"),
      "services.cloud.credentials.basic.password: expected text, found nothing",
    ],
    [
      service("credentials: { basic: { username: u, password: 123456 } }"),
      "services.cloud.credentials.basic.password: expected text, found a number",
    ],
    [
      service("credentials: { bearer: a, shared: true }"),
      "services.cloud.credentials.shared: expected it beside `forward`, found it without",
    ],
    [
      two("credentials: { bearer: x }", ""),
      `services.b.credentials: ${ONE_KIND}, as there are several services, found nothing`,
    ],
  ])("as %j", (text, problem) => {
    expect(problemsOf(text)).toEqual([`usergraph.yaml: ${problem}`]);
  });

  it.each(["cf.example.com", "ftp://a.example", "https://", "/api", "https:a.example", "https://a b.example"])(
    "has a URL %j",
    (url) => {
      const text = `services: { one: { dialect: econtext, url: "${url}" } }`;
      expect(problemsOf(text)).toEqual([
        `usergraph.yaml: services.one.url: ${URL_EXPECTED}, found ${JSON.stringify(url)}`,
      ]);
    },
  );

  it.each([
    "https://u:hunter2@a.example",
    "https://a.example?token=hunter2",
    "https://a.example/#hunter2",
    "https://a.example?",
  ])("has a URL that may hold a secret, as %j", (url) => {
    const text = `services: { one: { dialect: econtext, url: "${url}" } }`;
    expect(problemsOf(text)).toEqual([`usergraph.yaml: services.one.url: ${URL_EXPECTED}, found text`]);
  });

  it.each([
    ["forward: authorization", "forward: authorization"],
    ["forward: authorization", "forward: Authorization"],
    ["forward: authorization, shared: true", "forward: authorization"],
    ["forward: authorization", "forward: authorization, shared: true"],
    ["forward: authorization, shared: false", "forward: authorization, shared: true"],
  ])("sends one header to two services that did not both agree (%s; %s)", (first, second) => {
    expect(problemsOf(two(`credentials: { ${first} }`, `credentials: { ${second} }`))).toEqual([
      "usergraph.yaml: services.b.credentials.forward: expected a header that services.a does not forward, or `shared: true` beside `forward` in both, found the header of services.a",
    ]);
  });

  it.each([
    ["services: {a: 1", /expected YAML, found .+ at line 1, column \d+$/],
    ["services:\n  a: 1\n a: 2", /expected YAML, found .+ at line \d, column \d+$/],
    ["services:\n  a: {}\n  a: {}", /expected each key once, found duplicate key at line 3, column 3$/],
    ["a: *b", /expected YAML, found /],
    ["a: &x [*x, *x]", /expected YAML, found aliases without/],
    ["a: &x { b: *x }", /expected YAML, found aliases without/],
    ["a: !secret hunter2", /expected YAML, found tag resolve failed at line 1, column 4$/],
    ["a: 1\n---\nb: 1", /expected YAML, found multiple docs at line \d/],
  ])("is no YAML, as %j", (text, line) => {
    const [first] = problemsOf(text);
    expect(first).toMatch(/^usergraph\.yaml: /);
    expect(first).toMatch(line);
  });

  it("tells all its problems at once, a line each", () => {
    const text = `
server: { port: 70000, colour: blue }
services:
  a: { dialect: ldap, url: cf.example.com, timeout: 10 }
  b: { dialect: econtext, url: https://b.example, timeout: 9s, deadline: 1s, credentials: { forward: x } }
  c: { dialect: econtext, url: https://c.example, tmeout: 9s, credentials: { forward: x } }
`;
    expect(problemsOf(text, { PORT: "x" }).map((line) => line.replace(/: expected.*/, ""))).toEqual([
      "usergraph.yaml: server.port",
      "usergraph.yaml: server.colour",
      "usergraph.yaml: services.a.dialect",
      "usergraph.yaml: services.a.url",
      "usergraph.yaml: services.a.timeout",
      "usergraph.yaml: services.c.tmeout",
      "usergraph.yaml: services.a.credentials",
      "usergraph.yaml: services.b.deadline",
      "usergraph.yaml: services.c.credentials.forward",
      "environment: PORT",
    ]);
  });
});

describe("a secret", () => {
  const env = { SECRET: "hunter2" };

  it.each([
    service("credentials: hunter2"),
    service("credentials: [hunter2]"),
    service("credentials: { basic: hunter2 }"),
    service("credentials: { basic: { username: hunter2, password: [hunter2] } }"),
    service("credentials: { basic: { username: '', password: hunter2 } }"),
    service("credentials: { bearer: 'hunter2 hunter2' }"),
    service("credentials: { bearer: { hunter: hunter2 } }"),
    service("credentials: { forward: 'Bearer hunter2' }"),
    service("credentials: { token: hunter2 }"),
    service("credentials: { bearer: hunter2, basic: { username: hunter2, password: hunter2 } }"),
    service("timeout: ${SECRET}"),
    service("timeout: 1${SECRET}"),
    service("pasword: hunter2"),
    server("port: ${SECRET}"),
    server("explain: x-${SECRET}"),
    server("cors: { origins: ['https://u:hunter2@a.example'] }"),
    "services: { a: { dialect: econtext, url: 'http://u:hunter2@a.example' } }",
    "services: { a: { dialect: '${SECRET}', url: '${SECRET}' } }",
    two("credentials: { forward: '${SECRET}' }", "credentials: { forward: '${SECRET}' }"),
    two("credentials: { forward: hunter2 }", "credentials: { forward: hunter2 }"),
    "services: { a: { credentials: { bearer: hunter2 } }",
    "services:\n  a:\n    bearer: hunter2\n   hunter2: hunter2",
    "bearer: !hunter2x hunter2",
    "bearer: %hunter2",
    "bearer: *hunter2",
    'bearer: "hunter2\\q"',
  ])("is in no problem of %j", (text) => {
    const lines = problemsOf(text, env);
    expect(lines).not.toEqual([]);
    expect(lines.join("\n")).not.toContain("hunter2");
  });

  it("is not in the problem of a port of the environment", () => {
    expect(problemsOf(service(), { PORT: "hunter2" }).join()).not.toContain("hunter2");
  });
});
