import { refuse } from "./errors.ts";

/** Which part of a list is asked for. */
export interface PageRequest {
  /** 1 to 100. */
  readonly first: number;
  /** A cursor that the same list gave out earlier, opaque to all but its maker; null to begin. */
  readonly after: string | null;
  /** Whether the number of all items will be read. Where it costs a further call, it is spent only then. */
  readonly total: boolean;
}

/** One part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor behind `items[index]`: given as `after`, the next page begins with the item behind it. */
  cursor(index: number): string;
  readonly hasNext: boolean;
  /** How many the upstream says there are; null where it does not say or was not asked. */
  readonly total: number | null;
}

/** A list with nothing in it, known without asking anyone. */
export const EMPTY_PAGE: Page<never> = {
  items: [],
  cursor: () => "",
  hasNext: false,
  total: 0,
};

/** The refusal of a cursor that we never gave out. */
export function unknownCursor() {
  return refuse("INVALID", ["after"], "`after` is not a cursor of this list.");
}

export function mapPage<T, U>(page: Page<T>, map: (item: T) => U): Page<U> {
  return {
    items: page.items.map(map),
    cursor: (index) => page.cursor(index),
    hasNext: page.hasNext,
    total: page.total,
  };
}

/**
 * One page of a list that lies whole before us, by position. Fit for lists whose order the upstream keeps.
 * @throws Refusal for a cursor that is no position
 */
export function pageByPosition<T>(items: readonly T[], request: PageRequest): Page<T> {
  const start = request.after === null ? 0 : readPosition(request.after);
  const end = start + request.first;
  return {
    items: start === 0 && end >= items.length ? items : items.slice(start, end),
    cursor: (index) => String(start + index + 1),
    hasNext: items.length > end,
    total: items.length,
  };
}

/** Reads a cursor that is the number of items before the page. */
export function readPosition(cursor: string): number {
  if (!/^[1-9]\d{0,9}$/.test(cursor)) throw unknownCursor();
  return Number(cursor);
}

/**
 * One page of a list that lies whole before us and whose order the upstream does not promise: in the order of `keyOf`,
 * which must be unique. The cursor is the key itself, so that a walk gives each item once however the upstream shuffles.
 */
export function pageByKey<T>(items: readonly T[], request: PageRequest, keyOf: (item: T) => string): Page<T> {
  const sorted = items.map((item) => ({ key: keyOf(item), item })).sort((a, b) => compare(a.key, b.key));
  const { after } = request;
  let start = 0;
  if (after !== null) while (start < sorted.length && compare((sorted[start] as Keyed<T>).key, after) <= 0) start++;
  const end = start + request.first;
  return {
    items: sorted.slice(start, end).map(({ item }) => item),
    cursor: (index) => (sorted[start + index] as Keyed<T>).key,
    hasNext: sorted.length > end,
    total: sorted.length,
  };
}

interface Keyed<T> {
  readonly key: string;
  readonly item: T;
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One of several lists that are read as one. */
export interface Source<T> {
  /** Names the list in cursors; without a `~`. */
  readonly key: string;
  read(page: PageRequest): Promise<Page<T>> | Page<T>;
}

/**
 * One page across several lists, one list after the other, reading no list that the page does not reach, but for one
 * item of the next where only that tells whether there is more. A total is the sum of all, or null where one has none.
 * @throws Refusal for a cursor of a list that is not among the sources
 */
export async function chainPages<T>(sources: readonly Source<T>[], request: PageRequest): Promise<Page<T>> {
  let at = 0;
  let after: string | null = null;
  if (request.after !== null) {
    const mark = request.after.indexOf("~");
    at = sources.findIndex((source) => source.key === request.after?.slice(0, mark));
    if (mark < 0 || at < 0) throw unknownCursor();
    after = request.after.slice(mark + 1);
  }
  const items: T[] = [];
  const cursors: (() => string)[] = [];
  let hasNext = false;
  const totals = new Map<number, number | null>();
  for (; at < sources.length && !hasNext; at++, after = null) {
    const source = sources[at] as Source<T>;
    const missing = request.first - items.length;
    const page = await source.read({ first: Math.max(missing, 1), after, total: request.total });
    totals.set(at, page.total);
    page.items.slice(0, missing).forEach((item, index) => {
      items.push(item);
      cursors.push(() => `${source.key}~${page.cursor(index)}`);
    });
    hasNext = page.hasNext || (missing === 0 && page.items.length > 0);
  }
  return {
    items,
    cursor: (index) => (cursors[index] as () => string)(),
    hasNext,
    total: request.total ? await sum(sources, totals) : null,
  };
}

async function sum<T>(
  sources: readonly Source<T>[],
  known: ReadonlyMap<number, number | null>,
): Promise<number | null> {
  let total = 0;
  for (const [index, source] of sources.entries()) {
    const one = known.has(index)
      ? (known.get(index) as number | null)
      : (await source.read({ first: 1, after: null, total: true })).total;
    if (one === null) return null;
    total += one;
  }
  return total;
}
