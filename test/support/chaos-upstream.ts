import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createFront, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Dialect } from "../../src/dialects/dialect.ts";
import type { People } from "../../src/sandbox/people.ts";

/** What may become of a request. "done": the service did what was asked before things went wrong. */
export const FAULTS = [
  "none",
  "reset",
  "reset, done",
  "cut, done",
  "503",
  "503, done",
  "500",
  "500, done",
  "429",
  "hang",
  "hang, done",
  "garbled",
  "garbled, done",
  "redirect",
  "surplus, done",
  "lure, done",
] as const;
/**
 * As "surplus, done", but a moment later: when the connection has the next request on it, as likely as not, and nobody
 * could tell it from the answer. So it may show to the caller whose the connection is, and to nobody else.
 */
export const LATE_SURPLUS = "late surplus, done";
export type Fault = (typeof FAULTS)[number] | typeof LATE_SURPLUS;

/** What becomes of one request: milliseconds until it is done, and from then until it is answered. */
export type Step = readonly [fault: Fault, beforeMs: number, afterMs: number];

const CALM: Step = ["none", 0, 0];

export interface ChaosRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly authorization: string | undefined;
  /** All headers, names and values. */
  readonly head: string;
  readonly requestId: string | undefined;
  readonly body: string;
  readonly fault: Fault;
  /** Whether the service did it, and took it for right. */
  done: boolean;
}

export interface ChaosOptions {
  readonly dialect: Dialect;
  readonly edition?: string;
  /** What is shown to whom, by the value of `authorization`. The same object: the same world. */
  readonly worlds: ReadonlyMap<string, People>;
  /** Of whom surplus answers tell. */
  readonly stranger: People;
}

export interface ChaosUpstream {
  /** With the dialect's path. */
  readonly url: string;
  readonly requests: readonly ChaosRequest[];
  /**
   * What becomes of the requests from now on, in the order in which they come; then all goes well.
   * @param elsewhere an origin: where redirects and URLs in answers lead
   */
  play(script: readonly Step[], elsewhere?: string): void;
  /** Asks the world itself. */
  askWorld(authorization: string, method: string, target: string, body?: object): Promise<Response>;
  /** Takes no connection for a while, and drops those that nobody uses. */
  refuse(ms: number): Promise<void>;
  close(): Promise<void>;
}

type Handle = (request: Request) => Promise<Response>;

