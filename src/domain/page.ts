import { isDirectoryError, refuse } from "./errors.ts";

/** Which part of a list is asked for. */
export interface PageRequest {
  /** 1 to 100. */
  readonly first: number;
  /** A cursor that the same list gave out earlier, opaque to all but its maker; null to begin. */
  readonly after: string | null;
}

/** One part of a list. */
export interface Page<T> {
  /**
   * As many as were asked for, or fewer: a page may be shorter and have a next one, but then it has an item at least, for
   * the next begins behind it. Where several lists are read as one (`chainPages`), a shorter page is its list's last
   * unless its `hasNext` is `true` itself.
   */
  readonly items: readonly T[];
  /** The cursor behind `items[index]`: given as `after`, the next page begins with the item behind it. For any index. */
  cursor(index: number): string;
  /** A function where only a further call can tell: it is made when somebody wants to know. */
  readonly hasNext: boolean | (() => Promise<boolean>);
  /** How many the upstream says there are; null where it does not say. A function as above. */
  readonly total: number | null | (() => Promise<number | null>);
}

/** A page of a list that lies whole before us. */
export interface KnownPage<T> extends Page<T> {
  readonly hasNext: boolean;
  readonly total: number;
}

/** A list with nothing in it, known without asking anyone. */
export const EMPTY_PAGE: KnownPage<never> = {
  items: [],
  cursor: () => "",
  hasNext: false,
  total: 0,
};

/** The refusal of a cursor that we never gave out. */
export function unknownCursor() {
  return refuse("INVALID", ["after"], "`after` is not a cursor of this list.");
}

/** The same page of something else: its cursors and what lies behind it stay. */
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
export function pageByPosition<T>(items: readonly T[], request: PageRequest): KnownPage<T> {
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
 * which must be unique. The cursor is the key itself, well formed since it has to survive being written down, so that a
 * walk gives each item once however the upstream shuffles. The total is left open: the upstream does not say it.
 * @param prefix how the cursors of this order begin, so that those of another are told from them
 * @param tell what the page has of an item; the item itself, where left out
 * @throws Refusal for a cursor that begins otherwise
 */
export function pageByKey<T, Told = T>(
  items: readonly T[],
  { first, after }: PageRequest,
  prefix: string,
  keyOf: (item: T) => string,
  tell?: (item: T) => Told,
): Page<Told> {
  if (after !== null && !after.startsWith(prefix)) throw unknownCursor();
  const [sorted, keys] = sortByKey(items, keyOf);
  const start = after === null ? 0 : countUpTo(after.slice(prefix.length), keys);
  const end = start + first;
  const part = start === 0 && end >= sorted.length ? sorted : sorted.slice(start, end);
  return {
    items: tell === undefined ? (part as readonly unknown[] as readonly Told[]) : part.map(tell),
    cursor: (index) => `${prefix}${keys[start + index] as string}`,
    hasNext: sorted.length > end,
    total: null,
  };
}

/** How many keys do not lie behind one. */
function countUpTo(key: string, keys: readonly string[]): number {
  let count = 0;
  while (count < keys.length && compare(keys[count] as string, key) <= 0) count++;
  return count;
}

/** Most lists are short, and many come in order. */
function sortByKey<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): [sorted: readonly T[], keys: readonly string[]] {
  const keys = items.map((item) => keyOf(item).toWellFormed());
  if (isInOrder(keys)) return [items, keys];
  if (items.length <= FEW) return sortFew(items, keys);
  const keyed = items.map((item, index) => ({ item, key: keys[index] as string }));
  keyed.sort((a, b) => compare(a.key, b.key));
  return [keyed.map(({ item }) => item), keyed.map(({ key }) => key)];
}

function isInOrder(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index] as string) < (keys[index - 1] as string)) return false;
  }
  return true;
}

/** So many are sorted sooner than somebody who sorts any number begins. */
const FEW = 8;

