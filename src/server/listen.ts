import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface ListeningServer {
  /** Where it really listens: `port: 0` in the configuration means any free one. */
  readonly url: string;
  /**
   * Takes no further connection and waits for the answers that are under way, then hangs up.
   * @param graceMs how long to wait at most
   */
  stop(graceMs: number): Promise<void>;
}

/** @throws the system's error where the address cannot be had, such as `EADDRINUSE` */
export async function listen(listener: RequestListener, host: string, port: number): Promise<ListeningServer> {
  let stopping = false;
  // Joined, a header that was sent twice shows: Node would drop the second `Authorization` in silence, and nobody could
  // say whose credential counts.
  const server = createServer({ joinDuplicateHeaders: true }, (request, response) => {
    // A connection that is kept alive would keep the stopped server alive with it.
    response.once("close", () => {
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
    // The server behind it makes a URL of the target and the host, and would answer with a stack where that fails.
    if (isReadable(request)) listener(request, response);
    else response.writeHead(400, { "content-type": "text/plain" }).end("Bad Request\n");
  });
  server.listen(port, host);
  await once(server, "listening");
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`,
    stop: async (graceMs) => {
      stopping = true;
      const closed = once(server, "close");
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function isReadable({ url = "", headers: { host = "localhost" } }: IncomingMessage): boolean {
  return url.startsWith("/") && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}${url}`);
}
