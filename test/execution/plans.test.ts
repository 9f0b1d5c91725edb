import {
  getOperationAST,
  Kind,
  parse,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { describe, expect, it } from "vitest";
import { answer } from "../../src/execution/answer.ts";
import { survey } from "../../src/execution/conditions.ts";
import { Execution } from "../../src/execution/execution.ts";
import { Constancy } from "../../src/execution/constancy.ts";
import { Flatness } from "../../src/execution/flatness.ts";
import { Plans } from "../../src/execution/plans.ts";
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

  it("are kept as long as they have hardly more fields than the operation, however many fragments make of these", () => {
    const depth = 8;
    const levels = Array.from(
      { length: depth },
      (_, n) => `fragment F${n + 1} on Query { x: self { ...F${n} } y: self { ...F${n} } }`,
    );
    const text = `query ($x: Boolean!) { a @skip(if: $x) ...F${depth} } fragment F0 on Query { a b } ${levels.join(" ")}`;
    const grown = plansOf(schema, text);
    const root = grown.plans.select({ x: true });
    expect(grown.plans.select({ x: true })).toBe(root);
    // Made as far as something is found: all of it would be a thousand times what is written.
    grown.execute({ x: true }, rootValue);
    expect(grown.plans.select({ x: true })).toBe(root);
    const endless: Record<string, unknown> = { ...leaf };
    endless["self"] = endless;
    grown.execute({ x: true }, endless);
    expect(grown.plans.select({ x: true })).not.toBe(root);
  });

  it("are kept for several values of conditions", () => {
    const { plans, execute } = plansOf(
      schema,
      "query ($x: Boolean!) { a b self { a @skip(if: $x) b @include(if: $x) } }",
    );
    const roots = [true, false].map((x) => {
      execute({ x }, rootValue);
      return plans.select({ x });
    });
    expect([true, false].map((x) => plans.select({ x }))).toEqual(roots);
    expect(plans.select({ x: false })).toBe(roots[1]);
  });
});

function plansOf(schema: GraphQLSchema, text: string) {
  const document = parse(text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments[one.name.value] = one;
  const { conditions, fields } = survey(operation, fragments);
  const flatness = new Flatness(schema, fragments);
  const parts = { schema, fragments, operation, flatness, constancy: new Constancy(fragments) };
  const plans = new Plans(parts, schema.getQueryType() as GraphQLObjectType, conditions, fields);
  const execute = (variables: Record<string, unknown>, rootValue: unknown) => {
    void answer(new Execution({ context: null, variables, rootValue }), () => plans.select(variables), false);
  };
  return { plans, execute };
}
