import { crash, lacking } from "./errors.ts";
import { isObject, noAttribute, typeName } from "./python.ts";
import type { CustomData, Edition } from "./store.ts";

/** What each edition stores when it is sent `value` as `custom_data`: E1 (from 1.0.3 on) stores `{}` as null. */
export function customDataToStore(edition: Edition, value: unknown): CustomData | null {
  if (!isObject(value)) return null;
  if (edition === "E1" && Object.keys(value).length === 0) return null;
  return value;
}

/** What E2 stores of a new thing: `custom_data` and, over it, the same as a list, `data`. */
export function dataOfNew(customData: unknown, data: unknown): CustomData {
  if (!isObject(customData)) throw noAttribute(customData, "items");
  if (!Array.isArray(data)) throw crash(`'${typeName(data)}' object is not iterable`);
  return withoutPlaceholders(Object.entries(customData).concat(data.map(readItem)));
}

/** What E2's PUT makes of `custom_data` and `data`; undefined: neither was sent in a form that it minds. */
export function dataOfUpdate(customData: unknown, data: unknown): readonly (readonly [string, unknown])[] | undefined {
  // With both in one request it is open which wins; here it is `data`, as the server's comments intend.
  if (Array.isArray(data)) return data.map(readItem);
  return isObject(customData) ? Object.entries(customData) : undefined;
}

/** E2 drops these keys, so that a request can name one of them to clear everything. */
export function withoutPlaceholders(entries: readonly (readonly [string, unknown])[]): CustomData {
  return Object.fromEntries(entries.filter(([key]) => key !== "" && key !== "_empty_"));
}

function readItem(item: unknown): [string, unknown] {
  if (!isObject(item)) throw crash(`argument after ** must be a mapping, not ${typeName(item)}`);
  if (typeof item["key"] !== "string") throw lacking("Data", "key");
  return [item["key"], item["value"] ?? null];
}
