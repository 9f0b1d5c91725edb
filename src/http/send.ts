import type { Principal } from "../domain/principal.ts";

/** One call to a service, as a dialect words it. */
export interface UpstreamRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The template, below the service's URL: `/users/user/{id}`. What logs and ledgers show. */
  readonly route: string;
  /** The values of the template; percent-encoded when they are filled in, never shown. */
  readonly params?: Readonly<Record<string, string>>;
  /** In the order given; percent-encoded here. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The schema coordinates that asked. */
  readonly for: readonly string[];
  /** How many look-ups this call answers. */
  readonly keys: number;
  /** Whether the dialect says that repeating does no harm. GET: always. */
  readonly repeatable?: boolean;
  /** A question about the service itself, not about what the caller asked: in no ledger and no budget. */
  readonly probe?: boolean;
  /** Set by steps, never by a dialect: above all the caller's credentials. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Set by steps, which need it more than once: path and query, as `fillRoute` gives them. */
  readonly path?: string;
  /** Set by steps: who asks; left out where it is nobody's credential that is used. */
  readonly principal?: Principal;
  /** Set by steps: ends the call, and what it sent, early. */
  readonly signal?: AbortSignal;
  /** Set by steps: when it ends at the latest, on the clock of `performance.now()`. */
  readonly deadlineAt?: number | undefined;
  /** Set by steps: told of each attempt that is about to be made. */
  readonly onAttempt?: () => void;
  /** Set by steps: told where the call waits for another one's answer, to which the same was asked. */
  readonly onShared?: () => void;
}

/** A status is an answer: the dialect decides what it means. */
export interface UpstreamResponse {
  readonly status: number;
  /** A header's value, by its name in lower case. */
  header(name: string): string | undefined;
  /** The parsed body, whatever the content type said; undefined where it was empty or not JSON in UTF-8. */
  readonly json: unknown;
  /** The body as it came. Upstream text: for classifying alone, never for a message or a log. */
  readonly text: string;
  /** Of the body, in bytes; where left out, as many as the text has characters. */
  readonly size?: number;
}

export function isSuccess({ status }: UpstreamResponse): boolean {
  return status >= 200 && status < 300;
}

/** What stands before the service, or it itself, says that it cannot answer for now. */
export function isUnavailable({ status }: UpstreamResponse): boolean {
  return status === 502 || status === 503 || status === 504;
}

/** The same request may be answered later. */
export function isPassing(response: UpstreamResponse): boolean {
  return response.status === 429 || isUnavailable(response);
}

/**
 * Sends one call and reads its answer to the end.
 * @throws ServiceFailure only when no usable answer came: no credentials, no connection, no answer in time, too large,
 * too many calls
 */
export type Send = (request: UpstreamRequest) => Promise<UpstreamResponse>;

/** One concern on the way to the service and back. */
export type Step = (next: Send) => Send;

/** Outside in: the first step sees a request first and its answer last. */
export function pipeline(send: Send, ...steps: readonly Step[]): Send {
  return steps.reduceRight((next, step) => step(next), send);
}
