import { EMPTY_PAGE, readPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { NOTHING } from "./inlining.ts";
import type { Inlining } from "./inlining.ts";
import type { Question, Reply, Session } from "./session.ts";
import { readResource } from "./wire.ts";
import type { Resource } from "./wire.ts";

/** The service gives no more at once. */
export const LONGEST_PAGE = 100;

/** Makes what is wanted of an object of a list, which stood at `index` in the service's answer. */
export type Meet<T> = (resource: Resource, reply: Reply, index: number) => T;

/** Some of a list, in the service's order. */
export interface Part<T> {
  readonly items: readonly T[];
  /** How many the service says the whole list has. */
  readonly total: number;
}

/**
 * One page of a list, by position: the service keeps the order (`order-by=id`) and counts for nothing.
 * A list that hangs on something that is not there is empty.
 */
export async function readPage<T>(
  session: Session,
  list: Question,
  page: PageRequest,
  meet: Meet<T>,
  inlining: Inlining = NOTHING,
): Promise<Page<T>> {
  const offset = page.after === null ? 0 : readPosition(page.after);
  const part = await readPart(session, list, offset, page.first, meet, inlining);
  if (part === null) return EMPTY_PAGE;
  const { items, total } = part;
  return {
    items,
    cursor: (index) => String(offset + index + 1),
    // Without items there is no cursor to go on from, whatever the service counts.
    hasNext: items.length > 0 && offset + items.length < total,
    total,
  };
}

/**
 * The items from `offset` on, `count` at most: from one page of the service's where it can be.
 * @param count 1 to 100
 * @returns null when that on which the list hangs is not there
 */
export async function readPart<T>(
  session: Session,
  list: Question,
  offset: number,
  count: number,
  meet: Meet<T>,
  inlining: Inlining = NOTHING,
): Promise<Part<T> | null> {
  const { size, first, last } = cover(offset, count);
  const items: T[] = [];
  for (let number = first; ; number++) {
    const before = (number - 1) * size;
    const window = [Math.max(offset - before, 0), Math.min(offset + count - before, size)] as const;
    const read = await readListPage(session, list, size, number, meet, inlining, window);
    if (read === null) return null;
    items.push(...read.items);
    if (number === last || number * size >= read.total) return { items, total: read.total };
  }
}

/** Which of the service's pages, and of which size, hold a window: one page if any size up to 100 makes it fit. */
export function cover(offset: number, count: number): { size: number; first: number; last: number } {
  for (let size = count; size <= LONGEST_PAGE; size++) {
    const number = Math.floor(offset / size) + 1;
    if (offset + count <= number * size) return { size, first: number, last: number };
  }
  const first = Math.floor(offset / LONGEST_PAGE) + 1;
  return { size: LONGEST_PAGE, first, last: first + 1 };
}

/** A whole list. The pages after the first are read together; `next_url` is not followed, for it can be wrong. */
export async function readAll<T>(session: Session, list: Question, meet: Meet<T>): Promise<readonly T[]> {
  const first = await readListPage(session, list, LONGEST_PAGE, 1, meet, NOTHING);
  return first === null ? [] : [...first.items, ...(await readRest(session, list, first.total, meet))];
}

/** What follows the first page of 100. */
export async function readRest<T>(
  session: Session,
  list: Question,
  total: number,
  meet: Meet<T>,
): Promise<readonly T[]> {
  const rest: Promise<Part<T> | null>[] = [];
  for (let number = 2; number <= Math.ceil(total / LONGEST_PAGE); number++) {
    rest.push(readListPage(session, list, LONGEST_PAGE, number, meet, NOTHING));
  }
  return (await Promise.all(rest)).flatMap((part) => part?.items ?? []);
}

/** @param window which items of the page are wanted: from, and up to */
async function readListPage<T>(
  session: Session,
  list: Question,
  size: number,
  number: number,
  meet: Meet<T>,
  inlining: Inlining,
  [from, to]: readonly [number, number] = [0, size],
): Promise<Part<T> | null> {
  const query = [
    ...(list.query ?? []),
    ["results-per-page", String(size)],
    ["page", String(number)],
    ["order-direction", "asc"],
  ] as const;
  const reply = await session.get({ ...list, query }, inlining);
  if (reply === null) return null;
  const { resources, total_results: total } = reply.body;
  if (!Array.isArray(resources)) throw session.invalid(reply.request, "resources", "list", resources);
  if (typeof total !== "number" || !Number.isSafeInteger(total) || total < 0) {
    throw session.invalid(reply.request, "total_results", "whole number", total);
  }
  const items: T[] = [];
  for (let index = from; index < Math.min(to, resources.length); index++) {
    const resource = readResource(resources[index]);
    if (resource === undefined) throw session.withoutGuid(reply.request, `resources[${index}].`, resources[index]);
    items.push(meet(resource, reply, index));
  }
  return { items, total };
}
