import { type FailureCode, type FailureDetails, ServiceFailure } from "../domain/errors.ts";
import type { Service } from "../domain/service.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import type { UpstreamRequest, UpstreamResponse } from "./send.ts";

export interface FailedCall {
  readonly request: UpstreamRequest;
  /** Whether the call may have changed something. */
  readonly write: boolean;
  /** The upstream's id of the request, where it gives one. */
  readonly requestId?: string | undefined;
}

/**
 * What a status means that means the same everywhere: a dialect's last word on an answer it has no better word for.
 * @param status that of the response, or the one that the dialect found inside it
 */
export function failureOf(
  status: number,
  response: UpstreamResponse,
  service: Service,
  { request, write, requestId }: FailedCall,
): ServiceFailure {
  const name = `The service \`${service.name}\``;
  const detail = `${describeCall(request)}: status ${status}`;
  const fail = (code: FailureCode, message: string, retryAfter?: number, outcomeUnknown = false) =>
    new ServiceFailure(code, message, {
      service: service.name,
      detail,
      status,
      retryAfter,
      requestId,
      outcomeUnknown,
    });

  switch (status) {
    case 401:
      return fail("UNAUTHENTICATED", `${name} refused the credentials.`);
    case 403:
      return fail("FORBIDDEN", `${name} does not allow this with these credentials.`);
    case 429: {
      const seconds = retryAfterSeconds(response);
      return fail("RATE_LIMITED", `${name} was asked too often. ${tryAgain(seconds)}`, seconds);
    }
    case 502:
    case 503:
    case 504: {
      // These come from whatever stands before the service, which may have passed the request on all the same.
      const seconds = retryAfterSeconds(response);
      const message = `${name} is unavailable (status ${status}). ${write ? OUTCOME_UNKNOWN : tryAgain(seconds)}`;
      return fail("UPSTREAM_UNAVAILABLE", message, seconds, write);
    }
    default: {
      // A redirect is somebody else's word: what became of the request before it, it does not tell.
      const open = write && status < 400;
      const message = `${name} failed with status ${status}.`;
      return fail("UPSTREAM_ERROR", open ? `${message} ${OUTCOME_UNKNOWN}` : message, undefined, open);
    }
  }
}

/**
 * The answer came, and is not of the shape that the dialect knows.
 * @param where in the answer, such as `resources[3].metadata.guid`; empty for the whole
 * @param found the kind of value, as `kindOf` names it: never the value, which may be a secret
 * @param requestId the upstream's id of the request, where it gives one
 */
export function invalidResponse(
  service: Service,
  request: UpstreamRequest,
  where: string,
  expected: string,
  found: string,
  requestId?: string,
): ServiceFailure {
  const place = where === "" ? describeCall(request) : `${describeCall(request)}: ${where}`;
  return new ServiceFailure(
    "UPSTREAM_INVALID_RESPONSE",
    `The service \`${service.name}\` answered in a form that we do not understand.`,
    { service: service.name, detail: `${place}: expected ${expected}, found ${found}`, requestId },
  );
}

/** The kind of a JSON value, in words that tell nothing of the value itself. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "string" ? "text" : typeof value;
}

/** No answer came, or not all of it: what steps have to know to decide what follows. */
export class NoAnswer extends ServiceFailure {
  /** Whether a byte of the request may have left us. */
  readonly sent: boolean;
  /** Whether it shows that the service is ill, and not that we were busy, or that nobody waited any more. */
  readonly blamesService: boolean;

  constructor(code: FailureCode, message: string, details: FailureDetails, sent: boolean, blamesService: boolean) {
    super(code, message, details);
    this.sent = sent;
    this.blamesService = blamesService;
  }
}

/**
 * @param sentence of ours, for clients
 * @param reason for the log
 * @param sent whether a byte of the request may have left us
 * @param blamesService whether it shows that the service is ill
 */
export function noAnswer(
  code: FailureCode,
  sentence: string,
  service: Service,
  request: UpstreamRequest,
  reason: string,
  sent: boolean,
  blamesService = false,
): NoAnswer {
  const outcomeUnknown = sent && request.method !== "GET";
  const message = outcomeUnknown ? `${sentence} ${OUTCOME_UNKNOWN}` : sentence;
  const details = { service: service.name, detail: `${describeCall(request)}: ${reason}`, outcomeUnknown };
  return new NoAnswer(code, message, details, sent, blamesService);
}

const OUTCOME_UNKNOWN = "The change may have been made all the same: read it back before sending it again.";

function tryAgain(seconds: number | undefined): string {
  return seconds === undefined ? "Try again later." : `Try again in ${seconds} s.`;
}

export function describeCall(request: UpstreamRequest): string {
  return `${request.method} ${request.route}`;
}
