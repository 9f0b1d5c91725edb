import { isObject } from "./wire.ts";

/** How many levels of objects and lists custom data may have: `JSON.stringify` runs out of stack some thousands down. */
export const DEEPEST = 100;

/** Whether objects and lists lie in one another more than so many levels deep. */
export function isDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((element) => isDeep(element, levels - 1));
  // A loop over the keys, for `Object.values` would make a list for every record.
  const object = value as Readonly<Record<string, unknown>>;
  for (const key in object) if (isDeep(object[key], levels - 1)) return true;
  return false;
}

/** One key of E2's `data`. */
export interface Pair {
  readonly key: string;
  readonly value?: unknown;
}

export function isPair(value: unknown): value is Pair {
  return isObject(value) && typeof value.key === "string";
}

/** `Object.fromEntries` makes own keys of all of them, of `__proto__` too. */
export function readPairs(pairs: readonly Pair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value ?? null]));
}

/** The three keys that E2 mixes into a user's `custom_data` whenever the organization is loaded. */
const MIXED_IN: readonly string[] = ["company_name", "encrypt_id", "company_id"];

/** The user's own of what E2 shows as `custom_data` of one whose organization is loaded. */
export function leaveOutMixedIn(customData: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(customData).filter(([key]) => !MIXED_IN.includes(key)));
}
