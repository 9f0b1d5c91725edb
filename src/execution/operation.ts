import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { answer } from "./answer.ts";
import { survey } from "./conditions.ts";
import { Constancy } from "./constancy.ts";
import { Execution } from "./execution.ts";
import { Flatness } from "./flatness.ts";
import { Plans } from "./plans.ts";

export interface ExecuteOptions<Context> {
  readonly context: Context;
  /** As `getVariableValues` of graphql gives them: coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rootValue?: unknown;
}

export interface CompiledOperation<Context> {
  readonly node: OperationDefinitionNode;
  /** At once where no resolver gave a promise. Never throws, never rejects: faults are errors of the result. */
  execute(options: ExecuteOptions<Context>): ExecutionResult | Promise<ExecutionResult>;
}

/**
 * Prepares an operation for many executions, each of which gives what graphql-js gives.
 * @param document valid in the schema
 * @returns undefined for what is left to graphql-js: subscriptions, introspection (`__schema`, `__type`)
 */
export function compileOperation<Context>(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation<Context> | undefined {
  const rootType = schema.getRootType(operation.operation);
  if (rootType == null || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined;
  const fragments = fragmentsOf(document);
  const { conditions, isIntrospective, fields } = survey(operation, fragments);
  if (isIntrospective) return undefined;
  const parts = {
    schema,
    fragments,
    operation,
    flatness: new Flatness(schema, fragments),
    constancy: new Constancy(fragments),
  };
  const plans = new Plans(parts, rootType, conditions, fields);
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  return {
    node: operation,
    execute: (options) => answer(new Execution(options), () => plans.select(options.variables), isSerial),
  };
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
