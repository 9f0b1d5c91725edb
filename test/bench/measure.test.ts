import { describe, expect, it } from "vitest";
import { turnsOf } from "../../bench/measure.ts";

describe("The turns of a round", () => {
  it("let each be first, and let each come behind every other", () => {
    const rounds = [0, 1, 2, 3, 4, 5].map((round) => turnsOf(["a", "b", "c"], round).join(""));
    expect(rounds).toEqual(["abc", "acb", "cab", "cba", "bca", "bac"]);
  });
});
