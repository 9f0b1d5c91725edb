import fc from "fast-check";
import { expect } from "vitest";
import { FAULTS, type ChaosUpstream } from "./chaos-upstream.ts";
import { range } from "./worlds.ts";

/** Cases that wait for delays and timeouts cost little: some run beside each other. */
const SIDE_BY_SIDE = 4;

/** Making a failure's case smaller ends then, and the smallest one found so far is told. */
const PATIENCE_MS = 60_000;

/** How many cases a property tries: the variable `PROPERTY_CASES`, or what is fit for every day. */
export function cases(everyDay: number): number {
  return Number(process.env["PROPERTY_CASES"] ?? everyDay);
}

/**
 * Tries a property with random cases, of another seed each time. A failure tells seed and path, and a small case.
 * @param seed of one failure, to repeat it alone
 */
export async function hold<Ts>(
  property: fc.IAsyncPropertyWithHooks<Ts>,
  count: number,
  again?: { readonly seed: number; readonly path: string },
): Promise<void> {
  if (again !== undefined) return fc.assert(property, again);
  const share = Math.ceil(count / SIDE_BY_SIDE);
  const runs = range(SIDE_BY_SIDE).map(() =>
    fc.assert(property, { numRuns: share, interruptAfterTimeLimit: PATIENCE_MS }),
  );
  // All of them end before the first failure is told: what still runs would disturb the tests behind it.
  const ends = await Promise.allSettled(runs);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** What a property met over all its cases: without it, nobody could tell whether it was ever put to the test. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string, times = 1): void {
    this.#counts.set(what, this.of(what) + times);
  }

  /** Each fault that hit a request, by its name. */
  countFaults(...upstreams: readonly ChaosUpstream[]): void {
    for (const { requests } of upstreams) {
      this.count("upstream requests", requests.length);
      for (const { fault } of requests) if (fault !== "none") this.count(`[${fault}]`);
    }
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** That every fault was met now and then. */
  expectFaults(): void {
    for (const fault of FAULTS.slice(1)) this.expectOften(`[${fault}]`, 1 / 30);
  }

  /** @param times for each case; few cases may meet nothing */
  expectOften(what: string, times: number): void {
    const least = Math.floor(this.of("cases") * times);
    expect(this.of(what), `${what}, of: ${this.toString()}`).toBeGreaterThanOrEqual(least);
  }

  toString(): string {
    const rows = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([what, times]) => `${what} ${times}`).join(" · ");
  }
}
