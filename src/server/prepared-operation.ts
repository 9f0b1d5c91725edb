import {
  getOperationAST,
  getVariableValues,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import { compileOperation, type CompiledOperation } from "../execution/operation.ts";
import { mostCertainCalls } from "./call-budget.ts";
import { compileCoercion, UNSURE, type CoerceVariables } from "./coerce.ts";
import type { Params } from "./fast-request.ts";
import type { OperationContext } from "./operation.ts";

/** An operation that is ready to be executed. */
export interface PreparedOperation {
  readonly operation: CompiledOperation<OperationContext>;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @returns undefined for what has to be looked at more closely: by those who say what is wrong with it */
export type Prepare = (params: Params) => PreparedOperation | undefined;

/**
 * Prepares operations of documents that proved valid.
 * @param find the document of a text; undefined for one that did not prove valid
 * @param upstreamCalls an operation that may need more of them for certain is not prepared
 */
export function createPrepare(
  schema: GraphQLSchema,
  find: (text: string) => DocumentNode | undefined,
  upstreamCalls: number,
): Prepare {
  // Kept as long as the documents are.
  const known = new WeakMap<OperationDefinitionNode, Known | "not compiled">();
  const compile = (document: DocumentNode, node: OperationDefinitionNode): Known | "not compiled" => {
    const operation = compileOperation<OperationContext>(schema, document, node);
    return operation === undefined
      ? "not compiled"
      : { operation, coerce: compileCoercion(schema, node.variableDefinitions ?? []) };
  };
  return ({ query, operationName, variables }) => {
    const document = find(query);
    if (document === undefined) return undefined;
    const node = getOperationAST(document, operationName);
    if (node == null) return undefined;
    let compiled = known.get(node);
    if (compiled === undefined) known.set(node, (compiled = compile(document, node)));
    if (compiled === "not compiled") return undefined;
    if (mostCertainCalls({ document, variableValues: variables }) > upstreamCalls) return undefined;
    let coerced: Values | undefined | typeof UNSURE = compiled.coerce(variables ?? {});
    if (coerced === UNSURE) {
      // Undefined where a value does not fit.
      coerced = getVariableValues(schema, node.variableDefinitions ?? [], variables ?? {}).coerced;
    }
    return coerced && { operation: compiled.operation, variables: coerced };
  };
}

type Values = Readonly<Record<string, unknown>>;

interface Known {
  readonly operation: CompiledOperation<OperationContext>;
  readonly coerce: CoerceVariables;
}
