import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type ObjectTypeDefinitionNode,
} from "graphql";
import { describe, expect, it } from "vitest";
import { printSchema, printSubgraph } from "../../src/cli/schema.ts";
import { subgraphSdl } from "../../src/schema/subgraph.ts";

const subgraph = definitionsOf(printSubgraph({ node: false, compose: true }));
const client = definitionsOf(printSchema());

describe("The SDL of the subgraph", () => {
  it("has every type of the graph, and of federation's own nothing but what it uses", () => {
    expect([...subgraph.keys()].filter((name) => !client.has(name))).toEqual(["cacheControl", "oneOf", "CacheControlScope"]);
    expect([...client.keys()].filter((name) => !subgraph.has(name))).toEqual([]);
  });

  it("has every field and argument of every type, and of `Query` all but `node` and `nodes`", () => {
    for (const [name, definition] of client) {
      const other = subgraph.get(name) as DefinitionNode;
      const expected = bare(definition, name === "Query" ? ["node", "nodes"] : []);
      expect(bare(other)).toBe(expected);
    }
  });

  it("has `node` and `nodes` where that is wanted", () => {
    const fields = (sdl: string) => object(definitionsOf(sdl), "Query").fields?.map(({ name }) => name.value) ?? [];
    const without = fields(printSubgraph({ node: false, compose: true }));
    const all = fields(printSchema());
    expect(all).toContain("nodes");
    expect(fields(printSubgraph({ node: true, compose: true }))).toEqual(all);
    expect(without).toEqual(all.filter((name) => name !== "node" && name !== "nodes"));
  });

  it.each(["User", "Application", "Group"])("makes an entity of %s, by its id, to be shown to one caller", (name) => {
    expect(directivesOf(object(subgraph, name))).toEqual(['@key(fields: "id")', "@cacheControl(maxAge: 0, scope: PRIVATE)"]);
  });

  it("leaves `@cacheControl` out where it is not composed, and still defines `@oneOf`, which Apollo's composer asks for", () => {
    const sdl = printSubgraph({ node: false, compose: false });
    expect(sdl).not.toMatch(/cacheControl|composeDirective|the-guild/i);
    expect(sdl).toContain("directive @oneOf on INPUT_OBJECT");
    expect(sdl).toContain("input CreateUserInput @oneOf {");
    expect(directivesOf(object(definitionsOf(sdl), "User"))).toEqual(['@key(fields: "id")']);
  });

  it("makes no other type an entity, and shares the one that is the same everywhere", () => {
    const others = [...subgraph.values()].filter(
      (one): one is ObjectTypeDefinitionNode =>
        one.kind === Kind.OBJECT_TYPE_DEFINITION && !["User", "Application", "Group"].includes(one.name.value),
    );
    const marked = others.filter((one) => directivesOf(one).length > 0);
    expect(marked.map((one) => [one.name.value, directivesOf(one)])).toEqual([["PageInfo", ["@shareable"]]]);
  });

  it("keeps what is asked of the root from shared caches, with entities in the answer or not", () => {
    const fields = object(subgraph, "Query").fields ?? [];
    expect(fields.length).toBeGreaterThan(5);
    for (const field of fields) expect(directivesOf(field)).toContain("@cacheControl(maxAge: 0, scope: PRIVATE)");
  });

  it("tells how long lists are and which are dear, and of what is no list nothing", () => {
    expect(directivesOf(field("User", "groups"))).toEqual(["@cost(weight: 10)"]);
    expect(directivesOf(field("Query", "users"))[0]).toBe("@cost(weight: 10)");
    for (const name of ["edges", "nodes"]) {
      expect(directivesOf(field("UserGroupsConnection", name))).toEqual(["@listSize(assumedSize: 20)"]);
    }
    expect(directivesOf(field("User", "apiKeys"))).toEqual(["@listSize(assumedSize: 10)"]);
    for (const [type, name] of [
      ["User", "name"],
      ["User", "econtext"],
      ["InputError", "path"],
      ["UserGroupsConnection", "pageInfo"],
    ] as const) {
      expect(directivesOf(field(type, name))).toEqual([]);
    }
  });

  it("says nothing of what others have, too: two descriptions of one thing are a complaint of the composer", () => {
    for (const name of ["PageInfo", "Node", "DateTime", "JSONObject"]) {
      expect(print(subgraph.get(name) as DefinitionNode)).not.toContain('"""');
    }
    expect(print(object(subgraph, "User"))).toContain('"""One user of one service."""');
  });

  it("keeps that exactly one dialect is to be given", () => {
    expect(print(subgraph.get("CreateUserInput") as DefinitionNode)).toContain("input CreateUserInput @oneOf {");
  });

  it("is made of what stands in the SDL, whatever its types are called", () => {
    const sdl = `interface Node { id: ID! } type Thing implements Node { id: ID! parts(first: Int): Parts labels: [Label!] }
      type Parts { nodes: [Thing] edges: [Edge] pageInfo: PageInfo! } type Edge { node: Thing } type Label { text: [String] }
      type PageInfo { hasNextPage: Boolean! } type Query { thing: Thing node(id: ID!): Node }`;
    const made = definitionsOf(subgraphSdl(sdl, { node: false, compose: true }));
    expect(directivesOf(object(made, "Thing"))).toContain('@key(fields: "id")');
    expect(object(made, "Thing").fields?.map((one) => directivesOf(one).length)).toEqual([0, 1, 1]);
    expect(object(made, "Query").fields).toHaveLength(1);
  });
});

function definitionsOf(sdl: string): ReadonlyMap<string, DefinitionNode> {
  const { definitions } = parse(sdl);
  return new Map(
    definitions.flatMap((one) => ("name" in one ? [[one.name.value, one]] : [])),
  );
}

function object(definitions: ReadonlyMap<string, DefinitionNode>, name: string): ObjectTypeDefinitionNode {
  const found = definitions.get(name);
  if (found?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new Error(`There is no type ${name}.`);
  return found;
}

function field(type: string, name: string) {
  const found = object(subgraph, type).fields?.find((one) => one.name.value === name);
  if (found === undefined) throw new Error(`There is no field ${type}.${name}.`);
  return found;
}

function directivesOf({ directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] }): readonly string[] {
  return directives.map(print);
}

/** A definition without words, without what composers are told beside it, and without some of its fields. */
function bare(definition: DefinitionNode, without: readonly string[] = []): string {
  const plain = visit(definition, {
    StringValue: (_node, key) => (key === "description" ? null : undefined),
    FieldDefinition: ({ name }) => (without.includes(name.value) ? null : undefined),
    Directive: ({ name }) => (ADDED.has(name.value) ? null : undefined),
  });
  return print(plain);
}

const ADDED = new Set(["key", "shareable", "cacheControl", "cost", "listSize"]);
