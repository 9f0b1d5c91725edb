import { readPosition, unknownCursor } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";

/** A list that lies whole before us, one of several. */
export interface WholeList<Item> {
  /** Names the list in cursors; without a `~`. */
  readonly key: string;
  readonly items: readonly Item[];
}

/**
 * What `chainPages` gives for lists that lie whole before us, at once: records tell their pages without waiting.
 * @throws Refusal for a cursor of a list that is not among these
 */
export function pageOfLists<Item, T>(
  lists: readonly WholeList<Item>[],
  request: PageRequest,
  read: (item: Item, list: number) => T,
): Page<T> {
  const start = findStart(lists, request.after);
  const items: T[] = [];
  let left = -start.position;
  for (let at = start.at; at < lists.length; at++) {
    const list = (lists[at] as WholeList<Item>).items;
    const from = at === start.at ? start.position : 0;
    const to = Math.min(list.length, from + request.first - items.length);
    for (let index = from; index < to; index++) items.push(read(list[index] as Item, at));
    left += list.length;
  }
  return {
    items,
    cursor: (index) => cursorAt(lists, start, index),
    hasNext: left > request.first,
    total: null,
  };
}

interface Start {
  /** Index of a list. */
  readonly at: number;
  /** How many of its items lie before the page. */
  readonly position: number;
}

/** Where a page behind a cursor begins. */
export function findStart(lists: readonly WholeList<unknown>[], after: string | null): Start {
  if (after === null) return { at: 0, position: 0 };
  const mark = after.indexOf("~");
  const at = lists.findIndex(({ key }) => key === after.slice(0, mark));
  if (mark < 0 || at < 0) throw unknownCursor();
  const position = readPosition(after.slice(mark + 1));
  // The list may have become shorter since.
  return { at, position: Math.min(position, (lists[at] as WholeList<unknown>).items.length) };
}

function cursorAt(lists: readonly WholeList<unknown>[], start: Start, index: number): string {
  let position = start.position + index + 1;
  let at = start.at;
  while (position > (lists[at] as WholeList<unknown>).items.length) {
    position -= (lists[at] as WholeList<unknown>).items.length;
    at++;
  }
  return `${(lists[at] as WholeList<unknown>).key}~${position}`;
}
