import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

describe("What is selected of an object", () => {
  const schema = smallSchema("type Query { a: String b: Int self: Query all: [Query!] late: String }");
  const rootValue = {
    a: "A",
    b: 1,
    self: { a: "B" },
    all: [{ a: "C" }, { a: "D" }],
    late: () => Promise.resolve("E"),
  };

  it.each([
    "{ __proto__: a b }",
    "{ b __proto__: self { a __proto__: b } }",
    "{ __proto__: __typename constructor: a toString: b hasOwnProperty: all { __proto__: a valueOf: a } }",
    "{ __proto__: late then: a self { then: a } }",
  ])("has any keys: %s", async (text) => {
    const { ours, theirs } = twinsOf(schema, text);
    const { data } = await ours(null, {}, rootValue);
    expect(told({ data: data ?? null })).toEqual(told(await theirs(null, {}, rootValue)));
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });

  it("has as many keys as are asked for", async () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `k${index}`);
    const { ours, theirs } = twinsOf(schema, `{ all { ${keys.map((key) => `${key}: a`).join(" ")} } }`);
    expect(told(await ours(null, {}, rootValue))).toEqual(told(await theirs(null, {}, rootValue)));
  });

  it("is a new object each time", async () => {
    const { ours } = twinsOf(schema, "{ all { a t: __typename } }");
    const first = await ours(null, {}, rootValue);
    const second = await ours(null, {}, { all: [{ a: "X" }] });
    expect(first.data).toEqual({
      all: [
        { a: "C", t: "Query" },
        { a: "D", t: "Query" },
      ],
    });
    expect(second.data).toEqual({ all: [{ a: "X", t: "Query" }] });
  });
});
