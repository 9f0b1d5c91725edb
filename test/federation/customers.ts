import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServerAdapter } from "@whatwg-node/server";
import type { Dialect } from "../../src/dialects/dialect.ts";
import type { People } from "../../src/sandbox/people.ts";
import { CALLERS, peopleFor } from "./callers.ts";

/** One of the services behind usergraph: the same people, each caller's under other names. */
export interface Customers {
  readonly name: string;
  readonly dialect: Dialect;
  readonly edition: string;
  /** The caller's header that is forwarded to it. */
  readonly credentials: { readonly forward: string };
  readonly url: string;
  /** What it was asked: method and target. */
  readonly requests: string[];
  /** How many of these were given up by whoever sent them. */
  readonly givenUp: () => number;
  /** Keeps answers back until the returned function is called. */
  hold(): () => void;
  /** Hangs up on whoever asks, until the returned function is called. */
  hangUp(): () => void;
  close(): Promise<void>;
}

interface CustomersOptions {
  readonly name: string;
  readonly dialect: Dialect;
  readonly edition: string;
  readonly forward: string;
}

export async function startCustomers(
  { name, dialect, edition, forward }: CustomersOptions,
  people: People,
): Promise<Customers> {
  const { credentials, path, serve } = dialect.sandbox;
  const requests: string[] = [];
  let givenUp = 0;
  let released = Promise.resolve();
  let isDown = false;
  const handlers = CALLERS.map((caller) => ({
    authorization: caller.headers[forward],
    handle: createServerAdapter(serve(peopleFor(caller, people), { edition })),
  }));
  const strangers = createServerAdapter(serve(people, { edition }));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.once("close", () => {
      if (!response.writableFinished) givenUp++;
    });
    if (isDown) {
      request.socket.destroy();
      return;
    }
    await released;
    const known = handlers.find(({ authorization }) => authorization === request.headers.authorization);
    // Each caller has a sandbox of their own, in which they are its operator.
    if (known !== undefined) setAuthorization(request, authorizationOf(dialect, credentials));
    await (known?.handle ?? strangers)(request, response);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    name,
    dialect,
    edition,
    credentials: { forward },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    requests,
    givenUp: () => givenUp,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      released = promise.then(() => undefined);
      return () => resolve(undefined);
    },
    hangUp: () => {
      isDown = true;
      return () => void (isDown = false);
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function setAuthorization(request: IncomingMessage, value: string): void {
  request.headers.authorization = value;
  const at = request.rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "authorization");
  request.rawHeaders[at + 1] = value;
}

function authorizationOf({ encodeBasic = String }: Dialect, credentials: Dialect["sandbox"]["credentials"]): string {
  if ("bearer" in credentials) return `bearer ${credentials.bearer}`;
  const { username, password } = credentials.basic;
  return `Basic ${btoa(`${encodeBasic(username)}:${encodeBasic(password)}`)}`;
}
