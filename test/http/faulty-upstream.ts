import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** One request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Path and query, not decoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the upstream does once it has read a request. */
export type Behaviour = (socket: Socket, request: Received) => void;

export interface FaultyUpstream {
  /** Without a path. */
  readonly url: string;
  readonly requests: readonly Received[];
  /** How many connections were opened so far. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

/**
 * A service on a real socket that misbehaves to order, byte by byte.
 * @param behaviours one for each request in turn, the last for all that follow
 */
export async function faultyUpstream(...behaviours: readonly [Behaviour, ...Behaviour[]]): Promise<FaultyUpstream> {
  const requests: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    let unread = "";
    socket.on("data", (chunk) => {
      unread += chunk.toString("latin1");
      for (let end = endOfRequest(unread); end !== undefined; end = endOfRequest(unread)) {
        const request = parse(unread.slice(0, end));
        unread = unread.slice(end);
        const behave = behaviours[Math.min(requests.length, behaviours.length - 1)];
        requests.push(request);
        behave?.(socket, request);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

/** The address of a port on which nobody listens. */
export async function closedPort(): Promise<string> {
  const upstream = await faultyUpstream(silence);
  await upstream.close();
  return upstream.url;
}

export const silence: Behaviour = () => undefined;

/** A reset, not an orderly close, before a byte of the answer. */
export const reset: Behaviour = (socket) => socket.resetAndDestroy();

export const hangUp: Behaviour = (socket) => socket.end();

/** These bytes as they are, and then nothing more; the connection stays open. */
export function bytes(text: string): Behaviour {
  return (socket) => socket.write(text);
}

/** These bytes as they are, and then the end of the connection. */
export function bytesThenEnd(text: string): Behaviour {
  return (socket) => socket.end(text);
}

export function answer(status: number, body = "", headers: Readonly<Record<string, string>> = {}): Behaviour {
  return bytes(head(status, { "content-length": String(Buffer.byteLength(body)), ...headers }) + body);
}

export function after(ms: number, behaviour: Behaviour): Behaviour {
  return (socket, request) => {
    const timer = setTimeout(behaviour, ms, socket, request);
    socket.on("close", () => clearTimeout(timer));
  };
}

/** A body that never ends: one byte at a time, often enough to look alive. */
export const trickle: Behaviour = (socket) => {
  socket.write(head(200, { "transfer-encoding": "chunked" }));
  const timer = setInterval(() => socket.write("1\r\n \r\n"), 10);
  socket.on("close", () => clearInterval(timer));
};

export function head(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join("")}\r\n`;
}

function endOfRequest(text: string): number | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const end = headEnd + 4 + Number(/^content-length: *(\d+)/im.exec(text.slice(0, headEnd))?.[1] ?? 0);
  return text.length < end ? undefined : end;
}

function parse(text: string): Received {
  const [top = "", ...rest] = text.split("\r\n\r\n");
  const [line = "", ...headers] = top.split("\r\n");
  const [method = "", target = ""] = line.split(" ");
  const pairs = headers.map((header) => {
    const colon = header.indexOf(":");
    return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()] as const;
  });
  return {
    method,
    target,
    headers: Object.fromEntries(pairs),
    body: Buffer.from(rest.join("\r\n\r\n"), "latin1").toString(),
  };
}
