/**
 * What becomes of the gateway under twice the load that it can carry: `npm run load`, some minutes. Everything runs as a
 * process of its own (the gateway, the services behind it, the load), so two cores are the least to measure anything on.
 */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceSettings } from "../../src/config/settings.ts";
import type { GraphqlRequest, Load, Outcome } from "./generator.ts";
import type { Vitals } from "./vitals.ts";
import { percentiles, type Percentiles } from "./percentiles.ts";

const CONNECTIONS = 32;
const OVERLOAD_SECONDS = Number(process.argv[2] ?? 20);
const CARRIED_SECONDS = 5;
/** Until the code is compiled for what it does. */
const WARM_UP_SECONDS = 10;

const USER = `query ($id: ID!) { user(id: $id, service: "directory") { id name email status } }`;
const PAGE = `query ($first: Int!) {
  users(first: $first, service: "directory") {
    nodes {
      id name email status createdAt
      groups { edges { role node { id name } } }
      applications { nodes { id name status } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Each of many: what is asked twice at the same time by the same caller is asked once, and would be no work. */
const WORKLOADS: Readonly<Record<string, readonly GraphqlRequest[]>> = {
  "one user": range(1000).map((n) => ({ query: USER, variables: { id: `user-${String(n).padStart(3, "0")}` } })),
  "a page of 21 to 80 users, with their groups and applications": range(60).map((n) => ({
    query: PAGE,
    variables: { first: 21 + n },
  })),
};

const children: ChildProcess[] = [];
const folder = await mkdtemp(join(tmpdir(), "usergraph-load-"));
try {
  const services = await startUpstream();
  const generator = start("generator.ts");
  for (const [name, requests] of Object.entries(WORKLOADS)) {
    const { gateway, url } = await startGateway(services);
    process.stdout.write(`\n${name}\n${await measure(gateway, url, generator, requests)}\n`);
    gateway.kill();
    await once(gateway, "exit");
  }
} finally {
  for (const child of children) child.kill();
  await rm(folder, { recursive: true });
}

async function measure(
  gateway: ChildProcess,
  url: string,
  generator: ChildProcess,
  requests: readonly GraphqlRequest[],
): Promise<string> {
  const make = (kind: { connections: number } | { rate: number }, seconds: number) =>
    ask<Outcome>(generator, { url, requests, seconds, ...kind } satisfies Load);
  await make({ connections: CONNECTIONS }, WARM_UP_SECONDS);
  const start = await vitalsOf(gateway);
  const carried = await make({ connections: CONNECTIONS }, CARRIED_SECONDS);
  const before = await vitalsOf(gateway);

  const health = watchHealth(url);
  const over = await make({ rate: 2 * perSecond(carried) }, OVERLOAD_SECONDS);
  const { latency, wrong } = await health.stop();
  const during = await vitalsOf(gateway);
  const peak = await peakOf(gateway);

  const recovered = await make({ connections: CONNECTIONS }, CARRIED_SECONDS);
  await sleep(10_000);
  const after10 = await vitalsOf(gateway);
  await sleep(20_000);
  const after30 = await vitalsOf(gateway);

  const costly = (over.answered / (during.cpuMs - before.cpuMs)) * ((before.cpuMs - start.cpuMs) / carried.answered);
  const ratio = (outcome: Outcome) => (perSecond(outcome) / perSecond(carried)).toFixed(2);
  return table({
    "carried by 32 connections": `${Math.round(perSecond(carried))} answers/s, ${carried.shed} shed, ${carried.wrong} wrong; ${describe(carried.latency)}`,
    [`twice that for ${OVERLOAD_SECONDS} s`]: `${Math.round(over.sent / OVERLOAD_SECONDS)} requests/s`,
    "  answered": `${ratio(over)} of carried (${Math.round(perSecond(over))}/s); ${describe(over.latency)}`,
    "  for the processor's time": `${costly.toFixed(2)} of the answers that it makes in that where nothing is shed`,
    "  shed": `${Math.round(over.shed / over.seconds)}/s, ${Math.round((100 * over.shed) / over.sent)} % of all`,
    "  neither 200 nor 503": String(over.wrong),
    "  /healthz": `${describe(latency)}; ${wrong} failed`,
    "afterwards, 32 connections": `${ratio(recovered)} of carried; ${recovered.shed} shed, ${recovered.wrong} wrong; ${describe(recovered.latency)}`,
    "heap in use": `${mebibytes(before.heapUsed)} before, ${mebibytes(after10.heapUsed)} 10 s and ${mebibytes(after30.heapUsed)} 30 s after`,
    "resident memory": `${mebibytes(before.rss)} before, ${mebibytes(peak)} at most, ${mebibytes(after10.rss)} 10 s and ${mebibytes(after30.rss)} 30 s after`,
  });
}

async function startUpstream(): Promise<readonly ServiceSettings[]> {
  const [services] = (await once(start("upstream.ts"), "message")) as [readonly ServiceSettings[]];
  return services;
}

async function startGateway(services: readonly ServiceSettings[]): Promise<{ gateway: ChildProcess; url: string }> {
  const file = join(folder, "usergraph.yaml");
  const entries = services.map(({ service: { name, dialect, url }, credentials }) => [
    name,
    { dialect, url, credentials },
  ]);
  // JSON is YAML.
  const server = { port: 0, explain: "never", log: { level: "error" } };
  await writeFile(file, JSON.stringify({ server, services: Object.fromEntries(entries) as unknown }));
  const bin = new URL("../../bin/usergraph.js", import.meta.url).pathname;
  const vitals = new URL("vitals.ts", import.meta.url).href;
  const gateway = spawn(process.execPath, ["--expose-gc", "--import", vitals, bin, "serve", "--config", file], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  children.push(gateway);
  let said = "";
  for await (const chunk of gateway.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    const url = /http:\S+\/graphql/.exec(said)?.[0];
    if (url !== undefined) return { gateway, url };
  }
  throw new Error("The gateway ended before it listened.");
}

function start(file: string): ChildProcess {
  // `NaN` is to arrive as itself.
  const child = fork(new URL(file, import.meta.url), { serialization: "advanced" });
  children.push(child);
  return child;
}

async function ask<T>(child: ChildProcess, question: object): Promise<T> {
  child.send(question);
  const [answer] = (await once(child, "message")) as [T];
  return answer;
}

/** On a connection of its own, as orchestrators ask. */
async function askHealth(url: URL): Promise<number | undefined> {
  try {
    const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  } catch {
    return undefined;
  }
}

/** Asks every 100 ms, whatever became of the question before. */
function watchHealth(url: string) {
  const latencies: number[] = [];
  let wrong = 0;
  const asking: Promise<void>[] = [];
  const look = async () => {
    const from = performance.now();
    const status = await askHealth(new URL("/healthz", url));
    if (status === 200) latencies.push(performance.now() - from);
    else wrong += 1;
  };
  const timer = setInterval(() => asking.push(look()), 100);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(asking);
      return { latency: percentiles(latencies), wrong };
    },
  };
}

function vitalsOf(gateway: ChildProcess): Promise<Vitals> {
  return ask(gateway, {});
}

/** The most that was resident at any time, in bytes. Linux alone tells it. */
async function peakOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid ?? ""}/status`, "utf8").catch(() => "");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1024;
}

function perSecond({ answered, seconds }: Outcome): number {
  return answered / seconds;
}

function describe({ p50, p99, max }: Percentiles): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, max ${max.toFixed(0)} ms`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

function table(rows: Readonly<Record<string, string>>): string {
  return Object.entries(rows)
    .map(([what, value]) => `  ${what.padEnd(28)}${value}`)
    .join("\n");
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
