import { type DocumentNode, type ExecutionArgs, getOperationAST, type OperationDefinitionNode } from "graphql";
import type { CallerHeaders } from "../http/credential.ts";
import type { Ledger } from "../http/ledger.ts";
import type { SchemaContext } from "../schema/context.ts";
import type { PlannedOperation } from "../schema/plan.ts";

/** What one operation is executed with. */
export interface OperationContext extends SchemaContext {
  /** By which it is known in logs. */
  readonly requestId: string;
  /** The upstream calls that it made so far. */
  readonly ledger: Ledger;
}

/** What an operation takes from the request that it came with. */
export interface OperationRequest {
  readonly header: CallerHeaders;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** Opens the services for the caller of one operation. */
export type OpenOperation = (request: OperationRequest) => OperationContext;

/** Tells which upstream calls an operation would make. Makes none. */
export type PlanOperation = (args: ExecutionArgs) => Promise<PlannedOperation>;

/** What is executed of a document: of several operations, the one that is named. */
export function operationOf(args: {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
}): OperationDefinitionNode | null | undefined {
  return getOperationAST(args.document, args.operationName);
}
