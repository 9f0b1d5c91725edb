import type { Coordinates } from "../../domain/ask.ts";
import { Refusal, refuseAll } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { CloudFoundryNewUser } from "../../domain/facets/cloud-foundry.ts";
import type { NewUser, User } from "../../domain/user.ts";
import { hasControls, isAddressable } from "./guid.ts";
import { EVERYTHING } from "./inlining.ts";
import { RELATIONS } from "./relations.ts";
import type { Session } from "./session.ts";
import { isFields } from "./wire.ts";
import { readWritten, sendWrite } from "./write-answers.ts";
import type { Write } from "./write-errors.ts";

/** The service keeps guids in a column of this many characters. */
const LONGEST_GUID = 255;

export function reviewUser(draft: NewUser): readonly Problem[] {
  if (draft.cloudFoundry === undefined) return [OTHER_FAMILY];
  return [...reviewGuid(draft.cloudFoundry.guid), ...reviewSpace(draft.cloudFoundry.defaultSpace)];
}

const OTHER_FAMILY: Problem = {
  code: "UNSUPPORTED",
  path: [],
  message: "This service takes Cloud Foundry users only; no user was created.",
};

function reviewGuid(guid: string): Problem[] {
  const problem = guidProblem(guid);
  return problem === null ? [] : [{ code: "INVALID", path: ["guid"], message: `${problem} No user was created.` }];
}

function guidProblem(guid: string): string | null {
  if (guid.trim() === "") return "A guid is needed.";
  if (Array.from(guid).length > LONGEST_GUID) return `A guid has at most ${LONGEST_GUID} characters.`;
  if (hasControls(guid)) return "A guid has no control characters.";
  // The service would take it, and could never be asked for it again.
  return isAddressable(guid) ? null : "This guid cannot stand in an address.";
}

function reviewSpace(guid: string | null): Problem[] {
  if (guid === null || (guid.trim() !== "" && isAddressable(guid))) return [];
  return [
    {
      code: "INVALID",
      path: ["defaultSpace"],
      message: "The default space is not the guid of a space. No user was created.",
    },
  ];
}

/** Creates a user, once: a repetition would be told that the guid is taken, by this very user. */
export async function createUser(session: Session, draft: NewUser, asks: Coordinates): Promise<User> {
  const given = checkDraft(draft);
  const write = wordCreation(given, asks);
  const resource = readWritten(session, given.guid, write, await sendWrite(session, write));
  const { entity = {} } = resource;
  // Roles are given apart: of a user who has none yet, nobody needs to ask for them.
  const user = isFields(entity) ? { ...resource, entity: { ...entity, ...NO_GROUPS } } : resource;
  return session.meetUser(user, { request: write.request, inlined: EVERYTHING });
}

/** @throws Refusal with all that is wrong with the draft */
export function checkDraft(draft: NewUser): CloudFoundryNewUser {
  refuseAll(reviewUser(draft));
  if (draft.cloudFoundry === undefined) throw new Refusal(OTHER_FAMILY);
  return draft.cloudFoundry;
}

export function wordCreation(user: CloudFoundryNewUser, asks: Coordinates): Write {
  return {
    operation: "creation",
    request: { method: "POST", route: "/v2/users", body: writeUser(user), for: asks, keys: 1 },
    namesSpace: user.defaultSpace !== null,
  };
}

const NO_GROUPS = Object.fromEntries(RELATIONS.map(({ name }) => [name, []]));

/** A key that is null would count as left out. */
function writeUser({ guid, admin, defaultSpace }: CloudFoundryNewUser): Record<string, unknown> {
  return {
    guid,
    ...(admin === null ? {} : { admin }),
    ...(defaultSpace === null ? {} : { default_space_guid: defaultSpace }),
  };
}
