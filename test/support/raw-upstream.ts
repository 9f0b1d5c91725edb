import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServerAdapter } from "@whatwg-node/server";

/** An upstream that writes down the request lines as they came: an URL that was parsed is an URL that was normalised. */
export interface RawUpstream {
  readonly origin: string;
  /** `GET /api/users/user/a%2Fb` */
  lines: string[];
  play(handle: (request: Request) => Promise<Response>): void;
  close(): Promise<void>;
}

/** An upstream that plays whatever it is told to, and forgets what it was asked before. */
export async function startRawUpstream(): Promise<RawUpstream> {
  let handle: ((request: Request) => Promise<Response>) | undefined;
  const adapter = createServerAdapter((request: Request) => handle?.(request) ?? new Response(null, { status: 500 }));
  const server = createServer((request, response) => {
    upstream.lines.push(`${request.method ?? ""} ${request.url ?? ""}`);
    void adapter(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const upstream: RawUpstream = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines: [],
    play: (next) => {
      handle = next;
      upstream.lines = [];
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return upstream;
}
