import type { UpstreamRequest } from "./send.ts";

/**
 * The path and query of a request below the service's URL, everything percent-encoded: whatever an id holds, it is one
 * segment of the path.
 * @throws Error for a value that is missing or empty: without it the path would name another resource, such as the list
 */
export function fillRoute({ route, params, query }: UpstreamRequest): string {
  const path = route.includes("{")
    ? route.replace(/\{(\w+)\}/g, (_, name: string) => segment(params?.[name], name))
    : route;
  if (query === undefined || query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&")}`;
}

function segment(value: string | undefined, name: string): string {
  // Dots alone name another resource however they are escaped: whoever normalises a path climbs at `%2E%2E`, too.
  if (value === undefined || value === "" || value === "." || value === "..") {
    throw new Error(`The route's {${name}} has no value that can stand in a path.`);
  }
  return encode(value);
}

/** `encodeURIComponent` throws at a lone surrogate, which clients can send: a replacement character names nothing. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
