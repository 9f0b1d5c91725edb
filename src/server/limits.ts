import { maxAliasesPlugin } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthPlugin } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesPlugin } from "@escape.tech/graphql-armor-max-directives";
import { GraphQLError, parse } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Limits } from "../config/settings.ts";

/** The limits on a document, each told before anything is executed. */
export function limitDocuments({ depth, tokens, aliases, directives }: Limits): Plugin[] {
  const onReject = [(_context: unknown, error: GraphQLError) => exceed(error.message.replace("Syntax Error: ", ""))];
  return [
    limitTokens(tokens),
    maxDepthPlugin({ n: depth, flattenFragments: true, onReject }),
    maxAliasesPlugin({ n: aliases, allowList: [], onReject }),
    maxDirectivesPlugin({ n: directives, onReject }),
  ];
}

/** graphql-js counts tokens itself while it parses, and stops there. */
function limitTokens(tokens: number): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string, options?: object) => {
        try {
          return parse(source, { ...options, maxTokens: tokens });
        } catch (error) {
          if (error instanceof GraphQLError && error.message.includes("tokens. Parsing aborted")) {
            exceed(`Token limit of ${tokens} exceeded.`);
          }
          // The parser goes a step down with every bracket.
          if (error instanceof RangeError) exceed("The document is nested too deeply to be parsed.");
          throw error;
        }
      });
    },
  };
}

/** The message names which limit, and how much it is. */
function exceed(message: string): never {
  throw new GraphQLError(message, { extensions: { code: "LIMIT_EXCEEDED", http: { status: 400, spec: true } } });
}
