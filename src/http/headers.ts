import type { Step } from "./send.ts";

/** @param own names in lower case */
export function headers(own: Readonly<Record<string, string>>): Step {
  return (next) => (request) => next({ ...request, headers: { ...request.headers, ...own } });
}
