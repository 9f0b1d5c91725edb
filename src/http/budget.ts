import { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import type { Step } from "./send.ts";

/** What one operation may cost, over all its services. */
export interface CallBudget {
  /** Upstream calls. */
  readonly calls: Allowance;
  /** Bytes of all answers. */
  readonly bytes: Allowance;
}

export interface Allowance {
  readonly limit: number;
  used: number;
}

/**
 * Counts calls, however many attempts they take, and what they answer. Probes are free.
 * @throws ServiceFailure `CALL_BUDGET_EXCEEDED` instead of sending one call too many, `LIMIT_EXCEEDED` for a read whose
 * answer is one too many
 */
export function budget({ calls, bytes }: CallBudget, service: Service): Step {
  // One for all calls that are refused: it is one event, however many fields go without a value.
  let exceeded: ServiceFailure | undefined;
  let unwritten: ServiceFailure | undefined;
  let tooLarge: ServiceFailure | undefined;
  return (next) => async (request) => {
    if (request.probe === true) return next(request);
    const isRead = request.method === "GET";
    if (calls.used >= calls.limit)
      throw isRead ? (exceeded ??= exceedsCalls("")) : (unwritten ??= exceedsCalls(UNSENT));
    if (isRead && bytes.used > bytes.limit) throw (tooLarge ??= exceedsBytes());
    calls.used++;
    const response = await next(request);
    bytes.used += response.size ?? response.text.length;
    // What a write answers is told in any case: it was done.
    if (isRead && bytes.used > bytes.limit) throw (tooLarge ??= exceedsBytes());
    return response;
  };

  function exceedsCalls(outcome: string): ServiceFailure {
    const message = `The operation needs more than ${calls.limit} upstream calls, which is the limit.${outcome} Ask for less at once.`;
    return new ServiceFailure("CALL_BUDGET_EXCEEDED", message, { service: service.name });
  }

  function exceedsBytes(): ServiceFailure {
    const message = `The services' answers to this operation hold more than ${bytes.limit} bytes, which is \`limits.upstreamBytes\`. Ask for less at once.`;
    return new ServiceFailure("LIMIT_EXCEEDED", message, { service: service.name });
  }
}

const UNSENT = " This change was not sent, and nothing of it was done.";
