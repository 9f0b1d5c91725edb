import type { Ledger } from "../http/ledger.ts";
import type { SchemaContext } from "../schema/context.ts";

/** What one operation is executed with. */
export interface OperationContext extends SchemaContext {
  /** By which it is known in logs. */
  readonly requestId: string;
  /** The upstream calls that it made so far. */
  readonly ledger: Ledger;
}
