import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { after, type Behaviour, closedPort, hangUp, type Received, reset, silence } from "../http/faulty-upstream.ts";
import {
  type FaultyService,
  headOf,
  idIn,
  MARKER,
  respond,
  rightBody,
  rightly,
  type Speech,
  startService,
  type Wire,
} from "./faults-service.ts";

/** What a service that misbehaves is made of. */
export interface Scene {
  readonly speech: Speech;
  /** Another server, which nobody may be sent to. */
  readonly elsewhere: string;
}

/** How a service misbehaves, from its first request on. */
export type Fault = (scene: Scene) => Promise<FaultyService>;

/** One behaviour for all requests of a run. */
function each(behave: (scene: Scene) => Behaviour): Fault {
  return (scene) => startService(scene.speech, behave(scene));
}

const always = (behaviour: Behaviour) => each(() => behaviour);
const bytes = (text: string | Buffer) => always((socket) => socket.write(text));
const bytesThenEnd = (text: string | Buffer) => always((socket) => socket.end(text));
/** An answer with this body, whatever was asked. */
const body = (text: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  bytes(respond(status, text, headers));
/** Made of the body that would be right. */
const altered = (alter: (right: string, request: Received, scene: Scene) => string | Buffer) =>
  each((scene) => (socket, request) => socket.write(alter(rightBody(scene.speech, request), request, scene)));
/** A record made of the one that would be right. */
const record = (make: (speech: Speech, id: string) => unknown) =>
  altered((_, request, { speech }) => respond(200, JSON.stringify(speech.wrap(make(speech, idIn(request))))));

/** Once, and then it is well again. */
const onceOnly = (behave: (scene: Scene) => Behaviour) =>
  each((scene) => {
    const first = behave(scene);
    let met = 0;
    return (socket, request) => (met++ === 0 ? first : rightly(scene.speech))(socket, request);
  });

const PAGE = `<html><body><h1>nginx at ${MARKER}.internal</h1>User not found, already exists</body></html>`;
const HTML = { "content-type": "text/html" };
const page = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  body(PAGE, status, { ...HTML, ...headers });
const text = (status: number, headers: Readonly<Record<string, string>> = {}) => body(MARKER, status, headers);

const CHUNKED = { "transfer-encoding": "chunked" };
const FIRST_HALF = `{"${MARKER}":[1,2,{"a":"`;
const HALF = headOf(200, { "content-length": "1000" }) + FIRST_HALF;

/** Writes a little, again and again, as long as somebody listens. */
function drip(beginning: string, drop: string): Behaviour {
  return (socket) => {
    socket.write(beginning);
    const timer = setInterval(() => socket.write(drop), 10);
    socket.on("close", () => clearInterval(timer));
  };
}

export const HUGE_BYTES = 100 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, "x");

/** Writes as much as the other side takes. */
function pour(socket: Socket, beginning: string, piece: Buffer, bytesLeft: number): void {
  let left = bytesLeft;
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      left -= PIECE.length;
      if (!socket.write(piece)) {
        socket.once("drain", more);
        return;
      }
    }
  };
  socket.write(beginning);
  more();
}

const CHUNK = Buffer.concat([Buffer.from(`${PIECE.length.toString(16)}\r\n`), PIECE, Buffer.from("\r\n")]);

const LEVELS = 1_000_000;
const nest = (open: string, close: string) => open.repeat(LEVELS) + close.repeat(LEVELS);

/** A value that is nested too deeply for `JSON.stringify`: put into a text in place of `"DEEP"`. */
const deepInside = altered((_, request, { speech }) => {
  const shallow = speech.wrap(speech.extend(speech.record(idIn(request)), "DEEP"));
  return respond(
    200,
    JSON.stringify(shallow).replace('"DEEP"', () => nest("[", "]")),
  );
});

const redirect = (status: number) =>
  altered((_, { target }, { elsewhere }) => respond(status, PAGE, { location: `${elsewhere}${target}?${MARKER}` }));

/** A record of somebody else. */
const somebodyElse = (speech: Speech) => {
  const other = JSON.stringify(speech.record("mallory")).replace('"Ada"', JSON.stringify(MARKER));
  return JSON.parse(other) as unknown;
};

