import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { larger, NONE, ONCE, PERHAPS, product, sum, upTo, type Bounds } from "../../../src/domain/plan/bounds.ts";

/** Bounds, and a number within them. */
const counted = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.boolean())
  .map(([min, below, above, isBounded]): { readonly bounds: Bounds; readonly count: number } => ({
    bounds: { min, max: isBounded ? min + below + above : null },
    count: min + below,
  }));

function expectWithin({ min, max }: Bounds, count: number): void {
  expect(count).toBeGreaterThanOrEqual(min);
  expect(count).toBeLessThanOrEqual(max ?? Infinity);
}

describe("Bounds", () => {
  it("hold the sum of what they bound", () => {
    fc.assert(
      fc.property(fc.array(counted), (all) => {
        expectWithin(
          sum(all.map(({ bounds }) => bounds)),
          all.reduce((total, { count }) => total + count, 0),
        );
      }),
    );
  });

  it("hold so many for each of so many", () => {
    fc.assert(
      fc.property(counted, counted, (a, b) => {
        expectWithin(product(a.bounds, b.bounds), a.count * b.count);
      }),
    );
  });

  it("are as tight as they can be", () => {
    expect(sum([])).toEqual(NONE);
    expect(sum([ONCE, PERHAPS, ONCE])).toEqual({ min: 2, max: 3 });
    expect(sum([ONCE, upTo(null)])).toEqual({ min: 1, max: null });
    expect(product({ min: 2, max: 3 }, { min: 4, max: 5 })).toEqual({ min: 8, max: 15 });
    expect(product(upTo(7), ONCE)).toEqual(upTo(7));
  });

  it("of nothing for each, or of each of nothing, are nothing, however many there may be", () => {
    expect(product(NONE, upTo(null))).toEqual(NONE);
    expect(product({ min: 1, max: null }, NONE)).toEqual(NONE);
    expect(product(ONCE, upTo(null))).toEqual(upTo(null));
  });

  it("of two forecasts of one thing are those that promise more", () => {
    expect(larger(ONCE, PERHAPS)).toEqual(ONCE);
    expect(larger(PERHAPS, ONCE)).toEqual(ONCE);
    expect(larger(upTo(5), ONCE)).toEqual({ min: 1, max: 5 });
    expect(larger(upTo(null), ONCE)).toEqual({ min: 1, max: null });
  });
});
