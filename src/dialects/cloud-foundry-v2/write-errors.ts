import { Refusal, ServiceFailure } from "../../domain/errors.ts";
import type { DirectoryError, Problem, ProblemCode } from "../../domain/errors.ts";
import type { Service } from "../../domain/service.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { failureFor, faultOf } from "./errors.ts";
import type { Fault } from "./errors.ts";

/** What a write is about: of a user the first three, of a user's role the others. */
export type Operation = "creation" | "update" | "deletion" | "addition" | "removal";

export interface Write {
  readonly operation: Operation;
  readonly request: UpstreamRequest;
  /** Whether it names a space: without one, some faults cannot be the caller's. */
  readonly namesSpace?: boolean;
}

/** What the caller can mend. Paths are those of the port: relative to a draft, a change, or the mutation's input. */
interface Rule extends Problem {
  /** Counts only where the write names a space. */
  readonly onlyWithSpace?: true;
}

const rule = (code: ProblemCode, path: readonly string[], message: string): Rule => ({ code, path, message });
const withSpace = (one: Rule): Rule => ({ ...one, onlyWithSpace: true });

export const NO_SUCH_ID = rule("NOT_FOUND", ["id"], "The service has no user with this guid; nothing was changed.");
export const NO_SUCH_USER = rule("NOT_FOUND", ["user"], "The service has no such user; nothing was changed.");
export const NO_SUCH_GROUP = rule(
  "NOT_FOUND",
  ["group"],
  "The service has no such organization or space; nothing was changed.",
);

const RULES: Readonly<Record<Operation, Partial<Record<Fault, Rule>>>> = {
  creation: {
    UaaIdTaken: rule("TAKEN", ["guid"], "The service has a user with this guid already; no user was created."),
    UserInvalid: rule("INVALID", ["guid"], "The service takes no user with this guid; no user was created."),
    InvalidRelation: withSpace(
      rule("NOT_FOUND", ["defaultSpace"], "The service has no space with this guid; no user was created."),
    ),
    MessageParseError: rule("INVALID", [], "The service did not accept this form of a user; no user was created."),
  },
  update: {
    UserNotFound: NO_SUCH_ID,
    InvalidRelation: withSpace(
      rule(
        "NOT_FOUND",
        ["cloudFoundry", "defaultSpace"],
        "The service has no space with this guid; nothing was changed.",
      ),
    ),
    MessageParseError: rule(
      "INVALID",
      ["cloudFoundry"],
      "The service did not accept this form of a change; nothing was changed.",
    ),
  },
  deletion: {
    UserNotFound: NO_SUCH_ID,
    AssociationNotEmpty: rule(
      "CONFLICT",
      ["id"],
      "The user has labels or annotations, which only Cloud Foundry's API v3 can remove: remove them there, then delete the user. Nothing was changed.",
    ),
  },
  addition: {
    UserNotFound: NO_SUCH_USER,
    OrganizationNotFound: NO_SUCH_GROUP,
    SpaceNotFound: NO_SUCH_GROUP,
    InvalidRelation: withSpace(
      rule(
        "CONFLICT",
        ["user"],
        "The user is no member of the space's organization: add the user to the organization as MEMBER first. Nothing was changed.",
      ),
    ),
  },
  removal: {
    UserNotFound: NO_SUCH_USER,
    InvalidRelation: NO_SUCH_USER,
    OrganizationNotFound: NO_SUCH_GROUP,
    SpaceNotFound: NO_SUCH_GROUP,
    AssociationNotEmpty: rule(
      "CONFLICT",
      ["group"],
      "The user still has roles in the organization's spaces: remove those first. Nothing was changed.",
    ),
    LastManagerInOrg: rule(
      "CONFLICT",
      ["group"],
      "The organization would be left without a manager: make another user its manager first. Nothing was changed.",
    ),
    LastBillingManagerInOrg: rule(
      "CONFLICT",
      ["group"],
      "The organization would be left without a billing manager: make another user its billing manager first. Nothing was changed.",
    ),
    LastUserInOrg: rule(
      "CONFLICT",
      ["group"],
      "The organization would be left without members: add another user to it first. Nothing was changed.",
    ),
  },
};

/** How to find out what became of a write whose answer does not tell. */
const AFTERWARDS: Readonly<Record<Operation, string>> = {
  creation:
    "the user may have been created all the same: look the guid up before trying again, for a repetition would find it taken.",
  update: "the user may have been changed all the same: read the user to find out. Trying again does no harm.",
  deletion: "the user may be deleted all the same: read the user to find out before trying again.",
  addition: "the role may be given all the same: read the user's groups to find out. Trying again does no harm.",
  removal: "the role may be taken away all the same: read the user's groups to find out. Trying again does no harm.",
};

/** Why a write was not answered with a success. */
export function writeError(service: Service, write: Write, response: UpstreamResponse): DirectoryError {
  const { operation, request, namesSpace } = write;
  const fault = faultOf(response);
  const found = fault && RULES[operation][fault];
  if (found !== undefined && (namesSpace === true || found.onlyWithSpace !== true)) {
    const { code, path, message } = found;
    return new Refusal({ code, path, message });
  }
  // UAA is asked for the meaning of the token, before anything else is done.
  const isTold = response.status >= 400 && response.status < 500;
  const lost = !isTold && fault !== "UaaUnavailable";
  const failure = failureFor(service, request, response, lost);
  return lost ? outcomeUnknown(failure, write) : failure;
}

/** The same failure of a write of which nobody knows whether it happened. */
export function outcomeUnknown(failure: ServiceFailure, { operation }: Write): ServiceFailure {
  const { code, service, detail, status, retryAfter, requestId } = failure;
  const message = `The service \`${service}\` gave no usable answer, and ${AFTERWARDS[operation]}`;
  return new ServiceFailure(code, message, { service, detail, status, retryAfter, requestId, outcomeUnknown: true });
}
