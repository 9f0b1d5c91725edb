import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServerAdapter } from "@whatwg-node/server";
import { DEFAULT_SERVICE, type ServiceSettings } from "../config/settings.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { PEOPLE, type People } from "./people.ts";

/** A sandbox service that listens on loopback, with all that a gateway needs to know of it. */
export interface ListeningSandbox {
  readonly settings: ServiceSettings;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 or left out: any free one. */
  readonly port?: number;
  readonly people?: People;
  /** One of the dialect's `editions`. */
  readonly edition?: string;
}

/** Serves one dialect's sandbox as a real HTTP server. */
export async function listenSandbox(
  { name, sandbox }: Dialect,
  { port = 0, people = PEOPLE, edition }: ListenOptions = {},
): Promise<ListeningSandbox> {
  const handle = sandbox.serve(people, edition === undefined ? {} : { edition });
  const server = createServer(createServerAdapter(handle));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: taken } = server.address() as AddressInfo;
  return {
    settings: {
      ...DEFAULT_SERVICE,
      service: { name: sandbox.name, dialect: name, url: `http://127.0.0.1:${taken}${sandbox.path}` },
      credentials: sandbox.credentials,
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * One sandbox for each dialect, on ports from `port` on where one is given.
 * @param editions by the service's name; the dialect's default where left out
 */
export async function listenSandboxes(
  dialects: readonly Dialect[],
  port?: number,
  editions: Readonly<Record<string, string>> = {},
): Promise<readonly [ListeningSandbox, ...ListeningSandbox[]]> {
  const listening: ListeningSandbox[] = [];
  try {
    for (const dialect of dialects) {
      const edition = editions[dialect.sandbox.name];
      listening.push(
        await listenSandbox(dialect, {
          ...(port !== undefined && port !== 0 && { port: port + listening.length }),
          ...(edition !== undefined && { edition }),
        }),
      );
    }
  } catch (error) {
    await Promise.all(listening.map((one) => one.close()));
    throw error;
  }
  return listening as [ListeningSandbox, ...ListeningSandbox[]];
}
