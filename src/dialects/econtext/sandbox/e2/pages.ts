import { crash, invalid } from "../errors.ts";
import { compare } from "../render.ts";

/** The first things by name, which is all that E2 ever lists of applications and groups. */
export const LIST_LIMIT = 25;

/**
 * The part of a list that `limit` (50), `offset` (0) and `order_by` choose.
 * @param properties the record's field for each name that `order_by` may hold
 */
export function readPage<R>(
  records: R[],
  query: URLSearchParams,
  label: string,
  properties: Readonly<Record<string, keyof R>>,
  defaultOrder: string,
): R[] {
  const limit = readNumber(query, "limit") || 50;
  const offset = readNumber(query, "offset");
  const ordered = order(records, query.get("order_by") || defaultOrder, label, properties);
  return ordered.slice(offset, offset + limit);
}

function readNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (!text) return 0;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw invalid(name, "The value must be an integer.");
  const number = Number(text);
  if (number < 0) throw crash(`Invalid input. '${number}' is not a valid value. Must be a non-negative integer.`);
  return number;
}

function order<R>(
  records: R[],
  orderBy: string,
  label: string,
  properties: Readonly<Record<string, keyof R>>,
): readonly R[] {
  if (orderBy === "?") {
    const dice = new Map(records.map((record) => [record, Math.random()]));
    return records.sort((a, b) => compare(dice.get(a), dice.get(b)));
  }
  const name = orderBy.replace(/^-/, "");
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property === undefined) throw crash(`No such property ${name} on ${label}`);
  const sign = orderBy.startsWith("-") ? -1 : 1;
  return records.sort((a, b) => sign * compare(a[property], b[property]));
}
