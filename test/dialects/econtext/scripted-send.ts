import { readFileSync } from "node:fs";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Service } from "../../../src/domain/service.ts";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import type { Attachment } from "../../../src/dialects/dialect.ts";
import { principalOf } from "../../../src/domain/principal.ts";
import { readOnce } from "../../../src/http/once.ts";
import { fillRoute } from "../../../src/http/route.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../../src/http/send.ts";

export const SERVICE: Service = { name: "directory", dialect: "econtext", url: "https://auth.example.com/api" };
export const ASKS = ["Query.test"];
export const RECORD = { needs: { record: true }, for: ASKS };
export const USER = { needs: { record: true, groups: [], applications: false, apiKeys: false }, for: ASKS };

export interface Scripted {
  readonly status: number;
  readonly body: unknown;
}

/** An answer in the envelope. */
export function ok(result: unknown): Scripted {
  return { status: 200, body: { econtext: { result, elapsed: 8.65e-5 } } };
}

/** A refusal as the server words it: its own text never reaches anyone. */
export function refused(status: number, error: string, traceback: string): Scripted {
  return {
    status,
    body: {
      econtext: { result: {}, elapsed: 0.0002, status: String(status), error, errorcode: String(status), traceback },
    },
  };
}

/** A path that this edition does not have. */
export const NO_PATH: Scripted = { status: 404, body: "" };

export type Script = Readonly<Record<string, Scripted | readonly Scripted[]>>;

/** A service that answers by a script, `GET /users?limit=2&offset=0` to what it says, and writes down what it was asked. */
export class ScriptedService {
  readonly requests: UpstreamRequest[] = [];
  readonly #script: Map<string, Scripted[]>;

  constructor(script: Script) {
    this.#script = new Map(
      Object.entries(script).map(([line, answers]) => [line, "status" in answers ? [answers] : [...answers]]),
    );
  }

  readonly send: Send = async (request) => {
    this.requests.push(request);
    await Promise.resolve();
    const line = lineOf(request);
    const answers = this.#script.get(line);
    const answer = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
    if (answer === undefined) throw new Error(`The script has no answer to ${line}.`);
    return respond(answer);
  };

  /** What was asked, line by line. */
  get lines(): readonly string[] {
    return this.requests.map(lineOf);
  }
}

export function respond({ status, body }: Scripted): UpstreamResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const json: unknown = typeof body === "string" ? undefined : JSON.parse(text);
  return { status, json, text, header: () => undefined };
}

function lineOf(request: UpstreamRequest): string {
  return `${request.method} ${fillRoute(request)}`;
}

/** The directory of one caller, over a service that answers by a script. */
export function open(
  script: Script,
  attachment: Attachment = econtext.attach(SERVICE),
): { readonly service: ScriptedService; readonly directory: Directory } {
  const service = new ScriptedService(script);
  // As the gateway opens it: what is asked twice is sent once.
  return { service, directory: attachment.open(readOnce(principalOf("directory", null))(service.send)) };
}

/** A documented answer, as it was recorded. */
export function recorded(name: string): Scripted {
  const url = new URL(`../../exchanges/econtext/${name}.json`, import.meta.url);
  const exchange = JSON.parse(readFileSync(url, "utf8")) as { readonly response: Scripted };
  return { status: exchange.response.status, body: exchange.response.body };
}

/** The whole of a list. */
export function first(count: number, after: string | null = null) {
  return { first: count, after };
}
