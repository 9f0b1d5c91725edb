import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface Running {
  readonly child: ChildProcess;
  /** Waits until standard output holds this, and answers what it holds then. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits for the end. */
  ended(): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Runs the command line as a user would, by this very Node, with nothing of our own environment. */
export function run(args: readonly string[], env: Record<string, string> = {}, cwd?: string): Running {
  const bin = new URL("../../bin/usergraph.js", import.meta.url).pathname;
  const child = spawn(process.execPath, [bin, ...args], { env: { PATH: process.env["PATH"], ...env }, cwd });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const end = once(child, "close") as Promise<[number | null]>;
  return {
    child,
    until: async (pattern) => {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match !== null) return match;
        const closed = await Promise.race([end.then(() => true), once(child.stdout, "data").then(() => false)]);
        if (closed && !pattern.test(stdout))
          throw new Error(`It ended without ${String(pattern)}:\n${stdout}${stderr}`);
      }
    },
    ended: async () => {
      const [code] = await end;
      return { code, stdout, stderr };
    },
  };
}
