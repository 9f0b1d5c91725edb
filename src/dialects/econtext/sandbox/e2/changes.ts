import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { dataOfNew, dataOfUpdate, withoutPlaceholders } from "../custom-data.ts";
import { lacking, taken, undeflatable } from "../errors.ts";
import type { Body } from "../python.ts";
import { get, str, strip } from "../python.ts";
import type { Json } from "../render.ts";
import type { CustomData, Store } from "../store.ts";
import { readTime, withoutZone } from "../times.ts";

/** A record that PUT can change. */
interface Changeable {
  modifiedAt: string;
  customData?: CustomData | null;
}

/** What one PUT will store: all of it or, where something is refused, nothing. */
export interface Changes {
  /** New values, by the record's field; those that equal the old ones are left out. */
  readonly fields: Readonly<Record<string, string>>;
  readonly customData: CustomData | undefined;
  /** Whether the server saw any difference, even one that it then does not store, as `custom_data: {}`. */
  readonly edited: boolean;
}

/**
 * Reads what a PUT changes.
 * @param fields the record's field for each text of the body; all are trimmed, null is a fault
 */
export function readChanges<R extends Changeable>(
  record: R,
  body: Body,
  fields: Readonly<Record<string, keyof R & string>>,
): Changes {
  const changed: Record<string, string> = {};
  for (const [key, field] of Object.entries(fields)) {
    if (!Object.hasOwn(body, key)) continue;
    const value = strip(body[key]);
    if (value !== record[field]) changed[field] = value;
  }
  const entries = record.customData === undefined ? undefined : dataOfUpdate(body["custom_data"], body["data"]);
  const differs = entries !== undefined && !isDeepStrictEqual(Object.fromEntries(entries), record.customData ?? {});
  return {
    fields: changed,
    customData: differs && entries.length > 0 ? withoutPlaceholders(entries) : undefined,
    edited: differs || Object.keys(changed).length > 0,
  };
}

/** Stores the changes and shows the record: `modified_at` moves with its own fields only, not with data. */
export function commit(store: Store, record: Changeable, changes: Changes, show: () => Json | null): Json | null {
  if (changes.customData !== undefined) record.customData = changes.customData;
  if (Object.keys(changes.fields).length === 0) return show();
  Object.assign(record, changes.fields, { modifiedAt: store.now() });
  return { ...show(), modified_at: withoutZone(record.modifiedAt) };
}

/** What every POST reads in the same way, and how its answer shows the times that the creator chose. */
export function readDraft(store: Store, body: Body) {
  const created = readTime(body["created_at"]);
  const modified = readTime(body["modified_at"]);
  const now = store.now();
  return {
    id: body["id"] ? str(body["id"]) : randomUUID(),
    customData: dataOfNew(get(body, "custom_data", {}), get(body, "data", [])),
    status: body["status"] ?? "ENABLED",
    createdAt: created?.time ?? now,
    modifiedAt: modified?.time ?? now,
    show: (json: Json | null): Json => ({
      ...json,
      ...(created?.zoned === false && { created_at: withoutZone(created.time) }),
      ...(modified?.zoned === false && { modified_at: withoutZone(modified.time) }),
    }),
  };
}

/** @param node what is being stored, as Python prints it: with everything in it */
export function checkStatus(label: string, status: unknown, node?: string): void {
  if (status === undefined || status === "ENABLED" || status === "DISABLED") return;
  throw undeflatable(label, "status", `Invalid choice: ${str(status)}`, node);
}

/** @throws Fault 500 where another record has the value */
export function checkUnique<R extends { readonly id: string }>(
  label: string,
  records: ReadonlyMap<string, R>,
  property: keyof R & string,
  value: unknown,
  self?: R,
): void {
  for (const record of records.values()) {
    if (record !== self && record[property] === value) {
      throw taken(label, property === "id" ? "uid" : property, str(value));
    }
  }
}

/** A text that the database requires. */
export function required(label: string, property: string, value: unknown): string {
  if (value === null || value === undefined) throw lacking(label, property);
  return str(value);
}

/** Stands for the bcrypt hash that E2 lets slip into its errors. */
export function hashOf(password: string): string {
  const digest = createHash("sha512").update(password).digest("base64");
  return `$2b$12$${digest.replaceAll("+", ".").replaceAll("=", "").slice(0, 53)}`;
}
