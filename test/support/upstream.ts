import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServerAdapter } from "@whatwg-node/server";

/** What a service was asked. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as they came over the wire. */
  readonly target: string;
  readonly authorization: string | null;
  readonly body: string;
}

export interface Upstream {
  readonly origin: string;
  readonly requests: SeenRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on loopback that writes down what it is asked. */
export async function startUpstream(handle: (request: Request) => Promise<Response> | Response): Promise<Upstream> {
  const requests: SeenRequest[] = [];
  const adapter = createServerAdapter(async (request: Request) => {
    const body = request.method === "GET" ? "" : await request.text();
    const { pathname, search } = new URL(request.url);
    const authorization = request.headers.get("authorization");
    requests.push({ method: request.method, target: pathname + search, authorization, body });
    const init = { method: request.method, headers: request.headers };
    return handle(new Request(request.url, body === "" ? init : { ...init, body }));
  });
  const server = createServer(adapter);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
