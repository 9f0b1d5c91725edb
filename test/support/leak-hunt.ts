import type { Socket } from "node:net";
import { DEFAULT_SERVER, DEFAULT_SERVICE, type Credentials, type Settings } from "../../src/config/settings.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { openGateway, type OpenGateway } from "./ways.ts";
import { createLog } from "../../src/log.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { faultyUpstream, type FaultyUpstream, type Received } from "../http/faulty-upstream.ts";
import type { Hostile } from "./hostile-answers.ts";
import type { Operation } from "./hunted-operations.ts";
import { isObject, rightAnswer, type Occasion, type RawAnswer } from "./planted-answers.ts";
import { Planted } from "./planted.ts";

/** Somewhere a secret could come to light. */
export interface Place {
  /** `header etag`; with the operation and the answer before it, in the list of hits. */
  readonly name: string;
  readonly text: string;
}

/** What was searched, and what was found there. */
export class Search {
  /** What was found in which kind of place, and where each time. */
  readonly #hits = new Map<string, string[]>();
  #told = 0;
  readonly #counted = new WeakSet<Planted>();
  planted = 0;
  places = 0;

  look(where: string, planted: Planted, places: Iterable<Place>): void {
    for (const { name, text } of places) {
      this.places++;
      for (const what of planted.find(text)) {
        const hit = `${name} tells ${what}`;
        const before = this.#hits.get(hit);
        if (before === undefined) this.#hits.set(hit, [where]);
        else before.push(where);
      }
    }
    if (!this.#counted.has(planted)) this.planted += planted.count;
    this.#counted.add(planted);
  }

  /** One line for each secret and place, with the first example. */
  get hits(): readonly string[] {
    return Array.from(this.#hits, ([hit, wheres]) => `${hit} (${wheres.length} times, first: ${wheres[0] ?? ""})`);
  }

  /** Those that were not told before. */
  newHits(): readonly string[] {
    const hits = this.hits.slice(this.#told);
    this.#told = this.#hits.size;
    return hits;
  }

  toString(): string {
    return `${this.planted} secrets planted, ${this.places} places searched, ${this.hits.length} kinds of hits`;
  }
}

/** Prints the totals of one hunt to whoever asks for them with `SHOW_LEAKS=1`. */
export function showTotals(name: string, search: Search): void {
  if (process.env["SHOW_LEAKS"] === "1") console.log(`leak hunt, ${name}: ${String(search)}`);
}

/** The log of a gateway, line by line. */
export function captureLog() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLog({ pretty: false, level: "debug", destination }) };
}

const OF_EVERY_LINE = ["level", "time", "msg"];
const OF_SOME = [
  ...["requestId", "code", "service", "detail", "upstreamRequestId", "fault", "circuit"],
  ...["operation", "name", "ms", "calls", "errors", "requests"],
];
const OF_FAULTS = ["name", "code", "at"];

/** What is wrong with the form of a line. */
export function complaintsAbout(line: string): readonly string[] {
  const parsed: unknown = JSON.parse(line);
  if (!isObject(parsed)) return ["it is no object"];
  // A circuit is that of all callers, and so is what was shed.
  const required = "circuit" in parsed || "requests" in parsed ? OF_EVERY_LINE : [...OF_EVERY_LINE, "requestId"];
  const { fault } = parsed;
  return [
    ...required.filter((key) => !(key in parsed)).map((key) => `it lacks ${key}`),
    ...strangers(parsed, [...OF_EVERY_LINE, ...OF_SOME]),
    ...(isObject(fault) ? strangers(fault, OF_FAULTS) : []),
  ];
}

function strangers(object: object, known: readonly string[]): readonly string[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => `it has ${key}`);
}

/** All of a response that its receiver gets to see. */
export async function placesOf(response: Response): Promise<readonly Place[]> {
  return [
    { name: "status text", text: response.statusText },
    ...[...response.headers].map(([name, value]) => ({ name: `header ${name}`, text: `${name}: ${value}` })),
    { name: "body", text: await response.text() },
  ];
}

/** Everything with everything takes minutes: `LEAK_HUNT=whole`. */
const IS_WHOLE = process.env["LEAK_HUNT"] === "whole";

/** Lets every operation meet every answer, and each of its later requests some of them. */
export interface Course {
  readonly operations: readonly Operation[];
  readonly answers: readonly Hostile[];
  /** This hunt takes every so manieth answer, from this one on: others take the rest. */
  readonly share?: { readonly of: number; readonly from: number };
}

/** Of the answers to an operation's later requests. */
const LATER = 15;

/** @returns complaints about the course itself: a secret that was never sent proves nothing */
export async function huntAll(hunt: Hunt, { operations, answers, share = { of: 1, from: 0 } }: Course) {
  const untested: string[] = [];
  for (const [turn, operation] of operations.entries()) {
    const right = await hunt.run(operation);
    if (right.calls === 0 || right.body.includes('"INTERNAL_SERVER_ERROR"') || right.body.includes('"GRAPHQL_'))
      untested.push(`${operation.name}: ${right.body.slice(0, 200)}`);
    for (let at = 1; at <= right.calls; at++) {
      const step = at === 1 ? share.of : share.of * LATER;
      for (const [index, answer] of answers.entries()) {
        if (!IS_WHOLE && (index + turn + at) % step !== share.from) continue;
        const run = await hunt.run(operation, answer, at);
        if (!run.reached) untested.push(`${operation.name}: ${answer.name} at ${at}`);
      }
    }
  }
  return untested;
}

