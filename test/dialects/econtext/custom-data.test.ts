import { describe, expect, it } from "vitest";
import { isDeep } from "../../../src/dialects/econtext/custom-data.ts";

function nest(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = "innermost";
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

describe("Custom data", () => {
  it.each([
    ["objects", (inner: unknown) => ({ flat: 1, inner, last: null })],
    ["lists", (inner: unknown) => [1, inner, null]],
    ["a key of any name", (inner: unknown) => JSON.parse(`{"__proto__":${JSON.stringify(inner)}}`) as unknown],
  ])("may have 100 levels of %s, and no more", (_, wrap) => {
    expect(isDeep(nest(100, wrap))).toBe(false);
    expect(isDeep(nest(101, wrap))).toBe(true);
  });

  it("is not deep for having much in it, or nothing", () => {
    expect(isDeep(Array.from({ length: 1000 }, () => ({})))).toBe(false);
    expect([{}, [], null, 5, "text"].map((value) => isDeep(value))).toEqual([false, false, false, false, false]);
  });

  it("is deep at 200 000 levels, too", () => {
    expect(isDeep(nest(200_000, (inner) => ({ inner })))).toBe(true);
  });
});
