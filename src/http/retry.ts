import { setTimeout as sleep } from "node:timers/promises";
import { ExponentialBackoff, type IBackoff } from "cockatiel";
import { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import { failureOf, NoAnswer } from "./failures.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { RetryBudget } from "./retry-budget.ts";
import { isPassing, isSuccess, type Send, type Step, type UpstreamRequest, type UpstreamResponse } from "./send.ts";

export interface RetryOptions {
  /** Further attempts after the first. */
  readonly retries: number;
}

/** About 0.1 s, 0.2 s, 0.4 s, with jitter: callers that failed together do not come back together. */
const BACKOFF = new ExponentialBackoff({ initialDelay: 100, maxDelay: 2000 });

/**
 * Sends again what failed in passing and may be repeated: any GET, what its dialect calls repeatable, and what never
 * reached the service. Between attempts it waits a little longer each time, and as long as the service asks, where the
 * deadline allows it. Over all calls, retries are a tenth at most.
 */
export function retry({ retries }: RetryOptions, service: Service): Step {
  const budget = new RetryBudget();
  return (next) => async (request) => {
    let backoff: IBackoff<unknown> | undefined;
    let lost: ServiceFailure | undefined;
    let before: Outcome | undefined;
    for (let left = retries; ; left--) {
      const outcome = await attempt(next, request);
      // What was refused on our side says less than what the service said before.
      if (before !== undefined && isRefused(outcome)) return settle(before, lost);
      if (before === undefined && !isRefused(outcome)) budget.earn();
      before = outcome;
      if (left <= 0 || !isWorthRepeating(request, outcome)) return settle(outcome, lost);
      backoff = backoff === undefined ? BACKOFF.next() : backoff.next(undefined);
      const delayMs = askedDelayMs(outcome) + backoff.duration;
      // Nobody would be there for what comes after the deadline; what is known now says more than that it passed.
      if (performance.now() + delayMs >= (request.deadlineAt ?? Infinity)) return settle(outcome, lost);
      if (!budget.spend()) return settle(outcome, lost);
      lost = lossOf(outcome, request, service) ?? lost;
      try {
        await pause(delayMs, request.signal);
      } catch (error) {
        return settle({ error }, lost);
      }
    }
  };
}

/** How an attempt ended. An answer is one whatever its status. */
type Outcome = { readonly answer: UpstreamResponse } | { readonly error: unknown };

async function attempt(next: Send, request: UpstreamRequest): Promise<Outcome> {
  try {
    return { answer: await next(request) };
  } catch (error) {
    return { error };
  }
}

/**
 * A write of which one answer was lost may have happened, whatever a later attempt is told: that nothing is there to be
 * removed, that the name is taken, or that it comes too often. Only a success says more.
 */
function settle(outcome: Outcome, lost: ServiceFailure | undefined): UpstreamResponse {
  if ("answer" in outcome) {
    if (lost === undefined || isSuccess(outcome.answer)) return outcome.answer;
    throw lost;
  }
  const { error } = outcome;
  const tellsOfLoss = error instanceof ServiceFailure && error.outcomeUnknown;
  throw lost === undefined || tellsOfLoss ? error : lost;
}

/** A step of ours decided not to send it, as an open circuit does. */
function isRefused(outcome: Outcome): boolean {
  return "error" in outcome && outcome.error instanceof ServiceFailure && !(outcome.error instanceof NoAnswer);
}

function isWorthRepeating(request: UpstreamRequest, outcome: Outcome): boolean {
  if (request.signal?.aborted === true) return false;
  const repeatable = request.method === "GET" || request.repeatable === true;
  if ("answer" in outcome) return repeatable && isPassing(outcome.answer);
  const { error } = outcome;
  if (!(error instanceof NoAnswer)) return false;
  if (error.code === "UPSTREAM_UNAVAILABLE") return repeatable || !error.sent;
  return error.code === "UPSTREAM_TIMEOUT" && repeatable;
}

/** Of a write: the answer was lost on its way, or by whatever stands before the service. */
function lossOf(outcome: Outcome, request: UpstreamRequest, service: Service): ServiceFailure | undefined {
  if (request.method === "GET") return undefined;
  if ("error" in outcome) {
    const { error } = outcome;
    return error instanceof ServiceFailure && error.outcomeUnknown ? error : undefined;
  }
  const failure = failureOf(outcome.answer.status, outcome.answer, service, { request, write: true });
  return failure.outcomeUnknown ? failure : undefined;
}

function askedDelayMs(outcome: Outcome): number {
  return "answer" in outcome ? (retryAfterSeconds(outcome.answer) ?? 0) * 1000 : 0;
}

/** @throws the signal's reason, as soon as it is aborted */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
}
