import type { Ask, UserNeeds } from "../../domain/ask.ts";
import { PERHAPS, upTo } from "../../domain/plan/bounds.ts";
import { COLLECTIONS } from "./collections.ts";
import type { Inlining } from "./inlining.ts";
import { LONGEST_PAGE } from "./lists.ts";
import type { PlannedReads } from "./planned-reads.ts";
import type { PlannedSession } from "./planned-session.ts";
import { groupsOfLot, lotsOf, reverse, usersOfGroup } from "./reverse-look-up.ts";

/**
 * What `findInGroups` would read. Whoever it looks for may have to be read all the same, so that of these no more is
 * certain than the question whether the caller may read all users.
 * @returns whether anything would be asked
 */
export function planReverse(
  session: PlannedSession,
  reads: PlannedReads,
  guids: readonly string[],
  { needs, for: asks }: Ask<UserNeeds>,
): boolean {
  const { plan, limits } = session;
  const inlining = reverse(needs, limits.depth.most);
  if (inlining === undefined) return false;
  const strangers = guids.filter((guid) => reads.people.get(guid) === undefined);
  const lots = lotsOf(strangers, inlining);
  if (lots.length === 0) return false;
  const isCertain = strangers.every((guid) => plan.countOf("user", guid).min === 1);
  reads.rights(isCertain, asks);
  for (const lot of lots) planLot(session, lot, inlining, asks);
  return true;
}

/** As `findLot`: all lists together have less than as many parts as there are users in the lot. */
function planLot(
  session: PlannedSession,
  lot: readonly string[],
  inlining: Inlining,
  asks: Ask<UserNeeds>["for"],
): void {
  const { relations } = inlining;
  // Where the service inlines less, it refuses the list whatever the length of the page.
  const isDoubtful = !session.limits.depth.isProven(1);
  for (const relation of relations) {
    const words = groupsOfLot(relation, lot, inlining);
    session.part({ ...words, for: asks, calls: PERHAPS }, 0, LONGEST_PAGE, undefined, isDoubtful);
  }
  const more = upTo(lot.length - 2 - relations.length);
  const which = JSON.stringify(lot);
  for (const kind of new Set(relations.map((relation) => relation.kind))) {
    const assumes = "users in more than 100 groups of one kind";
    session.parts(which, { route: COLLECTIONS[kind].path, for: asks, assumes }, more);
  }
  for (const relation of relations) {
    const { route } = usersOfGroup(relation, "");
    session.parts(which, { route, for: asks, assumes: "a group of more than 50 users" }, more);
  }
}
