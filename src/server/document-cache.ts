import { Kind, OperationTypeNode, visit, BREAK, type DocumentNode } from "graphql";
import { LRUCache } from "lru-cache";

/** A document takes some fifty times its text in memory. */
const MAX_CHARACTERS = 512 * 1024;
const MAX_DOCUMENT = 16 * 1024;

/**
 * Parsed documents, bounded by their size. A mutation with text inside is not kept: it may be a password, which must not
 * outlive its request. Clients that send variables have nothing to lose by that.
 */
export function createDocumentCache() {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT,
    sizeCalculation: (_document, text) => text.length || 1,
  });
  return {
    get: (text: string) => documents.get(text),
    set: (text: string, document: DocumentNode) => {
      if (!holdsText(document)) documents.set(text, document);
    },
  };
}

/** Documents that cannot be parsed are not remembered at all: they cost little, and hold whatever was pasted. */
export const NO_ERROR_CACHE = { get: () => undefined, set: () => undefined };

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
