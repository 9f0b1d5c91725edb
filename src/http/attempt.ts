import { type Dispatcher, errors } from "undici";
import type { ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import { Answer, type Headers } from "./answer.ts";
import type { ErrandHandler } from "./connections.ts";
import { lateness } from "./deadline.ts";
import { type NoAnswer, noAnswer } from "./failures.ts";
import { LARGE_BYTES, type LargeAnswers, type LargeReader } from "./large-answers.ts";
import type { UpstreamRequest, UpstreamResponse } from "./send.ts";

/** What all attempts over the same connections have in common. */
export interface Line {
  readonly service: Service;
  readonly timeoutMs: number;
  /** Of one answer's body. */
  readonly maxBodyBytes: number;
  readonly large: LargeAnswers;
}

/** What is asked, and who waits for the answer. */
interface Call {
  readonly request: UpstreamRequest;
  readonly resolve: (response: UpstreamResponse) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One request on its way: collects the answer, and ends early when its time is up or nobody waits for it any more.
 * It takes undici's events as they come, since a stream and its promise for every small answer would cost more than the
 * call itself.
 */
export class Attempt implements ErrandHandler, LargeReader {
  onFree: (() => void) | undefined;
  runningSince: number | undefined;
  /**
   * Let go of once it is settled. Clients of undici keep their requests in an array, and each time that one is replaced by
   * a larger one, V8 keeps alive what was in it: else that would be all that hangs on this call, with the operation.
   */
  #call: Call | undefined;
  readonly #line: Line;
  readonly #timer: NodeJS.Timeout;
  /** Whether the call has to end before the time of this attempt is up. */
  readonly #isCut: boolean;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wasPaused = false;
  /** Set once a connection is ours: from here on, bytes may have been sent. */
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};

  constructor(
    request: UpstreamRequest,
    line: Line,
    resolve: (response: UpstreamResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#call = { request, resolve, reject };
    this.#line = line;
    const leftMs = (request.deadlineAt ?? Infinity) - performance.now();
    this.#isCut = leftMs < line.timeoutMs;
    this.#timer = setTimeout(expire, this.#isCut ? leftMs : line.timeoutMs, this);
    request.signal?.addEventListener("abort", this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited for a connection longer than anybody waited for it. Thrown, and not aborted, to keep the connection.
    if (this.isOver) throw new Error("Nobody waits for this request any more.");
    this.#controller = controller;
  }

  /** Also called for what comes before the answer (1xx): the last one counts. */
  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
    if (Number(headers["content-length"]) > this.#line.maxBodyBytes) this.#tooLarge();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    this.#chunks.push(chunk);
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#line.maxBodyBytes) this.#tooLarge();
    else if (before <= LARGE_BYTES && this.#bytes > LARGE_BYTES) this.#line.large.enter(this);
  }

  pause(): void {
    this.#wasPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  get isOver(): boolean {
    return this.#call === undefined;
  }

  onResponseEnd(): void {
    this.onFree?.();
    const [only] = this.#chunks;
    const body = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#settle()?.resolve(new Answer(this.#status, this.#headers, body));
  }

  onResponseError(_: unknown, error: Error): void {
    this.onFree?.();
    this.fail(error);
  }

  fail(error: Error): void {
    const call = this.#settle();
    call?.reject(this.#failureOf(call.request, error));
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#end(({ signal }) => signal?.reason);
  }

  expire(): void {
    this.#end((request) => this.#late(request));
  }

  /** The service's fault where it had its time, and not where that went by before, or while others were before us. */
  #late(request: UpstreamRequest): NoAnswer {
    const reason = this.#isCut ? "deadline" : "timeout";
    const waitedMs = performance.now() - (this.runningSince ?? Infinity);
    const blamesService = waitedMs >= this.#line.timeoutMs / 2 && !this.#wasPaused;
    return this.#noAnswer(request, "UPSTREAM_TIMEOUT", lateness(this.#line.service), reason, blamesService);
  }

  #tooLarge(): void {
    const sentence = `The service \`${this.#line.service.name}\` answered with more than we read.`;
    const reason = `a body over ${this.#line.maxBodyBytes} bytes`;
    this.#end((request) => this.#noAnswer(request, "UPSTREAM_INVALID_RESPONSE", sentence, reason, false));
  }

  #end(reasonOf: (request: UpstreamRequest) => unknown): void {
    const call = this.#settle();
    if (call === undefined) return;
    call.reject(reasonOf(call.request));
    this.#controller?.abort(new Error("Nobody waits for the answer any more."));
  }

  /** @returns undefined when it was settled before */
  #settle(): Call | undefined {
    const call = this.#call;
    if (call === undefined) return undefined;
    this.#call = undefined;
    this.#chunks = [];
    clearTimeout(this.#timer);
    call.request.signal?.removeEventListener("abort", this);
    if (this.#bytes > LARGE_BYTES) this.#line.large.leave(this);
    return call;
  }

  #failureOf(request: UpstreamRequest, error: Error & { readonly code?: string }): Error {
    const code = error.code ?? error.name;
    const name = `The service \`${this.#line.service.name}\``;
    // Ours to mend, as a header that cannot be sent: no word about the service.
    if (error instanceof errors.InvalidArgumentError) return error;
    if (error instanceof errors.ConnectTimeoutError)
      return this.#noAnswer(request, "UPSTREAM_TIMEOUT", `${name} took no connection in time.`, code);
    if (error instanceof errors.HeadersOverflowError)
      return this.#noAnswer(request, "UPSTREAM_INVALID_RESPONSE", `${name} answered with more than we read.`, code);
    // An interim answer that nobody asked for, or another protocol.
    if (error instanceof errors.SocketError && /^bad (?:response|upgrade)$/.test(error.message))
      return this.#noAnswer(
        request,
        "UPSTREAM_INVALID_RESPONSE",
        `${name} answered with something that we did not ask for.`,
        code,
      );
    // The parser also says so when the connection ends inside an answer: that is a loss, and may be repeated.
    if (error instanceof errors.HTTPParserError && !error.message.includes("EOF"))
      return this.#noAnswer(
        request,
        "UPSTREAM_INVALID_RESPONSE",
        `${name} answered with something that is not HTTP.`,
        code,
      );
    if (this.#controller === undefined)
      return this.#noAnswer(request, "UPSTREAM_UNAVAILABLE", `${name} cannot be reached.`, code);
    return this.#noAnswer(
      request,
      "UPSTREAM_UNAVAILABLE",
      `${name} closed the connection before its answer was complete.`,
      code,
    );
  }

  #noAnswer(
    request: UpstreamRequest,
    code: ServiceFailure["code"],
    sentence: string,
    reason: string,
    blamesService = true,
  ): NoAnswer {
    const sent = this.#controller !== undefined;
    return noAnswer(code, sentence, this.#line.service, request, reason, sent, blamesService);
  }
}

function expire(attempt: Attempt): void {
  attempt.expire();
}
