import SchemaBuilder from "@pothos/core";
import { DateTimeISOResolver, JSONObjectResolver } from "graphql-scalars";
import { GraphQLError, GraphQLScalarType, Kind, visit, type ValueNode } from "graphql";
import type { SchemaContext } from "./context.ts";
import type { Json } from "./json.ts";

/** Fields are nullable unless they say otherwise: a failure behind one must not take its parent along. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: string };
    _Any: { Input: unknown; Output: never };
    JSONObject: { Input: Record<string, unknown>; Output: Json };
  };
}>({});

export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

builder.queryType({ description: "What can be read." });
builder.mutationType({ description: "What can be changed. What the caller can mend comes back in `errors`." });

builder.addScalarType(
  "DateTime",
  new GraphQLScalarType({
    ...DateTimeISOResolver.toConfig(),
    name: "DateTime",
    description:
      "An instant, ISO 8601 in UTC with milliseconds: 2017-05-08T19:21:13.381Z. Upstream spellings are normalised.",
    specifiedByURL: undefined,
    // The dialects have written the instant already: checking it again would cost more than writing it did.
    serialize: (value) => value as string,
  }),
);
builder.addScalarType(
  "JSONObject",
  new GraphQLScalarType({
    ...JSONObjectResolver.toConfig(),
    description: "Any JSON object.",
    specifiedByURL: undefined,
    // Checked where it was read.
    serialize: (value) => value,
    parseLiteral(ast, variables) {
      refuseStrangers(ast);
      return JSONObjectResolver.parseLiteral(leaveOutUnset(ast, variables), variables);
    },
  }),
);

/** What would be lost or changed without a word: `{ base: LIS }`, and numbers that JavaScript cannot hold. */
function refuseStrangers(ast: ValueNode): void {
  visit(ast, {
    EnumValue(node) {
      throw new GraphQLError("A JSON object in a document holds a word without quotes.", { nodes: node });
    },
    IntValue(node) {
      if (!Number.isSafeInteger(Number(node.value))) throw tooLarge(node);
    },
    FloatValue(node) {
      if (!Number.isFinite(Number(node.value))) throw tooLarge(node);
    },
  });
}

function tooLarge(node: ValueNode): GraphQLError {
  return new GraphQLError("A JSON object in a document holds a number that would not be kept as it is.", { nodes: node });
}

/** A variable that is not set leaves its field out, and is null in a list, as everywhere in a document. */
function leaveOutUnset<Node extends ValueNode>(ast: Node, variables: Readonly<Record<string, unknown>> | null | undefined): Node {
  if (variables == null) return ast;
  const isUnset = (node: ValueNode) => node.kind === Kind.VARIABLE && variables[node.name.value] === undefined;
  return visit(ast, {
    ObjectField: (node) => (isUnset(node.value) ? null : undefined),
    Variable: (node) => (isUnset(node) ? { kind: Kind.NULL } : undefined),
  });
}
