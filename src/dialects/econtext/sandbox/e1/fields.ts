import { randomUUID } from "node:crypto";
import type { Fault } from "../errors.ts";
import type { Body } from "../python.ts";
import { str, strip } from "../python.ts";

/** The fields that were sent, of those that E1 stores as they come. */
export function picked(body: Body, fields: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([key]) => fields.includes(key)));
}

/** What a creator chose, as written; undefined where nothing or only blanks were sent. */
export function chosen(value: unknown): string | undefined {
  return value && strip(value) !== "" ? str(value) : undefined;
}

/** The id that a creator chose, or a new one. */
export function readNewId(value: unknown, records: ReadonlyMap<string, unknown>, taken: () => Fault): string {
  const id = chosen(value) ?? randomUUID();
  if (records.has(id)) throw taken();
  return id;
}
