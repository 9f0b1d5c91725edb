import { type CallerKey, callerKey, type Principal } from "../domain/principal.ts";
import { fillRoute } from "./route.ts";
import type { Step, UpstreamResponse } from "./send.ts";

/**
 * Sends identical reads of one operation once: whoever asks for the same again gets the answer that came, or is on its
 * way. A write forgets them all, before and after. Only for the calls of one operation, which has one caller.
 */
export function readOnce(principal: Principal): Step {
  let answers = new Map<CallerKey, Promise<UpstreamResponse>>();
  const forget = () => {
    answers = new Map();
  };
  return (next) => (request) => {
    if (request.method !== "GET") {
      forget();
      return next(request).finally(forget);
    }
    const path = fillRoute(request);
    const key = callerKey(principal, path);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const before = answers;
    const answer = next({ ...request, path });
    before.set(key, answer);
    // What failed in passing may be asked for again.
    answer.then(
      ({ status }) => (status === 429 || status >= 500) && before.delete(key),
      () => before.delete(key),
    );
    return answer;
  };
}
