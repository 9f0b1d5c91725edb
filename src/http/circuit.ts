import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState as PolicyState,
  CountBreaker,
  ExponentialBackoff,
  halfJitterGenerator,
  handleWhen,
} from "cockatiel";
import { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import { describeCall, NoAnswer } from "./failures.ts";
import type { Send, Step, UpstreamRequest, UpstreamResponse } from "./send.ts";

/** `half-open`: one call tries whether the service is there again. */
export type CircuitState = "closed" | "open" | "half-open";

/** Whether an answer of 500 or more tells of what one caller asked, and not of a service that is ill. */
export type BlamesCaller = (request: UpstreamRequest, response: UpstreamResponse) => boolean;

/** It opens when more than half of the last twenty attempts failed, of at least ten. */
const LAST_ATTEMPTS = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 };
/** About a second first, then longer, as long as one call after the other fails; not to the millisecond, for we are several. */
const OPEN_FOR = { initialDelay: 1000, maxDelay: 10_000, generator: halfJitterGenerator };

const STATES: Readonly<Record<PolicyState, CircuitState>> = {
  [PolicyState.Closed]: "closed",
  [PolicyState.Open]: "open",
  [PolicyState.HalfOpen]: "half-open",
  // Only by hand, which nobody does.
  [PolicyState.Isolated]: "open",
};

/**
 * Spares a service that is ill, and those who would wait for it: after many failures nothing is sent for a while. What
 * counts are connections that fail, answers that do not come in time, 502, 503, 504, and any other 500 or more that is not
 * what one caller brought about. A 4xx never does.
 * @throws ServiceFailure `UPSTREAM_UNAVAILABLE` instead of sending
 */
export class Circuit {
  readonly #service: Service;
  readonly #blamesCaller: BlamesCaller;
  readonly #policy = circuitBreaker(
    handleWhen((error) => this.#isFailure(error)).orWhenResult((result) => result instanceof BadAnswer),
    { breaker: new CountBreaker(LAST_ATTEMPTS), halfOpenAfter: new ExponentialBackoff(OPEN_FOR) },
  );

  /** @param onChange told of each change of the state */
  constructor(service: Service, blamesCaller: BlamesCaller, onChange?: (state: CircuitState) => void) {
    this.#service = service;
    this.#blamesCaller = blamesCaller;
    if (onChange !== undefined) this.#policy.onStateChange((state) => onChange(STATES[state]));
  }

  get state(): CircuitState {
    return STATES[this.#policy.state];
  }

  readonly step: Step = (next) => async (request) => {
    // The policy would let all others wait for the one that tries.
    if (this.state === "half-open") throw this.#refusal(request);
    try {
      const answer = await this.#policy.execute(() => this.#attempt(next, request));
      return answer instanceof BadAnswer ? answer.response : answer;
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.#refusal(request) : error;
    }
  };

  async #attempt(next: Send, request: UpstreamRequest): Promise<UpstreamResponse | BadAnswer> {
    const response = await next(request);
    const { status } = response;
    if (status < 500) return response;
    const isIll = status === 502 || status === 503 || status === 504 || !this.#blamesCaller(request, response);
    return isIll ? new BadAnswer(response) : response;
  }

  #isFailure(error: unknown): boolean {
    // Whatever ended the one call that tries, even that its client went away: it did not show that the service is back.
    return this.state === "half-open" || (error instanceof NoAnswer && error.blamesService);
  }

  #refusal(request: UpstreamRequest): ServiceFailure {
    const { name } = this.#service;
    const message = `The service \`${name}\` failed too often just now and is not asked for a moment: nothing was sent.`;
    return new ServiceFailure("UPSTREAM_UNAVAILABLE", message, {
      service: name,
      detail: `${describeCall(request)}: circuit open`,
    });
  }
}

/** An answer that shows that the service is ill. */
class BadAnswer {
  readonly response: UpstreamResponse;

  constructor(response: UpstreamResponse) {
    this.response = response;
  }
}
