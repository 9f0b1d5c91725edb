import { isDeepStrictEqual } from "node:util";
import { post, type Gateway } from "./gateways/gateway.ts";
import type { Workload } from "./workloads.ts";

/** A request with the answer that was found to be right. */
export interface CheckedRequest {
  readonly body: string;
  readonly answer: string;
}

export interface Checked {
  readonly requests: readonly CheckedRequest[];
  /** Calls of the services for one request, on average of all that were asked one after the other. */
  readonly calls: number;
}

/**
 * Asks a gateway all that a workload has to ask.
 * @param url where the gateway is
 * @param countCalls how many calls have reached the services so far
 * @throws Error that names the first request which is not answered rightly
 */
export async function check(
  gateway: Gateway,
  workload: Workload,
  url: string,
  countCalls: () => Promise<number>,
): Promise<Checked> {
  const bodies = await gateway.ask(workload, url);
  const askOne = async (body: string, key: number): Promise<CheckedRequest> => {
    try {
      const answer = await post(url, body);
      compare(gateway.read[workload.name](readData(answer) as never), workload.keys[key]?.answer);
      return { body, answer };
    } catch (error) {
      throw new Error(`${gateway.name}, workload ${workload.name}, request ${key}: ${describe(error)}`, {
        cause: error,
      });
    }
  };
  // What a gateway finds out once, with the first request, is no part of what a request costs.
  await askOne(bodies[0] ?? "", 0);
  const before = await countCalls();
  const requests: CheckedRequest[] = [];
  for (const [key, body] of bodies.entries()) requests.push(await askOne(body, key));
  return { requests, calls: ((await countCalls()) - before) / requests.length };
}

function readData(text: string): unknown {
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`errors: ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}

function compare(found: unknown, expected: unknown): void {
  const difference = findDifference(found, expected, "answer");
  if (difference !== undefined) throw new Error(`wrong data at ${difference}`);
}

/** Where they differ first, and how. */
function findDifference(found: unknown, expected: unknown, path: string): string | undefined {
  if (isDeepStrictEqual(found, expected)) return undefined;
  if (isObject(found) && isObject(expected) && Array.isArray(found) === Array.isArray(expected)) {
    for (const key of Object.keys({ ...expected, ...found })) {
      const difference = findDifference(found[key], expected[key], `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
  }
  return `${path}: expected ${write(expected)}, found ${write(found)}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function write(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 200);
}

function describe(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
