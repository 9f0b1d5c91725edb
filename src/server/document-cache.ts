import { Kind, OperationTypeNode, visit, BREAK, type DocumentNode } from "graphql";
import type { Plugin, YogaServerOptions } from "graphql-yoga";
import { LRUCache } from "lru-cache";

/** A document takes some fifty times its text in memory; the plans that are kept with it add two fields to each at most. */
const MAX_CHARACTERS = 512 * 1024;
const MAX_DOCUMENT = 16 * 1024;
const MAX_DOCUMENTS = 2000;

export interface DocumentCache {
  /** The document of a text that proved valid before. */
  find(text: string): DocumentNode | undefined;
  readonly options: Exclude<YogaServerOptions<object, object>["parserAndValidationCache"], boolean | undefined>;
  readonly plugin: Plugin;
}

/**
 * Parsed documents that proved valid, bounded in number and size. Those that are not valid cost anyone nothing to make,
 * and what is said of them would be kept with them: they are forgotten at once. So is a mutation with text inside: it may
 * be a password, which must not outlive its request. Clients that send variables have nothing to lose by that.
 */
export function createDocumentCache(): DocumentCache {
  const documents = new LRUCache<string, DocumentNode>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT,
    sizeCalculation: (_document, text) => text.length || 1,
  });
  const unproved = new WeakMap<DocumentNode, string>();
  return {
    find: (text) => documents.get(text),
    options: {
      documentCache: {
        get: (text) => documents.get(text),
        set: (text, document) => unproved.set(document, text),
      },
      errorCache: { get: () => undefined, set: () => undefined },
    },
    plugin: {
      onValidate({ params }) {
        const document = params.documentAST as DocumentNode;
        const text = unproved.get(document);
        if (text === undefined) return undefined;
        return ({ valid }) => {
          unproved.delete(document);
          if (valid && !holdsText(document)) documents.set(text, document);
        };
      },
    },
  };
}

function holdsText(document: DocumentNode): boolean {
  const mutates = document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.MUTATION,
  );
  if (!mutates) return false;
  let found = false;
  visit(document, {
    [Kind.STRING]: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}
