import {
  getOperationAST,
  getVariableValues,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
  type VariableDefinitionNode,
} from "graphql";
import { compileOperation, type CompiledOperation } from "../execution/operation.ts";
import { mostCertainCalls } from "./call-budget.ts";
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
  const known = new WeakMap<OperationDefinitionNode, CompiledOperation<OperationContext> | "not compiled">();
  return ({ query, operationName, variables }) => {
    const document = find(query);
    if (document === undefined) return undefined;
    const node = getOperationAST(document, operationName);
    if (node == null) return undefined;
    let operation = known.get(node);
    if (operation === undefined)
      known.set(node, (operation = compileOperation(schema, document, node) ?? "not compiled"));
    if (operation === "not compiled") return undefined;
    if (mostCertainCalls({ document, variableValues: variables }) > upstreamCalls) return undefined;
    const coerced = coerce(schema, node.variableDefinitions ?? [], variables ?? {});
    return coerced && { operation, variables: coerced };
  };
}

/** @returns undefined where a value does not fit */
function coerce(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const texts: Record<string, unknown> = {};
  for (const { variable, type } of definitions) {
    const value = values[variable.name.value];
    // Texts stay as they are, and most variables are nothing else. All others are for graphql-js.
    if (typeof value !== "string" || !isTextType(type)) return getVariableValues(schema, definitions, values).coerced;
    texts[variable.name.value] = value;
  }
  return texts;
}

function isTextType(type: TypeNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return named.kind === Kind.NAMED_TYPE && (named.name.value === "ID" || named.name.value === "String");
}