export const FAULTS = {
  // No connection.
  refuses: async () => {
    const url = await closedPort();
    return { url, requests: [], open: 0, sentBytes: 0, close: () => Promise.resolve() };
  },
  takesNoConnection: startFull,

  // No answer in time.
  saysNothing: always(silence),
  answersTooLate: each(({ speech }) => after(1_500, rightly(speech))),
  headTrickles: always(drip("HTTP/1.1 200 OK\r\nx-a: ", MARKER)),
  bodyTrickles: always(drip(headOf(200, { "content-length": "1000000" }), " ")),
  bodyStops: bytes(HALF),
  lastChunkMissing: bytes(`${headOf(200, CHUNKED)}2\r\n{}\r\n`),
  interimForever: always(drip(headOf(103), headOf(103, { link: `</${MARKER}>` }))),

  // The connection is lost.
  resets: always(reset),
  resetsInBody: always((socket) => socket.write(HALF, () => socket.resetAndDestroy())),
  hangsUp: always(hangUp),
  hangsUpInHead: bytesThenEnd(`HTTP/1.1 200 ${MARKER}\r\nContent-Le`),
  hangsUpInBody: bytesThenEnd(HALF),
  hangsUpInChunk: bytesThenEnd(`${headOf(200, CHUNKED)}ff\r\n${FIRST_HALF}`),

  // Refusals and failures with a status.
  unauthorized: text(401, { "www-authenticate": `Basic realm="${MARKER}"` }),
  forbidden: page(403),
  notFoundPage: page(404),
  tooMany: text(429),
  tooManyForOneSecond: onceOnly(() => (socket) => socket.write(respond(429, MARKER, { "retry-after": "1" }))),
  tooManyUntil: onceOnly(() => (socket) => {
    const date = new Date(Date.now() + 2_000).toUTCString();
    socket.write(respond(429, MARKER, { "retry-after": date }));
  }),
  tooManyForAnHour: text(429, { "retry-after": "3600" }),
  fails: body(JSON.stringify({ error: `${MARKER}: Traceback (most recent call last)` }), 500),
  badGateway: text(502),
  badGatewayOnce: onceOnly(() => (socket) => socket.write(respond(502, MARKER))),
  unavailable: page(503),
  unavailableForOneSecond: onceOnly(() => (socket) => socket.write(respond(503, PAGE, { "retry-after": "1" }))),
  unavailableForAnHour: page(503, { "retry-after": "3600" }),
  gatewayTimeout: page(504),

  // A success that is none.
  notJson: body(MARKER),
  halfOfJson: body(FIRST_HALF),
  html: page(200, HTML),
  empty: body(""),
  emptyObject: body("{}"),
  list: body(JSON.stringify([MARKER])),
  nullBody: body("null"),
  wrongShape: body(JSON.stringify({ users: [{ name: MARKER }] })),
  idOfWrongType: altered((right) => respond(200, right.replaceAll('"ada"', "7"))),
  wrongTypes: record((speech, id) => speech.misshape(speech.record(id))),
  anotherRecord: record(somebodyElse),
  noContent: bytes(headOf(204)),
  noContentWithBody: altered((right) => respond(204, right)),
  invalidUtf8: altered((right) => respond(200, Buffer.from(right.replace('"Ada"', '"A\xff\xfea"'), "latin1"))),
  byteOrderMark: altered((right) => respond(200, `\ufeff${right}`)),
  compressed: altered((right) => respond(200, gzipSync(right), { "content-encoding": "gzip" })),

  // Lengths that lie.
  lengthTooShort: altered((right) => headOf(200, { "content-length": String(right.length - 5) }) + right),
  lengthTooShortForged: altered((right, _, { speech }) => {
    const forged = respond(200, JSON.stringify(speech.wrap(somebodyElse(speech))));
    return Buffer.concat([respond(200, right), forged]);
  }),
  twoLengths: bytes(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n${MARKER}`),
  lengthIsNoNumber: bytes(`HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n${MARKER}`),

  // Too much.
  huge: always((socket) => pour(socket, headOf(200, { "content-length": String(HUGE_BYTES) }), PIECE, HUGE_BYTES)),
  hugeInChunks: always((socket) => pour(socket, headOf(200, CHUNKED), CHUNK, HUGE_BYTES)),
  deepSmall: body(nest("[", "]")),
  deepLarge: body(nest('{"padding":', "}").replace("}", "0}")),
  deepInside,
  hugeHead: bytes(headOf(200, { "x-a": MARKER.repeat(50_000), "content-length": "0" })),

  // Redirects.
  movedPermanently: redirect(301),
  found: redirect(302),
  temporaryRedirect: redirect(307),
  permanentRedirect: redirect(308),
  redirectToItself: altered((_, { target, headers: { host = "" } }) =>
    respond(302, PAGE, { location: `http://${host}${target}` }),
  ),

  // Not quite HTTP.
  continues: altered((right) => headOf(100) + respond(200, right).toString()),
  earlyHints: altered((right) => headOf(103, { link: `</${MARKER}>` }) + respond(200, right).toString()),
  manyInterims: altered((right) => headOf(103).repeat(100) + respond(200, right).toString()),
  switchesProtocols: bytes(headOf(101, { upgrade: "websocket", connection: "upgrade" })),
  otherProtocol: bytes(`SSH-2.0-${MARKER}\r\n\r\n`),
} satisfies Readonly<Record<string, Fault>>;

/** Answers each request with this list of two users, and what it says of itself. */
export function listing(claims: (scene: Scene, request: Received) => Wire): Fault {
  return altered((_, request, scene) => {
    const resources = ["ada", "bob"].map((id) => scene.speech.record(id));
    const list = { total_results: 2, total_pages: 1, prev_url: null, next_url: null, resources };
    return respond(200, JSON.stringify({ ...list, ...claims(scene, request) }));
  });
}

/** Behind the first answer one to the question that nobody has asked yet, on the same connection. */
export function answeringAhead(afterMs: number): Fault {
  return onceOnly(({ speech }) => (socket, request) => {
    const ahead = JSON.stringify(speech.wrap(speech.record("bob"))).replaceAll('"Ada"', JSON.stringify(MARKER));
    const answers = [respond(200, rightBody(speech, request)), respond(200, ahead)] as const;
    if (afterMs === 0) socket.write(Buffer.concat(answers));
    else {
      socket.write(answers[0]);
      setTimeout(() => socket.write(answers[1]), afterMs);
    }
  });
}

/**
 * A service that listens and takes no connection: its thread sleeps, and the few connections that the system accepts for
 * it have been made.
 */
async function startFull(): Promise<FaultyService> {
  const worker = new Worker(ASLEEP, { eval: true, workerData: new SharedArrayBuffer(4) });
  const [port] = (await once(worker, "message")) as [number];
  const others = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  await Promise.race(others.map((socket) => once(socket, "connect")));
  return {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    open: 0,
    sentBytes: 0,
    async close() {
      for (const socket of others) socket.destroy();
      await worker.terminate();
    },
  };
}

const ASLEEP = `
const { parentPort, workerData } = require("node:worker_threads");
const server = require("node:net").createServer();
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(workerData), 0, 0));
});
`;
