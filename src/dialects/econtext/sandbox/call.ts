import { crash } from "./errors.ts";
import type { Body } from "./python.ts";
import { isObject, noAttribute } from "./python.ts";
import type { Json } from "./render.ts";
import type { Store } from "./store.ts";

/** A request that found its route. */
export interface Call {
  /** The variable parts of the path, decoded. */
  readonly ids: readonly [string, string];
  readonly query: URLSearchParams;
  /** The body as it came. */
  readonly text: string;
}

/** Answers with the envelope's `result`. @throws Fault */
export type Handler = (store: Store, call: Call) => Json;

/** @throws Fault 500 for anything but a JSON object; a body that is empty or malformed is as good as none */
export function readBody(call: Call): Body {
  let body: unknown;
  try {
    body = JSON.parse(call.text);
  } catch {
    throw crash("'body'");
  }
  if (!isObject(body)) throw noAttribute(body, "get");
  return body;
}

/** Any value that is not empty, `false` and `0` too, means yes. */
export function wantsMinimal(store: Store, call: Call): boolean {
  return store.edition !== "E0" && Boolean(call.query.get("minimal"));
}
