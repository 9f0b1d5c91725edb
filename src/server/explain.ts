import type { ExecutionResult } from "graphql";
import { createGraphQLError, type Plugin, type YogaInitialContext } from "graphql-yoga";
import type { ServerSettings } from "../config/settings.ts";
import type { OperationContext } from "./operation.ts";

const HEADER = "x-usergraph-explain";

/** Puts the upstream calls of an operation into its response, where the configuration and the caller want it. */
export function explainCalls(explain: ServerSettings["explain"]): Plugin {
  if (explain === "never") return {};
  return {
    onExecute({ args }) {
      const context = args.contextValue as YogaInitialContext & OperationContext;
      const asked = context.request.headers.get(HEADER);
      if (asked === "plan") {
        // A client that asks for the plan counts on nothing being executed.
        throw createGraphQLError("The plan of an operation cannot be told yet.", {
          extensions: { code: "UNSUPPORTED", http: { status: 400 } },
        });
      }
      if (explain !== "always" && asked !== "1") return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          const { entries, calls } = context.ledger;
          const single = result as ExecutionResult;
          setResult({ ...single, extensions: { ...single.extensions, upstream: { calls, ledger: entries } } });
        },
      };
    },
  };
}
