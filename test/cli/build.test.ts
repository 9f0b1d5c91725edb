import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "usergraph-build-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("The published package", () => {
  it("runs compiled, without the sources", async () => {
    const tsc = resolve("node_modules/typescript/bin/tsc");
    await run(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", join(folder, "dist")]);
    await cp("bin", join(folder, "bin"), { recursive: true });
    await cp("package.json", join(folder, "package.json"));
    await symlink(resolve("node_modules"), join(folder, "node_modules"));
    const { stdout } = await run(process.execPath, [join(folder, "bin", "usergraph.js"), "schema"]);
    expect(stdout).toBe(await readFile("schema/schema.graphql", "utf8"));
  });
});
