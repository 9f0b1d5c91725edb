import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { EXPLAIN_HEADER } from "./explain.ts";
import { GRAPHQL_PATH } from "./paths.ts";

/** What a request asks for. */
export interface Params {
  readonly query: string;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * How long the body of a request is that the fast path knows: one operation, sent as JSON to the graph.
 * @param most bytes of a body
 * @returns 0 for every other request
 */
export function bodyLength({ method, url, headers }: IncomingMessage, most: number): number {
  if (method !== "POST" || url !== GRAPHQL_PATH) return 0;
  const type = headers["content-type"];
  if (type !== "application/json" && (type === undefined || !JSON_TYPE.test(type))) return 0;
  if (headers["content-encoding"] !== undefined || headers["transfer-encoding"] !== undefined) return 0;
  const wish = headers[EXPLAIN_HEADER];
  // Whoever wants a plan, however spelt, must not be met with execution.
  if (wish !== undefined && wish !== "1") return 0;
  const text = headers["content-length"];
  if (text === undefined || !DIGITS.test(text)) return 0;
  const length = Number(text);
  return length <= most ? length : 0;
}

const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/;
const DIGITS = /^\d{1,9}$/;

/** @returns undefined for anything but one operation with its variables */
export function readParams(body: Buffer): Params | undefined {
  if (!isUtf8(body)) return undefined;
  let params: unknown;
  try {
    params = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  if (!isObject(params)) return undefined;
  for (const name in params) if (!NAMES.has(name)) return undefined;
  const { query, operationName, variables, extensions } = params;
  if (typeof query !== "string" || extensions != null) return undefined;
  if (operationName != null && typeof operationName !== "string") return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  return { query, operationName, variables };
}

const NAMES: ReadonlySet<string> = new Set(["query", "operationName", "variables", "extensions"]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
