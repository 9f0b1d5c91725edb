/** Which request a user came with. */
export type UserSource =
  "one" | "created" | "updated" | "list" | "search" | "application users" | "group users" | "organization users";

/** The parts of a user that an answer may leave unloaded. */
export type Relation = "organization" | "applications" | "groups" | "apikeys";

const EVERYTHING: readonly Relation[] = ["organization", "applications", "groups", "apikeys"];

/**
 * What an empty value can be believed for, by where it came from. Elsewhere E2 shows `[]` (`organization`: null)
 * whatever the truth is: 2.0.1 loads an application's users with organization and API keys, 2.0.0 with nothing.
 */
const BELIEVED: Readonly<Record<UserSource, readonly Relation[]>> = {
  one: EVERYTHING,
  created: EVERYTHING,
  updated: EVERYTHING,
  list: ["organization", "applications", "groups"],
  search: ["organization", "applications", "groups"],
  "application users": [],
  "group users": [],
  "organization users": [],
};

export function isEmptinessBelieved(source: UserSource, relation: Relation): boolean {
  return BELIEVED[source].includes(relation);
}

/** E2 loads nothing of a group's users, and in 2.0.1 a part of an application's: organization and API keys. */
const COMPLETENESS: Readonly<Record<UserSource, number>> = {
  "group users": 0,
  "organization users": 0,
  "application users": 1,
  list: 2,
  search: 2,
  one: 3,
  created: 3,
  updated: 3,
};

/** How much a user from there tells: the more, the better. */
export function completeness(source: UserSource): number {
  return COMPLETENESS[source];
}

/** Whether nothing more can be learned of a user from there. */
export function isComplete(source: UserSource): boolean {
  return COMPLETENESS[source] === 3;
}
