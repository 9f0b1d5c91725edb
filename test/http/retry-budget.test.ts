import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RetryBudget } from "../../src/http/retry-budget.ts";

describe("A retry budget", () => {
  it("never allows more than a tenth of the calls, or the ten that are lent", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 2000 }), (turns) => {
        const budget = new RetryBudget();
        let [calls, retries] = [0, 0];
        for (const isCall of turns) {
          if (isCall) {
            budget.earn();
            calls++;
          } else if (budget.spend()) {
            retries++;
          }
          expect(retries).toBeLessThanOrEqual(Math.max(10, calls / 10));
        }
      }),
    );
  });

  it("allows exactly a tenth in the long run", () => {
    const budget = new RetryBudget();
    let retries = 0;
    for (let calls = 0; calls < 10_000; calls++) {
      budget.earn();
      if (budget.spend()) retries++;
    }
    expect(retries).toBe(1000);
  });

  it("saves up a hundred at most", () => {
    const budget = new RetryBudget();
    for (let calls = 0; calls < 1_000_000; calls++) budget.earn();
    let retries = 0;
    while (budget.spend()) retries++;
    expect(retries).toBe(100);
  });
});
