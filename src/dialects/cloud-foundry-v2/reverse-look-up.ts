import type { UserNeeds } from "../../domain/ask.ts";
import { COLLECTIONS } from "./collections.ts";
import { cut, oneOf } from "./filters.ts";
import { isListable } from "./guid.ts";
import { Inlining } from "./inlining.ts";
import { DEVELOPED_SPACES } from "./relations.ts";
import type { Relation } from "./relations.ts";
import type { Question } from "./session.ts";

/**
 * What can be read of many users without reading them: no list of users can be filtered by their guids, but the lists of
 * groups can be, by the guids of their users. What follows decides where that is worth it, and asks nobody.
 */

/** Whether of users so much is needed, and nothing else, as the lists of their groups can tell. */
export function isReversible({ relations }: Inlining): boolean {
  return relations.length > 0 && relations.every(({ filter }) => filter !== undefined);
}

/**
 * What is needed of users, as far as the service inlines: what it does not, is not asked for from the other side either.
 * Undefined where the users themselves have to be read.
 * @param depth how many levels the service inlines
 */
export function reverse(needs: UserNeeds, depth: number): Inlining | undefined {
  const wanted = Inlining.of(needs).within(depth);
  return !needs.record && isReversible(wanted) ? wanted : undefined;
}

/**
 * The users who are looked up from the other side, in lots that fit into a request line each: one filtered list a
 * relation and lot. Whoever is in none is asked for singly: guids that cannot stand in a filter, and those of lots for
 * whom that is no dearer.
 */
export function lotsOf(guids: Iterable<string>, { relations }: Inlining): readonly (readonly string[])[] {
  const listable = [...new Set(guids)].filter(isListable);
  return cut(listable).filter((lot) => isCheaper(relations.length, lot.length));
}

/** Whether so many calls, and the one that proves the caller's rights, are fewer than one for each user. */
export function isCheaper(calls: number, users: number): boolean {
  return calls + 1 < users;
}

type Words = Omit<Question, "for" | "keys">;

/**
 * The words of the list of those groups in which users of a lot have a role, with all of its users inside; spaces with
 * their apps where these are needed.
 */
export function groupsOfLot(relation: Relation, lot: readonly string[], { apps }: Inlining): Words {
  const names = apps && relation === DEVELOPED_SPACES ? [relation.users, "apps"] : [relation.users];
  return {
    route: COLLECTIONS[relation.kind].path,
    query: [
      oneOf(relation.filter as string, lot),
      ["inline-relations-depth", "1"],
      ["include-relations", names.join(",")],
    ],
  };
}

/** The words of the list of a role's users in one group. */
export function usersOfGroup({ kind, users }: Relation, guid: string): Words {
  const { path, missing } = COLLECTIONS[kind];
  return { route: `${path}/{guid}/${users}`, guid, missing };
}
