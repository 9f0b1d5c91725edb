import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { UserAnswer, Workload } from "../../bench/workloads.ts";

const APPLICATIONS = [
  { id: "a1", name: "One" },
  { id: "a2", name: "Two" },
];

/** Three users to ask for. */
export const USERS: Workload = {
  name: "user",
  title: "one of three users",
  keys: [0, 1, 2].map((n) => ({ asked: String(n), answer: answerOf(n) })),
};

function answerOf(n: number): UserAnswer {
  const email = `user-${n}@example.com`;
  return {
    ...{ id: String(n), name: `User ${n}`, email, username: email, status: "ENABLED", href: `/${n}` },
    createdAt: "2017-04-20T10:11:12.131Z",
    updatedAt: "2017-04-20T10:11:12.131Z",
    applications: APPLICATIONS,
    groups: [],
  };
}

/** What it answers about each of them, in the words of the floor. */
export function writeUser(n: number): { user: object } {
  const { createdAt, updatedAt, ...user } = answerOf(n);
  const applications = APPLICATIONS.toReversed();
  return { user: { ...user, applications, created_at: createdAt, modified_at: updatedAt } };
}

export interface SmallGateway {
  readonly url: string;
  /** How many requests have come. */
  count(): number;
  close(): void;
}

/** @param answer what it answers to whoever asks for that user; undefined breaks the connection */
export async function startSmallGateway(
  answer: (n: number) => { readonly status?: number; readonly body: unknown } | undefined,
): Promise<SmallGateway> {
  let count = 0;
  const server: Server = createServer(async (request, response) => {
    count += 1;
    const { variables } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
      variables: { id: string };
    };
    const made = answer(Number(variables.id));
    if (made === undefined) request.socket.destroy();
    else response.writeHead(made.status ?? 200).end(JSON.stringify(made.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    count: () => count,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
