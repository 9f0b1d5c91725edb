import { getOperationAST, GraphQLError, parse, type GraphQLObjectType, type OperationDefinitionNode } from "graphql";
import { describe, expect, it } from "vitest";
import { compileOperation } from "../../src/execution/operation.ts";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

const SDL = /* GraphQL */ `
  enum Color {
    RED
    GREEN
  }
  interface Named {
    name: String
  }
  type Cat implements Named {
    name: String
    lives: Int
  }
  type Dog implements Named {
    name: String
    tricks: [String!]
  }
  union Pet = Cat | Dog
  input Range {
    from: Int = 1
    to: Int
  }
  type Query {
    name: String
    count: Int
    surely: String!
    color: Color
    numbers: [Int]
    grid: [[Int!]]
    pet: Pet
    named: Named
    named2: [Named!]
    self: Query
    method(range: Range, color: Color = GREEN): String
  }
  type Mutation {
    name: String
  }
  type Subscription {
    name: String
  }
`;

describe("A compiled operation", () => {
  const schema = smallSchema(SDL);
  const cat = { __typename: "Cat", name: "Tom", lives: 9 };
  const dog = { __typename: "Dog", name: "Rex", tricks: ["sit"] };

  it.each<[what: string, text: string, rootValue: unknown, variables?: Record<string, unknown>]>([
    ["aliases", "{ b: name a: name name }", { name: "x" }],
    [
      "fields merged over fragments",
      "{ self { name } ...F self { count } } fragment F on Query { self { count surely } }",
      {
        self: { name: "x", count: 1, surely: "y" },
      },
    ],
    [
      "type conditions",
      "{ pet { __typename ... on Named { name } ... on Dog { tricks } ... on Cat { lives } } }",
      { pet: cat },
    ],
    [
      "lists of an interface",
      "{ named2 { t: __typename name ... on Dog { tricks } ... on Cat { lives } } }",
      {
        named2: [cat, dog, cat],
      },
    ],
    ["type names", "{ __typename self { type: __typename } }", { self: {} }],
    ["enums", "{ color }", { color: "GREEN" }],
    ["what is no enum value", "{ color }", { color: "BLUE" }],
    ["what is no number", "{ count }", { count: "many" }],
    ["what is no object", "{ self { name } }", { self: 5 }],
    ["nothing", "{ name count self { name } }", { name: null }],
    ["no root", "{ name }", undefined],
    ["a function for an object", "{ count }", Object.assign(() => 0, { count: 5 })],
    ["a list that is a set", "{ numbers }", { numbers: new Set([1, 2, null]) }],
    ["a list that is text", "{ numbers }", { numbers: "123" }],
    ["a list that is none", "{ numbers grid }", { numbers: { length: 2 }, grid: [[1, 2], 3, null, []] }],
    ["a list with holes", "{ numbers }", { numbers: new Array<number>(2) }],
    ["lists of lists with null", "{ grid }", { grid: [[1], [null], null] }],
    ["errors in lists", "{ numbers }", { numbers: [1, new Error("Two"), 3] }],
    ["an error as a value", "{ name count }", { name: new Error("No name"), count: 1 }],
    ["null where none may be", "{ self { surely } name }", { self: { surely: null }, name: "x" }],
    ["null where none may be at all", "{ name surely }", { name: "x", surely: null }],
    ["types that are no possible ones", "{ pet { __typename } }", { pet: { __typename: "Query" } }],
    ["types that are not there", "{ pet { __typename } }", { pet: { __typename: "Cow" } }],
    ["types that are no object types", "{ named { __typename } }", { named: { __typename: "Named" } }],
    ["no type at all", "{ named { __typename } }", { named: {} }],
    [
      "methods",
      "query ($to: Int) { method(range: { to: $to }) a: method(range: null, color: RED) }",
      {
        method: (args: unknown, _context: unknown, { fieldName }: { fieldName: string }) =>
          JSON.stringify([args, fieldName]),
      },
    ],
    [
      "methods with variables",
      "query ($to: Int, $range: Range) { method(range: { to: $to }) a: method(range: $range) }",
      {
        method(this: { me: string }, args: unknown) {
          return this.me + JSON.stringify(args);
        },
        me: "me",
      },
      { to: 5, range: {} },
    ],
    [
      "getters that throw",
      "{ name count }",
      {
        get name() {
          throw new TypeError("No");
        },
        count: 3,
      },
    ],
    [
      "what was thrown and is no error",
      "{ name }",
      {
        name: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error
          throw "text";
        },
      },
    ],
    [
      "errors that say where they are from",
      "{ self { name } }",
      {
        self: {
          name: () => {
            throw new GraphQLError("There", { path: ["elsewhere"] });
          },
        },
      },
    ],
  ])("gives what graphql-js gives: %s", async (_, text, rootValue, variables = {}) => {
    const { ours, theirs } = twinsOf(schema, text);
    const expected = told(await theirs(undefined, variables, rootValue));
    const actual = ours(undefined, variables, rootValue);
    expect(actual).not.toBeInstanceOf(Promise);
    expect(told(await actual)).toEqual(expected);
    // Whatever is remembered from the first time.
    expect(told(await ours(undefined, variables, rootValue))).toEqual(expected);
  });

  it("keeps the original errors", async () => {
    const error = new Error("No name");
    const { ours } = twinsOf(schema, "{ name }");
    const { errors } = await ours(undefined, {}, { name: error });
    expect(errors?.[0]).toBeInstanceOf(GraphQLError);
    expect(errors?.[0]?.originalError).toBe(error);
    expect(errors?.[0]?.nodes).toHaveLength(1);
  });

  it("tells errors before data, and only if there are any", async () => {
    const { ours } = twinsOf(schema, "{ name }");
    expect(Object.keys(await ours(undefined, {}, { name: "x" }))).toEqual(["data"]);
    expect(Object.keys(await ours(undefined, {}, { name: new Error("No") }))).toEqual(["errors", "data"]);
  });

  it("knows its node", () => {
    const { compiled, document } = twinsOf(schema, "{ name }");
    expect(compiled.node).toBe(document.definitions[0]);
  });

  it.each([
    ["subscriptions", "subscription { name }"],
    ["the schema", "{ name __schema { queryType { name } } }"],
    ["types", '{ ...F } fragment F on Query { self { name } t: __type(name: "Query") { name } }'],
  ])("leaves %s to graphql-js", (_, text) => {
    expect(compile(text)).toBeUndefined();
  });

  it("is of one operation of several", async () => {
    const document = parse("query A { name } query B { count ...F } fragment F on Query { color }");
    const compiled = compileOperation(schema, document, getOperationAST(document, "B") as OperationDefinitionNode);
    const rootValue = { name: "x", count: 1, color: "RED" };
    expect(await compiled?.execute({ context: null, variables: {}, rootValue })).toEqual({
      data: { count: 1, color: "RED" },
    });
  });

  it("tells what it cannot even look at", async () => {
    const strange = {
      toJSON() {
        throw new Error("Not even this");
      },
    };
    const { ours } = twinsOf(schema, "{ name count }");
    const name = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw strange;
    };
    const { data, errors } = await ours(undefined, {}, { name, count: 1 });
    expect(data).toEqual({ name: null, count: 1 });
    expect(errors).toMatchObject([{ message: "Unexpected error value.", path: ["name"] }]);
  });

  it("never throws", async () => {
    const broken = smallSchema(SDL);
    const type = broken.getType("Cat") as GraphQLObjectType;
    const compiled = compile("{ pet { ... on Cat { name } } }", broken);
    type.getFields = () => {
      throw new Error("Broken");
    };
    const result = await compiled?.execute({ context: null, variables: {}, rootValue: { pet: cat } });
    expect(result).toMatchObject({ data: { pet: null }, errors: [{ message: "Broken", path: ["pet"] }] });
    const root = broken.getQueryType() as GraphQLObjectType;
    const other = compile("{ pet { ... on Cat { name } } }", broken);
    root.getFields = type.getFields;
    expect(await other?.execute({ context: null, variables: {} })).toMatchObject({
      data: null,
      errors: [{ message: "Broken" }],
    });
  });

  function compile(text: string, of = schema) {
    const document = parse(text);
    return compileOperation(of, document, getOperationAST(document) as OperationDefinitionNode);
  }
});
