import type { ExecutionResult } from "graphql";
import { expect } from "vitest";
import { CALLERS, SECRETS, type Caller } from "./callers.ts";
import type { Subgraphs } from "./subgraphs.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What came over the wire: tests say what they expect of it.
  readonly body: ExecutionResult<Record<string, never>>;
}

export interface Asking {
  /** Nobody, where left out. */
  readonly by?: Caller;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly method?: "GET" | "POST";
}

/** Asks a router, or usergraph itself. Whatever the answer is, it tells no secret, and nothing that is shown to others. */
export async function ask(
  url: string,
  query: string,
  { by, variables = {}, signal, method = "POST" }: Asking = {},
): Promise<Answer> {
  // Apollo Server takes a GET from those alone who cannot be a page of another site.
  const headers = { "content-type": "application/json", "apollo-require-preflight": "1", ...by?.headers };
  const body = JSON.stringify({ query, variables });
  const sent = { method, headers, ...(signal && { signal }) };
  const response = await (method === "GET"
    ? fetch(`${url}?${new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString()}`, sent)
    : fetch(url, { ...sent, body }));
  const text = await response.text();
  const strangers = CALLERS.filter((caller) => caller !== by).map(({ name }) => name);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  for (const name of strangers) expect(text).not.toMatch(new RegExp(`for ${name}|@${name}\\.`));
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answer["body"] };
}

/** How often the services were asked, all together, while this was done. */
export async function counting<Result>(
  { customers, usergraph }: Subgraphs,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly services: number; readonly usergraph: number }> {
  const services = () => Object.values(customers).reduce((all, { requests }) => all + requests.length, 0);
  const [servicesBefore, usergraphBefore] = [services(), usergraph.requests.length];
  const result = await run();
  return {
    result,
    services: services() - servicesBefore,
    usergraph: usergraph.requests.length - usergraphBefore,
  };
}
