import autocannon from "autocannon";
import type { CheckedRequest } from "./check.ts";
import { processorTime } from "./processor-time.ts";
import { percentile } from "./statistics.ts";

export interface Load {
  readonly url: string;
  readonly requests: readonly CheckedRequest[];
  /** Requests under way at once. */
  readonly connections: number;
  readonly seconds: number;
  /** The gateway's process. */
  readonly pid: number;
}

/** Of the time in which every connection was busy: from when as many answers had come as there are connections. */
export interface Outcome {
  readonly answered: number;
  readonly perSecond: number;
  /** In milliseconds, as the next. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the gateway in milliseconds; undefined where the system does not tell it. */
  readonly processorPerRequest: number | undefined;
  /** Answers that are not those of the check, and requests that were not answered. */
  readonly wrong: number;
  /** What the first of them was. */
  readonly firstWrong: string | undefined;
}

/** Every answer must be the one that was checked, to the last character. */
export async function makeLoad(load: Load): Promise<Outcome> {
  const tally = new Tally(load);
  let connection = 0;
  const { errors, requests } = await autocannon({
    url: load.url,
    connections: load.connections,
    duration: load.seconds,
    // How often it looks whether the time is over, in milliseconds.
    sampleInt: 50,
    setupClient: (client) => {
      client.on("response", (_status, _bytes, latency) => tally.add(latency));
      client.setRequests(requestsOf(load, connection, tally));
      connection += 1;
    },
  });
  return tally.close(requests.sent, errors);
}

/**
 * A part of the keys for each connection: no two ask the same at the same time, since a gateway that notices would have
 * it easier than among clients that have nothing to do with each other.
 */
function requestsOf({ requests, connections }: Load, connection: number, tally: Tally): autocannon.Request[] {
  const own = requests.filter((_, key) => key % connections === connection % requests.length);
  return own.map(({ body, answer }) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    onResponse: (status, text) => {
      if (status !== 200 || text !== answer) tally.addWrong(status, text);
    },
  }));
}

class Tally {
  readonly #load: Load;
  readonly #latencies: number[] = [];
  #early = 0;
  #from = NaN;
  #processorFrom: number | undefined;
  #wrong = 0;
  #firstWrong: string | undefined;

  constructor(load: Load) {
    this.#load = load;
  }

  /** @param latency in milliseconds */
  add(latency: number): void {
    if (this.#early === this.#load.connections) {
      this.#latencies.push(latency);
      return;
    }
    this.#early += 1;
    this.#from = performance.now();
    this.#processorFrom = processorTime(this.#load.pid);
  }

  addWrong(status: number, text: string): void {
    this.#wrong += 1;
    this.#firstWrong ??= `status ${status}: ${text.slice(0, 500)}`;
  }

  /**
   * @param sent how many requests were
   * @param errors how many of them met a connection that was reset, or no answer in time
   */
  close(sent: number, errors: number): Outcome {
    const seconds = (performance.now() - this.#from) / 1000;
    const processor = processorTime(this.#load.pid);
    const answered = this.#latencies.length;
    // A connection that is closed in good form is no error to autocannon. One request of each was under way at the end.
    const lost = Math.max(errors, sent - this.#early - answered - this.#load.connections);
    return {
      answered,
      perSecond: answered / seconds,
      p50: percentile(this.#latencies, 0.5),
      p99: percentile(this.#latencies, 0.99),
      processorPerRequest:
        processor === undefined || this.#processorFrom === undefined
          ? undefined
          : (processor - this.#processorFrom) / answered,
      wrong: this.#wrong + lost,
      firstWrong: this.#firstWrong ?? (lost > 0 ? "a request that was not answered" : undefined),
    };
  }
}
