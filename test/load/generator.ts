/** Makes load, in a process of its own so that nothing else of the rig slows it down. */
import { setTimeout as sleep } from "node:timers/promises";
import { Connection, writeRequest } from "./connection.ts";
import { percentiles, type Percentiles } from "./percentiles.ts";

export type Load = { readonly url: string; readonly requests: readonly GraphqlRequest[]; readonly seconds: number } &
  /** Each asks again as soon as it is answered. */
  (
    | { readonly connections: number }
    /** Requests a second, whatever becomes of those before; on new connections where all are busy. */
    | { readonly rate: number }
  );

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: object;
}

export interface Outcome {
  readonly seconds: number;
  readonly sent: number;
  readonly answered: number;
  readonly shed: number;
  /** All else: lost connections, other statuses, answers with errors in them. */
  readonly wrong: number;
  /** Of those that were answered. */
  readonly latency: Percentiles;
}

const PULSE_MS = 5;
const DRAIN_MS = 30_000;

class Tally {
  readonly #texts: readonly string[];
  readonly #url: URL;
  readonly #latencies: number[] = [];
  readonly #idle: Connection[] = [];
  #sent = 0;
  #shed = 0;
  #wrong = 0;

  constructor({ url, requests }: Load) {
    this.#url = new URL(url);
    this.#texts = requests.map(({ query, variables }) => writeRequest(this.#url, query, variables));
  }

  get sent(): number {
    return this.#sent;
  }

  get isDone(): boolean {
    return this.#latencies.length + this.#shed + this.#wrong === this.#sent;
  }

  send(onReply?: () => void): void {
    const connection = this.#idle.pop() ?? new Connection(this.#url);
    const from = performance.now();
    connection.ask(this.#texts[this.#sent % this.#texts.length] as string, ({ status, hasErrors }) => {
      if (status === 200 && !hasErrors) this.#latencies.push(performance.now() - from);
      else if (status === 503) this.#shed += 1;
      else this.#wrong += 1;
      if (connection.isOpen) this.#idle.push(connection);
      onReply?.();
    });
    this.#sent += 1;
  }

  close(seconds: number): Outcome {
    for (const connection of this.#idle) connection.close();
    return {
      seconds,
      sent: this.#sent,
      answered: this.#latencies.length,
      shed: this.#shed,
      wrong: this.#wrong,
      latency: percentiles(this.#latencies),
    };
  }
}

async function run(load: Load): Promise<Outcome> {
  const tally = new Tally(load);
  const from = performance.now();
  const isOver = () => performance.now() - from >= load.seconds * 1000;
  if ("connections" in load) {
    const sendOn = () => {
      if (!isOver()) tally.send(sendOn);
    };
    for (let n = 0; n < load.connections; n++) sendOn();
    while (!isOver()) await sleep(PULSE_MS);
  } else {
    while (!isOver()) {
      const due = ((performance.now() - from) / 1000) * load.rate;
      while (tally.sent < due) tally.send();
      await sleep(PULSE_MS);
    }
  }
  const until = performance.now() + DRAIN_MS;
  while (!tally.isDone && performance.now() < until) await sleep(PULSE_MS);
  // With the time that the last answers took: else those of a long queue would count as if they had come in time.
  return tally.close((performance.now() - from) / 1000);
}

process.on("message", async (load: Load) => process.send?.(await run(load)));
