import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { listenSandbox, type ListenOptions } from "../../src/sandbox/listen.ts";
import { closedPort } from "../http/faulty-upstream.ts";
import { run } from "../support/process.ts";
import { startUpstream } from "../support/upstream.ts";

const ACCEPTED = '{ basic: { username: operator, password: "sandbox operator" } }';
const REFUSED = "{ basic: { username: operator, password: hunter2-password } }";
const REFUSED_TOKEN = "{ bearer: hunter2-token }";
const SECRETS = ["hunter2", "sandbox operator", "sandbox-admin", btoa("operator:hunter2-password")];

const closing: (() => Promise<void>)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "usergraph-"));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true });
});

interface Checked {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What is told of a service: its row, and what stands under it. */
  of(service: string): string;
}

async function check(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Checked> {
  const { code, stdout, stderr } = await run(["check", ...args], env, folder).ended();
  for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
  return {
    code,
    stdout,
    stderr,
    of: (service) => new RegExp(`^  ${service} .*\\n(?:    .*\\n)*`, "m").exec(stdout)?.[0] ?? "",
  };
}

/** A configuration of these services, each its dialect, its address and its credentials. */
async function configure(services: Readonly<Record<string, readonly [string, string, string]>>): Promise<void> {
  const lines = Object.entries(services).flatMap(([name, [dialect, url, credentials]]) => [
    `  ${name}:`,
    `    dialect: ${dialect}`,
    `    url: ${url}`,
    `    credentials: ${credentials}`,
    "    timeout: 5s",
  ]);
  await writeFile(join(folder, "usergraph.yaml"), ["services:", ...lines, ""].join("\n"));
}

async function sandboxOf(dialect: Dialect, options: ListenOptions = {}): Promise<string> {
  const sandbox = await listenSandbox(dialect, options);
  closing.push(() => sandbox.close());
  return sandbox.settings.service.url;
}

describe("usergraph check", () => {
  it.each([[["--sandbox"]], [[]]])("finds the embedded sandbox well: %j", async (args) => {
    const { code, stdout, stderr, of } = await check(args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("the embedded sandbox");
    expect(of("directory")).toMatch(
      /econtext +http:\/\/127\.0\.0\.1:\d+\/api +reachable +credentials accepted +1\.x or older/,
    );
    expect(of("cloud")).toMatch(
      /cloud-foundry-v2 +http:\/\/127\.0\.0\.1:\d+ +reachable +credentials accepted +API 2\.293\.0/,
    );
    expect(stdout).not.toContain("problem");
  });

  it("tells the edition and what follows from it", async () => {
    await configure({ directory: ["econtext", await sandboxOf(econtext, { edition: "E2" }), ACCEPTED] });
    const { code, stdout, of } = await check();
    expect([code, stdout.startsWith("Services, of usergraph.yaml:\n")]).toEqual([0, true]);
    expect(of("directory")).toMatch(/ 2\.0 .*\n {4}note: .*first 25/);
  });

  it("tells the service that cannot be reached from the one that can", async () => {
    await configure({
      directory: ["econtext", `${await closedPort()}/api`, REFUSED],
      cloud: ["cloud-foundry-v2", await sandboxOf(cloudFoundryV2), "{ bearer: sandbox-admin }"],
    });
    const { code, of } = await check();
    expect(code).toBe(1);
    expect(of("directory")).toMatch(/ unreachable +credentials unknown +edition unknown\n/);
    expect(of("directory")).toContain("problem: The service `directory` cannot be reached.");
    expect(of("directory")).toContain("detail: GET /ping: ECONNREFUSED");
    expect(of("cloud")).toMatch(/ reachable +credentials accepted +API/);
    expect(of("cloud")).not.toContain("problem");
  });

  it("tells which credentials are refused", async () => {
    await configure({
      directory: ["econtext", await sandboxOf(econtext), REFUSED],
      cloud: ["cloud-foundry-v2", await sandboxOf(cloudFoundryV2), REFUSED_TOKEN],
    });
    const { code, of } = await check();
    expect(code).toBe(1);
    for (const service of ["directory", "cloud"]) {
      expect(of(service)).toMatch(/ reachable +credentials refused/);
      expect(of(service)).toContain(`problem: The service \`${service}\` refused the credentials.`);
    }
  });

  it("tells that v2 is switched off", async () => {
    const url = await sandboxOf(cloudFoundryV2, { edition: "off" });
    await configure({ cloud: ["cloud-foundry-v2", url, "{ bearer: sandbox-admin }"] });
    const { code, of } = await check();
    expect(code).toBe(1);
    expect(of("cloud")).toMatch(/ reachable .*\n {4}problem: .*switched off.*temporary_enable_v2/);
  });

  it("tells that the URL lacks the base path, or names something else altogether", async () => {
    const page = await startUpstream(() => new Response("<html>hunter2</html>"));
    closing.push(() => page.close());
    const directory = (await sandboxOf(econtext)).replace(/\/api$/, "");
    await configure({
      directory: ["econtext", directory, ACCEPTED],
      cloud: ["cloud-foundry-v2", page.origin, REFUSED_TOKEN],
    });
    const { code, of } = await check();
    expect(code).toBe(1);
    expect(of("directory")).toMatch(/ reachable .*\n {4}problem: .*base path/);
    expect(of("cloud")).toMatch(/ unreachable .*\n {4}problem: .*does not look like/);
    expect(page.requests.map(({ authorization }) => authorization)).toEqual([null, null]);
  });

  it("tells an account that is no administrator's what it cannot do, and is content", async () => {
    const url = await sandboxOf(cloudFoundryV2);
    await configure({ cloud: ["cloud-foundry-v2", url, "{ bearer: sandbox-auditor }"] });
    const { code, of } = await check();
    expect(code).toBe(0);
    expect(of("cloud")).toMatch(/credentials accepted .*\n {4}note: .*FORBIDDEN/);
  });

  it("is content with services whose callers bring their credentials, and names the header", async () => {
    await configure({
      directory: ["econtext", await sandboxOf(econtext), "{ forward: authorization }"],
      cloud: ["cloud-foundry-v2", await sandboxOf(cloudFoundryV2), "{ forward: X-Cloud-Authorization }"],
    });
    const { code, of } = await check();
    expect(code).toBe(0);
    expect(of("directory")).toMatch(/ reachable +credentials forwarded \(authorization\) +edition unknown\n {4}note: /);
    expect(of("cloud")).toMatch(/ reachable +credentials forwarded \(x-cloud-authorization\) +API 2\.293\.0/);
  });

  it("reads the file of --config, and ends with 2 where the configuration is wrong", async () => {
    await writeFile(
      join(folder, "wrong.yaml"),
      "services:\n  directory:\n    dialect: econtext\n    url: nowhere\n    credentials: { bearer: hunter2 token }\n",
    );
    const wrong = await check(["--config", "wrong.yaml"]);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain("wrong.yaml: services.directory.url");
    expect(wrong.stderr).toContain("wrong.yaml: services.directory.credentials.bearer");
    const missing = await check(["--config", "nothing.yaml"]);
    expect([missing.code, missing.stdout]).toEqual([2, ""]);
    const variable = await check([], { USERGRAPH_CONFIG: "nothing.yaml" });
    expect([variable.code, variable.stdout]).toEqual([2, ""]);
    const flag = await check(["--confg", "wrong.yaml"]);
    expect([flag.code, flag.stdout]).toEqual([2, ""]);
  });
});
