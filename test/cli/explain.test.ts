import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../support/process.ts";

const QUERY = `query One($id: ID!) { user(id: $id) { name } } query Two { services { name } }`;
const VARIABLES = { id: "User:directory:someone-in-particular" };
const PLAN = {
  extensions: {
    plan: {
      calls: { min: 1, max: 1 },
      steps: [
        {
          service: "directory",
          method: "GET",
          route: "/users/user/{id}",
          for: ["Query.user"],
          calls: { min: 1, max: 1 },
        },
      ],
    },
  },
};

let folder: string;
let upstream: Server;
let connections: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "usergraph-"));
  connections = 0;
  upstream = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  await write("query.graphql", QUERY);
  await write("variables.json", JSON.stringify(VARIABLES));
  const { port } = upstream.address() as AddressInfo;
  await write(
    "usergraph.yaml",
    `server:
  explain: never
services:
  directory:
    dialect: econtext
    url: http://127.0.0.1:${port}/api
    credentials:
      basic: { username: me, password: mine }
`,
  );
});
afterEach(async () => {
  upstream.close();
  await rm(folder, { recursive: true });
  // Whatever was asked for: nobody was called.
  expect(connections).toBe(0);
});

const write = (file: string, text: string) => writeFile(join(folder, file), text);

async function explain(args: readonly string[], input = "") {
  const started = run(["explain", ...args], {}, folder);
  started.child.stdin?.end(input);
  return started.ended();
}

const FILES = ["--query", "query.graphql", "--variables", "variables.json"];

describe("usergraph explain", () => {
  it("prints the plan of an operation, over the services of the configuration", async () => {
    const { code, stdout, stderr } = await explain([...FILES, "--operation", "One"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual(PLAN);
    expect(stdout.split("\n").length).toBeGreaterThan(10);
    expect(stdout).not.toContain("someone-in-particular");
  });

  it("reads the operation or its variables from standard input", async () => {
    const args = ["--operation", "One"];
    const query = await explain([...args, "--query", "-", "--variables", "variables.json"], QUERY);
    expect(JSON.parse(query.stdout)).toEqual(PLAN);
    const variables = await explain(
      [...args, "--query", "query.graphql", "--variables", "-"],
      JSON.stringify(VARIABLES),
    );
    expect(JSON.parse(variables.stdout)).toEqual(PLAN);
  });

  it("plans over the embedded sandbox where nothing is configured, or where it is wanted", async () => {
    await write("cloud.graphql", '{ user(id: "User:cloud:x") { username } }');
    const wanted = await explain(["--query", "cloud.graphql", "--sandbox"]);
    await rm(join(folder, "usergraph.yaml"));
    const unconfigured = await explain(["--query", "cloud.graphql"]);
    expect(wanted.stderr).toBe("");
    expect(unconfigured.stderr).toBe("Planned for the embedded sandbox: there is no configuration (--config FILE).\n");
    for (const { code, stdout } of [wanted, unconfigured]) {
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ extensions: { plan: { steps: [{ service: "cloud" }] } } });
    }
  });

  it("plans for the edition that a service of the sandbox is to play", async () => {
    await write("groups.graphql", '{ groups(service: "directory", kind: ORGANIZATION) { nodes { name } } }');
    const callsOf = async (edition: string) => {
      const { code, stdout } = await explain(["--query", "groups.graphql", "--edition", `directory=${edition}`]);
      expect(code).toBe(0);
      return (JSON.parse(stdout) as typeof PLAN).extensions.plan.calls;
    };
    expect(await callsOf("E2")).toMatchObject({ min: 1 });
    expect(await callsOf("E1")).toEqual({ min: 0, max: 0 });
  });

  it("tells objects that come inside of users from ids that have to be looked up", async () => {
    await write("user.graphql", '{ user(id: "User:directory:x") { groups { nodes { name } } } }');
    const callsOf = async (edition: string) => {
      const { stdout } = await explain(["--query", "user.graphql", "--edition", `directory=${edition}`]);
      return (JSON.parse(stdout) as typeof PLAN).extensions.plan.calls;
    };
    expect(await callsOf("E1")).toEqual({ min: 1, max: 1 });
    expect((await callsOf("E0")).max).toBeGreaterThan(1);
  });

  it.each([
    ["a document that is not of this schema", "{ nonsense }", "GRAPHQL_VALIDATION_FAILED"],
    ["a document that is not GraphQL", "{ user(", "GRAPHQL_PARSE_FAILED"],
    ["a document with nothing in it", "", "GRAPHQL_PARSE_FAILED"],
    ["several operations, none of them named", QUERY, "BAD_USER_INPUT"],
  ])("prints the errors of %s, and ends with 1", async (_, query, code) => {
    await write("query.graphql", query);
    const result = await explain(["--query", "query.graphql"]);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  it("prints what would be refused before any call, and ends with 1", async () => {
    await write("variables.json", JSON.stringify({ id: "User:nowhere:x" }));
    const refused = await explain([...FILES, "--operation", "One"]);
    await write("variables.json", "{}");
    const unfit = await explain([...FILES, "--operation", "One"]);
    for (const { code, stdout } of [refused, unfit]) {
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        extensions: { plan: { calls: { max: 0 }, problems: [{ code: "BAD_USER_INPUT" }] } },
      });
    }
  });

  it.each([
    [["--query", "none.graphql"], "none.graphql: expected a file with a GraphQL document, found none\n"],
    [["--query", "."], ".: expected a file with a GraphQL document, found one that cannot be read\n"],
    [
      ["--query", "query.graphql", "--variables", "none.json"],
      "none.json: expected a JSON object of variables, found none\n",
    ],
    [
      ["--query", "query.graphql", "--variables", "query.graphql"],
      "query.graphql: expected a JSON object of variables, found text that is not JSON\n",
    ],
    [
      ["--query", "query.graphql", "--variables", "list.json"],
      "list.json: expected a JSON object of variables, found a list\n",
    ],
    [
      ["--query", "query.graphql", "--variables", "-"],
      "standard input: expected a JSON object of variables, found text that is not JSON\n",
    ],
    [
      ["--query", "-", "--variables", "-"],
      "--variables: expected a file, found standard input, which `--query` reads\n",
    ],
    [
      ["--query", "query.graphql", "--config", "none.yaml", "--sandbox"],
      "--config: expected no configuration, found one beside `--sandbox`, which means the embedded sandbox\n",
    ],
    [["--query", "query.graphql", "--config", "none.yaml"], "none.yaml: expected a configuration file, found none\n"],
    [
      ["--query", "query.graphql", "--config", "wrong.yaml"],
      /^wrong\.yaml: services\.directory\.dialect: expected .*econtext/,
    ],
    [["--query", "query.graphql", "--edition", "directory=E9"], /expected one of directory=E1/],
    [["--query"], /--query/],
    [[], /--query/],
    [["--query", "query.graphql", "--confg", "x"], /--confg/],
  ])("says what is wrong with %j, and ends with 2", async (args, message) => {
    await write("list.json", "[]");
    await write("wrong.yaml", "services:\n  directory:\n    dialect: ekontext\n    url: http://127.0.0.1/api\n");
    const { code, stdout, stderr } = await explain(args, "{ hunter2 }");
    expect([code, stdout]).toEqual([2, ""]);
    if (typeof message === "string") expect(stderr).toBe(message);
    else expect(stderr).toMatch(message);
    expect(stderr).not.toContain("hunter2");
  });
});
