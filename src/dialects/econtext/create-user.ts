import type { Coordinates } from "../../domain/ask.ts";
import { Refusal, refuseAll } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import type { NewUser, User } from "../../domain/user.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import type { Calls } from "./calls.ts";
import type { Edition } from "./edition.ts";
import {
  checkDraft,
  checkDraftForEdition,
  dependsOnEdition,
  namesOrganizationAfterUser,
  writeNewUser,
} from "./new-user.ts";
import { sayNone } from "./outcomes.ts";
import { ORGANIZATION_TAKEN, UNKNOWN_RELATION } from "./problems.ts";
import type { Reader } from "./reader.ts";
import { findUnknown } from "./unknown-relations.ts";
import { editionOfUser } from "./wire.ts";
import { readCreated, send } from "./write.ts";

/** Checks a draft, sends it once, and reads what became of it. */
export async function createUser(reader: Reader, user: NewUser, asks: Coordinates): Promise<User> {
  const { calls } = reader;
  const draft = checkUser(user, calls.edition);
  await checkUnknownEdition(draft, calls);
  const request = postUser(draft, asks);
  const wire = await send(
    reader,
    "createUser",
    request,
    (result) => readCreated(calls.service, request, result, "user"),
    { refuse: (problem, response) => refusalOf(reader, draft, problem, response, asks) },
  );
  calls.edition.learn(editionOfUser(wire));
  return reader.memory.meetUser(wire, { source: "created", request });
}

/** What is wrong with a draft, as far as it can be told without asking which edition this is. */
export function reviewUser({ econtext }: NewUser, { hasOrganizations }: Edition): readonly Problem[] {
  if (econtext === undefined) return [OTHER_DRAFT];
  return [
    ...checkDraft(econtext),
    ...(hasOrganizations === undefined ? [] : checkDraftForEdition(econtext, hasOrganizations)),
  ];
}

/** @throws Refusal with all that `reviewUser` finds wrong */
export function checkUser(user: NewUser, edition: Edition): EcontextNewUser {
  if (user.econtext === undefined) throw new Refusal(OTHER_DRAFT);
  refuseAll(reviewUser(user, edition));
  return user.econtext;
}

export function postUser(draft: EcontextNewUser, asks: Coordinates): UpstreamRequest {
  return { method: "POST", route: "/users/user", body: writeNewUser(draft), for: asks, keys: 1 };
}

/** Whether only the edition, which nobody knows yet, tells what is wrong with a draft. */
export function isEditionAsked(draft: EcontextNewUser, { hasOrganizations }: Edition): boolean {
  return hasOrganizations === undefined && dependsOnEdition(draft);
}

/** @throws Refusal with what is wrong in this edition, which nobody knows yet */
async function checkUnknownEdition(draft: EcontextNewUser, calls: Calls): Promise<void> {
  if (!isEditionAsked(draft, calls.edition)) return;
  // Before E2 an organization would be dropped without a word.
  const hasOrganizations = await calls.supposeOrganizations(draft.organization === null);
  refuseAll(checkDraftForEdition(draft, hasOrganizations));
}

async function refusalOf(
  reader: Reader,
  draft: EcontextNewUser,
  problem: Problem,
  response: UpstreamResponse,
  asks: Coordinates,
): Promise<Refusal> {
  const isAfterUser = namesOrganizationAfterUser(draft);
  if (problem === ORGANIZATION_TAKEN) {
    return new Refusal(sayNone("createUser", { ...problem, path: [isAfterUser ? "name" : "customData"] }));
  }
  const problems = problem === UNKNOWN_RELATION ? await findUnknown(reader, draft, response, asks) : [problem];
  // Bare exceptions are E2's, which has made the user's organization before it looked at anything else.
  const made = response.status === 500 && isAfterUser ? ` ${MADE}` : "";
  const tell = (one: Problem) => {
    const told = sayNone("createUser", one);
    return { ...told, message: told.message + made };
  };
  const [first = problem, ...rest] = problems;
  return new Refusal(tell(first), ...rest.map(tell));
}

const OTHER_DRAFT = sayNone("createUser", {
  code: "UNSUPPORTED",
  path: [],
  message: "This service creates eContext users only.",
});

const MADE =
  "The service may have made an organization of the user's name all the same: to try again, give `organization` or `customData.company_name`.";
