import { describe, expect, it } from "vitest";
import type { Outcome } from "../../bench/load.ts";
import { callsTable, tableOf } from "../../bench/report.ts";

function slices(perSecond: readonly number[], processorPerRequest: number | undefined): readonly Outcome[] {
  return perSecond.map((value, round) => ({
    answered: 1000,
    perSecond: value,
    p50: 1 + round,
    p99: 10.25 + round,
    processorPerRequest,
    wrong: 0,
    firstWrong: undefined,
  }));
}

describe("The tables of the benchmark", () => {
  it("show medians, and ratios that are taken within a round", () => {
    // The medians alone would say 0.50 and 2.00: the machine was slow in the second round, for all alike.
    const rows = [
      { gateway: "usergraph", calls: 3, slices: slices([1000, 100, 1500], 0.5) },
      { gateway: "floor", calls: 3, slices: slices([4000, 200, 2000], 0.25) },
      { gateway: "day-one", calls: 19, slices: slices([100, 50, 500], undefined) },
    ];
    expect(tableOf(rows)).toBe(
      [
        "| gateway   | requests/s | of floor | of day-one | p50 ms | p99 ms | calls | CPU ms |",
        "| --------- | ---------: | -------: | ---------: | -----: | -----: | ----: | -----: |",
        "| usergraph |       1000 |     0.50 |       3.00 |      2 |   11.3 |     3 |   0.50 |",
        "| floor     |       2000 |     1.00 |       4.00 |      2 |   11.3 |     3 |   0.25 |",
        "| day-one   |        100 |     0.25 |       1.00 |      2 |   11.3 |    19 |      - |",
      ].join("\n"),
    );
  });

  it("show the calls of each gateway", () => {
    const rows = new Map([
      ["user", [1, 1]],
      ["page", [3, 18.975]],
    ]);
    expect(callsTable(["usergraph", "day-one"], rows)).toBe(
      [
        "| calls for one request | usergraph | day-one |",
        "| --------------------- | --------: | ------: |",
        "| user                  |         1 |       1 |",
        "| page                  |         3 |    19.0 |",
      ].join("\n"),
    );
  });
});
