import { crash } from "./errors.ts";

/** What the server, written in Python, makes of JSON values that it does not check. */

export type Body = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function strip(value: unknown): string {
  if (typeof value !== "string") throw noAttribute(value, "strip");
  return value.trim();
}

/** `body.get(key, fallback)`: a null that was sent stays null. */
export function get(body: Body, key: string, fallback: unknown = null): unknown {
  return Object.hasOwn(body, key) ? body[key] : fallback;
}

/** `str(value)`, near enough for what is not text. */
export function str(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

export function noAttribute(value: unknown, attribute: string) {
  return crash(`'${typeName(value)}' object has no attribute '${attribute}'`);
}

export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return Array.isArray(value) ? "list" : "dict";
}
