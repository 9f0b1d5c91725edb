import type { GraphQLError } from "graphql";
import type { Problem } from "../domain/errors.ts";
import type { Services } from "../services/services.ts";

/** What resolvers are given. */
export interface SchemaContext {
  readonly services: Services;
  readonly nodes: NodeBudget;
  /** Errors that are told beside the answer, since thrown they would take a part of it along. */
  readonly failures: GraphQLError[];
  /** What composers are told of this graph. */
  readonly subgraphSdl: () => string;
  /** In plans: what mutations tell in their payloads, since nobody reads those. */
  readonly refused?: Problem[];
}

/**
 * How many items the lists of one answer may hold in all. Lists inside lists multiply, and what is in memory already
 * costs no upstream call: without a bound a few calls could be blown up to millions of items.
 */
export interface NodeBudget {
  readonly limit: number;
  used: number;
}
