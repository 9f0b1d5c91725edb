import { setTimeout as sleep } from "node:timers/promises";
import type { Checked } from "./check.ts";
import type { Outcome } from "./load.ts";
import type { LoadQuestion } from "./load-server.ts";
import type { Options } from "./options.ts";
import type { Started } from "./processes.ts";
import type { WorkloadName } from "./workloads.ts";

/** For what was under way when a slice ended. */
const PAUSE_MS = 200;

/** A gateway in one workload. */
export interface Contender {
  readonly gateway: string;
  readonly workload: WorkloadName;
  readonly process: Started;
  readonly url: string;
  readonly checked: Checked;
}

/**
 * Measures the contenders of one workload in turns, so that what else the machine does meets all of them alike.
 * @param load the process that makes it
 * @returns for each contender its slices, one a round
 * @throws Error for the first answer that is not the one which was checked, and where too few come in a slice
 */
export async function measure(
  contenders: readonly Contender[],
  load: Started,
  { rounds, seconds, concurrency }: Options,
): Promise<ReadonlyMap<Contender, readonly Outcome[]>> {
  const slices = new Map<Contender, Outcome[]>(contenders.map((contender) => [contender, []]));
  for (const contender of contenders) {
    const { requests } = contender.checked;
    await load.ask<null>({ name: nameOf(contender), requests } satisfies LoadQuestion);
    // A slice that does not count, until the code is compiled for what it does.
    await measureOnce(contender, load, seconds, concurrency);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of turnsOf(contenders, round))
      slices.get(contender)?.push(await measureOnce(contender, load, seconds, concurrency));
  }
  return slices;
}

/** Everyone comes first, and after everyone else, about equally often. */
export function turnsOf<T>(contenders: readonly T[], round: number): readonly T[] {
  const first = round % contenders.length;
  const turns = [...contenders.slice(first), ...contenders.slice(0, first)];
  return round % 2 === 1 ? turns.toReversed() : turns;
}

async function measureOnce(
  contender: Contender,
  load: Started,
  seconds: number,
  connections: number,
): Promise<Outcome> {
  const { url, process } = contender;
  await sleep(PAUSE_MS);
  const question: LoadQuestion = { name: nameOf(contender), url, connections, seconds, pid: process.pid };
  const outcome = await load.ask<Outcome>(question);
  if (outcome.wrong > 0)
    throw new Error(
      `${nameOf(contender)}: ${outcome.wrong} wrong answers under load. The first: ${outcome.firstWrong ?? ""}`,
    );
  if (outcome.answered < connections)
    throw new Error(`${nameOf(contender)}: too few answers to measure anything. Choose more --seconds.`);
  return outcome;
}

function nameOf({ gateway, workload }: Contender): string {
  return `${gateway}, workload ${workload}`;
}
