import {
  CircuitState as PolicyState,
  CountBreaker,
  ExponentialBackoff,
  halfJitterGenerator,
  type IBackoff,
} from "cockatiel";
import { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import { describeCall, NoAnswer } from "./failures.ts";
import { isUnavailable, type Send, type Step, type UpstreamRequest, type UpstreamResponse } from "./send.ts";

/** `half-open`: one call tries whether the service is there again. */
export type CircuitState = "closed" | "open" | "half-open";

/** Whether an answer of 500 or more tells of what one caller asked, and not of a service that is ill. */
export type BlamesCaller = (request: UpstreamRequest, response: UpstreamResponse) => boolean;

/** It opens when more than half of the last twenty attempts failed, of at least ten. */
const LAST_ATTEMPTS = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 };
/** Up to a second first, then longer, as long as one call after the other fails; not to the millisecond, for we are several. */
const OPEN_FOR = { initialDelay: 1000, maxDelay: 10_000, generator: halfJitterGenerator };
const BACKOFF = new ExponentialBackoff(OPEN_FOR);

/** What one attempt tells of the service; undefined: nothing, as when nobody waited for its end. */
type Verdict = "well" | "ill" | undefined;

/** Refused without asking, since the circuit is open. */
export class CircuitOpen extends ServiceFailure {}

/**
 * Spares a service that is ill, and those who would wait for it: after many failures nothing is sent for a while. What
 * counts are connections that fail, answers that do not come in time, 502, 503, 504, and any other 500 or more that is not
 * what one caller brought about. A 4xx never does.
 *
 * The states are our own and not cockatiel's: there, others wait for the one call that tries, and what was sent before the
 * state changed counts afterwards, so that the timeouts of a bad minute would open a circuit that has just closed.
 * @throws CircuitOpen instead of sending
 */
export class Circuit {
  readonly #service: Service;
  readonly #blamesCaller: BlamesCaller;
  readonly #onChange: ((state: CircuitState) => void) | undefined;
  readonly #attempts = new CountBreaker(LAST_ATTEMPTS);
  #state: CircuitState = "closed";
  /** Counts the changes of the state: what was sent before one tells nothing any more. */
  #epoch = 0;
  #backoff: IBackoff<unknown> | undefined;
  #openUntil = 0;

  /** @param onChange told of each change of the state */
  constructor(service: Service, blamesCaller: BlamesCaller, onChange?: (state: CircuitState) => void) {
    this.#service = service;
    this.#blamesCaller = blamesCaller;
    this.#onChange = onChange;
  }

  /** `open` until somebody asks when its time is up. */
  get state(): CircuitState {
    return this.#state;
  }

  readonly step: Step = (next) => async (request) => {
    if (this.#state === "half-open" || (this.#state === "open" && performance.now() < this.#openUntil)) {
      throw this.#refusal(request);
    }
    if (this.#state === "closed") return this.#watch(next, request);
    this.#enter("half-open");
    // Were it a write, only who ends it could tell what became of it.
    if (request.method !== "GET") return this.#watch(next, request);
    // It goes on though its client goes away: else whoever always does could keep all others out.
    const { signal, ...lasting } = request;
    return untilAborted(this.#watch(next, lasting), signal);
  };

  async #watch(next: Send, request: UpstreamRequest): Promise<UpstreamResponse> {
    const epoch = this.#epoch;
    let verdict: Verdict;
    try {
      const response = await next(request);
      verdict = this.#isIll(request, response) ? "ill" : "well";
      return response;
    } catch (error) {
      if (error instanceof NoAnswer && error.blamesService) verdict = "ill";
      throw error;
    } finally {
      if (epoch === this.#epoch) this.#judge(verdict);
    }
  }

  #isIll(request: UpstreamRequest, response: UpstreamResponse): boolean {
    return response.status >= 500 && (isUnavailable(response) || !this.#blamesCaller(request, response));
  }

  #judge(verdict: Verdict): void {
    if (this.#state === "half-open") {
      if (verdict === "well") this.#close();
      else this.#open(verdict === "ill" ? this.#nextDelayMs() : 0);
    } else if (verdict === "well") {
      this.#attempts.success(PolicyState.Closed);
    } else if (verdict === "ill" && this.#attempts.failure(PolicyState.Closed)) {
      this.#open(this.#nextDelayMs());
    }
  }

  /** @param ms 0 where the call that tried told nothing: the next one tries */
  #open(ms: number): void {
    this.#openUntil = performance.now() + ms;
    this.#enter("open");
  }

  #close(): void {
    this.#backoff = undefined;
    // Forgets what was before, too.
    this.#attempts.success(PolicyState.HalfOpen);
    this.#enter("closed");
  }

  #nextDelayMs(): number {
    this.#backoff = this.#backoff === undefined ? BACKOFF.next() : this.#backoff.next(undefined);
    return this.#backoff.duration;
  }

  #enter(state: CircuitState): void {
    this.#epoch++;
    this.#state = state;
    this.#onChange?.(state);
  }

  #refusal(request: UpstreamRequest): CircuitOpen {
    const { name } = this.#service;
    const message = `The service \`${name}\` failed too often just now and is not asked for a moment: nothing was sent.`;
    return new CircuitOpen("UPSTREAM_UNAVAILABLE", message, {
      service: name,
      detail: `${describeCall(request)}: circuit open`,
    });
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort);
    const stay = () => signal.removeEventListener("abort", abort);
    promise.then(stay, stay);
    promise.then(resolve, reject);
  });
}
