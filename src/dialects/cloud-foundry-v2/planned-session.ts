import type { Coordinates } from "../../domain/ask.ts";
import { ONCE, product, upTo } from "../../domain/plan/bounds.ts";
import type { Bounds } from "../../domain/plan/bounds.ts";
import type { ServicePlan } from "../../domain/plan/plan.ts";
import type { PageRequest } from "../../domain/page.ts";
import { isAddressable } from "./guid.ts";
import { NOTHING } from "./inlining.ts";
import type { Inlining } from "./inlining.ts";
import type { Limits } from "./limits.ts";
import { cover, LONGEST_PAGE, readOffset, SAFE_PAGE } from "./lists.ts";
import type { Pages } from "./lists.ts";
import type { Write } from "./write-errors.ts";

/** A GET as the plan's stores word it, or several alike. */
export interface PlannedQuestion {
  readonly route: string;
  /** Of the caller's, or one that stands for others. */
  readonly guid?: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly for: Coordinates;
  /** Of how many it is asked, where it stands for others. Left out: once. */
  readonly calls?: Bounds;
  readonly assumes?: string;
  /** Whether it may turn out that less is to come inside. */
  readonly mayLack?: boolean;
}

const LOWER_LIMITS = "a service that allows less at once than usual";

/** One part of a plan: what the calls of a `Session` would be. */
export class PlannedSession {
  readonly plan: ServicePlan;
  readonly limits: Limits;
  readonly #asked = new Map<string, Asked>();

  constructor(plan: ServicePlan, limits: Limits) {
    this.plan = plan;
    this.limits = limits;
  }

  /** Whether an id names nothing, so that nobody is asked for it. */
  isNameless(id: string): boolean {
    return !this.plan.isUnknown(id) && !isAddressable(id);
  }

  /** One object, as `Session.get` reads it. */
  get(question: PlannedQuestion, wanted: Inlining = NOTHING): void {
    this.#get(question, [], wanted, false);
  }

  /** One page of a list, as `readPage` reads it. */
  page(question: PlannedQuestion, page: PageRequest, wanted: Inlining = NOTHING): void {
    this.part(question, readOffset(page), page.first, wanted);
  }

  /**
   * Some of a list, as `readPart` reads it.
   * @param isDoubtful whether the service may refuse the question for another reason than the length of the page
   */
  part(question: PlannedQuestion, offset: number, count: number, wanted: Inlining = NOTHING, isDoubtful = false): void {
    const pages = cover(offset, count, this.limits.pageSize.most);
    const mayRepeat = this.#mayRepeat(pages, isDoubtful);
    this.#pages(question, pages, wanted, mayRepeat || isDoubtful);
    if (mayRepeat) this.#pages(lowered(question), cover(offset, count, SAFE_PAGE), wanted, isDoubtful);
  }

  /**
   * At most a page from the beginning of a list: nobody knows how many elements will still be wanted of it.
   * @param what as of `some`
   */
  beginning(what: string, question: PlannedQuestion, atMost: number, wanted: Inlining): void {
    const pages = cover(0, atMost, this.limits.pageSize.most);
    const again = this.#mayRepeat(pages, false) ? countPages(cover(0, atMost, SAFE_PAGE)) : 0;
    const { depth } = this.limits;
    const taken = wanted.within(depth.most).depth;
    const tries = depth.isProven(taken) ? 1 : taken + 1;
    this.some(what, question, upTo((countPages(pages) + again) * tries));
  }

  /** Parts of 100 elements of lists: nobody knows which. */
  parts(what: string, question: PlannedQuestion, parts: Bounds): void {
    const { pageSize } = this.limits;
    const pages = countPages(cover(0, LONGEST_PAGE, pageSize.most));
    // Where 100 at once are taken, far into a list that may be too far all the same: then half as many are tried.
    const again = pages > 1 ? 0 : pageSize.isProven(LONGEST_PAGE) ? 1 : 2;
    this.some(what, question, product(parts, upTo(pages + again)));
  }

  /** @param what tells these calls from others of the same words */
  some(what: string, question: PlannedQuestion, calls: Bounds): void {
    const { route, guid = null, query = [], for: asks, assumes } = question;
    this.#add("GET", route, asks, [what, guid, query], product(question.calls ?? ONCE, calls), assumes);
  }

  write({ request }: Write, calls: Bounds = ONCE, assumes?: string): void {
    const { method, route, params } = request;
    this.#add(method, route, request.for, [params], calls, assumes);
  }

  /** Whether a page of this length may be refused for it, and be asked for again in shorter ones. */
  #mayRepeat({ size, first }: Pages, isDoubtful: boolean): boolean {
    // Far into a list it may have been too far, see `readPart`.
    return size > SAFE_PAGE && (isDoubtful || first > 1 || !this.limits.pageSize.isProven(size));
  }

  /** The first page is read in any case, the others as far as the list goes. */
  #pages(question: PlannedQuestion, { size, first, last }: Pages, wanted: Inlining, mayBeRefused: boolean): void {
    for (let number = first; number <= last; number++) {
      this.#get(number === first ? question : perhaps(question), [size, number], wanted, mayBeRefused);
    }
  }

  /** What is refused is asked for again, one level less deep, as `Session` does. */
  #get(question: PlannedQuestion, page: readonly number[], wanted: Inlining, mayBeRefused: boolean): void {
    const { depth } = this.limits;
    const first = wanted.within(depth.most);
    const mayChange = mayBeRefused || !depth.isProven(first.depth);
    for (let inlined = first; ; inlined = inlined.within(inlined.depth - 1)) {
      this.#ask(inlined === first ? question : lowered(question), page, inlined, mayChange);
      if (!mayChange || inlined.depth === 0) return;
    }
  }

  #ask(question: PlannedQuestion, page: readonly number[], inlined: Inlining, mayChange: boolean): void {
    const { route, guid = null, query = [], for: asks, calls = ONCE, assumes, mayLack = false } = question;
    const which = [guid, query, page, inlined.query];
    const words = JSON.stringify([route, guid, query]);
    const isCertain = this.#isCertain(words, JSON.stringify(which), mayChange || mayLack);
    this.#add("GET", route, asks, which, isCertain ? calls : upTo(calls.max), assumes);
  }

  /**
   * Whether a call is surely another one than those that were planned. Two questions that differ in page or depth alone
   * turn into the same one where the service takes less than the first of them asks for, or the caller may see less.
   */
  #isCertain(words: string, which: string, mayChange: boolean): boolean {
    const before = this.#asked.get(words);
    if (before === undefined) this.#asked.set(words, { which, mayChange });
    else before.mayChange ||= mayChange;
    return before === undefined || before.which === which || !before.mayChange;
  }

  #add(
    method: Write["request"]["method"],
    route: string,
    asks: Coordinates,
    which: readonly unknown[],
    calls: Bounds,
    assumes: string | undefined,
  ): void {
    const call = { method, route, for: asks, which: JSON.stringify(which), calls };
    this.plan.call(assumes === undefined ? call : { ...call, assumes });
  }
}

interface Asked {
  /** The first of these words. */
  readonly which: string;
  mayChange: boolean;
}

function perhaps<Question extends PlannedQuestion>(question: Question): Question {
  return { ...question, calls: upTo((question.calls ?? ONCE).max) };
}

function lowered(question: PlannedQuestion): PlannedQuestion {
  return { ...perhaps(question), assumes: LOWER_LIMITS };
}

function countPages({ first, last }: Pages): number {
  return last - first + 1;
}
