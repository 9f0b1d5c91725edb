import type { Service } from "../domain/service.ts";
import type { Step } from "./send.ts";

/** One upstream call as `extensions.upstream` shows it: the template of its route, never a value. */
export interface LedgerEntry {
  readonly service: string;
  readonly method: string;
  readonly route: string;
  /** Null while there is no answer, and for good where none came. */
  status: number | null;
  /** Milliseconds of all attempts and what was waited between them, to a tenth. */
  ms: number;
  attempts: number;
  /** The schema coordinates that asked. */
  readonly for: readonly string[];
  /** How many look-ups the call answered. */
  readonly keys: number;
  /** It waited for another call, of another operation, to which the same was asked. */
  shared?: true;
}

/** The upstream calls of one operation, in the order in which they were first sent. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];

  get calls(): number {
    return this.entries.length;
  }
}

/** Writes down each call that was sent: not probes, and not what another step stopped on its way. */
export function ledger(log: Ledger, service: Service): Step {
  return (next) => async (request) => {
    if (request.probe === true) return next(request);
    const start = performance.now();
    let entry: LedgerEntry | undefined;
    const write = () => {
      const { method, route, keys } = request;
      const written = {
        service: service.name,
        method,
        route,
        status: null,
        ms: 0,
        attempts: 0,
        for: request.for,
        keys,
      };
      log.entries.push(written);
      return written;
    };
    const onAttempt = () => {
      entry ??= write();
      entry.attempts++;
      request.onAttempt?.();
    };
    const onShared = () => {
      entry ??= write();
      entry.shared = true;
      request.onShared?.();
    };
    try {
      const response = await next({ ...request, onAttempt, onShared });
      if (entry !== undefined) entry.status = response.status;
      return response;
    } finally {
      if (entry !== undefined) entry.ms = Math.round((performance.now() - start) * 10) / 10;
    }
  };
}
