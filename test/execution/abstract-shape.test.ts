import type { GraphQLObjectType, GraphQLUnionType } from "graphql";
import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

describe("A union", () => {
  const schema = smallSchema(
    "type Cat { name: String } type Dog { age: Int } union Pet = Cat | Dog type Query { pet: Pet pets: [Pet!] dog: Dog }",
  );
  const union = schema.getType("Pet") as GraphQLUnionType;
  const dog = schema.getType("Dog") as GraphQLObjectType;
  const cat = schema.getType("Cat") as GraphQLObjectType;
  const text = "{ pet { __typename ... on Cat { name } ... on Dog { age } } }";

  async function expectSame(query: string, rootValue: unknown): Promise<readonly string[]> {
    const { ours, theirs } = twinsOf(schema, query);
    const expected = told(await theirs({}, {}, rootValue));
    expect(told(await ours({}, {}, rootValue))).toEqual(expected);
    return expected.errors;
  }

  it.each<[what: string, type: () => unknown]>([
    ["a name", () => "Cat"],
    ["a promise of a name", () => Promise.resolve("Dog")],
    ["nothing", () => undefined],
    ["a promise of nothing", () => Promise.resolve(null)],
    ["a promise that is not kept", () => Promise.reject(new Error("Who knows"))],
    ["a type", () => dog],
    ["a number", () => 5],
    ["another type", () => "Query"],
    ["no object type", () => "Pet"],
    ["what is not there", () => "Cow"],
    [
      "a failure",
      () => {
        throw new Error("Who knows");
      },
    ],
  ])("takes %s for its type as graphql-js does", async (_, type) => {
    union.resolveType = type as never;
    await expectSame(text, { pet: { name: "Tom", age: 3 } });
    await expectSame("{ pets { __typename } }", { pets: [{}, Promise.resolve({}), {}] });
    union.resolveType = undefined;
  });

  it.each<[what: string, isDog: (source: { age?: number }) => unknown]>([
    ["says so", (source) => source.age !== undefined],
    ["says so later", (source) => Promise.resolve(source.age !== undefined)],
    [
      "fails",
      () => {
        throw new Error("No idea");
      },
    ],
    ["fails later", () => Promise.reject(new Error("No idea"))],
  ])("asks its types where each %s", async (_, isDog) => {
    dog.isTypeOf = isDog as never;
    cat.isTypeOf = () => false;
    await expectSame(text, { pet: { age: 3 } });
    await expectSame("{ dog { age } }", { dog: { age: 3 } });
    expect(await expectSame("{ dog { age } }", { dog: {} })).toHaveLength(1);
    dog.isTypeOf = undefined;
    cat.isTypeOf = undefined;
  });

  it("tells what it is asked about", async () => {
    const asked: unknown[] = [];
    union.resolveType = (value, context, info, type) => {
      asked.push([value, context, info.fieldName, info.path, info.parentType.name, type.name]);
      return "Cat";
    };
    await twinsOf(schema, "{ p: pets { __typename } }").ours("context", {}, { pets: [1, 2] });
    const path = { prev: undefined, key: "p", typename: "Query" };
    expect(asked).toEqual([1, 2].map((value) => [value, "context", "pets", path, "Query", "Pet"]));
    union.resolveType = undefined;
  });
});
