import {
  GraphQLInputObjectType,
  GraphQLObjectType,
  GraphQLSchema,
  lexicographicSortSchema,
  printSchema,
  type GraphQLFieldResolver,
} from "graphql";
import { pathless } from "../execution/pathless.ts";
import "./api-key-writes.ts";
import "./application-membership.ts";
import "./application.ts";
import { builder } from "./builder.ts";
import "./create-user.ts";
import "./delete-user.ts";
import { FEDERATION_NAMES } from "./entities.ts";
import "./facets/cloud-foundry.ts";
import "./facets/econtext.ts";
import "./group-membership.ts";
import "./group.ts";
import "./node.ts";
import { defineService } from "./service.ts";
import { subgraphSdl, type SubgraphOptions } from "./subgraph.ts";
import "./update-user.ts";
import "./user.ts";

export interface Schemas {
  /** What is executed. */
  readonly schema: GraphQLSchema;
  /** What clients are shown: printed, and asked for by introspection. */
  readonly shown: GraphQLSchema;
}

/**
 * The same schema twice. `CreateUserInput` is shown as `@oneOf`, but executed without it: graphql-js answers a breach of
 * `@oneOf` with a request error, and what a caller can mend in a mutation is to come back as `InputError`, with its path.
 * What routers ask of a subgraph is executed, but not shown: clients have `node` and `nodes` for it.
 */
export function createSchemas(dialects: readonly string[]): Schemas {
  defineService(dialects);
  const schema = builder.toSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLInputObjectType) type.isOneOf = false;
    if (type instanceof GraphQLObjectType) {
      for (const { resolve } of Object.values(type.getFields())) if (resolve && takesNoInfo(resolve)) pathless(resolve);
    }
  }
  return { schema, shown: withoutFederation(builder.toSchema()) };
}

/** Who takes but some of a resolver's four parameters. One that takes any number is said to take none. */
function takesNoInfo({ length }: GraphQLFieldResolver<unknown, unknown>): boolean {
  return length > 0 && length < 4;
}

function withoutFederation(schema: GraphQLSchema): GraphQLSchema {
  const { query, types, ...rest } = schema.toConfig();
  const { fields, ...own } = (query as GraphQLObjectType).toConfig();
  const shown = Object.entries(fields).filter(([name]) => !FEDERATION_NAMES.includes(name));
  return new GraphQLSchema({
    ...rest,
    query: new GraphQLObjectType({ ...own, fields: Object.fromEntries(shown) }),
    types: types.filter((type) => type !== query && !FEDERATION_NAMES.includes(type.name)),
  });
}

/** The SDL, sorted, so that a change of the graph is a diff that one can read. */
export function printSdl({ shown }: Schemas): string {
  return `${printSchema(lexicographicSortSchema(shown))}\n`;
}

/** The SDL for composers, of the same graph. */
export function printSubgraphSdl(schemas: Schemas, options: SubgraphOptions): string {
  return subgraphSdl(printSdl(schemas), options);
}
