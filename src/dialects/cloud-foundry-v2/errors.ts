import { refuse, ServiceFailure } from "../../domain/errors.ts";
import type { DirectoryError, ProblemCode } from "../../domain/errors.ts";
import type { Service } from "../../domain/service.ts";
import { failureOf } from "../../http/failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { isFields } from "./wire.ts";

/** The errors that mean more to us than their status; `error_code` is the name behind `CF-`. */
const CODES = {
  MessageParseError: 1001,
  InvalidRelation: 1002,
  BadQueryParameter: 10005,
  UserInvalid: 20001,
  UaaIdTaken: 20002,
  UserNotFound: 20003,
  UaaUnavailable: 20004,
  OrganizationNotFound: 30003,
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
  const isRefusal = faultOf(response) === "BadQueryParameter";
  return isRefusal ? new QueryRefused(failure.code, failure.message, failure) : failure;
}

/** The service does not take the query: too long a page, too deep, or a filter that it lacks. */
export class QueryRefused extends ServiceFailure {}

/** The service's id of the request, `SENT::UUID`. What looks otherwise is somebody else's, and not passed on. */
function requestIdOf(response: UpstreamResponse): string | undefined {
  const id = response.header("x-vcap-request-id");
  return id !== undefined && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}

/** The front of a foundation without v2 answers in plain text. */
function isSwitchedOff({ status, text }: UpstreamResponse): boolean {
  return status === 404 && /^\s*V2 endpoints disabled\b/i.test(text);
}

interface Mendable {
  readonly code: ProblemCode;
  readonly path: readonly string[];
  readonly message: string;
}

const CREATION: Partial<Record<Fault, Mendable>> = {
  UaaIdTaken: {
    code: "TAKEN",
    path: ["guid"],
    message: "The service has a user with this guid already; no user was created.",
  },
  UserInvalid: {
    code: "INVALID",
    path: ["guid"],
    message: "The service takes no user with this guid; no user was created.",
  },
  InvalidRelation: {
    code: "NOT_FOUND",
    path: ["defaultSpace"],
    message: "The service has no space with this guid; no user was created.",
  },
  MessageParseError: {
    code: "INVALID",
    path: [],
    message: "The service did not accept this form of a user; no user was created.",
  },
};

/**
 * Why a creation was not answered with a user.
 * @param withSpace whether the creation named a default space: without one, no relation can be at fault
 */
export function creationError(
  service: Service,
  request: UpstreamRequest,
  response: UpstreamResponse,
  withSpace: boolean,
): DirectoryError {
  const fault = faultOf(response);
  const mendable = fault === undefined || (fault === "InvalidRelation" && !withSpace) ? undefined : CREATION[fault];
  if (mendable !== undefined) return refuse(mendable.code, mendable.path, mendable.message);
  // UAA is asked for the meaning of the token, before anything else is done.
  const lost = response.status >= 500 && fault !== "UaaUnavailable";
  const failure = failureFor(service, request, response, lost);
  return lost ? unknownCreation(failure) : failure;
}

/** The same failure of a creation of which nobody knows whether it happened. */
export function unknownCreation(failure: ServiceFailure): ServiceFailure {
  const { code, service, detail, retryAfter, requestId } = failure;
  const message =
    `The service \`${service}\` gave no usable answer, and the user may have been created all the same: ` +
    "look the guid up before trying again, for a repetition would find it taken.";
  return new ServiceFailure(code, message, { service, detail, retryAfter, requestId, outcomeUnknown: true });
}
