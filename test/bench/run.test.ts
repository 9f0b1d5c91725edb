import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "usergraph-"));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

/** Its temporary files are in a folder of ours. */
function bench(...args: readonly string[]) {
  const file = fileURLToPath(new URL("../../bench/run.ts", import.meta.url));
  const started = spawn(process.execPath, [file, ...args], { env: { ...process.env, TMPDIR: folder } });
  child = started;
  const said = { stdout: "", stderr: "" };
  started.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  started.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = once(started, "close").then(([code]) => ({ code: code as number | null, ...said }));
  return { pid: started.pid as number, child: started, said, ended };
}

describe("npm run bench", () => {
  it("finds that all gateways answer the same, and right, with the calls that each is known to need", async () => {
    const { code, stdout, stderr } = await bench("--verify-only").ended;
    expect(stderr).not.toMatch(/wrong|error/i);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "All answers are right.",
        "",
        "| calls for one request | usergraph | floor | day-one |",
        "| --------------------- | --------: | ----: | ------: |",
        "| user                  |         1 |     1 |       1 |",
        "| page                  |         3 |     3 |      19 |",
        "| cloud                 |         1 |     1 |     101 |",
        "| create                |         1 |     1 |       1 |",
        "",
      ].join("\n"),
    );
  }, 120_000);

  it("says what it does not understand", async () => {
    const { code, stdout, stderr } = await bench("--rounds", "many").ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('--rounds: expected a whole number above 0, found "many".');
  });

  it.runIf(process.platform === "linux")(
    "leaves nothing behind when it is interrupted",
    async () => {
      const { pid, child, said, ended } = bench("--workloads", "user");
      while (!said.stderr.includes("measuring")) await once(child.stderr, "data");
      const started = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ");
      expect(started.length).toBeGreaterThanOrEqual(4);
      child.kill("SIGINT");
      expect(await ended).toMatchObject({ code: 1, stdout: "" });
      expect(said.stderr).toContain("Ended by SIGINT.");
      const left = await Promise.allSettled(started.map((one) => readFile(`/proc/${one}/stat`)));
      expect(left.map(({ status }) => status)).not.toContain("fulfilled");
      expect(await readdir(folder)).not.toContainEqual(expect.stringContaining("usergraph-bench-"));
    },
    120_000,
  );
});
