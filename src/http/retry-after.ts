import type { UpstreamResponse } from "./send.ts";

/** A year: whoever says more means never. */
const LONGEST_SECONDS = 31_536_000;

/**
 * Reads `Retry-After`, which is a number of seconds or a date.
 * @returns whole seconds from now, rounded up, 0 for a date that has passed; undefined where there is none that we understand
 * @see RFC 9110, 10.2.3
 */
export function retryAfterSeconds(response: UpstreamResponse, now: number = Date.now()): number | undefined {
  const value = response.header("retry-after")?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS);
  // `Date.parse` alone would take `-5` and `1.5` for dates.
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
