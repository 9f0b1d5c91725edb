import { ServiceFailure } from "../../domain/errors.ts";
import type { Service } from "../../domain/service.ts";
import { failureOf } from "../../http/failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { isFields } from "./wire.ts";

/**
 * The errors that mean more to us than their status: `code`, and the statuses with which they come; `error_code` is the
 * name behind `CF-`. With another status the words are somebody else's, or of another day.
 */
const CODES = {
  MessageParseError: [1001, 400],
  InvalidRelation: [1002, 400],
  /** Named without `CF-`: told by its number alone. */
  UnknownError: [10001, 500],
  NotAuthorized: [10003, 403],
  BadQueryParameter: [10005, 400],
  AssociationNotEmpty: [10006, 400],
  UserInvalid: [20001, 400],
  UaaIdTaken: [20002, 400],
  UserNotFound: [20003, 404],
  UaaUnavailable: [20004, 503, 502],
  OrganizationNotFound: [30003, 404],
  LastManagerInOrg: [30004, 403],
  LastBillingManagerInOrg: [30005, 403],
  LastUserInOrg: [30006, 403],
  SpaceNotFound: [40004, 404],
  AppNotFound: [100004, 404],
} as const satisfies Readonly<Record<string, readonly [code: number, ...statuses: number[]]>>;

export type Fault = keyof typeof CODES;

interface Known {
  readonly fault: Fault;
  readonly statuses: readonly number[];
}

const KNOWN = new Map<unknown, Known>(
  (Object.entries(CODES) as [Fault, readonly [number, ...number[]]][]).flatMap(([fault, [code, ...statuses]]) => [
    [code, { fault, statuses }],
    [`CF-${fault}`, { fault, statuses }],
  ]),
);

/** What the body says went wrong, whatever its content type: a 429 calls its JSON plain text. */
export function faultOf({ status, json }: UpstreamResponse): Fault | undefined {
  if (status < 400 || !isFields(json)) return undefined;
  const known = KNOWN.get(json["code"]) ?? KNOWN.get(json["error_code"]);
  return known?.statuses.includes(status) === true ? known.fault : undefined;
}

/** An answer that is no success, and of which the operation has nothing better to say. */
export function failureFor(
  service: Service,
  request: UpstreamRequest,
  response: UpstreamResponse,
  write = false,
): ServiceFailure {
  const requestId = requestIdOf(response);
  if (isSwitchedOff(response)) {
    return new ServiceFailure(
      "UPSTREAM_ERROR",
      `The service \`${service.name}\` has its v2 API switched off: its operator has to set \`temporary_enable_v2\`.`,
      { service: service.name, requestId, detail: `${request.method} ${request.route}: status 404, v2 is off` },
    );
  }
  const failure = failureOf(response.status, response, service, { request, write, requestId });
  const fault = faultOf(response);
  if (fault === "BadQueryParameter") return new QueryRefused(failure.code, failure.message, failure);
  if (fault === "NotAuthorized") return new RoleMissing(failure.code, failure.message, failure);
  return failure;
}

/** The service does not take the query: too long a page, too deep, or a filter that it lacks. */
export class QueryRefused extends ServiceFailure {}

/** The token would do, and its owner lacks the role. What was asked for exists: the service looks for it first. */
export class RoleMissing extends ServiceFailure {}

/**
 * Whether the service fails at what was asked, so that asking in another way may help. Where it gave no answer, or takes
 * no more questions of this caller for now, others would only make it worse.
 */
export function isOfQuestion(error: unknown): boolean {
  return (
    error instanceof ServiceFailure &&
    (error.code === "UPSTREAM_ERROR" || error.code === "UPSTREAM_INVALID_RESPONSE" || error.code === "FORBIDDEN")
  );
}

/**
 * The service's id of the request. It answers `SENT::UUID`, or `UUID` where nothing was sent: what was sent is ours, and
 * the UUID is enough to find the request in its logs. What looks otherwise is somebody else's, and not passed on.
 */
export function requestIdOf(response: UpstreamResponse): string | undefined {
  return /^(?:[\w-]{1,255}::)?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.exec(
    response.header("x-vcap-request-id") ?? "",
  )?.[1];
}

/**
 * Whether a 5xx is about what this one caller asked. Of all that we send only one mistake has such an answer: to the
 * service an unknown user or group in a role that is given is a nil which it did not expect. Its own faults sound the
 * same there; then the caller is blamed all the same, for the others must not be shut out.
 */
export function blamesCaller({ method, params = {} }: UpstreamRequest, response: UpstreamResponse): boolean {
  return method === "PUT" && "group" in params && faultOf(response) === "UnknownError";
}

/** The front of a foundation without v2 answers in plain text. */
function isSwitchedOff({ status, text }: UpstreamResponse): boolean {
  return status === 404 && /^\s*V2 endpoints disabled\b/i.test(text);
}
