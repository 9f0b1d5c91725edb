import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { openCursor, sealCursor } from "../../src/schema/cursor.ts";

const text = fc.string({ unit: "grapheme" });

describe("A cursor", () => {
  it("opens for the list that it was made for, and for no other", () => {
    fc.assert(
      fc.property(text, text, text, (list, other, inner) => {
        fc.pre(list !== other);
        const cursor = sealCursor(list, inner);
        expect(openCursor(list, cursor)).toBe(inner);
        expect(() => openCursor(other, cursor)).toThrow(Refusal);
      }),
    );
  });

  it("is refused when a character of it was changed, added or lost, unless that shows in what the dialect reads", () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (list, inner, at) => {
        const cursor = sealCursor(list, inner);
        const place = at % cursor.length;
        const flipped = cursor[place] === "A" ? "B" : "A";
        for (const forged of [
          cursor.slice(0, place) + flipped + cursor.slice(place + 1),
          cursor.slice(0, place) + cursor.slice(place + 1),
          `${cursor}=`,
        ]) {
          try {
            expect(openCursor(list, forged)).not.toBe(inner);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        }
      }),
    );
  });

  it("is refused where it was made by an earlier version", () => {
    const text = Buffer.from(sealCursor("list", "x"), "base64url").toString();
    expect(text).toMatch(/^[1-9]/);
    const earlier = Buffer.from(`${Number(text[0]) - 1}${text.slice(1)}`).toString("base64url");
    expect(() => openCursor("list", earlier)).toThrow(Refusal);
  });

  it.each(["", "xyz", "ä", "MQ", sealCursor("list", "x").slice(1)])("is not %j", (cursor) => {
    expect(() => openCursor("list", cursor)).toThrow(Refusal);
  });
});
