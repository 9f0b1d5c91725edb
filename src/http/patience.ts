import type { Service } from "../domain/service.ts";
import { noAnswer } from "./failures.ts";
import { isPassing, type Step } from "./send.ts";

/**
 * How long one operation waits for a service that does not answer: one deadline for all its calls, and not one after the
 * other for each. Any answer starts it anew. Reads that begin later get what is left of it; a write gets all its time, or
 * is not sent: cut short, nobody would know what became of it.
 * @throws ServiceFailure `UPSTREAM_TIMEOUT` without asking, where nothing is left
 */
export function patience(ms: number, service: Service): Step {
  let until: number | undefined;
  return (next) => async (request) => {
    const now = performance.now();
    until ??= now + ms;
    if (now >= until) {
      const sentence = `The service \`${service.name}\` gave no answer in time to what was asked of it before, so this was not asked.`;
      throw noAnswer("UPSTREAM_TIMEOUT", sentence, service, request, `patience of ${ms} ms`, false);
    }
    // The first call has a whole deadline, which is set for it anyway.
    const isCut = request.method === "GET" && until < now + ms;
    const response = await next(isCut ? { ...request, deadlineAt: until } : request);
    // What came after all attempts in vain tells nothing of the time that the next call will take.
    if (!isPassing(response)) until = undefined;
    return response;
  };
}
