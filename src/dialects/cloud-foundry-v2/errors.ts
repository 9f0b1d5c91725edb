import { ServiceFailure } from "../../domain/errors.ts";
import type { Service } from "../../domain/service.ts";
import { failureOf } from "../../http/failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { isFields } from "./wire.ts";

/** The errors that mean more to us than their status; `error_code` is the name behind `CF-`. */
const CODES = {
  MessageParseError: 1001,
  InvalidRelation: 1002,
  /** Named without `CF-`: told by its number alone. */
  UnknownError: 10001,
  NotAuthorized: 10003,
  BadQueryParameter: 10005,
  AssociationNotEmpty: 10006,
  UserInvalid: 20001,
  UaaIdTaken: 20002,
  UserNotFound: 20003,
  UaaUnavailable: 20004,
  OrganizationNotFound: 30003,
  LastManagerInOrg: 30004,
  LastBillingManagerInOrg: 30005,
  LastUserInOrg: 30006,
  SpaceNotFound: 40004,
  AppNotFound: 100004,
} as const;

export type Fault = keyof typeof CODES;

const FAULTS = new Map<unknown, Fault>(
  (Object.entries(CODES) as [Fault, number][]).flatMap(([fault, code]) => [
    [code, fault],
    [`CF-${fault}`, fault],
  ]),
);

export function isSuccess({ status }: UpstreamResponse): boolean {
  return status >= 200 && status <= 299;
}

/** What the body says went wrong, whatever its content type: a 429 calls its JSON plain text. */
export function faultOf({ status, json }: UpstreamResponse): Fault | undefined {
  if (status < 400 || !isFields(json)) return undefined;
  return FAULTS.get(json["code"]) ?? FAULTS.get(json["error_code"]);
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

/** The service's id of the request, `SENT::UUID`. What looks otherwise is somebody else's, and not passed on. */
export function requestIdOf(response: UpstreamResponse): string | undefined {
  const id = response.header("x-vcap-request-id");
  return id !== undefined && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}

/** The front of a foundation without v2 answers in plain text. */
function isSwitchedOff({ status, text }: UpstreamResponse): boolean {
  return status === 404 && /^\s*V2 endpoints disabled\b/i.test(text);
}
