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
  if (value === undefined || value === "") throw new Error(`The route's {${name}} has no value.`);
  // Dots alone are never escaped by `encodeURIComponent`, and would climb to another resource.
  return value === "." || value === ".." ? value.replaceAll(".", "%2E") : encode(value);
}

/** `encodeURIComponent` throws at a lone surrogate, which clients can send: a replacement character names nothing. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