/** A service of a dialect on a real socket that shows each credential a world of its own, and misbehaves to order. */
export async function startChaos({ dialect, edition, worlds, stranger }: ChaosOptions): Promise<ChaosUpstream> {
  const { sandbox } = dialect;
  const operator = authorize(sandbox.credentials);
  const open = (people: People) => sandbox.serve(people, edition === undefined ? {} : { edition });
  const opened = new Map<People, Handle>();
  const handles = new Map<string, Handle>();
  for (const [authorization, people] of worlds) {
    const handle = opened.get(people) ?? open(people);
    opened.set(people, handle);
    handles.set(authorization, handle);
  }
  let strangers: Handle | undefined;
  let script: readonly Step[] = [];
  let elsewhere = "";
  let at = 0;
  const requests: ChaosRequest[] = [];

  const ask = (handle: Handle | undefined, method: string, target: string, body: string): Promise<Response> => {
    // A credential that nobody has: any world refuses it, in the service's own words.
    const authorization = handle === undefined ? "Basic bm9ib2R5Om5vYm9keQ==" : operator;
    const init = { method, headers: { authorization, "content-type": "application/json" } };
    const known = handle ?? [...handles.values()][0];
    if (known === undefined) throw new Error("There is no world at all.");
    return known(new Request(`http://world.test${target}`, body === "" ? init : { ...init, body }));
  };

  async function meet(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url: target = "", socket, headers } = incoming;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const [fault, beforeMs, afterMs] = script[at++] ?? CALM;
    const { authorization } = headers;
    const requestId = headers["x-request-id"]?.toString();
    const head = incoming.rawHeaders.join("\n");
    const request: ChaosRequest = { method, target, authorization, head, requestId, body, fault, done: false };
    requests.push(request);

    if (beforeMs > 0) await sleep(beforeMs);
    // Nobody is there any more who could be told.
    if (isGone(socket)) return;
    let answer = NOTHING;
    if (fault === "none" || fault.endsWith("done")) {
      const handle = authorization === undefined ? undefined : handles.get(authorization);
      answer = await read(await ask(handle, method, target, body));
      request.done = answer.status < 300;
    }
    if (afterMs > 0) await sleep(afterMs);
    if (!isGone(socket)) await behave(fault, answer, { socket, outgoing, method, target, afterMs });
  }

  interface Exchange {
    readonly socket: Socket;
    readonly outgoing: ServerResponse;
    readonly method: string;
    readonly target: string;
    readonly afterMs: number;
  }

  async function behave(fault: Fault, { status, headers, text }: Answer, exchange: Exchange): Promise<void> {
    const { socket, outgoing, method, target, afterMs } = exchange;
    const html = { "content-type": "text/html" };
    switch (fault) {
      case "reset":
      case "reset, done":
        socket.resetAndDestroy();
        return;
      case "hang":
      case "hang, done":
        return;
      case "503":
      case "503, done":
        outgoing.writeHead(503, html).end("<h1>503 Service Unavailable</h1>");
        return;
      case "500":
      case "500, done":
        outgoing.writeHead(500, html).end("<h1>500 Internal Server Error</h1>");
        return;
      case "429":
        outgoing.writeHead(429, { ...html, "retry-after": "0" }).end("<h1>429 Too Many Requests</h1>");
        return;
      case "garbled":
      case "garbled, done":
        outgoing.writeHead(200, html).end("<h1>Welcome</h1>");
        return;
      case "redirect":
        outgoing.writeHead(307, { location: elsewhere + target }).end();
        return;
      case "none":
        outgoing.writeHead(status, headers).end(text);
        return;
      case "cut, done": {
        const bytes = Buffer.from(text);
        outgoing.writeHead(status, { ...headers, "content-length": String(bytes.length + 1) });
        outgoing.write(bytes.subarray(0, bytes.length >> 1), () => socket.destroy());
        return;
      }
      case "lure, done": {
        const lured = text
          .replaceAll(/"(\/(?:v2|api)\/[^"]*)"/g, `"${elsewhere}$1"`)
          .replaceAll(/("next_url": )null/g, `$1"${elsewhere}/v2/users?page=2"`)
          .replaceAll(/("total_pages": )1/g, "$12");
        outgoing.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(lured)) }).end(lured);
        return;
      }
      case "surplus, done":
        // In one piece.
        outgoing.writeHead(status, headers).end(text + (await wordStrangers(method, target)));
        return;
      case "late surplus, done": {
        const surplus = await wordStrangers(method, target);
        outgoing.writeHead(status, headers).write(text);
        await sleep(afterMs % 4);
        outgoing.end(surplus);
        return;
      }
    }
  }

  /** A whole answer that nobody asked for, as it looks on the wire. */
  async function wordStrangers(method: string, target: string): Promise<string> {
    strangers ??= open(stranger);
    return rawAnswer(await read(await ask(strangers, method, target, "")));
  }

  const server = createServer((incoming, outgoing) => {
    meet(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  // Stands before the server, which goes on with its connections while no new ones are taken.
  const front = createFront((socket) => server.emit("connection", socket));
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const { port } = front.address() as AddressInfo;
  let refusing: Promise<void> | undefined;

  return {
    url: `http://127.0.0.1:${port}${sandbox.path}`,
    requests,
    play: (next, origin = "") => {
      script = next;
      elsewhere = origin;
      at = 0;
    },
    askWorld: (authorization, method, target, body) =>
      ask(handles.get(authorization), method, target, body === undefined ? "" : JSON.stringify(body)),
    refuse: (ms) => (refusing ??= refuse(ms)),
    close: async () => {
      await refusing;
      front.close();
      server.closeAllConnections();
      server.close();
    },
  };

  function listens(): Promise<boolean> {
    return new Promise((resolve) => {
      front.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
  }

  async function refuse(ms: number): Promise<void> {
    front.close();
    server.closeIdleConnections();
    // A client's connection may have got the port meanwhile.
    do await sleep(ms);
    while (!(await listens()));
    refusing = undefined;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** Of what was not done. */
const NOTHING: Answer = { status: 500, headers: {}, text: "" };

function isGone(socket: Socket): boolean {
  return socket.destroyed;
}

async function read(response: Response): Promise<Answer> {
  const { status } = response;
  const text = await response.text();
  const length = status === 204 ? {} : { "content-length": String(Buffer.byteLength(text)) };
  return { status, headers: { ...Object.fromEntries(response.headers), ...length }, text };
}

function rawAnswer({ status, headers, text }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join("")}\r\n${text}`;
}

function authorize(credentials: Dialect["sandbox"]["credentials"]): string {
  if ("bearer" in credentials) return `bearer ${credentials.bearer}`;
  const { username, password } = credentials.basic;
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** From fair to foul: in one of these nearly every answer comes, in another hardly any does. */
const WEIGHTS_OF_NONE = [10_000, 60, 20, 6] as const;

/** @param slow how many of four answers stay away while others come and go */
export function scriptsOf(faults: readonly Fault[], slow: 1 | 2): fc.Arbitrary<readonly Step[]> {
  const delays = (min: number, max: number) =>
    fc.oneof({ weight: 4 - slow, arbitrary: fc.nat(10) }, { weight: slow, arbitrary: fc.integer({ min, max }) });
  return fc.oneof(
    ...WEIGHTS_OF_NONE.map((weight) => {
      const fault = fc.oneof(
        { weight, arbitrary: fc.constant<Fault>("none") },
        ...faults.map((one) => ({ weight: 1, arbitrary: fc.constant(one) })),
      );
      return fc.array(fc.tuple(fault, delays(15, 50), delays(25, 80)), { maxLength: 60, size: "max" });
    }),
  );
}

/** What becomes of the requests of one case. */
export const scripts = scriptsOf(FAULTS.slice(1), 1);
export const lateScripts = scriptsOf([...FAULTS.slice(1), ...Array<Fault>(8).fill(LATE_SURPLUS)], 1);
export const slowScripts = scriptsOf(FAULTS.slice(1), 2);
