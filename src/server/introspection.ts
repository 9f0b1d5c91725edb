import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { FEDERATION_NAMES } from "../schema/entities.ts";
import { operationOf } from "./operation.ts";

/**
 * Answers questions about the schema from the schema that is shown, which differs from the executed one in `@oneOf` and in
 * what routers ask. Whoever asks both at once knows that already.
 */
export function showSchema(shown: GraphQLSchema): Plugin {
  return {
    onExecute({ args }) {
      const document = args.document as DocumentNode;
      // Mutations are always executed as they are meant: another operation of the document may ask for the schema.
      if (operationOf(args)?.operation !== OperationTypeNode.QUERY) return;
      if (asksForSchema(document)) args.schema = shown;
    },
  };
}

/** Documents are kept, and met again. */
const asking = new WeakMap<DocumentNode, boolean>();

function asksForSchema(document: DocumentNode): boolean {
  let asks = asking.get(document);
  if (asks === undefined) asking.set(document, (asks = findsSchema(document)));
  return asks;
}

function findsSchema(document: DocumentNode): boolean {
  const names = new Set<string>();
  visit(document, {
    [Kind.FIELD]: ({ name }) => void names.add(name.value),
    // Only whoever asks as a router has a fragment on `_Entity`.
    [Kind.NAMED_TYPE]: ({ name }) => void names.add(name.value),
  });
  return (names.has("__schema") || names.has("__type")) && !FEDERATION_NAMES.some((name) => names.has(name));
}

/** Keeps the SDL from routers, too: they were given it when the supergraph was composed. */
export function hideSdl(): Plugin {
  const rule: ValidationRule = (context) => ({
    Field(node) {
      if (node.name.value !== "_service") return;
      context.reportError(
        new GraphQLError('Introspection has been disabled, but the requested query contained the field "_service".', {
          nodes: node,
        }),
      );
    },
  });
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(rule);
    },
  };
}
