import type { Service } from "../domain/service.ts";
import { noAnswer } from "./failures.ts";
import type { Step } from "./send.ts";

/** Why a call is ended. Whoever ends an attempt for it knows whether the attempt had been sent. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/**
 * Bounds all attempts of one call together, and what is waited between them.
 * @throws ServiceFailure `UPSTREAM_TIMEOUT`; `outcomeUnknown` for a write of which a byte may have been sent
 */
export function deadline(ms: number, service: Service): Step {
  return (next) => async (request) => {
    const outer = request.signal;
    outer?.throwIfAborted();
    const now = performance.now();
    const deadlineAt = Math.min(now + ms, request.deadlineAt ?? Infinity);
    const controller = new AbortController();
    const timer = setTimeout(expire, deadlineAt - now, controller);
    // By hand, since `AbortSignal.any` costs more than all of this and leaves its traces on the outer signal.
    const abort = () => controller.abort(outer?.reason);
    outer?.addEventListener("abort", abort);
    try {
      return await next({ ...request, signal: controller.signal, deadlineAt });
    } catch (error) {
      if (!(error instanceof DeadlinePassed)) throw error;
      // Between two attempts.
      throw noAnswer("UPSTREAM_TIMEOUT", lateness(service), service, request, "deadline", false);
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    }
  };
}

export function lateness({ name }: Service): string {
  return `The service \`${name}\` gave no answer in time.`;
}

function expire(controller: AbortController): void {
  controller.abort(new DeadlinePassed());
}
