import { once } from "node:events";
import { createServer, ServerResponse, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSocketServer, type AddressInfo, type ListenOptions, type Socket } from "node:net";

export interface ListeningServer {
  /** Where it really listens: `port: 0` in the configuration means any free one. */
  readonly url: string;
  /**
   * Takes no further connection and waits for the answers that are under way, then hangs up.
   * @param graceMs how long to wait at most
   */
  stop(graceMs: number): Promise<void>;
}

/** How long a client is waited for, in milliseconds. */
export interface Patience {
  /** From the connection, or from the first byte, to the last of the headers. */
  readonly headers: number;
  /** To the last byte of the body. */
  readonly request: number;
  /** For the next request on a connection. */
  readonly idle: number;
  /** For a client that takes nothing of an answer while there is more of it. */
  readonly stalled: number;
  /** How often the first two are looked at. */
  readonly interval: number;
}

export const PATIENCE: Patience = {
  headers: 15_000,
  // A request counts among those that run at once while its body comes, and a few who dribble theirs must not keep the
  // places of all others for Node's five minutes. 256 KiB in this time is a bad line.
  request: 30_000,
  // Longer than the minute for which the usual balancers keep a connection: were we the first to hang up, they would
  // send into a closed connection now and then, and answer 502 where nothing is wrong.
  idle: 65_000,
  // The answer is in memory until it is taken, and its operation counts as running; Node would wait forever.
  stalled: 30_000,
  interval: 5_000,
};

/**
 * Each listening socket takes one connection in a turn of the event loop and no more (libuv since 1.45). Where a turn
 * takes 50 ms, under load, that would be 20 a second, and the next one, from whoever asks for `/healthz`, would wait for
 * seconds behind the others. So there are several sockets for the same address.
 */
const DOORS = process.platform === "linux" ? 32 : 1;

/** @throws the system's error where the address cannot be had, such as `EADDRINUSE` */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
  patience: Patience = PATIENCE,
): Promise<ListeningServer> {
  let stopping = false;
  const doors = Array.from({ length: DOORS }, () => createDoor(listener, patience, () => stopping));
  const { family, address, port: taken } = await findAddress(host, port);
  try {
    for (const door of doors) await open(door, { host: address, port: taken, reusePort: DOORS > 1 });
  } catch (error) {
    for (const door of doors) door.close();
    throw error;
  }
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`,
    stop: async (graceMs) => {
      stopping = true;
      const closed = Promise.all(doors.map((door) => once(door, "close")));
      for (const door of doors) door.close();
      const timer = setTimeout(() => {
        for (const door of doors) door.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function createDoor(listener: RequestListener, patience: Patience, isStopping: () => boolean): Server {
  // Told with the answer, nobody sends another request on a connection that is about to be closed. A set of those who are
  // being answered would tell as well, but is full of what V8 then keeps alive long after its time; and objects of a class
  // that extends Node's take far longer to make.
  const writeHead: ServerResponse["writeHead"] = function writeHead(this: ServerResponse, ...head) {
    if (isStopping()) this.shouldKeepAlive = false;
    ServerResponse.prototype.writeHead.apply(this, head as never);
    return this;
  };
  // Joined, a header that was sent twice shows: Node would drop the second `Authorization` in silence, and nobody could
  // say whose credential counts.
  const options = {
    joinDuplicateHeaders: true,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    keepAliveTimeout: patience.idle,
    connectionsCheckingInterval: patience.interval,
  };
  const door = createServer(options, (request, response) => {
    response.writeHead = writeHead;
    // A connection that is kept alive would keep the stopped server alive with it.
    response.once("close", () => {
      if (isStopping()) setImmediate(() => door.closeIdleConnections());
    });
    // Told of silence on the connection: also while the answer is being made, which takes as long as it takes.
    response.on("timeout", (socket: Socket) => {
      if (socket.writableLength > 0) socket.destroy();
    });
    // The server behind it makes a URL of the target and the host, and would answer with a stack where that fails.
    if (isReadable(request)) listener(request, response);
    else response.writeHead(400, { "content-type": "text/plain" }).end("Bad Request\n");
  });
  door.timeout = patience.stalled;
  return door;
}

/** Takes the address for itself for a moment: where several sockets may share it, nobody is told that it is in use. */
async function findAddress(host: string, port: number): Promise<AddressInfo> {
  const alone = createSocketServer((socket) => socket.destroy());
  await open(alone, { host, port });
  const address = alone.address() as AddressInfo;
  alone.close();
  await once(alone, "close");
  return address;
}

async function open(server: ReturnType<typeof createSocketServer>, options: ListenOptions): Promise<void> {
  server.listen(options);
  await once(server, "listening");
}

/** Most requests are for the same path of the same host as the one before. */
let lastRead: string | undefined;

function isReadable({ url = "", headers: { host = "localhost" } }: IncomingMessage): boolean {
  // Apart by what neither can hold.
  const target = `${host} ${url}`;
  if (target === lastRead) return true;
  const isReadable = canRead(url, host);
  if (isReadable && !url.includes("?")) lastRead = target;
  return isReadable;
}

function canRead(url: string, host: string): boolean {
  return url.startsWith("/") && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}${url}`);
}
