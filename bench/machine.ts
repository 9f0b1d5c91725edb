import { availableParallelism, cpus, loadavg } from "node:os";
import type { Cores } from "./cores.ts";
import type { Options } from "./options.ts";

/** What the numbers depend on, in one line. */
export function describeRun({ seconds, rounds, concurrency }: Options, cores: Cores | undefined, busy: number): string {
  const pinned =
    cores === undefined
      ? "gateway and load on any core"
      : `gateway on core ${cores.gateway}, load and services on core ${cores.load}`;
  return [
    cpus()[0]?.model.trim() ?? process.arch,
    `${availableParallelism()} cores`,
    pinned,
    `Node ${process.versions.node}`,
    `slices of ${seconds} s, ${rounds} for each gateway`,
    `${concurrency} requests at once`,
    `load average ${busy.toFixed(1)} before`,
    new Date().toISOString().slice(0, 10),
  ].join("; ");
}

/** How many threads wanted to run in the last minute; 0 where the system does not tell it. */
export function busyness(): number {
  return loadavg()[0] ?? 0;
}
