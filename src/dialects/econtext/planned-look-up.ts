import type { Coordinates } from "../../domain/ask.ts";
import { ONCE, PERHAPS, upTo } from "../../domain/plan/bounds.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { EDITION_UNKNOWN, type Expectation, type PlannedCalls } from "./planned-calls.ts";
import { getApplication, getApplications, getGroup, getGroups } from "./requests.ts";

/** Where records are looked for. */
interface Shelf {
  readonly kind: "application" | "group";
  readonly one: (id: string, asks: Coordinates) => UpstreamRequest;
  readonly list: (asks: Coordinates, keys: number) => UpstreamRequest;
}

/**
 * Look-ups by id as `lookUp` makes them. What the operation begins with is asked for as it stands. Of what hangs on other
 * calls nobody knows whether it was met on the way, nor which of it will be looked up together.
 */
export class PlannedLookUp {
  readonly #calls: PlannedCalls;
  readonly #shelf: Shelf;
  #isListed = false;
  /** Those that hang on other calls, and who asks for them. */
  readonly #later = new Set<string>();
  readonly #askers = new Set<string>();

  constructor(calls: PlannedCalls, shelf: Shelf) {
    this.#calls = calls;
    this.#shelf = shelf;
  }

  /** The whole list, which answers look-ups behind it, too. */
  list(asks: Coordinates, expectation?: Expectation): void {
    this.#isListed = true;
    this.#calls.add(this.#shelf.list(asks, 1), expectation);
  }

  ask(ids: readonly string[], asks: Coordinates): void {
    const { kind, one } = this.#shelf;
    const { plan } = this.#calls;
    const strangers = this.#calls.asked(ids);
    const areSure = strangers.every((id) => this.#calls.isSure(kind, id));
    if (areSure && strangers.length === 1 && !this.#isListed) {
      // A list that is on its way answers it, too.
      const calls = plan.isListedBehind ? PERHAPS : ONCE;
      for (const id of strangers) this.#calls.add(one(id, asks), { calls });
    } else {
      this.#expectList(strangers, areSure, asks);
      const assumes = `${kind}s that a list leaves out, or that are asked for alone`;
      for (const id of strangers) this.#calls.add(one(id, asks), { calls: upTo(plan.countOf(kind, id).max), assumes });
    }
    plan.doubt(kind, strangers);
  }

  #expectList(strangers: readonly string[], areSure: boolean, asks: Coordinates): void {
    if (areSure) {
      if (strangers.length > 1) this.list(asks, { calls: ONCE });
      return;
    }
    const { kind } = this.#shelf;
    for (const id of strangers) this.#later.add(id);
    for (const asker of asks) this.#askers.add(asker);
    const { max } = this.#calls.plan.count(kind, this.#later);
    if (max === null || max > 1) this.list([...this.#askers], { calls: PERHAPS, assumes: this.#assumes });
  }

  /** Under which condition anything has to be looked up that users have shown. */
  get #assumes(): string | undefined {
    const { edition } = this.#calls;
    if (edition.embedsRecords === true) return `${this.#shelf.kind}s that no user shows`;
    return edition.hasOrganizations === undefined ? EDITION_UNKNOWN : undefined;
  }
}

export function planApplications(calls: PlannedCalls): PlannedLookUp {
  return new PlannedLookUp(calls, { kind: "application", one: getApplication, list: getApplications });
}

export function planGroups(calls: PlannedCalls): PlannedLookUp {
  return new PlannedLookUp(calls, { kind: "group", one: getGroup, list: getGroups });
}
