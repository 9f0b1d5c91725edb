import { EMPTY_PAGE, readPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { QueryRefused } from "./errors.ts";
import { NOTHING } from "./inlining.ts";
import type { Inlining } from "./inlining.ts";
import { nameQuestion } from "./session.ts";
import type { Question, Reply, Session } from "./session.ts";
import { isInteger, isResource } from "./wire.ts";
import type { Resource } from "./wire.ts";

/** By default the service gives no more at once. */
export const LONGEST_PAGE = 100;
/** Where an operator set another limit, this is within it. */
export const SAFE_PAGE = 50;

/** Makes what is wanted of an object of a list. */
export type Meet<T> = (resource: Resource, reply: Reply) => T;

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
  return (await findPage(session, list, page, meet, inlining)) ?? EMPTY_PAGE;
}

/** As `readPage`; null when that on which the list hangs is not there. */
export async function findPage<T>(
  session: Session,
  list: Question,
  page: PageRequest,
  meet: Meet<T>,
  inlining: Inlining = NOTHING,
): Promise<Page<T> | null> {
  const offset = readOffset(page);
  const part = await readPart(session, list, offset, page.first, meet, inlining);
  if (part === null) return null;
  const { items, total } = part;
  return {
    items,
    cursor: (index) => String(offset + index + 1),
    // Without items there is no cursor to go on from, whatever the service counts.
    hasNext: items.length > 0 && offset + items.length < total,
    total,
  };
}

/** How many items are before a page. @throws Refusal for a cursor that we never gave out */
export function readOffset({ after }: PageRequest): number {
  return after === null ? 0 : readPosition(after);
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
  const { pageSize } = session.limits;
  const read = (pages: Pages) => readPages(session, list, pages, [offset, offset + count], meet, inlining);
  const readAsItMay = async () => {
    const pages = cover(offset, count, pageSize.most);
    try {
      const part = await read(pages);
      if (part !== null) pageSize.learn(pages.size, pages.size);
      return part;
    } catch (error) {
      if (pages.size <= SAFE_PAGE || !(error instanceof QueryRefused)) throw error;
      // Too long, perhaps: only a success with shorter pages tells. Far into a list it may have been too far: operators
      // can limit page number times length, and how far one caller went must not shorten the pages of all.
      const part = await read(cover(offset, count, SAFE_PAGE));
      if (part !== null && pages.first === 1) pageSize.learn(pages.size, SAFE_PAGE);
      return part;
    }
  };
  const name = () => `${offset} ${count} ${nameQuestion(list, inlining)}`;
  return pageSize.explore(cover(offset, count, LONGEST_PAGE).size, readAsItMay, name);
}

/** Which of the service's pages, counted from 1, and of which size. */
export interface Pages {
  readonly size: number;
  readonly first: number;
  readonly last: number;
}

/** The pages that hold a window: one page if any size up to the longest makes it fit. */
export function cover(offset: number, count: number, longest: number): Pages {
  for (let size = count; size <= longest; size++) {
    const number = Math.floor(offset / size) + 1;
    if (offset + count <= number * size) return { size, first: number, last: number };
  }
  const first = Math.floor(offset / longest) + 1;
  return { size: longest, first, last: Math.floor((offset + count - 1) / longest) + 1 };
}

/** @param window which items are wanted: from, and up to */
async function readPages<T>(
  session: Session,
  list: Question,
  { size, first, last }: Pages,
  [from, to]: readonly [number, number],
  meet: Meet<T>,
  inlining: Inlining,
): Promise<Part<T> | null> {
  const items: T[] = [];
  for (let number = first; ; number++) {
    const before = (number - 1) * size;
    const window = [Math.max(from - before, 0), Math.min(to - before, size)] as const;
    const read = await readListPage(session, list, size, number, window, meet, inlining);
    if (read === null) return null;
    items.push(...read.items);
    if (number === last || number * size >= read.total) return { items, total: read.total };
  }
}

/** @param window which items of the page are wanted: from, and up to */
async function readListPage<T>(
  session: Session,
  list: Question,
  size: number,
  number: number,
  [from, to]: readonly [number, number],
  meet: Meet<T>,
  inlining: Inlining,
): Promise<Part<T> | null> {
  const query = [
    ...(list.query ?? []),
    ["results-per-page", String(size)],
    ["page", String(number)],
    ["order-direction", "asc"],
  ] as const;
  const reply = await session.get({ ...list, query }, inlining);
  if (reply === null) return null;
  const { resources, total_results: count } = reply.body;
  if (!Array.isArray(resources)) throw session.invalid(reply.request, "resources", "list", resources);
  if (!isInteger(count) || count < 0) {
    throw session.invalid(reply.request, "total_results", "whole number below 2^31", count);
  }
  const items: T[] = [];
  for (let index = from; index < Math.min(to, resources.length); index++) {
    const resource: unknown = resources[index];
    if (!isResource(resource)) throw session.withoutGuid(reply.request, `resources[${index}].`, resource);
    items.push(meet(resource, reply));
  }
  return { items, total: count };
}
