import fc from "fast-check";
import type { ServerSettings } from "../../src/config/settings.ts";
import type { Plan } from "../../src/domain/plan/plan.ts";
import type { LedgerEntry } from "../../src/http/ledger.ts";
import type { People } from "../../src/sandbox/people.ts";
import { COLUMNS, type Column } from "./call-table.ts";
import type { Written } from "./entity-operations.ts";
import { startGateway, type GatewayUnderTest, type ServiceUnderTest } from "./gateway.ts";
import type { Home } from "./places.ts";
import { gather, sizes, type Sizes } from "./random-people.ts";
import { globally, tell } from "./truth.ts";
import { startUpstream, type Upstream } from "./upstream.ts";
import { SLOW, WIDE_LIMITS } from "./wide-limits.ts";

/** Two gateways over the same services, each of which has to learn for itself what there is to know of them. */
export interface Twins {
  readonly homes: readonly Home[];
  readonly upstreams: readonly Upstream[];
  readonly one: GatewayUnderTest;
  readonly other: GatewayUnderTest;
  close(): Promise<void>;
}

export interface ServiceOfTwins {
  readonly column: Column;
  readonly people: People;
}

/** What a counterexample shows of a service: its people are made of it. */
export interface Speaker {
  readonly column: Column;
  readonly sizes: Sizes;
}

export const speakers: fc.Arbitrary<readonly Speaker[]> = fc.array(
  fc.record<Speaker>({ column: fc.constantFrom(...COLUMNS), sizes }),
  { minLength: 1, maxLength: 2 },
);

export function servicesOf(some: readonly Speaker[]): readonly ServiceOfTwins[] {
  return some.map((one) => ({ column: one.column, people: gather(one.sizes) }));
}

/** What goes beyond a limit while it runs hangs on what comes first: no two answers would be cut off at the same place. */
const LIMITS = { ...WIDE_LIMITS, nodes: 100_000_000, upstreamBytes: 4 * 1024 ** 3 };

/** The services are called `service-0`, and so on. */
export async function startTwins(
  given: readonly ServiceOfTwins[],
  limits: Partial<ServerSettings["limits"]> = {},
): Promise<Twins> {
  const homes: Home[] = [];
  const services: ServiceUnderTest[] = [];
  const upstreams: Upstream[] = [];
  for (const [index, { column, people }] of given.entries()) {
    const { dialect, edition } = column;
    const { path, credentials, serve } = dialect.sandbox;
    const upstream = await startUpstream(serve(people, { edition }));
    upstreams.push(upstream);
    const name = `service-${index}`;
    services.push({ name, dialect: dialect.name, url: upstream.origin + path, credentials });
    const { users, applications, groups } = tell({ dialect, edition, people }, globally(name));
    const ids = { User: users, Application: applications, Group: groups.map((group) => group.name), ApiKey: [] };
    homes.push({ name, family: dialect.family, ids });
  }
  const start = () => startGateway(services, { limits: { ...LIMITS, ...limits } }, SLOW);
  const [one, other] = [start(), start()];
  return {
    homes,
    upstreams,
    one,
    other,
    close: async () => {
      await Promise.all([one.close(), other.close()]);
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}

export interface ObservedError {
  readonly path: readonly (string | number)[] | undefined;
  readonly code: unknown;
  readonly message: string;
}

/** All there is to see of an operation. */
export interface Observed {
  readonly status: number;
  readonly data: unknown;
  /** In the order of their places: what fails first is told first. */
  readonly errors: readonly ObservedError[];
  /** Each by its service, method and route, in the order of these. */
  readonly calls: readonly string[] | undefined;
  /** On whose behalf. */
  readonly askers: readonly string[];
  readonly plan: Plan | undefined;
}

/** Has an operation planned, and then executed. */
export async function observe(gateway: GatewayUnderTest, { query, variables }: Written): Promise<Observed> {
  const planned = await gateway.query(query, { ...variables }, { "x-usergraph-explain": "plan" });
  const { status, body } = await gateway.query(query, { ...variables }, { "x-usergraph-explain": "1" });
  const { plan } = (planned.body.extensions ?? {}) as { readonly plan?: Plan };
  const { upstream } = (body.extensions ?? {}) as { readonly upstream?: { readonly ledger: readonly LedgerEntry[] } };
  return {
    status,
    data: body.data,
    errors: (body.errors ?? [])
      .map(({ path, extensions, message }) => ({ path, code: extensions["code"], message }))
      .sort((a, b) => String(a.path).localeCompare(String(b.path), "en", { numeric: true })),
    calls: upstream?.ledger.map(({ service, method, route }) => `${service} ${method} ${route}`).sort(),
    askers: [...new Set(upstream?.ledger.flatMap((entry) => entry.for))].sort(),
    plan,
  };
}

/** What is the same of both: all but who asked, and where in its arguments a mistake is said to be. */
export function asNodes({ status, data, errors, calls, askers, plan }: Observed): unknown {
  const named = askers.map((asker) => asker.replace("Query._entities", "Query.nodes")).sort();
  return { status, data, errors: errors.map(withoutPlace), calls, askers: named, plan: plan && planOfNodes(plan) };
}

function withoutPlace({ path, code, message }: ObservedError): ObservedError {
  return { path, code, message: code === "BAD_USER_INPUT" && path?.length === 2 ? "" : message };
}

function planOfNodes(plan: Plan & { readonly problems?: readonly ObservedError[] }): unknown {
  const text = JSON.stringify({ ...plan, problems: plan.problems?.map(withoutPlace) });
  return JSON.parse(text.replaceAll("Query._entities", "Query.nodes")) as unknown;
}
