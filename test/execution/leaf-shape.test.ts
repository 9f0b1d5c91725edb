import type { GraphQLScalarType } from "graphql";
import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { sorted, twinsOf } from "./support/twins.ts";

describe("A leaf", () => {
  const schema = smallSchema("scalar Odd type Query { odd: Odd must: Odd! odds: [Odd!] }");
  const odd = schema.getType("Odd") as GraphQLScalarType;

  it.each<[what: string, serialize: (value: unknown) => unknown]>([
    ["as it is", (value) => value],
    ["as an object", (value) => ({ value })],
    ["as nothing", () => undefined],
    ["as null", () => null],
    [
      "as an error",
      () => {
        throw new Error("Not to be told");
      },
    ],
    ["later", (value) => Promise.resolve(value)],
    ["later, as null", () => Promise.resolve(null)],
    ["later, as an error", () => Promise.reject(new Error("Not to be told"))],
  ])("is told %s, as graphql-js tells it", async (_, serialize) => {
    odd.serialize = serialize;
    for (const text of ["{ odd }", "{ must }", "{ odds odd }"]) {
      const { ours, theirs } = twinsOf(schema, text);
      const rootValue = { odd: 1, must: "2", odds: [3, { four: 4 }] };
      expect(sorted(await ours(null, {}, rootValue))).toEqual(sorted(await theirs(null, {}, rootValue)));
    }
  });
});
