import type { ExecutionResult } from "graphql";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import { type OperationContext, operationOf } from "./operation.ts";

/** One operation that was executed: what it was called, and what it cost, and none of its values. */
export interface OperationRecord {
  readonly requestId: string;
  readonly operation: "query" | "mutation" | "subscription" | undefined;
  /** As its author named it. */
  readonly name: string | undefined;
  readonly ms: number;
  /** Upstream calls. */
  readonly calls: number;
  readonly errors: number;
}

/** Tells of each operation when it is done. */
export function logOperations(tell: (record: OperationRecord) => void): Plugin {
  return {
    onExecute({ args }) {
      const start = performance.now();
      return {
        onExecuteDone({ result }) {
          const { requestId, ledger } = args.contextValue as YogaInitialContext & OperationContext;
          const node = operationOf(args);
          tell({
            requestId,
            operation: node?.operation,
            name: node?.name?.value,
            ms: Math.round((performance.now() - start) * 10) / 10,
            calls: ledger.calls,
            errors: (result as ExecutionResult).errors?.length ?? 0,
          });
        },
      };
    },
  };
}
