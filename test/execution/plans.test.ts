import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

describe("The plans of an operation", () => {
  const schema = smallSchema("type Query { a: String b: String self: Query others: [Query] }");
  const leaf = { a: "A", b: "B" };
  const rootValue = { ...leaf, self: leaf, others: [leaf, leaf] };

  it("are as many as the conditions need", async () => {
    const { ours, theirs } = twinsOf(
      schema,
      `query ($x: Boolean!, $y: Boolean!, $z: Boolean = true) {
        a @include(if: $x)
        b @skip(if: $x)
        self { a @include(if: $y) ...F @skip(if: $y) b @include(if: false) __typename @skip(if: true) }
        others @include(if: $x) @skip(if: $y) { ... @include(if: $z) { b } a }
        __typename
      }
      fragment F on Query { b a @include(if: $x) }`,
    );
    const both = [true, false];
    const variables = both.flatMap((x) => both.flatMap((y) => [...both, undefined].map((z) => ({ x, y, z }))));
    // More of them than are kept.
    for (const { x, y, z } of [...variables, ...variables]) {
      const values = z === undefined ? { x, y } : { x, y, z };
      expect(told(await ours(null, values, rootValue))).toEqual(told(await theirs(null, values, rootValue)));
    }
    expect(told(await ours(null, { x: false, y: true, z: true }, rootValue)).data).toBe(
      '{"b":"B","self":{"a":"A"},"__typename":"Query"}',
    );
  });

  it("do not mix up conditions", async () => {
    const { ours } = twinsOf(schema, "query ($x: Boolean!, $y: Boolean!) { a @include(if: $x) b @include(if: $y) }");
    expect((await ours(null, { x: true, y: false }, rootValue)).data).toEqual({ a: "A" });
    expect((await ours(null, { x: false, y: true }, rootValue)).data).toEqual({ b: "B" });
    expect((await ours(null, { x: false, y: false }, rootValue)).data).toEqual({});
    expect((await ours(null, { x: true, y: false }, rootValue)).data).toEqual({ a: "A" });
  });

  it.each([
    ["at the root", 1, "query ($x: Boolean = true) { a @include(if: $x) b }"],
    ["below it", 2, "query ($x: Boolean = true) { b others { a @skip(if: $x) } self { b } }"],
  ])("tell of a condition that is null %s, each time", async (_, times, text) => {
    const { ours, theirs } = twinsOf(schema, text);
    const expected = told(await theirs(null, { x: null }, rootValue));
    expect(expected.errors).toHaveLength(times);
    expect(told(await ours(null, { x: null }, rootValue))).toEqual(expected);
    expect(told(await ours(null, { x: null }, rootValue))).toEqual(expected);
    expect(told(await ours(null, {}, rootValue))).toEqual(told(await theirs(null, {}, rootValue)));
  });

  it("take other directives for no conditions", async () => {
    const other = smallSchema("directive @mark(if: Boolean) on FIELD type Query { a: String }");
    const { ours } = twinsOf(other, "query ($x: Boolean) { a @mark(if: $x) }");
    expect(await ours(null, { x: false }, { a: "A" })).toEqual({ data: { a: "A" } });
  });
});
