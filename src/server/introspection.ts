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
import { FEDERATION_FIELDS, FEDERATION_TYPES } from "../schema/entities.ts";
import { operationOf } from "./operation.ts";

/**
 * Answers questions about the schema from the schema that is shown, which differs from the executed one in `@oneOf` and in
 * what routers ask. Whoever asks both at once knows that already.
 */
export function showSchema(shown: GraphQLSchema): Plugin {
  const asking = new WeakMap<DocumentNode, boolean>();
  return {
    onExecute({ args }) {
      const document = args.document as DocumentNode;
      // Mutations are always executed as they are meant: another operation of the document may ask for the schema.
      if (operationOf(args)?.operation !== OperationTypeNode.QUERY) return;
      let asks = asking.get(document);
      if (asks === undefined) asking.set(document, (asks = asksForSchema(document)));
      if (asks) args.schema = shown;
    },
  };
}

function asksForSchema(document: DocumentNode): boolean {
  let asks = false;
  let asksAsRouter = false;
  visit(document, {
    [Kind.FIELD]: ({ name: { value: name } }) => {
      if (name === "__schema" || name === "__type") asks = true;
      if (FEDERATION_FIELDS.has(name)) asksAsRouter = true;
    },
    [Kind.NAMED_TYPE]: ({ name: { value: name } }) => {
      if (FEDERATION_TYPES.has(name)) asksAsRouter = true;
    },
  });
  return asks && !asksAsRouter;
}

/** Keeps the SDL from routers, too: they were given it when the supergraph was composed. */
export function hideSdl(): Plugin {
  const rule: ValidationRule = (context) => ({
    Field(node) {
      if (node.name.value !== "_service" || context.getParentType()?.name !== "Query") return;
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
