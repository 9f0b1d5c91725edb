import { expect } from "vitest";
import { ServiceFailure } from "../../src/domain/errors.ts";

/** How each field of a record is read, by its name. */
export type Reads<Record> = Readonly<globalThis.Record<string, (record: Record) => unknown>>;

/** What is wrong with the fields of a record, for the log, by their names; nothing of those that can be read. */
export function failuresOf<Record>(
  record: Record,
  fields: Reads<Record>,
): globalThis.Record<string, string | undefined> {
  const failures: globalThis.Record<string, string | undefined> = {};
  for (const [name, read] of Object.entries(fields)) {
    try {
      read(record);
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      expect(error).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE", outcomeUnknown: false });
      expect(`${error.message} ${String(error.detail)}`).not.toContain("hunter2");
      failures[name] = error.detail;
    }
  }
  return failures;
}
