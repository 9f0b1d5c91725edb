import { BREAK, Kind, OperationTypeNode, visit, type DocumentNode, type GraphQLSchema } from "graphql";
import type { Plugin } from "graphql-yoga";
import { operationOf } from "./operation.ts";

/** Answers questions about the schema from the schema that is shown, which differs from the executed one in `@oneOf`. */
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
  visit(document, {
    [Kind.FIELD]: (field) => {
      asks = field.name.value === "__schema" || field.name.value === "__type";
      return asks ? BREAK : undefined;
    },
  });
  return asks;
}
