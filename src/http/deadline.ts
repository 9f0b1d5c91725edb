import type { Service } from "../domain/service.ts";
import { noAnswer } from "./failures.ts";
import type { Step } from "./send.ts";

/**
 * Bounds all attempts of one call together, and what is waited between them.
 * @throws ServiceFailure `UPSTREAM_TIMEOUT`; `outcomeUnknown` for a write of which a byte may have been sent
 */
export function deadline(ms: number, service: Service): Step {
  return (next) => async (request) => {
    const outer = request.signal;
    outer?.throwIfAborted();
    let sent = false;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const sentence = `The service \`${service.name}\` gave no answer in time.`;
      controller.abort(noAnswer("UPSTREAM_TIMEOUT", sentence, service, request, `deadline of ${ms} ms`, sent));
    }, ms);
    // By hand, since `AbortSignal.any` costs more than all of this and leaves its traces on the outer signal.
    const abort = () => controller.abort(outer?.reason);
    outer?.addEventListener("abort", abort);
    try {
      return await next({
        ...request,
        signal: controller.signal,
        deadlineAt: performance.now() + ms,
        onSent: () => {
          sent = true;
          request.onSent?.();
        },
      });
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    }
  };
}
