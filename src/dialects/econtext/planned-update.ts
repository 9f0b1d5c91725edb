import type { Coordinates } from "../../domain/ask.ts";
import { isEmptyChange } from "../../domain/change.ts";
import { PERHAPS } from "../../domain/plan/bounds.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserChange } from "../../domain/user.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import type { PlannedRecords } from "./planned-records.ts";
import { getUser } from "./requests.ts";
import { checkUserChange, putUser } from "./update-user.ts";
import { checkChangeForEdition } from "./user-change.ts";

/** What `updateUser` would ask. */
export function planUpdate(
  calls: PlannedCalls,
  records: PlannedRecords,
  id: string,
  userChange: UserChange,
  asks: Coordinates,
): Reference<User> {
  const { edition } = calls;
  const change = checkUserChange(id, userChange, edition);
  if (isEmptyChange(change)) {
    calls.add(getUser(id, asks), { calls: calls.unlessMet });
    return { id, record: records.user(id, "one") };
  }
  // One that this edition does not take is refused without being sent.
  const isTaken = edition.hasOrganizations !== undefined || checkChangeForEdition(change, true).length === 0;
  const request = putUser(id, change, edition.hasOrganizations === true, asks);
  calls.add(request, isTaken ? {} : { calls: PERHAPS, assumes: calls.assumesEdition });
  // Before E2 the answer tells the user; otherwise whoever asks has to read it.
  return { id, record: edition.hasOrganizations === false ? records.user(id, "updated") : undefined };
}
