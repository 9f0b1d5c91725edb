import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { getCORSHeadersByRequestAndOptions } from "@whatwg-node/server";
import type { ExecutionResult } from "graphql";
import { processRegularResult, type CORSOptions, type FetchAPI } from "graphql-yoga";
import type { ServerSettings } from "../config/settings.ts";
import { atEndOfTurn } from "../http/turn.ts";
import { EXPLAIN_HEADER, withLedger } from "./explain.ts";
import { bodyLength, readParams } from "./fast-request.ts";
import { maskResult, type MaskError } from "./graphql-errors.ts";
import { chooseMediaType, type MediaType } from "./media-type.ts";
import { recordOf, type OperationRecord } from "./operation-log.ts";
import type { OpenOperation, OperationContext } from "./operation.ts";
import type { OperationLimit } from "./overload.ts";
import type { Prepare, PreparedOperation } from "./prepared-operation.ts";
import { chooseRequestId, REQUEST_ID_HEADER } from "./request-id.ts";

export interface FastPathParts {
  /** Answers everything else, and whatever of this it is handed. */
  readonly server: RequestListener;
  readonly fetchAPI: FetchAPI;
  readonly settings: ServerSettings;
  readonly prepare: Prepare;
  readonly open: OpenOperation;
  readonly mask: MaskError;
  /** Shared with the server. */
  readonly limit: OperationLimit;
  readonly cors: (origin: string) => CORSOptions;
  /** What is said of every answer to those who keep answers. */
  readonly caching: string;
  readonly onOperation: ((record: OperationRecord) => void) | undefined;
}

/**
 * The short way of what nearly all requests are: one operation in JSON, of a document that proved valid before. It makes
 * no request, response and hooks of the server, which cost more than all the rest, and does itself what they would do.
 * Whatever it does not know, or cannot do alike, it hands on before anything of it is done.
 */
export function createFastPath(parts: FastPathParts): RequestListener {
  const { server, settings, limit, prepare } = parts;
  return (request, response) => {
    const length = bodyLength(request, settings.limits.body);
    const mediaType = length === 0 ? undefined : chooseMediaType(request.headers.accept);
    if (mediaType === undefined) {
      server(request, response);
      return;
    }
    // It nearly always comes at once. What comes in pieces counts among the running operations while it comes, and that
    // is the server's business.
    request.once("data", (body: Buffer) => {
      // Taken before anything is read: who has to be turned away must not cost much.
      if (body.length === length && limit.take()) {
        const params = readParams(body);
        const prepared = params && prepare(params);
        if (prepared !== undefined) {
          const exchange = new Exchange(parts, request, response, mediaType);
          atEndOfTurn(() => exchange.run(prepared));
          return;
        }
        limit.giveBack();
      }
      request.pause();
      request.unshift(body);
      // Whatever the server leaves unread would stand before the next request: Node looks to that only where nothing was
      // read at all.
      response.once("finish", () => request.resume());
      server(request, response);
    });
  };
}

/** One request that is answered here. */
class Exchange {
  readonly #parts: FastPathParts;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #mediaType: MediaType;
  readonly #requestId: string;
  readonly #controller = new AbortController();

  constructor(parts: FastPathParts, request: IncomingMessage, response: ServerResponse, mediaType: MediaType) {
    this.#parts = parts;
    this.#request = request;
    this.#response = response;
    this.#mediaType = mediaType;
    this.#requestId = chooseRequestId(this.#header(REQUEST_ID_HEADER));
    // Until the last byte is sent, for the answer takes memory until then; or until the client has gone away.
    response.once("close", () => {
      parts.limit.release();
      if (!response.writableFinished) this.#controller.abort();
    });
  }

  run(prepared: PreparedOperation): void {
    this.#execute(prepared)
      .then(
        (result) => this.#send(result),
        (error: unknown) => this.#fail(error),
      )
      .catch((error: unknown) => this.#fail(error));
  }

  async #execute({ operation, variables }: PreparedOperation): Promise<ExecutionResult> {
    const { open, mask, settings, onOperation } = this.#parts;
    const start = performance.now();
    const context: OperationContext = open({
      header: this.#header,
      signal: this.#controller.signal,
      requestId: this.#requestId,
    });
    const result = await operation.execute({ context, variables });
    const masked = maskResult(mask, result, context, operation.node);
    onOperation?.(recordOf(operation.node, context, masked, start));
    const isExplained =
      settings.explain === "always" ||
      (settings.explain === "header" && this.#request.headers[EXPLAIN_HEADER] !== undefined);
    return isExplained ? withLedger(masked, context.ledger) : masked;
  }

  #send(result: ExecutionResult): void {
    if (result.errors === undefined) {
      this.#write(200, JSON.stringify(result));
      return;
    }
    // A status may be in an error, and other things that are not told.
    const response = processRegularResult(result, this.#parts.fetchAPI, this.#mediaType);
    void response.text().then((text) => this.#write(response.status, text));
  }

  #write(status: number, text: string): void {
    const bytes = Buffer.byteLength(text);
    const headers = [
      "content-type",
      `${this.#mediaType}; charset=utf-8`,
      "content-length",
      String(bytes),
      REQUEST_ID_HEADER,
      this.#requestId,
      "cache-control",
      this.#parts.caching,
    ];
    const { origin } = this.#request.headers;
    if (origin !== undefined) headers.push(...this.#corsHeaders(origin));
    const response = this.#response.writeHead(status, headers);
    atEndOfTurn(() => response.end(text, bytes === text.length ? "latin1" : "utf8"));
  }

  #corsHeaders(origin: string): string[] {
    const request = { headers: { get: this.#header } };
    const headers = getCORSHeadersByRequestAndOptions(request as unknown as Request, this.#parts.cors(origin));
    return Object.entries(headers ?? {}).flat();
  }

  #fail(error: unknown): void {
    const masked = this.#parts.mask(error, { requestId: this.#requestId, isMutation: false, logged: new Set() });
    this.#send({ errors: [masked] });
  }

  readonly #header = (name: string): string | null => {
    const value = this.#request.headers[name];
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  };
}
