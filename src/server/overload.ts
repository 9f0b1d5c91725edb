import type { ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { Plugin } from "graphql-yoga";
import type { Limits } from "../config/settings.ts";

const WINDOW_MS = 100;
/** The share of a window in which the event loop had something to do: from here on, nothing is left for more. */
const SATURATED = 0.95;
/** So many windows in a row: one heavy operation, or the memory that is tidied up, is no overload. */
const PATIENCE = 3;
/** How much work may wait for the processor, in time: so much longer an operation takes in the worst case. */
const BACKLOG_MS = 150;
/** However many are sent away, that is told no more often. */
const TELL_MS = 1000;
/** However slow it goes, so many run at once: a few heavy operations must not shut the others out. */
const MINIMUM = 64;
/** The pace is that of the last windows, so many more or less. */
const PACE_WINDOWS = 5;

/**
 * How many operations may run at once: as many as configured, and fewer while the process cannot keep up.
 *
 * It cannot where the event loop never rests. Then no more may be under way than was done in the last `BACKLOG_MS`; the
 * limit falls to that by a fifth at a time of what really runs, and grows by a tenth as soon as the loop rests again. So
 * it hovers around what the process can carry, whatever the machine and the operations, also where these spend some of
 * their time waiting for services. A service that is slow while the loop rests lowers nothing.
 *
 * The delay of the loop's timers would tell less: connections to the services are few, so that turns of the loop stay
 * short while the queue grows.
 */
export class OperationLimit {
  readonly #most: number;
  readonly #least: number;
  #limit: number;
  #running = 0;
  /** In this window. */
  #peak = 0;
  #done = 0;
  /** Operations that end in a millisecond. */
  #pace = 0;
  #saturatedWindows = 0;

  constructor(operations: number) {
    this.#most = operations;
    this.#least = Math.min(MINIMUM, operations);
    this.#limit = operations;
  }

  /** How many may run now. */
  get limit(): number {
    return this.#limit;
  }

  get running(): number {
    return this.#running;
  }

  /** Lets one more run, whose end `release` is to tell, or does not. */
  take(): boolean {
    if (this.#running >= this.#limit) return false;
    this.#running += 1;
    if (this.#running > this.#peak) this.#peak = this.#running;
    return true;
  }

  /** One that did not run after all. */
  giveBack(): void {
    this.#running -= 1;
  }

  release(): void {
    this.#running -= 1;
    this.#done += 1;
  }

  /**
   * Ends a window.
   * @param utilization the event loop's in this window, 0 to 1
   * @param ms how long it was
   */
  adjust(utilization: number, ms: number): void {
    this.#pace += (this.#done / ms - this.#pace) / PACE_WINDOWS;
    this.#saturatedWindows = utilization < SATURATED ? 0 : this.#saturatedWindows + 1;
    if (this.#saturatedWindows === 0) this.#set(this.#limit * 1.1 + 1);
    else if (this.#saturatedWindows >= PATIENCE)
      this.#set(Math.max(this.#pace * BACKLOG_MS, Math.min(this.#limit, this.#peak) * 0.8));
    this.#done = 0;
    this.#peak = this.#running;
  }

  #set(limit: number): void {
    this.#limit = Math.min(this.#most, Math.max(this.#least, Math.floor(limit)));
  }
}

/** What Yoga hands on under `node:http`; there is no response of it where `fetch` is called. */
interface NodeContext {
  readonly res?: ServerResponse;
}

/**
 * Answers GraphQL requests that are too much with 503 and `Retry-After`, before their body is read. GraphiQL's page,
 * `/healthz` and `/readyz` are answered before it is asked. Ends with the server's `dispose`.
 * @param onShed told, every second at most, of how many were answered so
 * @param limit shared with whoever else runs operations
 */
export function shedLoad(
  { operations }: Pick<Limits, "operations">,
  onShed?: (requests: number) => void,
  limit = new OperationLimit(operations),
): Plugin<object, NodeContext> {
  let shed = 0;
  let toldAt = -Infinity;
  let from = performance.now();
  let loop = performance.eventLoopUtilization();
  const endWindow = () => {
    const now = performance.now();
    const turned = performance.eventLoopUtilization();
    limit.adjust(performance.eventLoopUtilization(turned, loop).utilization, now - from);
    from = now;
    loop = turned;
    if (shed === 0 || now - toldAt < TELL_MS) return;
    onShed?.(shed);
    shed = 0;
    toldAt = now;
  };
  const timer = setInterval(endWindow, WINDOW_MS).unref();

  return {
    // What runs at last, for GraphQL alone, and not an answer of ours here: CORS and all else that wants to see answers
    // sees this one, too.
    onRequest(event) {
      const { fetchAPI, requestHandler } = event;
      const { method } = event.request;
      if (method !== "POST" && method !== "GET") return;
      event.setRequestHandler(async (request, context) => {
        if (!limit.take()) {
          shed += 1;
          const message = limit.running >= operations ? full(operations) : BUSY;
          const [body, init] = refusal(message, request.headers.get("accept"));
          return new fetchAPI.Response(body, init);
        }
        const { res } = context as NodeContext;
        // Until the last byte is sent, for the answer takes memory until then; or until the client has gone away.
        if (res?.closed === false) {
          res.once("close", () => limit.release());
          return requestHandler(request, context);
        }
        try {
          return await requestHandler(request, context);
        } finally {
          limit.release();
        }
      });
    },
    onDispose: () => clearInterval(timer),
  };
}

const LATER = "Nothing of this request was done: repeat it a little later.";
const BUSY = `The gateway has more to do than it can. ${LATER}`;
const full = (operations: number) =>
  `The gateway runs ${operations} operations already, which is \`limits.operations\`. ${LATER}`;

/** Told apart by a second or two, so that those who are sent away do not all come back together. */
function refusal(message: string, accept: string | null): [body: string, init: ResponseInit] {
  const retryAfter = 1 + Math.floor(Math.random() * 3);
  const extensions = { code: "OVERLOADED", retryable: true, retryAfter };
  return [
    JSON.stringify({ errors: [{ message, extensions }] }),
    {
      status: 503,
      headers: { "content-type": `${mediaType(accept)}; charset=utf-8`, "retry-after": String(retryAfter) },
    },
  ];
}

/** The one that the client names first, as Yoga chooses for other answers; the older one where it names none. */
function mediaType(accept: string | null): string {
  const [named] = /application\/(?:graphql-response\+)?json/i.exec(accept ?? "") ?? [];
  return named?.toLowerCase() ?? "application/json";
}
