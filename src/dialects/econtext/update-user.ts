import { isEmptyChange } from "../../domain/change.ts";
import type { Coordinates } from "../../domain/ask.ts";
import { Refusal, refuseAll } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { EcontextUserChange } from "../../domain/facets/econtext.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserChange } from "../../domain/user.ts";
import { isAddressable } from "./address.ts";
import type { Calls } from "./calls.ts";
import type { Edition } from "./edition.ts";
import { sayNone } from "./outcomes.ts";
import { notThere } from "./problems.ts";
import type { Reader } from "./reader.ts";
import { checkChange, checkChangeForEdition, dependsOnEdition, isMisread, writeUserChange } from "./user-change.ts";
import { editionOfUser } from "./wire.ts";
import { readChanged, send } from "./write.ts";

const NO_USER = sayNone("updateUser", notThere("User", "id"));

const OTHER_CHANGE = sayNone("updateUser", {
  code: "UNSUPPORTED",
  path: ["cloudFoundry"],
  message: "This service has eContext users only.",
});

/** What is wrong with a change, as far as it can be told without asking which edition this is. */
export function reviewChange({ econtext }: UserChange, { hasOrganizations }: Edition): readonly Problem[] {
  if (econtext === undefined) return [OTHER_CHANGE];
  return [
    ...checkChange(econtext),
    ...(hasOrganizations === undefined ? [] : checkChangeForEdition(econtext, hasOrganizations)),
  ];
}

/** @throws Refusal with all that `reviewChange` finds wrong, and for an id that names nobody */
export function checkUserChange(id: string, change: UserChange, edition: Edition): EcontextUserChange {
  if (change.econtext === undefined) throw new Refusal(OTHER_CHANGE);
  refuseAll([...(isAddressable(id) ? [] : [NO_USER]), ...reviewChange(change, edition)]);
  return change.econtext;
}

export function putUser(id: string, change: EcontextUserChange, hasOrganizations: boolean, asks: Coordinates) {
  return {
    method: "PUT",
    route: "/users/user/{id}",
    params: { id },
    body: writeUserChange(change, hasOrganizations),
    for: asks,
    keys: 1,
    repeatable: true,
  } as const;
}

/** Checks a change, makes it, and reads what became of the user. */
export async function updateUser(
  reader: Reader,
  id: string,
  userChange: UserChange,
  asks: Coordinates,
): Promise<Reference<User>> {
  const { calls } = reader;
  const change = checkUserChange(id, userChange, calls.edition);
  // E1 would move `modified_at` all the same.
  if (isEmptyChange(change)) return readUser(reader, id, asks);
  const request = putUser(id, change, await findEdition(change, calls), asks);
  const given = new Set(Object.keys(change).filter((field) => change[field as keyof EcontextUserChange] !== undefined));
  const wire = await send(
    reader,
    "updateUser",
    request,
    (result) => readChanged(calls.service, request, result, "user"),
    { given },
  );
  const shown = editionOfUser(wire);
  calls.edition.learn(shown);
  // In E2 a PUT without a difference shows no relations, and one with a difference `modified_at` without its zone.
  const record = shown === false ? reader.memory.meetUser(wire, { source: "updated", request }) : undefined;
  return { id: wire.id, record };
}

/**
 * Whether this is an edition with organizations, which is asked for only where it matters.
 * @throws Refusal for what this edition does not take
 */
async function findEdition(change: EcontextUserChange, calls: Calls): Promise<boolean> {
  const known = calls.edition.hasOrganizations;
  if (known !== undefined || !dependsOnEdition(change)) return known ?? false;
  const hasOrganizations = await calls.supposeOrganizations(!isMisread(change));
  refuseAll(checkChangeForEdition(change, hasOrganizations));
  return hasOrganizations;
}

async function readUser(reader: Reader, id: string, asks: Coordinates): Promise<Reference<User>> {
  const record = await reader.user(id, asks);
  if (record === null) throw new Refusal(NO_USER);
  return { id: record.id, record };
}
