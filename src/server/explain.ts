import type { ExecutionResult } from "graphql";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import type { ServerSettings } from "../config/settings.ts";
import type { Ledger } from "../http/ledger.ts";
import type { OperationContext } from "./operation.ts";

/** What a request wants to know: `1` for the calls that were made, `plan` for those that would be. */
export const EXPLAIN_HEADER = "x-usergraph-explain";

/** Puts the upstream calls of an operation into its response, where the configuration and the caller want it. */
export function explainCalls(explain: ServerSettings["explain"]): Plugin {
  if (explain === "never") return {};
  return {
    onExecute({ args }) {
      const { request, ledger } = args.contextValue as YogaInitialContext & OperationContext;
      if (explain !== "always" && request.headers.get(EXPLAIN_HEADER) !== "1") return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          setResult(withLedger(result as ExecutionResult, ledger));
        },
      };
    },
  };
}

export function withLedger(result: ExecutionResult, { entries, calls }: Ledger): ExecutionResult {
  return { ...result, extensions: { ...result.extensions, upstream: { calls, ledger: entries } } };
}
