import {
  execute,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { compileOperation, type CompiledOperation } from "../../../src/execution/operation.ts";

type Result = ExecutionResult | Promise<ExecutionResult>;

/** One operation for both executors. */
export interface Twins {
  readonly document: DocumentNode;
  readonly compiled: CompiledOperation<unknown>;
  theirs(context: unknown, variables?: Readonly<Record<string, unknown>>, rootValue?: unknown): Result;
  ours(context: unknown, variables?: Readonly<Record<string, unknown>>, rootValue?: unknown): Result;
}

export function twinsOf(schema: GraphQLSchema, text: string): Twins {
  const document = parse(text);
  const [wrong] = validate(schema, document);
  if (wrong !== undefined) throw wrong;
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const compiled = compileOperation<unknown>(schema, document, operation);
  if (compiled === undefined) throw new Error(`Not compiled: ${text}`);
  return {
    document,
    compiled,
    theirs: (contextValue, variableValues = {}, rootValue) =>
      execute({ schema, document, contextValue, variableValues, rootValue }),
    ours(context, variables = {}, rootValue) {
      const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
      if (coerced === undefined) throw new Error(`Not coerced: ${String(errors)}`);
      return compiled.execute({ context, variables: coerced, rootValue });
    },
  };
}

/** All that a client and a log are told. */
export function told({ data, errors }: ExecutionResult) {
  return { data: JSON.stringify(data), errors: errors?.map(toldOf) ?? [] };
}

/** Where promises are kept at the same time, graphql-js may take notice of them in another order. */
export function sorted(result: ExecutionResult) {
  const { data, errors } = told(result);
  return { data, errors: errors.toSorted() };
}

function toldOf({ message, path, locations, extensions, originalError }: GraphQLError): string {
  return JSON.stringify({
    message,
    path,
    locations,
    extensions,
    original: originalError && [originalError.name, originalError.message],
  });
}