export interface HuntOptions {
  readonly dialect: Dialect;
  /** One that the sandbox can play; its default where left out. */
  readonly edition?: string;
}

export interface Run {
  /** How many requests the service got. */
  readonly calls: number;
  /** The last answer was asked for. */
  readonly reached: boolean;
  /** What the service sent. */
  readonly sent: string;
  readonly body: string;
  readonly planted: Planted;
  readonly lines: readonly string[];
}

/** Runs operations of a whole gateway over a service on a real socket, and searches all that comes of it. */
export class Hunt {
  readonly search = new Search();
  /** Lines of the log that are not what a line should be. */
  readonly complaints = new Set<string>();
  readonly #options: HuntOptions;
  #upstream: FaultyUpstream | undefined;
  #answer: (received: Received) => Promise<RawAnswer> = () => Promise.reject(new Error("Nobody is asked yet."));

  constructor(options: HuntOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#upstream = await faultyUpstream((socket, received) => void this.#reply(socket, received));
  }

  async close(): Promise<void> {
    await this.#upstream?.close();
  }

  /**
   * @param hostile how the service answers; left out: rightly, with secrets beside all that it tells
   * @param at the first request that it answers so, counted from 1; those before it are answered rightly
   */
  async run(operation: Operation, hostile?: Hostile, at = 1): Promise<Run> {
    const configured = new Planted();
    const planted = new Planted(configured);
    const sandbox = this.#options.dialect.sandbox;
    const serve = sandbox.serve(PEOPLE, this.#options.edition === undefined ? {} : { edition: this.#options.edition });
    const sent: string[] = [];
    let calls = 0;
    this.#answer = async (received) => {
      const isHostile = ++calls >= at;
      const occasion = await meet(sandbox, serve, received, planted);
      const answer = (isHostile ? hostile?.answer(occasion) : undefined) ?? rightAnswer(occasion);
      sent.push(answer.bytes);
      return answer;
    };

    const { lines, log } = captureLog();
    const gateway = openGateway(this.#settings(configured), { log });
    const { places, body } = await ask(gateway, operation);
    await gateway.close();
    const where = `${this.#options.edition ?? "v2"}, ${operation.name}, ${hostile?.name ?? "a right answer"} at ${at}`;
    this.search.look(where, planted, [...places, ...lines.map((text) => ({ name: "the log", text }))]);
    for (const line of lines) {
      for (const complaint of complaintsAbout(line)) this.complaints.add(complaint);
      if (line.includes("a fault of ours")) this.complaints.add(`${where}: ${line}`);
    }
    return { calls, reached: calls >= at, sent: sent.join("\n"), body, planted, lines };
  }

  #settings(configured: Planted): Settings {
    const { name, sandbox } = this.#options.dialect;
    const credentials: Credentials =
      "basic" in sandbox.credentials
        ? { basic: { username: "operator", password: configured.plant("password", "the configuration") } }
        : { bearer: configured.plant("token", "the configuration") };
    const url = `${this.#upstream?.url ?? ""}${sandbox.path}`;
    return {
      server: { ...DEFAULT_SERVER, explain: "always" },
      services: [
        {
          ...DEFAULT_SERVICE,
          retries: 0,
          timeoutMs: 2000,
          service: { name: sandbox.name, dialect: name, url },
          credentials,
        },
      ],
    };
  }

  async #reply(socket: Socket, received: Received): Promise<void> {
    deliver(socket, await this.#answer(received));
  }
}

/** The new key's secret is told in one field of one mutation, and nowhere else. */
const TOLD = /("createApiKey":\{"apiKey":(?:null|\{[^{}]*\}),"secret":)"[^"]*"/;

async function ask({ fetch }: OpenGateway, { query, variables }: Operation) {
  const response = await fetch("http://gateway.test/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", "x-usergraph-explain": "1" },
    body: JSON.stringify({ query, variables }),
  });
  const places = await placesOf(response);
  const body = places.at(-1)?.text ?? "";
  return { body, places: places.map(({ name, text }) => ({ name, text: text.replace(TOLD, '$1""') })) };
}

/** What a sandbox would answer to a request, whoever signed it: what the gateway signs with is a secret of the hunt. */
export async function meet(
  { credentials }: Dialect["sandbox"],
  serve: (request: Request) => Promise<Response>,
  { method, target, headers, body }: Received,
  planted: Planted,
): Promise<Occasion> {
  const authorization =
    "basic" in credentials
      ? `Basic ${Buffer.from(`${credentials.basic.username}:${credentials.basic.password}`).toString("base64")}`
      : `bearer ${credentials.bearer}`;
  const signed = { authorization, "content-type": "application/json" };
  const response = await serve(
    new Request(`http://upstream.test${target}`, { method, headers: signed, ...(body !== "" && { body }) }),
  );
  return {
    planted,
    asked: `${method} ${target} ${body}`,
    authorization: headers["authorization"] ?? "",
    status: response.status,
    body: readJson(await response.text()),
  };
}

export function deliver(socket: Socket, { bytes, ending }: RawAnswer): void {
  socket.write(bytes, "latin1", () => {
    if (ending === "reset") socket.resetAndDestroy();
    if (ending === "end") socket.end();
  });
}

function readJson(text: string) {
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return isObject(body) ? body : undefined;
}
