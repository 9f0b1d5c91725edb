import type { Coordinates, UserNeeds } from "../../domain/ask.ts";
import type { MembershipRef } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import { PERHAPS } from "../../domain/plan/bounds.ts";
import type { Reference } from "../../domain/reference.ts";
import type { NewUser, User, UserChange } from "../../domain/user.ts";
import { COLLECTIONS } from "./collections.ts";
import { Inlining, NOTHING } from "./inlining.ts";
import { checkDraft, wordCreation } from "./new-user.ts";
import type { PlannedReads } from "./planned-reads.ts";
import type { PlannedSession } from "./planned-session.ts";
import { plannedUser } from "./planned-things.ts";
import { readRelation, wordFromGroup, wordFromUser } from "./role-assignment.ts";
import { wordChange } from "./user-change.ts";
import { wordDeletion } from "./user-deletion.ts";

export function planCreation(session: PlannedSession, draft: NewUser, asks: Coordinates): User {
  const given = checkDraft(draft);
  session.write(wordCreation(given, asks));
  const user = plannedUser(session.plan, given.guid, () => true);
  return { ...user, groups: () => EMPTY_PAGE, applications: () => EMPTY_PAGE };
}

export function planChange(
  session: PlannedSession,
  reads: PlannedReads,
  id: string,
  change: UserChange,
  asks: Coordinates,
): Reference<User> {
  const write = wordChange(id, change, asks);
  // What the mutation before this one told may hold the user.
  if (write === null) reads.user(id, NOTHING, asks, !reads.people.isEmpty);
  else session.write(write);
  // What the answer of a write holds of a user.
  const tells = (needs: UserNeeds) => NOTHING.covers(Inlining.of(needs));
  return { id, record: plannedUser(session.plan, id, tells) };
}

export function planDeletion(session: PlannedSession, id: string, asks: Coordinates): void {
  session.write(wordDeletion(id, asks));
}

const NOT_FOUND = "a user or a group that is not there";
const MANAGER = "a caller who manages the group, and is no administrator";

/** As `giveRole`: an administrator's is one call, which answers with the user. */
export function planAddition(session: PlannedSession, membership: MembershipRef, asks: Coordinates): Reference<User> {
  const { user: id, group } = membership;
  const relation = readRelation(membership);
  const user = { route: "/v2/users/{guid}", guid: id, for: asks, calls: PERHAPS };
  session.write(wordFromUser("PUT", relation, membership, asks));
  session.get({ ...user, assumes: MANAGER });
  session.get({ ...user, route: `${COLLECTIONS[relation.kind].path}/{guid}`, guid: group.id, assumes: NOT_FOUND });
  session.write(wordFromGroup(relation, membership, asks), PERHAPS, MANAGER);
  // The user's side answers with the user, and the group's with the group.
  return { id, record: undefined };
}

export function planRemoval(session: PlannedSession, membership: MembershipRef, asks: Coordinates): Reference<User> {
  session.write(wordFromUser("DELETE", readRelation(membership), membership, asks));
  return { id: membership.user, record: undefined };
}
