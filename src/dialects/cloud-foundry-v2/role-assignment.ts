import { isSuccess } from "../../http/send.ts";
import type { Coordinates } from "../../domain/ask.ts";
import { settle } from "../../domain/answers.ts";
import { Refusal, refuse, ServiceFailure } from "../../domain/errors.ts";
import type { DirectoryError } from "../../domain/errors.ts";
import type { MembershipRef } from "../../domain/group.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import { COLLECTIONS } from "./collections.ts";
import { faultOf, RoleMissing } from "./errors.ts";
import { isAddressable } from "./guid.ts";
import { NOTHING } from "./inlining.ts";
import { readGroup, readUser } from "./reads.ts";
import { findRelation } from "./relations.ts";
import type { Relation } from "./relations.ts";
import type { Session } from "./session.ts";
import { checkDeleted, readWritten, readWrittenUser, sendWrite } from "./write-answers.ts";
import { NO_SUCH_GROUP, NO_SUCH_USER, writeError } from "./write-errors.ts";
import type { Write } from "./write-errors.ts";

/** Gives a role from the user's side or, where that is not allowed, from the group's. */
export async function giveRole(
  session: Session,
  membership: MembershipRef,
  asks: Coordinates,
): Promise<Reference<User>> {
  const relation = readRelation(membership);
  const write = wordFromUser("PUT", relation, membership, asks);
  const response = await sendWrite(session, write);
  if (isSuccess(response)) return readWrittenUser(session, membership.user, write, response);
  const error = writeError(session.service, write, response);
  const fault = faultOf(response);
  if (fault === "UnknownError") throw (await findMissing(session, membership, asks)) ?? error;
  if (fault !== "NotAuthorized") throw error;
  await giveFromGroup(session, relation, membership, asks, error);
  return { id: membership.user, record: undefined };
}

/** Takes a role away, from the user's side: there managers and the user may do so, too. */
export async function takeRole(
  session: Session,
  membership: MembershipRef,
  asks: Coordinates,
): Promise<Reference<User>> {
  const write = wordFromUser("DELETE", readRelation(membership), membership, asks);
  checkDeleted(session, write, await sendWrite(session, write));
  return { id: membership.user, record: undefined };
}

/**
 * The user's side is open to administrators alone, the group's side to its managers as well. But that makes a user of
 * any guid that it does not know, so that it must not be asked for a user who is not there.
 * @param refused by the user's side
 */
async function giveFromGroup(
  session: Session,
  relation: Relation,
  membership: MembershipRef,
  asks: Coordinates,
  refused: DirectoryError,
): Promise<void> {
  if (!(await isThere(session, membership.user, asks))) throw new Refusal(NO_SUCH_USER);
  const write = wordFromGroup(relation, membership, asks);
  const response = await sendWrite(session, write);
  if (isSuccess(response)) {
    readWritten(session, membership.group.id, write, response);
    return;
  }
  const error = writeError(session.service, write, response);
  throw isUnclear(error) ? refused : error;
}

/** Whether there is such a user, be it one whom the caller may not read: the service looks for the user first. */
async function isThere(session: Session, guid: string, asks: Coordinates): Promise<boolean> {
  try {
    return (await readUser(session, guid, NOTHING, asks)) !== null;
  } catch (error) {
    if (error instanceof RoleMissing) return true;
    throw error;
  }
}

/** A definite refusal of which we know no reason. */
function isUnclear(error: DirectoryError): boolean {
  return error instanceof ServiceFailure && error.code === "UPSTREAM_ERROR" && !error.outcomeUnknown;
}

/**
 * An unknown user and an unknown group are the same to the service, a nil that it did not expect: what is meant shows
 * only when both are looked up. Undefined where neither is known to be missing.
 */
async function findMissing(
  session: Session,
  { user, group }: MembershipRef,
  asks: Coordinates,
): Promise<Refusal | undefined> {
  const [foundUser, foundGroup] = await Promise.all([
    settle(() => readUser(session, user, NOTHING, asks)),
    settle(() => readGroup(session, group, asks)),
  ]);
  return missing(foundUser === null, foundGroup === null);
}

function missing(user: boolean, group: boolean): Refusal | undefined {
  if (user) return group ? new Refusal(NO_SUCH_USER, NO_SUCH_GROUP) : new Refusal(NO_SUCH_USER);
  return group ? new Refusal(NO_SUCH_GROUP) : undefined;
}

/** @throws Refusal for what cannot be asked for */
export function readRelation({ user, group, role }: MembershipRef): Relation {
  const relation = findRelation(group.kind, role);
  if (relation === undefined) {
    throw refuse(
      "UNSUPPORTED",
      ["role"],
      "Cloud Foundry has no such role in groups of this kind; nothing was changed.",
    );
  }
  const absent = missing(!isAddressable(user), !isAddressable(group.id));
  if (absent !== undefined) throw absent;
  return relation;
}

/** Both may be repeated: a role that is held already stays, and one that is not held is no error. */
export function wordFromUser(
  method: "PUT" | "DELETE",
  relation: Relation,
  { user, group }: MembershipRef,
  asks: Coordinates,
): Write {
  return {
    operation: method === "PUT" ? "addition" : "removal",
    request: {
      method,
      route: `/v2/users/{guid}/${relation.name}/{group}`,
      params: { guid: user, group: group.id },
      for: asks,
      keys: 1,
      repeatable: true,
    },
    namesSpace: relation.kind === "SPACE",
  };
}

/** May be repeated, too. */
export function wordFromGroup(relation: Relation, { user, group }: MembershipRef, asks: Coordinates): Write {
  return {
    operation: "addition",
    request: {
      method: "PUT",
      route: `${COLLECTIONS[relation.kind].path}/{guid}/${relation.users}/{user}`,
      params: { guid: group.id, user },
      for: asks,
      keys: 1,
      repeatable: true,
    },
    namesSpace: relation.kind === "SPACE",
  };
}
