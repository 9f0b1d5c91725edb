import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Settings } from "../../src/config/settings.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../../src/gateway.ts";
import type { FastPathUse } from "../../src/server/server.ts";

/**
 * Which way requests take through a gateway under test: the fast path, whatever can take it, or none of them. The suite
 * runs once for each (`vitest.config.ts`).
 */
export const FAST_PATH: FastPathUse = process.env["FAST_PATH"] === "never" ? "never" : "always";

export interface OpenGateway extends Gateway {
  /** Asks the gateway, whatever host the address names. */
  fetch(address: string, init?: RequestInit): Promise<Response>;
}

/** A gateway that takes the suite's way. */
export function openGateway(settings: Settings, options: GatewayOptions): OpenGateway {
  const gateway = createGateway(settings, { fastPath: FAST_PATH, ...options });
  // Yoga alone needs no port.
  if (FAST_PATH === "never")
    return { ...gateway, fetch: async (address, init) => gateway.server.fetch(address, init ?? {}) };
  let listening: Promise<Server> | undefined;
  return {
    ...gateway,
    fetch: async (address, init) => {
      const server = await (listening ??= listenOnce(gateway));
      const { port } = server.address() as AddressInfo;
      return fetch(address.replace(/^https?:\/\/[^/]+/, `http://127.0.0.1:${port}`), init);
    },
    close: async () => {
      const server = await listening;
      server?.closeAllConnections();
      server?.close();
      await gateway.close();
    },
  };
}

async function listenOnce({ listener }: Gateway): Promise<Server> {
  const server = createServer({ joinDuplicateHeaders: true }, listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
