/**
 * How fast usergraph is beside what one would write by hand: `npm run bench`, some minutes. The services, the gateways and
 * the load run as processes of their own on this machine; nothing else is called.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check, type Checked } from "./check.ts";
import { chooseCores, type Cores } from "./cores.ts";
import { dayOne } from "./gateways/day-one.ts";
import { floor } from "./gateways/floor.ts";
import type { Gateway } from "./gateways/gateway.ts";
import { usergraph } from "./gateways/usergraph.ts";
import { busyness, describeRun } from "./machine.ts";
import { measure, type Contender } from "./measure.ts";
import { OptionError, readOptions, USAGE, type Options } from "./options.ts";
import { Processes, type Started } from "./processes.ts";
import { callsTable, tableOf } from "./report.ts";
import { makeFixtures } from "./upstream/fixtures.ts";
import { makeWorkloads, type Workload } from "./workloads.ts";

const GATEWAYS: readonly Gateway[] = [usergraph, floor, dayOne];

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === "help") write(USAGE);
    else await runInFolder(options);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${error instanceof OptionError ? USAGE : ""}`);
    return error instanceof OptionError ? 2 : 1;
  }
}

async function runInFolder(options: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "usergraph-bench-"));
  const processes = new Processes(folder);
  try {
    await Promise.race([run(options, folder, processes), interruption()]);
  } finally {
    await processes.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(options: Options, folder: string, processes: Processes): Promise<void> {
  const busy = busyness();
  const cores = chooseCores();
  if (cores === undefined) report("Gateway and load may run on the same core here: that takes taskset, and two cores.");
  const field = await startField(folder, processes, cores);
  const workloads = makeWorkloads(makeFixtures()).filter(({ name }) => options.workloads.includes(name));
  const contenders = await checkAll(workloads, field);
  if (options.verifyOnly) {
    write(`All answers are right.\n\n${summarize(contenders)}\n`);
    return;
  }
  const load = processes.start("load", [pathOf("load-server.ts")], cores?.load);
  for (const [{ name, title }, own] of contenders) {
    report(`${name}: measuring`);
    const slices = await measure(own, load, options);
    const rows = own.map((one) => ({
      gateway: one.gateway,
      calls: one.checked.calls,
      slices: slices.get(one) ?? [],
    }));
    write(`**${name}**: ${title}\n\n${tableOf(rows)}\n\n`);
  }
  write(`${describeRun(options, cores, busy)}\n`);
}

interface Field {
  readonly services: Started;
  readonly gateways: readonly { readonly gateway: Gateway; readonly process: Started; readonly url: string }[];
}

async function startField(folder: string, processes: Processes, cores: Cores | undefined): Promise<Field> {
  const services = processes.start("services", [pathOf("upstream/server.ts")], cores?.load);
  const origin = await services.ask<string>();
  const gateways = GATEWAYS.map(async (gateway) => {
    const process = processes.start(gateway.name, await gateway.command(origin, folder), cores?.gateway);
    return { gateway, process, url: await process.hasWritten(/http:\/\/127\.0\.0\.1:\d+\/graphql/) };
  });
  return { services, gateways: await Promise.all(gateways) };
}

/** Before anything is timed: a fast answer that is wrong is worth nothing. */
async function checkAll(
  workloads: readonly Workload[],
  { services, gateways }: Field,
): Promise<ReadonlyMap<Workload, readonly Contender[]>> {
  const contenders = new Map<Workload, readonly Contender[]>();
  for (const workload of workloads) {
    report(`${workload.name}: checking ${workload.keys.length} answers of each gateway`);
    const own: Contender[] = [];
    for (const { gateway, process, url } of gateways) {
      const checked: Checked = await check(gateway, workload, url, () => services.ask<number>("count"));
      own.push({ gateway: gateway.name, workload: workload.name, process, url, checked });
    }
    contenders.set(workload, own);
  }
  return contenders;
}

function summarize(contenders: ReadonlyMap<Workload, readonly Contender[]>): string {
  const calls = [...contenders].map(([{ name }, own]) => [name, own.map(({ checked }) => checked.calls)] as const);
  return callsTable(
    GATEWAYS.map(({ name }) => name),
    new Map(calls),
  );
}

/** Rejects when the user wants no more, so that all that was started is ended. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => reject(new Error(`Ended by ${signal}.`)));
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function write(text: string): void {
  process.stdout.write(text);
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
