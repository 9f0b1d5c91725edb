import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Answer, isNestedBelow } from "../../src/http/answer.ts";

const read = (body: string | Uint8Array) => new Answer(200, {}, Buffer.from(body)).json;

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("The JSON of an answer", () => {
  it("is what the body holds, or nothing where that is no JSON in UTF-8", () => {
    expect(read('{"a":[1,"ä"]}')).toEqual({ a: [1, "ä"] });
    for (const body of ["", " ", "<html>", '{"a":', "undefined", "\ufeff{}"]) expect(read(body)).toBeUndefined();
    expect(read(Uint8Array.of(0x22, 0xff, 0x22))).toBeUndefined();
  });

  it("is nothing where a large body nests beyond all measure", () => {
    const nested = (levels: number, inside = "") => "[".repeat(levels) + inside + "]".repeat(levels);
    const flat = `[${"[],".repeat(400_000)}[]]`;
    expect(read(nested(600_000))).toBeUndefined();
    // Wherever one might look at regular distances, there is a blank.
    const brackets = nested(1_000_000);
    const stride = Math.floor(brackets.length / 4096);
    const bomb = brackets.split("").map((bracket, index) => (index % stride === 0 ? `${bracket} ` : bracket));
    expect(read(bomb.join(""))).toBeUndefined();
    expect(read(nested(999, flat))).toBeUndefined();
    expect(read(nested(998, flat))).toBeInstanceOf(Array);
  });
});

describe("How deep a JSON text nests", () => {
  it("is found without parsing it, whatever its strings hold", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6, noUnicodeString: false }),
        fc.integer({ min: 0, max: 8 }),
        (value, deepest) => {
          expect(isNestedBelow(JSON.stringify(value), deepest)).toBe(depthOf(value) > deepest);
        },
      ),
    );
    expect(isNestedBelow(String.raw`["\\", "[[[[", "\"[[[", [1]]`, 2)).toBe(false);
    expect(isNestedBelow(String.raw`["\\", "[[[[", "\"[[[", [1]]`, 1)).toBe(true);
  });
});
