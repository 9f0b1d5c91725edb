import type { Coordinates } from "../../domain/ask.ts";
import type { Service } from "../../domain/service.ts";
import { fillRoute } from "../../http/route.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import type { Edition } from "./edition.ts";
import { getUsersFound } from "./requests.ts";
import { escapeExpression } from "./search.ts";

/** From how many users on a request for several is worth its while: a stranger among them costs one in vain. */
const FEWEST_SEARCHED = 3;
const FEWEST_LISTED = 20;

/** The most users that one list is asked for: the service reads each with some ten queries of its database. */
const MOST_LISTED = 1000;

/** Of a request line, in bytes: the default of the server, which nobody raised. */
const LONGEST_LINE = 4094;

/**
 * How users are looked up by id. EACH: by their own GET. SEARCH: first by a search for several, then each whom it did not
 * find. FIRST: the first who is there by its own GET, for nobody knows the edition; what it shows decides about the others
 * (`chooseForOthers`).
 */
export type UserLookUp = "EACH" | "FIRST" | "SEARCH";

/** What decides how users are asked for. */
export type KnownOfEdition = Pick<Edition, "hasOrganizations" | "isSearchedById">;

/** @param count how many are to be looked up */
export function chooseLookUp(count: number, edition: KnownOfEdition): UserLookUp {
  if (count < FEWEST_SEARCHED || !edition.isSearchedById) return "EACH";
  return edition.hasOrganizations === undefined ? "FIRST" : chooseForOthers(edition);
}

/** The same once the first of them was asked for. */
export function chooseForOthers({ hasOrganizations, isSearchedById }: KnownOfEdition): Exclude<UserLookUp, "FIRST"> {
  // E2 takes a query of words, of which an id is none.
  return hasOrganizations === false && isSearchedById ? "SEARCH" : "EACH";
}

/**
 * How many users the one list is asked for that is read before so many are asked one by one; 0: none is. Only E2 reads a
 * list in parts, and shows users without their relations in others. Of a directory of D users, a list of twice as many as
 * are wanted (k) saves 2k²/D calls on average.
 * @param count how many are wanted
 */
export function countToList(count: number, { hasOrganizations }: KnownOfEdition): number {
  return hasOrganizations === true && count >= FEWEST_LISTED ? Math.min(2 * count, MOST_LISTED) : 0;
}

/**
 * The ids of each search. One that would stand alone is left out: its own GET tells more.
 * @param ids distinct, each fit to stand in an address
 */
export function divideForSearch(ids: readonly string[], service: Service): readonly (readonly string[])[] {
  const whole = roomForIds(service);
  const parts: string[][] = [];
  let part: string[] = [];
  let room = 0;
  for (const id of ids) {
    const length = lengthInPath(`|${escapeExpression(id)}`);
    if (length > whole) continue;
    if (length > room) {
      parts.push((part = []));
      room = whole;
    }
    part.push(id);
    room -= length;
  }
  return parts.filter(({ length }) => length > 1);
}

/** A search for users by their whole ids, in either case of letters: E0 and E1 take a regular expression. */
export function searchById(ids: readonly string[], asks: Coordinates): UpstreamRequest {
  // Of the whole of what it is compared with: an id that is a part of other texts would find everyone who has them.
  const text = `^(?:${ids.map(escapeExpression).join("|")})$`;
  return getUsersFound(text, asks, ids.length);
}

/** In bytes: what a request line has left for them, each with a `|` before it, which the first does not need. */
function roomForIds({ url }: Service): number {
  const path = new URL(url).pathname + fillRoute(searchById([], []));
  return LONGEST_LINE - `GET ${path} HTTP/1.1\r\n`.length + lengthInPath("|");
}

function lengthInPath(text: string): number {
  return encodeURIComponent(text).length;
}