/** By insertion. */
function sortFew<T>(items: readonly T[], keys: string[]): [sorted: readonly T[], keys: readonly string[]] {
  const sorted = [...items];
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] as string;
    const item = sorted[index] as T;
    let to = index;
    for (; to > 0 && (keys[to - 1] as string) > key; to--) {
      keys[to] = keys[to - 1] as string;
      sorted[to] = sorted[to - 1] as T;
    }
    keys[to] = key;
    sorted[to] = item;
  }
  return [sorted, keys];
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One of several lists that are read as one. */
export interface Source<T> {
  /** Names the list in cursors; without a `~`. */
  readonly key: string;
  /** A page shorter than asked for is the list's last, unless it says that there is more. */
  read(page: PageRequest): Promise<Page<T>> | Page<T>;
}

/**
 * One page across several lists, one list after the other, reading no list that the page does not reach. Whether there
 * is more behind a full page, and how many there are in all, is asked of the lists behind it only when it is wanted.
 * @throws Refusal for a cursor of a list that is not among the sources
 */
export async function chainPages<T>(sources: readonly Source<T>[], request: PageRequest): Promise<Page<T>> {
  const begin = findSource(sources, request.after);
  const items: T[] = [];
  const cursors: (() => string)[] = [];
  const counted = new Map<Source<T>, Page<T>>();
  let { at, after } = begin;
  let last: Page<T> = EMPTY_PAGE;
  for (; at < sources.length; at++, after = null) {
    const source = sources[at] as Source<T>;
    const page = await source.read({ first: request.first - items.length, after });
    counted.set(source, page);
    page.items.forEach((item, index) => {
      items.push(item);
      cursors.push(() => `${source.key}~${page.cursor(index)}`);
    });
    last = page;
    if (items.length >= request.first || page.hasNext === true) break;
  }
  const behind = sources.slice(at + 1);
  return {
    items,
    cursor: (index) => (cursors[index] as () => string)(),
    hasNext: last.hasNext === true || (behind.length === 0 ? last.hasNext : () => isMore(last, behind)),
    total: sources.length === 1 ? last.total : () => sumTotals(sources, counted),
  };
}

/** Whether a page has a next one, asked for where it has to be. */
export async function hasMore({ hasNext }: Page<unknown>): Promise<boolean> {
  return typeof hasNext === "boolean" ? hasNext : hasNext();
}

/** How many there are, asked for where it has to be. */
export async function countAll({ total }: Page<unknown>): Promise<number | null> {
  return typeof total === "function" ? total() : total;
}

/**
 * Where a page behind a cursor begins: in which list, and behind which cursor of that list's own.
 * @throws Refusal for a cursor of a list that is not among these
 */
export function findSource(
  sources: readonly Pick<Source<unknown>, "key">[],
  cursor: string | null,
): { at: number; after: string | null } {
  if (cursor === null) return { at: 0, after: null };
  const mark = cursor.indexOf("~");
  const at = sources.findIndex((source) => source.key === cursor.slice(0, mark));
  if (mark < 0 || at < 0) throw unknownCursor();
  return { at, after: cursor.slice(mark + 1) };
}

/** A list that cannot be read is no end: whoever goes on meets its error there, and the page before it stays whole. */
async function isMore(last: Page<unknown>, behind: readonly Source<unknown>[]): Promise<boolean> {
  try {
    if (await hasMore(last)) return true;
    for (const source of behind) {
      const page = await source.read({ first: 1, after: null });
      if (page.items.length > 0 || (await hasMore(page))) return true;
    }
    return false;
  } catch (error) {
    if (isDirectoryError(error)) return true;
    throw error;
  }
}

/** The sum of all, or null where one has none. */
async function sumTotals<T>(
  sources: readonly Source<T>[],
  known: ReadonlyMap<Source<T>, Page<T>>,
): Promise<number | null> {
  let sum = 0;
  for (const source of sources) {
    const one = await countAll(known.get(source) ?? (await source.read({ first: 1, after: null })));
    if (one === null) return null;
    sum += one;
  }
  return sum;
}
