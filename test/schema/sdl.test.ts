import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { printSchema, printSubgraph } from "../../src/cli/schema.ts";
import { DEFAULT_SERVER } from "../../src/config/settings.ts";

const file = "schema/schema.graphql";

describe("The printed schema", () => {
  it("is what stands in schema/schema.graphql (npm run schema:print writes it)", () => {
    expect(printSchema()).toBe(readFileSync(file, "utf8"));
  });

  it("is valid SDL, with a description at every type and field", () => {
    const schema = buildSchema(printSchema());
    const bare = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith("__") && !["ID", "Int", "String", "Boolean", "Float"].includes(type.name))
      .filter((type) => type.description == null)
      .map((type) => type.name);
    const fields = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith("__") && "getFields" in type)
      .flatMap((type) => Object.values((type as GraphQLObjectType).getFields()).map((field) => ({ type, field })))
      .filter(({ field }) => field.description == null)
      .map(({ type, field }) => `${type.name}.${field.name}`);
    expect([...bare, ...fields]).toEqual([]);
  });

  it("has a twin for composers in schema/subgraph.graphql", () => {
    expect(printSubgraph(DEFAULT_SERVER.subgraph)).toBe(readFileSync("schema/subgraph.graphql", "utf8"));
  });

  it("shows that exactly one dialect is to be given", () => {
    expect(printSchema()).toContain("input CreateUserInput @oneOf");
  });
});
