import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dialects } from "../../src/dialects/registry.ts";
import { SANDBOX_TABS } from "../../src/sandbox/tabs.ts";
import { run, type Running } from "../support/process.ts";

const running: Running[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "usergraph-"));
});
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

function serve(args: readonly string[], env: Record<string, string> = {}): Running {
  const started = run(["serve", ...args], env, folder);
  running.push(started);
  return started;
}

async function ask(url: string, query: string, variables?: unknown): Promise<Record<string, never>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Record<string, never>;
}

const URL_OF_GRAPH = /http:\/\/[\w.:[\]]+\/graphql/;

describe("usergraph serve", () => {
  it("serves the embedded sandbox where nothing is configured, and says where everything is", async () => {
    const { until } = serve([], { PORT: "0" });
    await until(/directory\s+econtext\s+http:\/\/127\.0\.0\.1:\d+\/api/);
    await until(/cloud\s+cloud-foundry-v2\s+http:\/\/127\.0\.0\.1:\d+/);
    const [url] = await until(URL_OF_GRAPH);
    expect(await ask(url, "{ services { name dialect } }")).toMatchObject({
      data: {
        services: dialects.map(({ name, sandbox }) => ({
          name: sandbox.name,
          dialect: name.toUpperCase().replaceAll("-", "_"),
        })),
      },
      extensions: { upstream: { calls: 0, ledger: [] } },
    });
    expect((await fetch(url.replace("/graphql", "/healthz"))).status).toBe(200);
  });

  it("answers each of GraphiQL's tabs from the sandbox, without an error", async () => {
    const [url] = await serve([], { PORT: "0" }).until(URL_OF_GRAPH);
    for (const { query, variables } of SANDBOX_TABS) {
      const answer = await ask(url, query, variables === undefined ? undefined : JSON.parse(variables));
      expect(answer).not.toHaveProperty("errors");
      expect(JSON.stringify(answer["data"])).not.toContain('"errors":[{');
      expect(JSON.stringify(answer["data"])).not.toMatch(/:null\}?$/);
      expect(answer).toHaveProperty("extensions.upstream.calls");
    }
  });

  it("gives GraphiQL those tabs", async () => {
    const [url] = await serve([], { PORT: "0" }).until(URL_OF_GRAPH);
    const html = await (await fetch(url, { headers: { accept: "text/html" } })).text();
    const names = ["Users", "CreateUserInEcontext", "CreateUserInCloudFoundry", "ChangeAndGrant", "UsersWithGroups"];
    for (const name of [...names, "SameUser"]) expect(html).toContain(name);
  });

  it("reads the file of --config, then of USERGRAPH_CONFIG, then usergraph.yaml", async () => {
    const file = (name: string) =>
      `services:\n  ${name}:\n    dialect: econtext\n    url: https://${name}.example.com/api\n`;
    await writeFile(join(folder, "usergraph.yaml"), file("default"));
    await writeFile(join(folder, "variable.yaml"), file("variable"));
    await writeFile(join(folder, "flag.yaml"), file("flag"));
    await serve(["--port", "0"]).until(/default\s+econtext\s+https:\/\/default\.example\.com\/api/);
    await serve(["--port", "0"], { USERGRAPH_CONFIG: "variable.yaml" }).until(/variable\s+econtext/);
    await serve(["--port", "0", "--config", "flag.yaml"], { USERGRAPH_CONFIG: "variable.yaml" }).until(
      /flag\s+econtext/,
    );
    await serve(["--port", "0", "--sandbox"]).until(/directory\s+econtext/);
  });

  it("lets the sandbox play another edition", async () => {
    const args = ["--port", "0", "--edition", "directory=E2", "--edition", "cloud=off"];
    const [url] = await serve(args).until(URL_OF_GRAPH);
    const answer = await ask(
      url,
      `{ groups(service: "directory", kind: ORGANIZATION) { nodes { name } } users(service: "cloud") { nodes { id } } }`,
    );
    expect(answer).toMatchObject({
      data: { groups: { nodes: [{ name: "kestrel-air" }, { name: "kestrel-cargo" }] }, users: null },
      errors: [{ message: expect.stringContaining("switched off") as string }],
    });
    const wrong = await serve(["--edition", "directory=E9"]).ended();
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("expected one of directory=E1|E0|E2, cloud=");
  });

  it("tells every problem of a configuration at once, names no secret, and ends with 2", async () => {
    await writeFile(
      join(folder, "usergraph.yaml"),
      `server:
  port: many
services:
  directory:
    dialect: econtexst
    url: auth.example.com
    credentials:
      bearer: top-secret
      forward: authorization
  cloud:
    dialect: cloud-foundry-v2
    url: \${CLOUD_URL}
    timeout: soon
`,
    );
    const { code, stdout, stderr } = await serve([]).ended();
    expect(code).toBe(2);
    expect(stdout).toBe("");
    const places = stderr
      .trimEnd()
      .split("\n")
      .map((line) => line.split(": expected")[0]);
    expect(places.sort()).toEqual([
      "usergraph.yaml: server.port",
      "usergraph.yaml: services.cloud.credentials",
      "usergraph.yaml: services.cloud.timeout",
      "usergraph.yaml: services.cloud.url",
      "usergraph.yaml: services.directory.credentials",
      "usergraph.yaml: services.directory.dialect",
      "usergraph.yaml: services.directory.url",
    ]);
    expect(stderr).toContain("CLOUD_URL");
    expect(stderr).not.toContain("top-secret");
  });

  it("says that a configuration file is not there, and that a port is none", async () => {
    const missing = await serve(["--config", "nothing.yaml"]).ended();
    expect([missing.code, missing.stderr]).toEqual([2, "nothing.yaml: expected a configuration file, found none\n"]);
    const flag = await serve(["--port", "many"]).ended();
    expect([flag.code, flag.stderr.includes("port")]).toEqual([2, true]);
    const variable = await serve([], { PORT: "99999" }).ended();
    expect([variable.code, variable.stderr.includes("PORT")]).toEqual([2, true]);
  });

  it("says that a port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await serve(["--port", String(port)]).ended();
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} is in use`);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("finishes what is running at %s, then ends with 0", async (signal) => {
    let release = (): void => undefined;
    const arrived = Promise.withResolvers<undefined>();
    const slow = createServer((_request, response) => {
      arrived.resolve(undefined);
      release = () => response.end('{"econtext":{"result":{"user":{"id":"x","name":"Slow"}}}}');
    }).listen(0, "127.0.0.1");
    await once(slow, "listening");
    const { port } = slow.address() as AddressInfo;
    await writeFile(
      join(folder, "usergraph.yaml"),
      `services:\n  slow:\n    dialect: econtext\n    url: http://127.0.0.1:${port}/api\n    credentials:\n      basic: { username: me, password: mine }\n`,
    );
    const started = serve(["--port", "0"]);
    const [url] = await started.until(URL_OF_GRAPH);
    const answer = ask(url, '{ user(id: "x") { name } }');
    await arrived.promise;
    started.child.kill(signal);
    await expect
      .poll(
        async () =>
          fetch(url.replace("/graphql", "/healthz")).then(
            () => "up",
            () => "down",
          ),
        { timeout: 10_000 },
      )
      .toBe("down");
    release();
    expect(await answer).toEqual({ data: { user: { name: "Slow" } } });
    expect((await started.ended()).code).toBe(0);
    slow.close();
  });
});

