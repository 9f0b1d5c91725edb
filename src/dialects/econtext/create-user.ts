import { Refusal, refuse, ServiceFailure } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import type { User } from "../../domain/user.ts";
import { failureOf, invalidResponse } from "../../http/failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { isSuccess, readRecord, readResult } from "./calls.ts";
import type { Calls } from "./calls.ts";
import type { Edition } from "./edition.ts";
import { faultOf, isFaultyAnswer, ORGANIZATION_TAKEN, UNKNOWN_RELATION } from "./errors.ts";
import {
  checkDraft,
  checkDraftForEdition,
  dependsOnEdition,
  namesOrganizationAfterUser,
  NOT_CREATED,
  writeNewUser,
} from "./new-user.ts";
import type { Coordinates, Reader } from "./reader.ts";
import { findUnknown } from "./unknown-relations.ts";
import { editionOfUser } from "./wire.ts";
import type { WireUser } from "./wire.ts";

/** Checks a draft, sends it once, and reads what became of it. */
export async function createUser(reader: Reader, draft: EcontextNewUser, asks: Coordinates): Promise<User> {
  const { calls } = reader;
  await check(draft, calls);
  const request: UpstreamRequest = {
    method: "POST",
    route: "/users/user",
    body: writeNewUser(draft),
    for: asks,
    keys: 1,
  };
  const response = await calls.send(request).finally(() => reader.forget());
  if (isSuccess(response)) {
    const wire = readCreated(reader, request, response);
    calls.edition.learn(editionOfUser(wire));
    return reader.memory.meetUser(wire, { source: "created", request });
  }
  const fault = faultOf(response);
  if (fault !== undefined) throw await refusalOf(reader, draft, fault, response, asks);
  throw lostOrFailed(reader, request, response);
}

/** What is wrong with a draft, as far as it can be told without asking which edition this is. */
export function reviewUser(draft: EcontextNewUser, { hasOrganizations }: Edition): readonly Problem[] {
  return [
    ...checkDraft(draft),
    ...(hasOrganizations === undefined ? [] : checkDraftForEdition(draft, hasOrganizations)),
  ];
}

/** @throws Refusal with all that we find wrong before sending */
async function check(draft: EcontextNewUser, calls: Calls): Promise<void> {
  const isKnown = calls.edition.hasOrganizations !== undefined;
  throwProblems(reviewUser(draft, calls.edition));
  if (isKnown || !dependsOnEdition(draft)) return;
  const hasOrganizations = await calls.hasOrganizations().catch((error: unknown) => {
    // Without knowing, what E0 and E1 take can still be sent: E2 refuses by itself what it does not take. But before E2
    // an organization would be dropped without a word.
    if (isFaultyAnswer(error) && draft.organization === null) return false;
    throw error;
  });
  throwProblems(checkDraftForEdition(draft, hasOrganizations));
}

function throwProblems([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new Refusal(first, ...rest);
}

/** @throws ServiceFailure with an unknown outcome: the service says that it worked, and not whom it created */
function readCreated({ calls }: Reader, request: UpstreamRequest, response: UpstreamResponse): WireUser {
  try {
    const wire = readRecord(calls.service, request, readResult(calls.service, request, response), "user");
    if (wire !== null) return wire;
    throw invalidResponse(calls.service, request, "user", "an object", "null");
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    const { code, message, service, detail } = error;
    throw new ServiceFailure(code, `${message} ${LOOK_FIRST}`, { service, detail, outcomeUnknown: true });
  }
}

const LOOK_FIRST = "The user may have been created: look it up by email before trying again.";

/** An unexpected 500 says nothing of what was stored before it. */
function lostOrFailed({ calls }: Reader, request: UpstreamRequest, response: UpstreamResponse): ServiceFailure {
  const { service } = calls;
  const failure = failureOf(response.status, response, service, { request, write: true });
  if (failure.code !== "UPSTREAM_ERROR" || response.status < 500) return failure;
  return new ServiceFailure(failure.code, `${failure.message} ${LOOK_FIRST}`, {
    service: service.name,
    detail: failure.detail,
    outcomeUnknown: true,
  });
}

async function refusalOf(
  reader: Reader,
  draft: EcontextNewUser,
  fault: Problem,
  response: UpstreamResponse,
  asks: Coordinates,
): Promise<Refusal> {
  if (fault === ORGANIZATION_TAKEN) {
    const path = namesOrganizationAfterUser(draft) ? ["name"] : ["customData"];
    return refuse(fault.code, path, `${fault.message} ${NOT_CREATED}`);
  }
  const faults = fault === UNKNOWN_RELATION ? await findUnknown(reader, draft, response, asks) : [fault];
  // Bare exceptions are E2's, which has made the user's organization before it looked at anything else.
  const made = response.status === 500 && namesOrganizationAfterUser(draft);
  const [first = fault, ...rest] = faults;
  const tell = (one: Problem) => ({ ...one, message: `${one.message} ${NOT_CREATED}${made ? ` ${MADE}` : ""}` });
  return new Refusal(tell(first), ...rest.map(tell));
}

const MADE =
  "The service may have made an organization of the user's name all the same: to try again, give `organization` or `customData.company_name`.";
