import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../support/process.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "usergraph-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function schema(args: readonly string[], env: Record<string, string> = {}) {
  return run(["schema", ...args], env, folder).ended();
}

function configure(server: string): Promise<void> {
  const services = "services: { cloud: { dialect: cloud-foundry-v2, url: 'https://a.example' } }";
  return writeFile(join(folder, "usergraph.yaml"), `server: ${server}\n${services}\n`);
}

describe("usergraph schema", () => {
  it("prints what clients may rely on", async () => {
    expect(await schema([])).toEqual({ code: 0, stderr: "", stdout: await readFile("schema/schema.graphql", "utf8") });
  });

  it("prints the subgraph, which has `node` and `nodes` where the configuration wants them", async () => {
    const subgraph = await readFile("schema/subgraph.graphql", "utf8");
    expect(await schema(["--subgraph"])).toEqual({ code: 0, stderr: "", stdout: subgraph });
    await configure("{ subgraph: { node: true } }");
    const { code, stdout } = await schema(["--subgraph"]);
    expect([code, /^ {2}nodes\(/m.test(stdout), /^ {2}nodes\(/m.test(subgraph)]).toEqual([0, true, false]);
    expect((await schema(["--subgraph", "--sandbox"])).stdout).toBe(subgraph);
    const named = { USERGRAPH_CONFIG: join(folder, "usergraph.yaml") };
    expect((await run(["schema", "--subgraph"], named).ended()).stdout).toBe(stdout);
  });

  it("says what is wrong with the configuration, and that nothing is read of it for clients", async () => {
    await configure("{ subgraph: { node: maybe } }");
    const wrong = await schema(["--subgraph"]);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain('usergraph.yaml: server.subgraph.node: expected `true` or `false`, found "maybe"');
    for (const flags of [["--config", "usergraph.yaml"], ["--sandbox"]] as const) {
      const idle = await schema(flags);
      expect([idle.code, idle.stdout]).toEqual([2, ""]);
      expect(idle.stderr).toContain(`${flags[0]}: expected \`--subgraph\` beside it, found none`);
    }
  });
});
