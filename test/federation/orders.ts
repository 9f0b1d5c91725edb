import type { IncomingHttpHeaders } from "node:http";
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

/** A subgraph of other people, as they would write it: Relay-style, and with nothing of users but their ids. */
export interface Orders {
  readonly url: string;
  /** The headers of what it was asked. */
  readonly requests: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** By the name of a book: to whom its orders belong, in their order, as global ids. */
export type Books = Readonly<Record<string, readonly string[]>>;

const TYPES = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@external", "@key", "@requires", "@shareable"])

  "When something happened."
  scalar DateTime

  "Whatever can be fetched again."
  interface Node {
    "Opaque."
    id: ID!
  }

  "Relay's."
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }

  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    orders(first: Int = 20, after: String, book: String!): OrderConnection!
  }

  type OrderConnection {
    edges: [OrderEdge!]!
    nodes: [Order!]!
    pageInfo: PageInfo!
  }

  type OrderEdge {
    cursor: String!
    node: Order!
  }

  type Order implements Node @key(fields: "id") {
    id: ID!
    placedAt: DateTime!
    owner: User
  }

  type User implements Node @key(fields: "id") {
    id: ID!
    email: String @external
    name: String @external
    "How a parcel is addressed."
    label: String @requires(fields: "email name")
    orders: [Order!]!
  }
`);

/** The first order was placed then, each further one a day later. */
const OPENING = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

interface Order {
  readonly id: string;
  readonly placedAt: string;
  readonly owner: { readonly __typename: "User"; readonly id: string };
}

export async function startOrders(books: Books): Promise<Orders> {
  const requests: Orders["requests"] = [];
  const shelf = new Map(Object.entries(books).map(([book, owners]) => [book, owners.map(orderOf(book))]));
  const all = [...shelf.values()].flat();
  const find = (id: string) => all.find((order) => order.id === id) ?? null;

  const server = new ApolloServer({
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    schema: buildSubgraphSchema({
      typeDefs: TYPES,
      resolvers: {
        Node: { __resolveType: () => "Order" },
        Query: {
          node: (_root: unknown, { id }: { readonly id: string }) => find(id),
          nodes: (_root: unknown, { ids }: { readonly ids: readonly string[] }) => ids.map(find),
          orders: (_root: unknown, { first, after, book }: PageArguments) => {
            const orders = shelf.get(book) ?? [];
            const start = after == null ? 0 : orders.findIndex(({ id }) => id === after) + 1;
            return pageOf(orders.slice(start, start + first), start, orders.length);
          },
        },
        Order: { __resolveReference: ({ id }: { readonly id: string }) => find(id) },
        User: {
          orders: (user: { readonly id: string }) => all.filter(({ owner }) => owner.id === user.id),
          label: ({ email, name }: { readonly email: string | null; readonly name: string | null }) =>
            `${name ?? "somebody"} <${email ?? "unknown"}>`,
        },
      },
    }),
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: "127.0.0.1", port: 0 },
    context: ({ req }) => {
      requests.push(req.headers);
      return Promise.resolve({});
    },
  });
  return { url, requests, close: () => server.stop() };
}

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
  readonly book: string;
}

function orderOf(book: string): (owner: string, index: number) => Order {
  return (owner, index) => ({
    id: `Order:${book}:${index}`,
    placedAt: new Date(OPENING + index * DAY_MS).toISOString(),
    owner: { __typename: "User", id: owner },
  });
}

function pageOf(nodes: readonly Order[], start: number, total: number) {
  const edges = nodes.map((node) => ({ cursor: node.id, node }));
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: start + nodes.length < total,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
