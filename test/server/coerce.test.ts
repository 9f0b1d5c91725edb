import fc from "fast-check";
import { buildSchema, getOperationAST, getVariableValues, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { compileCoercion, UNSURE } from "../../src/server/coerce.ts";

const schema = buildSchema(`
  directive @oneOf on INPUT_OBJECT
  scalar Any
  enum Color { RED GREEN }
  input Point { x: Int! = 3, y: Float, color: Color = GREEN, next: Point, tags: [String!], grid: [[Int]] , any: Any }
  input Choice @oneOf { a: Int b: String }
  type Query { q(id: ID, text: String, yes: Boolean, point: Point, points: [Point!], choice: Choice, color: Color): Int }
`);
const OPERATION = `query (
  $id: ID!, $text: String, $yes: Boolean, $point: Point, $points: [Point!], $color: Color!
) { q(id: $id) }`;

function definitionsOf(text: string) {
  return getOperationAST(parse(text))?.variableDefinitions ?? [];
}

describe("Variables as they should be", () => {
  const definitions = definitionsOf(OPERATION);
  const coerce = compileCoercion(schema, definitions);

  it.each([
    { id: "a", text: "é", yes: true, point: { x: 1 }, points: [], color: "RED" },
    { id: "a", color: "RED" },
    { id: 7, text: null, yes: null, point: null, points: null, color: "GREEN" },
    {
      id: "a",
      text: "",
      yes: false,
      point: { y: 2, next: { next: {} }, tags: ["a"], grid: [[1, null], null] },
      points: [{ any: { a: [1] } }],
      color: "RED",
    },
  ])("become what graphql-js makes of them: %j", (values) => {
    const coerced = coerce(values);
    expect(coerced).not.toBe(UNSURE);
    expect(coerced).toEqual(getVariableValues(schema, definitions, values).coerced);
    expect(JSON.stringify(coerced)).toBe(JSON.stringify(getVariableValues(schema, definitions, values).coerced));
  });

  const FINE = { id: "a", text: "", yes: true, point: {}, points: [], color: "RED" };
  it.each([
    { ...FINE, id: null },
    { ...FINE, id: {} },
    { ...FINE, text: 1 },
    { ...FINE, color: "BLUE" },
    { ...FINE, point: { x: null } },
    { ...FINE, point: { z: 1 } },
    { ...FINE, point: [] },
    { ...FINE, point: { tags: [null] } },
    { ...FINE, point: { tags: "one" } },
    { ...FINE, points: { x: 1 } },
    { ...FINE, id: undefined },
    { ...FINE, point: JSON.parse('{"__proto__": 1}') as unknown },
    { id: "a" },
  ])("are left to graphql-js where they are otherwise: %j", (values) => {
    expect(coerce(values)).toBe(UNSURE);
  });

  it.each(["query ($choice: Choice) { q }", 'query ($text: String = "a") { q }'])("are left to it in %s", (text) => {
    expect(compileCoercion(schema, definitionsOf(text))({ choice: { a: 1 }, text: "b" })).toBe(UNSURE);
  });

  it("never become anything else, whatever they are", () => {
    const odd = fc.constantFrom<unknown>(null, "RED", "x", 1, 1.5, true, undefined, [], ["a"], {}, { x: 1 }, [
      { y: 2 },
    ]);
    const mostly = (usual: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: odd });
    const colors = mostly(fc.constantFrom("RED", "GREEN"));
    const { point } = fc.letrec((tie) => ({
      point: fc.record(
        {
          x: mostly(fc.integer()),
          y: mostly(fc.double()),
          color: colors,
          next: fc.oneof({ depthSize: "small" }, odd, tie("point")),
          tags: mostly(fc.array(mostly(fc.string()))),
          grid: mostly(fc.array(fc.array(fc.integer()))),
          any: odd,
        },
        { requiredKeys: [] },
      ),
    }));
    const anything = fc.record(
      {
        id: mostly(fc.string()),
        text: mostly(fc.string()),
        yes: mostly(fc.boolean()),
        point: mostly(point),
        points: mostly(fc.array(point, { maxLength: 3 })),
        color: colors,
      },
      { requiredKeys: ["id", "color"] },
    );
    let sure = 0;
    fc.assert(
      fc.property(anything, (values) => {
        const ours = coerce(values);
        if (ours === UNSURE) return;
        sure++;
        expect(ours).toStrictEqual(getVariableValues(schema, definitions, values).coerced);
      }),
      { numRuns: 5000 },
    );
    expect(sure).toBeGreaterThan(300);
  });
});
