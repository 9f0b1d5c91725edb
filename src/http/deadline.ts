import type { Service } from "../domain/service.ts";
import type { Step } from "./send.ts";

/**
 * Bounds all attempts of one call together, and what is waited between them: says when the last of them has to end, to
 * which attempts and retries keep.
 */
export function deadline(ms: number): Step {
  return (next) => (request) =>
    next({ ...request, deadlineAt: Math.min(performance.now() + ms, request.deadlineAt ?? Infinity) });
}

export function lateness({ name }: Service): string {
  return `The service \`${name}\` gave no answer in time.`;
}
