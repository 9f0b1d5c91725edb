import type { UpstreamRequest } from "./send.ts";

/**
 * The path and query of a request below the service's URL, everything percent-encoded: whatever an id holds, it is one
 * segment of the path.
 * @throws Error for a value that is missing or empty: without it the path would name another resource, such as the list
 */
export function fillRoute({ route, params, query, path }: UpstreamRequest): string {
  if (path !== undefined) return path;
  const filled = fillTemplate(route, params);
  if (query === undefined || query.length === 0) return filled;
  return `${filled}?${query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&")}`;
}

/** What the dialects ask has few templates: texts and names in turn. */
const templates = new Map<string, readonly string[]>();

function fillTemplate(route: string, params: UpstreamRequest["params"]): string {
  let parts = templates.get(route);
  if (parts === undefined) templates.set(route, (parts = route.split(/\{(\w+)\}/)));
  let path = parts[0] as string;
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index] as string;
    path += segment(params?.[name], name) + (parts[index + 1] as string);
  }
  return path;
}

function segment(value: string | undefined, name: string): string {
  // Dots alone name another resource however they are escaped: whoever normalises a path climbs at `%2E%2E`, too.
  if (value === undefined || value === "" || value === "." || value === "..") {
    throw new Error(`The route's {${name}} has no value that can stand in a path.`);
  }
  return encode(value);
}

/** Nearly all ids, which stay as they are: to see that takes a tenth of the time of `encodeURIComponent`. */
const PLAIN = /^[\w.-]*$/;

/** `encodeURIComponent` throws at a lone surrogate, which clients can send: a replacement character names nothing. */
export function encode(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
