import { type Dispatcher, errors } from "undici";
import type { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import { noAnswer } from "./failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "./send.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * One request on its way: collects the answer, and ends early when its time is up or nobody waits for it any more.
 * It takes undici's events as they come, since a stream and its promise for every small answer would cost more than the
 * call itself.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #request: UpstreamRequest;
  readonly #service: Service;
  readonly #resolve: (response: UpstreamResponse) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  /** Set once a connection is ours: from here on, bytes may have been sent. */
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};
  #settled = false;

  constructor(
    request: UpstreamRequest,
    service: Service,
    timeoutMs: number,
    resolve: (response: UpstreamResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#service = service;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(expire, timeoutMs, this);
    request.signal?.addEventListener("abort", this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited for a connection longer than anybody waited for it. Thrown, and not aborted, to keep the connection.
    if (this.#settled) throw new Error("Nobody waits for this request any more.");
    this.#controller = controller;
    this.#request.onSent?.();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const [only] = this.#chunks;
    const body = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#resolve(new Answer(this.#status, this.#headers, body.toString()));
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#settle()) this.#reject(this.#failureOf(error));
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#end(this.#request.signal?.reason);
  }

  expire(): void {
    const sentence = `The service \`${this.#service.name}\` gave no answer in time.`;
    this.#end(this.#noAnswer("UPSTREAM_TIMEOUT", sentence, "timeout"));
  }

  #end(reason: unknown): void {
    if (!this.#settle()) return;
    this.#reject(reason);
    this.#controller?.abort(new Error("Nobody waits for the answer any more."));
  }

  /** @returns false when it was settled before */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener("abort", this);
    return true;
  }

  #failureOf(error: Error & { readonly code?: string }): Error {
    const code = error.code ?? error.name;
    const name = `The service \`${this.#service.name}\``;
    // Ours to mend, as a header that cannot be sent: no word about the service.
    if (error instanceof errors.InvalidArgumentError) return error;
    if (error instanceof errors.ConnectTimeoutError)
      return this.#noAnswer("UPSTREAM_TIMEOUT", `${name} took no connection in time.`, code);
    if (error instanceof errors.ResponseExceededMaxSizeError || error instanceof errors.HeadersOverflowError)
      return this.#noAnswer("UPSTREAM_INVALID_RESPONSE", `${name} answered with more than we read.`, code);
    // The parser also says so when the connection ends inside an answer: that is a loss, and may be repeated.
    if (error instanceof errors.HTTPParserError && !error.message.includes("EOF"))
      return this.#noAnswer("UPSTREAM_INVALID_RESPONSE", `${name} answered with something that is not HTTP.`, code);
    if (this.#controller === undefined)
      return this.#noAnswer("UPSTREAM_UNAVAILABLE", `${name} cannot be reached.`, code);
    return this.#noAnswer(
      "UPSTREAM_UNAVAILABLE",
      `${name} closed the connection before its answer was complete.`,
      code,
    );
  }

  #noAnswer(code: ServiceFailure["code"], sentence: string, reason: string): ServiceFailure {
    return noAnswer(code, sentence, this.#service, this.#request, reason, this.#controller !== undefined);
  }
}

function expire(attempt: Attempt): void {
  attempt.expire();
}

class Answer implements UpstreamResponse {
  readonly status: number;
  readonly text: string;
  readonly #headers: Headers;
  #json: unknown;
  #parsed = false;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.#headers = headers;
    this.text = text;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** Parsed when first asked for: many an answer is known by its status. */
  get json(): unknown {
    if (!this.#parsed) {
      this.#parsed = true;
      this.#json = parseJson(this.text);
    }
    return this.#json;
  }
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
