import { type CallerKey, callerKey, type Principal } from "../domain/principal.ts";
import type { Service } from "../domain/service.ts";
import { lateness } from "./deadline.ts";
import { noAnswer } from "./failures.ts";
import { fillRoute } from "./route.ts";
import type { Send, Step, UpstreamRequest, UpstreamResponse } from "./send.ts";

/**
 * What the map holds, emptied when it is over: V8 makes a new table for a map every now and then, and as long as the old
 * one is not collected it keeps all alive that was in it.
 */
interface Entry {
  flight: Flight | undefined;
}

/**
 * The reads of one service that are on their way, of all callers and operations. What one caller may see says nothing of
 * what another may: only reads with the same principal are one.
 */
export class Flights {
  readonly #joinable = new Map<CallerKey, Entry>();
  readonly #joinableMs: number;

  /** @param joinableMs since it began: who joined it later would share the end of its patience */
  constructor(joinableMs: number) {
    this.#joinableMs = joinableMs;
  }

  /** @returns undefined where nobody asks for the same, or what they asked may not be true any more */
  find(key: CallerKey): Flight | undefined {
    const flight = this.#joinable.get(key)?.flight;
    return flight !== undefined && performance.now() - flight.startedAt < this.#joinableMs ? flight : undefined;
  }

  start(key: CallerKey, request: UpstreamRequest, next: Send): Flight {
    const entry: Entry = { flight: undefined };
    const flight = new Flight(request, next, () => {
      entry.flight = undefined;
      if (this.#joinable.get(key) === entry) this.#joinable.delete(key);
    });
    entry.flight = flight;
    this.#joinable.set(key, entry);
    return flight;
  }

  /** Whoever asks from now on is answered by what is true from now on. Those who wait already go on. */
  forget(): void {
    if (this.#joinable.size > 0) this.#joinable.clear();
  }
}

/**
 * Sends identical reads of one principal once while they are on their way, over all operations. A write to the service,
 * whoever's it is, parts what was asked before it, during it and after it. A read that several wait for goes on until the
 * last of them has gone.
 */
export function share(flights: Flights, principal: Principal, service: Service): Step {
  const forget = () => flights.forget();
  return (next) => (request) => {
    if (request.method !== "GET") {
      forget();
      return next(request).finally(forget);
    }
    const key = callerKey(principal, fillRoute(request));
    const known = flights.find(key);
    if (known === undefined) return flights.start(key, request, next).join(request, service);
    request.onShared?.();
    return known.join(request, service);
  };
}

/** One read on its way, and those who wait for it. */
class Flight {
  readonly startedAt = performance.now();
  readonly #controller = new AbortController();
  readonly #answer: Promise<UpstreamResponse>;
  readonly #end: () => void;
  readonly #onAttempt = new Set<() => void>();
  #attempts = 0;
  #waiting = 0;

  /** @param end called as soon as nobody may join any more */
  constructor(request: UpstreamRequest, next: Send, end: () => void) {
    this.#end = end;
    const onAttempt = () => {
      this.#attempts++;
      for (const tell of this.#onAttempt) tell();
    };
    // Whose patience is shorter leaves sooner; the others have their own.
    this.#answer = next({ ...request, signal: this.#controller.signal, deadlineAt: undefined, onAttempt });
    this.#answer.then(end, end);
  }

  join(request: UpstreamRequest, service: Service): Promise<UpstreamResponse> {
    const { signal, deadlineAt, onAttempt } = request;
    if (onAttempt !== undefined) {
      for (let told = 0; told < this.#attempts; told++) onAttempt();
      this.#onAttempt.add(onAttempt);
    }
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const leave = (reason: Error) => {
        stay();
        if (onAttempt !== undefined) this.#onAttempt.delete(onAttempt);
        reject(reason);
        if (--this.#waiting > 0) return;
        this.#end();
        this.#controller.abort(reason);
      };
      const abort = () => leave(signal?.reason as Error);
      const expire = () =>
        leave(noAnswer("UPSTREAM_TIMEOUT", lateness(service), service, request, "patience of the operation", false));
      const timer = deadlineAt === undefined ? undefined : setTimeout(expire, deadlineAt - performance.now());
      const stay = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener("abort", abort);
      this.#answer.then(stay, stay);
      this.#answer.then(resolve, reject);
    });
  }
}
