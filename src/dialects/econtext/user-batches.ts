import { answerEach, settle } from "../../domain/answers.ts";
import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import type { Answer, DirectoryError } from "../../domain/errors.ts";
import { isAddressable } from "./address.ts";
import { isOfRequestAlone } from "./errors.ts";
import type { Reader } from "./reader.ts";
import { chooseForOthers, chooseLookUp, countToList, divideForSearch, searchById } from "./user-look-up.ts";
import type { UserRecord } from "./user.ts";

/** How many are asked for one after the other, at most, before all others are at once. */
const MOST_FIRSTS = 3;

/**
 * Users by id in the fewest calls. Whom a search does not show is asked for by the user's own GET: a search misses users
 * who are there, and proves of none that it is not.
 */
export async function lookUpUsers(
  reader: Reader,
  ids: readonly string[],
  { needs, for: asks }: Ask<UserNeeds>,
): Promise<readonly Answer<UserRecord | null>[]> {
  const { memory, calls } = reader;
  const { edition } = calls;
  const strangers = findStrangers(reader, ids, needs);
  let way = chooseLookUp(strangers.length, edition);
  const firsts = new Map<string, Answer<UserRecord | null>>();
  while (way === "FIRST") {
    const [id = ""] = strangers.splice(0, 1);
    const answer = await settle(() => reader.user(id, asks));
    firsts.set(id, answer);
    // One who is not there shows nothing of the edition: the next may.
    const goesOn = answer === null && firsts.size < MOST_FIRSTS;
    way = goesOn ? chooseLookUp(strangers.length, edition) : chooseForOthers(edition);
  }
  const search = way === "SEARCH" ? await searchUsers(reader, strangers, asks) : undefined;
  return answerEach(ids, async (id) => {
    const known = memory.user(id);
    if (known?.tells(needs) || !isAddressable(id)) return known ?? null;
    const answer = firsts.has(id) ? firsts.get(id) : search?.failures.get(id);
    if (answer !== undefined) return answer;
    const user = await reader.user(id, asks);
    if (user !== null && search?.missed.has(id)) edition.learnThatSearchMissed();
    return user;
  });
}

/** What a search did not bring. */
interface Search {
  readonly missed: ReadonlySet<string>;
  /** By the ids that it was for. */
  readonly failures: ReadonlyMap<string, DirectoryError>;
}

/** Meets those of the users whom a search finds, and whoever else it does. */
async function searchUsers(reader: Reader, ids: readonly string[], asks: Coordinates): Promise<Search> {
  const { service, edition } = reader.calls;
  const missed = new Set<string>();
  const failures = new Map<string, DirectoryError>();
  const search = async (part: readonly string[]) => {
    const users = await settle(() => reader.users(searchById(part, asks), "search"));
    if (isDirectoryError(users)) {
      if (!isOfRequestAlone(users)) for (const id of part) failures.set(id, users);
      return;
    }
    // Ids are compared as they are: it is the search alone that takes `a` for `A`.
    const found = new Set(users?.map(({ id }) => id));
    const lost = part.filter((id) => !found.has(id));
    edition.learnThatSearchFound(part.length - lost.length);
    for (const id of lost) missed.add(id);
  };
  await Promise.all(divideForSearch(ids, service).map(search));
  return { missed, failures };
}

/** What is asked of users, and comes along with some records alone. */
interface Relation<T> {
  /** As the wire has it. */
  readonly name: string;
  readonly needs: Partial<UserNeeds>;
  /** Undefined: it did not come along. */
  readonly tell: (user: UserRecord) => T | undefined;
  /** What a user has who is not there. */
  readonly none: T;
}

const NO_NEEDS: UserNeeds = { record: false, groups: [], applications: false, apiKeys: false };

/** What the users' records tell. Before many are asked for one by one, a list is that may hold most of them. */
export async function askUsers<T>(
  reader: Reader,
  ids: readonly string[],
  asks: Coordinates,
  { name, needs, tell, none }: Relation<T>,
): Promise<readonly Answer<T>[]> {
  const strangers = new Set(findStrangers(reader, ids, { ...NO_NEEDS, ...needs }));
  const limit = countToList(strangers.size, reader.calls.edition);
  const list = limit > 0 ? await settle(() => reader.introduceUsers(limit, strangers.size, asks)) : undefined;
  return answerEach(ids, async (id) => {
    if (isDirectoryError(list) && strangers.has(id)) throw list;
    return (await reader.askUser(id, asks, name, tell)) ?? none;
  });
}

/** The distinct users who have to be asked for: met with less than is needed, or not at all. */
function findStrangers({ memory }: Reader, ids: readonly string[], needs: UserNeeds): string[] {
  return [...new Set(ids)].filter((id) => isAddressable(id) && memory.user(id)?.tells(needs) !== true);
}
