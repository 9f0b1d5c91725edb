import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Numbers of processor cores, as the kernel counts them. */
export interface Cores {
  readonly gateway: number;
  /** Also for the services behind the gateway. */
  readonly load: number;
}

/** @returns undefined where processes cannot be kept on cores of their own. */
export function chooseCores(): Cores | undefined {
  if (process.platform !== "linux" || spawnSync("taskset", ["--version"]).status !== 0) return undefined;
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
  const allowed = readCoreList(list);
  const [load, gateway] = [allowed[0], allowed.at(-1)];
  // The first and the last are no two threads of one core, in whatever order these are counted.
  return load === undefined || gateway === undefined || load === gateway ? undefined : { gateway, load };
}

/** @param list `0-3,8` */
export function readCoreList(list: string): readonly number[] {
  return list.split(",").flatMap((range) => {
    const [first = NaN, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}
