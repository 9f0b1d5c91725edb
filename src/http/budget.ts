import { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import type { Step } from "./send.ts";

/** How many upstream calls one operation may make, over all its services. */
export interface CallBudget {
  readonly limit: number;
  used: number;
}

/**
 * Counts calls, however many attempts they take. Probes are free.
 * @throws ServiceFailure `CALL_BUDGET_EXCEEDED` instead of sending one call too many
 */
export function budget(counter: CallBudget, service: Service): Step {
  // One for all calls that are refused: it is one event, however many fields go without a value.
  let exceeded: ServiceFailure | undefined;
  return (next) => (request) => {
    if (request.probe === true) return next(request);
    if (counter.used >= counter.limit) {
      const message = `The operation needs more than ${counter.limit} upstream calls, which is the limit. Ask for less at once.`;
      exceeded ??= new ServiceFailure("CALL_BUDGET_EXCEEDED", message, { service: service.name });
      return Promise.reject(exceeded);
    }
    counter.used++;
    return next(request);
  };
}
