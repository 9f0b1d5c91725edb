import type { Coordinates } from "../../domain/ask.ts";
import { ONCE, PERHAPS, upTo, type Bounds } from "../../domain/plan/bounds.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import { getUser, getUsers, getUsersFound } from "./requests.ts";
import { chooseLookUp, countToList, divideForSearch, searchById } from "./user-look-up.ts";

/** How many calls there are at most of those who are asked for one by one. */
type CountOf = (id: string) => Bounds;

/** Look-ups of users as `lookUpUsers` and `askUsers` make them. Of what hangs on other calls as in `PlannedLookUp`. */
export class PlannedUserLookUp {
  readonly #calls: PlannedCalls;
  #isIntroduced = false;
  /** Those that hang on other calls, and who asks for their relations. */
  readonly #later = new Set<string>();
  readonly #askers = new Set<string>();

  constructor(calls: PlannedCalls) {
    this.#calls = calls;
  }

  /** @returns whether the look-up waits for an answer first, so that others may bring users along meanwhile, some bare */
  byIds(ids: readonly string[], asks: Coordinates): boolean {
    const { plan, edition } = this.#calls;
    const strangers = this.#calls.asked(ids);
    const areSure = this.#areSure(strangers);
    const { max } = plan.count("user", strangers);
    const way = chooseLookUp(max ?? Infinity, edition);
    if (way === "EACH") {
      this.each(strangers, asks);
      return false;
    }
    if (way === "SEARCH" && areSure) {
      for (const part of divideForSearch(strangers, plan.service)) this.#calls.add(searchById(part, asks));
    } else {
      const searches = areSure ? this.#mostSearches(strangers) : max && Math.floor(max / 2);
      const request = getUsersFound(plan.some("users by id", upTo(max)), asks);
      const which = `by id ${strangers.join(" ")}`;
      this.#calls.add(request, { calls: upTo(searches), which, assumes: this.#calls.assumesEdition });
    }
    const [first] = strangers;
    this.#add(strangers, asks, "users whom a search does not find", (id) =>
      way === "FIRST" && areSure && id === first ? ONCE : this.#most(id),
    );
    return way === "FIRST";
  }

  /** By their own GET, for what comes with some records alone. A list that may hold most of them goes before many. */
  withRelations(ids: readonly string[], asks: Coordinates): void {
    const { plan, edition } = this.#calls;
    const strangers = this.#calls.asked(ids);
    const areSure = this.#areSure(strangers);
    if (!areSure) for (const id of strangers) this.#later.add(id);
    for (const asker of asks) this.#askers.add(asker);
    const { max } = plan.count("user", areSure ? strangers : this.#later);
    // Where nobody knows the edition, users who hang on other calls have shown it by then.
    const hasOrganizations = edition.hasOrganizations ?? !areSure;
    const limit = countToList(max ?? Infinity, { hasOrganizations, isSearchedById: edition.isSearchedById });
    if (limit > 0) {
      const assumes = areSure ? undefined : "many users who come without it";
      const expectation = { calls: areSure ? ONCE : PERHAPS, which: "the first users", assumes };
      this.#calls.add(getUsers(limit, 0, [...this.#askers]), expectation);
      this.#isIntroduced = true;
    }
    if (this.#isIntroduced) this.#add(strangers, asks, "users whom the list leaves out", (id) => this.#most(id));
    else this.each(strangers, asks);
  }

  /** One by one. */
  each(ids: readonly string[], asks: Coordinates): void {
    const strangers = this.#calls.asked(ids);
    const assumes = this.#areSure(strangers) ? undefined : this.#calls.assumesEdition;
    this.#add(strangers, asks, assumes, (id) => this.#calls.plan.countOf("user", id));
  }

  #add(ids: readonly string[], asks: Coordinates, assumes: string | undefined, countOf: CountOf): void {
    for (const id of ids) this.#calls.add(getUser(id, asks), { calls: countOf(id), assumes });
    this.#calls.plan.doubt("user", ids);
  }

  #most(id: string): Bounds {
    return upTo(this.#calls.plan.countOf("user", id).max);
  }

  #areSure(ids: readonly string[]): boolean {
    return ids.every((id) => this.#calls.isSure("user", id));
  }

  /** With the first, or without, when it has shown the edition. */
  #mostSearches(ids: readonly string[]): number {
    const { service } = this.#calls.plan;
    return Math.max(divideForSearch(ids, service).length, divideForSearch(ids.slice(1), service).length);
  }
}
