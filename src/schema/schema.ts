import { GraphQLInputObjectType, lexicographicSortSchema, printSchema, type GraphQLSchema } from "graphql";
import "./api-key-writes.ts";
import "./application-membership.ts";
import "./application.ts";
import { builder } from "./builder.ts";
import "./create-user.ts";
import "./delete-user.ts";
import "./facets/cloud-foundry.ts";
import "./facets/econtext.ts";
import "./group-membership.ts";
import "./group.ts";
import "./node.ts";
import { defineService } from "./service.ts";
import "./update-user.ts";
import "./user.ts";

export interface Schemas {
  /** What is executed. */
  readonly schema: GraphQLSchema;
  /** What is shown: printed, and asked for by introspection. */
  readonly shown: GraphQLSchema;
}

/**
 * The same schema twice. `CreateUserInput` is shown as `@oneOf`, but executed without it: graphql-js answers a breach of
 * `@oneOf` with a request error, and what a caller can mend in a mutation is to come back as `InputError`, with its path.
 */
export function createSchemas(dialects: readonly string[]): Schemas {
  defineService(dialects);
  const schema = builder.toSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLInputObjectType) type.isOneOf = false;
  }
  return { schema, shown: builder.toSchema() };
}

/** The SDL, sorted, so that a change of the graph is a diff that one can read. */
export function printSdl({ shown }: Schemas): string {
  return `${printSchema(lexicographicSortSchema(shown))}\n`;
}
