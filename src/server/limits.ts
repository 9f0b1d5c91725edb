import { maxAliasesPlugin } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthPlugin } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesPlugin } from "@escape.tech/graphql-armor-max-directives";
import { maxTokensPlugin } from "@escape.tech/graphql-armor-max-tokens";
import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Limits } from "../config/settings.ts";

/** The limits on a document, each told before anything is executed. */
export function limitDocuments({ depth, tokens, aliases, directives }: Limits): Plugin[] {
  const onReject = [exceeded];
  return [
    maxTokensPlugin({ n: tokens, onReject }),
    maxDepthPlugin({ n: depth, flattenFragments: true, onReject }),
    maxAliasesPlugin({ n: aliases, allowList: ["__typename"], onReject }),
    maxDirectivesPlugin({ n: directives, onReject }),
  ];
}

/** The message names which limit, and how much it is. */
function exceeded(_context: unknown, error: GraphQLError): never {
  throw new GraphQLError(error.message.replace("Syntax Error: ", ""), {
    extensions: { code: "LIMIT_EXCEEDED", http: { status: 400, spec: true } },
  });
}
