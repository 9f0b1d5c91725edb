import type { ExecutionResult, OperationDefinitionNode } from "graphql";
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
          const context = args.contextValue as YogaInitialContext & OperationContext;
          tell(recordOf(operationOf(args), context, result as ExecutionResult, start));
        },
      };
    },
  };
}

/** @param start when its execution began, on the clock of `performance.now()` */
export function recordOf(
  node: OperationDefinitionNode | null | undefined,
  { requestId, ledger }: OperationContext,
  { errors }: ExecutionResult,
  start: number,
): OperationRecord {
  return {
    requestId,
    operation: node?.operation,
    name: node?.name?.value,
    ms: Math.round((performance.now() - start) * 10) / 10,
    calls: ledger.calls,
    errors: errors?.length ?? 0,
  };
}