describe("usergraph", () => {
  it("prints the SDL", async () => {
    const started = run(["schema"]);
    running.push(started);
    const { code, stdout } = await started.ended();
    expect(code).toBe(0);
    expect(stdout).toContain("type Query {");
  });

  it("serves the sandbox alone, and says how to call it", async () => {
    const started = run(["sandbox"]);
    running.push(started);
    const [, login, url] = await started.until(/curl -u '([^']+)' (\S+)/);
    const response = await fetch(url as string, { headers: { authorization: `Basic ${btoa(login as string)}` } });
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty("econtext.result.users");
    const [, token, cloud] = await started.until(/Authorization: (bearer [^']+)' (\S+)/);
    const users = await fetch(cloud as string, { headers: { authorization: token as string } });
    expect(await users.json()).toHaveProperty("total_results");
    started.child.kill("SIGTERM");
    expect((await started.ended()).code).toBe(0);
  });

  it("explains itself, and refuses what it does not know", async () => {
    const help = run(["--help"]);
    const wrong = run(["serf"]);
    running.push(help, wrong);
    expect((await help.ended()).stdout).toMatch(/serve.*schema.*sandbox/s);
    const { code, stderr } = await wrong.ended();
    expect([code, stderr.includes("unknown command 'serf'")]).toEqual([2, true]);
  });
});
