import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { createServerAdapter } from "@whatwg-node/server";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { GraphqlServer } from "../../src/server/server.ts";
import { listen } from "../../src/server/listen.ts";
import type { ServerSettings } from "../../src/config/settings.ts";
import { crowd } from "../support/crowd.ts";
import { startGateway } from "../support/gateway.ts";
import { globally } from "../support/truth.ts";
import { startCustomers, type Customers } from "./customers.ts";
import { startOrders, type Orders } from "./orders.ts";

/** How many orders a book has, each of another owner. */
export const ORDERS = 50;
/** Whose owner does not exist. */
export const ORPHAN = 17;

export const PEOPLE = crowd(ORDERS);

const SERVICES = [
  { name: "directory", dialect: econtext, edition: "E1", forward: "authorization" },
  { name: "old", dialect: econtext, edition: "E0", forward: "authorization" },
  { name: "new", dialect: econtext, edition: "E2", forward: "authorization" },
  { name: "cloud", dialect: cloudFoundryV2, edition: "2.293.0", forward: "x-cloud-authorization" },
] as const;

export type ServiceName = (typeof SERVICES)[number]["name"];
export const SERVICE_NAMES: readonly ServiceName[] = SERVICES.map(({ name }) => name);

/** The owners of the book `regulars`: ten, in turns. */
export const REGULARS = PEOPLE.users.map((_user, index) => globally("new").user(`user-00${index % 10}`));

/** The owners of the book `everywhere`: one of each service. */
export const EVERYWHERE = SERVICE_NAMES.map((name) => globally(name).user("user-005"));

/** The owners of the book `mixed`, of which most are none. */
export const MIXED = [
  globally("directory").user("user-003"),
  "User:directory",
  globally("directory").user("nobody"),
  globally("nowhere").user("user-003"),
  globally("directory").group("GROUP", "group-1"),
  globally("cloud").user("user-004"),
] as const;

export interface Subgraph {
  readonly name: "usergraph" | "orders";
  readonly url: string;
}

/** usergraph over four services, and the subgraph of another team: each a real server. */
export interface Subgraphs {
  readonly all: readonly Subgraph[];
  readonly usergraph: {
    readonly url: string;
    /** The headers of what it was asked over HTTP. */
    readonly requests: IncomingHttpHeaders[];
  };
  readonly orders: Orders;
  readonly customers: Readonly<Record<ServiceName, Customers>>;
  close(): Promise<void>;
}

export interface SubgraphsOptions {
  readonly server?: Partial<ServerSettings>;
  /** Whether usergraph's answers lose their `cache-control` on the way. */
  readonly uncontrolled?: boolean;
}

export async function startSubgraphs({ server = {}, uncontrolled = false }: SubgraphsOptions = {}): Promise<Subgraphs> {
  const customers = await Promise.all(SERVICES.map((service) => startCustomers(service, PEOPLE)));
  const books = Object.fromEntries(SERVICE_NAMES.map((name) => [name, ownersOf(name)]));
  const orders = await startOrders({ ...books, regulars: REGULARS, everywhere: EVERYWHERE, mixed: MIXED });
  const { gateway } = startGateway(
    customers.map(({ name, dialect, url, credentials }) => ({ name, dialect: dialect.name, url, credentials })),
    server,
  );
  const requests: IncomingHttpHeaders[] = [];
  const answer = uncontrolled ? withoutCacheControl(gateway.server) : gateway.listener;
  const listener: RequestListener = (request, response) => {
    requests.push(request.headers);
    void answer(request, response);
  };
  const listening = await listen(listener, "127.0.0.1", 0);
  const usergraph = { url: `${listening.url}/graphql`, requests };
  return {
    all: [
      { name: "usergraph", url: usergraph.url },
      { name: "orders", url: orders.url },
    ],
    usergraph,
    orders,
    customers: Object.fromEntries(customers.map((one) => [one.name, one])) as Record<ServiceName, Customers>,
    close: async () => {
      await listening.stop(0);
      await gateway.close();
      await orders.close();
      await Promise.all(customers.map((one) => one.close()));
    },
  };
}

/** To whom the orders of a service's own book belong: one to each of its users, and one to nobody. */
export function ownersOf(service: ServiceName): readonly string[] {
  return PEOPLE.users.map(({ id }, index) => globally(service).user(index === ORPHAN ? "nobody" : id));
}

function withoutCacheControl({ fetch }: GraphqlServer) {
  return createServerAdapter(async (request: Request) => {
    const response = await fetch(request);
    response.headers.delete("cache-control");
    return response;
  });
}
