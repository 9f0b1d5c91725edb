import { buildConnector } from "undici";
import type { Service } from "../domain/service.ts";
import { VERSION } from "../version.ts";
import { Attempt, type Line } from "./attempt.ts";
import { Connections } from "./connections.ts";
import { LargeAnswers } from "./large-answers.ts";
import { fillRoute } from "./route.ts";
import type { Send, UpstreamRequest } from "./send.ts";

export interface TransportOptions {
  /** From waiting for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** At most; further requests wait for one. */
  readonly connections: number;
  /** Whether a connection that served one caller may serve another; it may not where left out. */
  readonly shareConnections?: boolean;
  /** Of one answer's body. */
  readonly maxBodyBytes?: number;
}

export interface Transport {
  /**
   * Sends one attempt.
   * @throws ServiceFailure `UPSTREAM_TIMEOUT`, `UPSTREAM_UNAVAILABLE`, or `UPSTREAM_INVALID_RESPONSE` for an answer that
   * is too large or not HTTP; with `outcomeUnknown` for a write that may have been sent
   * @throws the signal's reason, where the request's signal is aborted
   */
  readonly send: Send;
  /** Takes no further requests, and ends those that are running, or wait for a connection. */
  destroy(): Promise<void>;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Answers over a megabyte that are read at once. */
const LARGE_ANSWERS = 8;
// A name with `cf` in it would be taken for Cloud Foundry's old command line, which gets warnings on some paths.
const HEADERS = ["accept", "application/json", "user-agent", `usergraph/${VERSION}`];
const HEADERS_WITH_BODY = [...HEADERS, "content-type", "application/json"];

/** Opens the connections to one service, for all callers. */
export function openTransport(
  service: Service,
  { timeoutMs, connections, shareConnections = false, maxBodyBytes = MAX_BODY_BYTES }: TransportOptions,
): Transport {
  const { origin, pathname } = new URL(service.url);
  const base = pathname.replace(/\/+$/, "");
  const pool = new Connections(origin, {
    most: connections,
    shared: shareConnections,
    client: {
      pipelining: 1,
      // One for all connections, which then take up each other's TLS sessions. With HTTP/2 one connection would take a
      // hundred requests, and `connections` would no longer bound them.
      connect: buildConnector({ timeout: timeoutMs, allowH2: false }),
      // An attempt has one timer, its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    },
  });
  const line: Line = {
    service,
    timeoutMs,
    maxBodyBytes,
    large: new LargeAnswers(LARGE_ANSWERS),
  };

  const send: Send = (request) =>
    new Promise((resolve, reject) => {
      request.signal?.throwIfAborted();
      const path = base + fillRoute(request);
      const body = request.body === undefined ? null : JSON.stringify(request.body);
      request.onAttempt?.();
      pool.send({
        options: { method: request.method, path, headers: headersOf(request), body },
        principal: request.principal,
        handler: new Attempt(request, line, resolve, reject),
      });
    });
  return { send, destroy: () => pool.destroy() };
}

/** Names and values in turn, which is how undici reads them fastest. */
function headersOf({ body, headers }: UpstreamRequest): string[] {
  const common = body === undefined ? HEADERS : HEADERS_WITH_BODY;
  if (headers === undefined) return common;
  const all = [...common];
  for (const [name, value] of Object.entries(headers)) all.push(name, value);
  return all;
}
