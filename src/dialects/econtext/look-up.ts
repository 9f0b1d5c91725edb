import { answerEach, settle } from "../../domain/answers.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import type { Answer } from "../../domain/errors.ts";
import { isAddressable } from "./address.ts";
import { isFaultyAnswer } from "./errors.ts";
import type { Coordinates } from "../../domain/ask.ts";
import type { ApplicationRecord } from "./application.ts";
import type { GroupRecord } from "./group.ts";
import type { Reader, WholeList } from "./reader.ts";

/** Where records are looked for. */
interface Shelf<T> {
  known(id: string): T | undefined;
  /** @param isUnlisted whether the list left it out */
  one(id: string, isUnlisted: boolean): Promise<T | null>;
  /** Whether the list was asked for already: asking again is free. */
  readonly isListed: boolean;
  /** @param keys how many ids the list is read for */
  list(keys: number): Promise<WholeList<T>>;
}

/** What proves that something is not there: its own GET alone, for any list may have been cut short, or a whole list, too. */
export type Proof = "OWN" | "LIST";

/**
 * Looks records up by id in the fewest calls: none for those that were met, one for a single other, and the whole list
 * for several, for there is no request for many. What the list leaves out is asked for one by one, unless a whole list is
 * proof enough, and so is all of it where the service fails at the list.
 */
async function lookUp<T>(ids: readonly string[], proof: Proof, shelf: Shelf<T>): Promise<readonly Answer<T | null>[]> {
  const strangers = new Set(ids.filter((id) => shelf.known(id) === undefined && isAddressable(id)));
  const useList = strangers.size > 1 || (strangers.size === 1 && shelf.isListed);
  const list = useList ? await settle(() => shelf.list(strangers.size)) : undefined;
  const recall = (id: string) => shelf.known(id) ?? (strangers.has(id) ? undefined : null);
  const recalled = ids.map(recall);
  if (areKnown(recalled)) return recalled;
  return answerEach(ids, async (id) => {
    const known = recall(id);
    if (known !== undefined) return known;
    if (isDirectoryError(list)) {
      if (!isFaultyAnswer(list)) throw list;
      return shelf.one(id, false);
    }
    return proof === "LIST" && list?.complete === true ? null : shelf.one(id, list !== undefined);
  });
}

function areKnown<T>(answers: readonly (T | null | undefined)[]): answers is readonly (T | null)[] {
  return !answers.includes(undefined);
}

export function lookUpApplications(
  reader: Reader,
  ids: readonly string[],
  asks: Coordinates,
  proof: Proof = "OWN",
): Promise<readonly Answer<ApplicationRecord | null>[]> {
  return lookUp(ids, proof, {
    known: (id) => reader.memory.application(id),
    one: (id) => reader.application(id, asks),
    isListed: reader.areListed("applications"),
    list: (keys) => reader.applications(asks, keys),
  });
}

export function lookUpGroups(
  reader: Reader,
  ids: readonly string[],
  asks: Coordinates,
  proof: Proof = "OWN",
): Promise<readonly Answer<GroupRecord | null>[]> {
  return lookUp(ids, proof, {
    known: (id) => reader.memory.group("GROUP", id),
    one: (id, isUnlisted) => reader.group(id, asks, isUnlisted),
    isListed: reader.areListed("groups"),
    list: (keys) => reader.groups(asks, keys),
  });
}
