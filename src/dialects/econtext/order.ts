import { refuse } from "../../domain/errors.ts";
import type { Refusal } from "../../domain/errors.ts";
import { pageByKey } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { UserRecord } from "./user.ts";
import type { WholeList } from "./reader.ts";
import { idOf } from "./wire.ts";
import type { WireElement } from "./wire.ts";

/**
 * The orders of our lists, for the service keeps none in most: each cursor begins with its order, so that a cursor of
 * another one is refused. `n`: by name, then id; `i`: by id; `e`: by email, then id; `s`: the same, of a search.
 */
export type Order = "n" | "i" | "e" | "s";

/** How a cursor begins: with the order of its list, and what the keys of all items begin with, if anything. */
export type Prefix = Order | `${Order}${typeof AMONG_GROUPS}`;

/** Of the memberships of a user, groups come first. */
export const AMONG_GROUPS = "1";

/** In which order elements can be brought: by name where all are objects. An empty list fits either. */
export function orderOfElements(elements: readonly WireElement[], after: string | null): Order {
  if (elements.length === 0) return after?.startsWith("i") ? "i" : "n";
  return elements.some((element) => typeof element === "string") ? "i" : "n";
}

/** One page of elements alone, and of each what `tell` makes of it. */
export function pageOfElements<T>(
  elements: readonly WireElement[],
  request: PageRequest,
  order: Order,
  prefix: Prefix,
  tell: (element: WireElement) => T,
): Page<T> {
  return pageByKey(elements, request, prefix, order === "i" ? idOf : keyOfRecord, tell);
}

export function keyOfElement(element: WireElement, order: Order): string {
  return order === "i" ? idOf(element) : keyOfRecord(element);
}

function keyOfRecord(element: WireElement): string {
  return typeof element === "string" ? element : keyOf(element.name, element.id);
}

/**
 * By name or email, then by id. A tab sorts below whatever they are made of, so that shorter ones come first. What is no
 * text sorts as if it were not there: one record that cannot be read leaves the list whole.
 */
export function keyOf(name: unknown, id: string): string {
  return `${typeof name === "string" ? name : ""}\t${id}`;
}

interface Named {
  readonly keyByName: string;
}

/** One page of applications or groups in whatever order they came. */
export function pageByName<T extends Named>(records: readonly T[], request: PageRequest): Page<T> {
  return pageByKey(records, request, "n", ({ keyByName }) => keyByName);
}

/**
 * One page of a list that E2 cuts off: there is more behind it, though nobody can read it.
 * @throws Refusal for a page behind the cut
 */
export function pageWholeList<T extends Named>(
  { records, complete }: WholeList<T>,
  request: PageRequest,
  plural: keyof typeof STILL_READABLE,
): Page<T> {
  const page = pageByName(records, request);
  if (complete || page.hasNext) return page;
  if (page.items.length > 0) return { ...page, hasNext: true };
  throw refuseBehindCut(plural, records.length);
}

/** How to get at what is behind the cut, and at what a list of several services or kinds has behind that. */
const STILL_READABLE = {
  applications:
    "Any other can be read by its id, and through its users and groups; with `service`, those of the other services.",
  groups:
    "Any other can be read by its id, and through its users and its application; with `kind: ORGANIZATION` or `service`, what comes behind the groups.",
};

/** @param listed how many the service lists */
export function refuseBehindCut(plural: keyof typeof STILL_READABLE, listed: number): Refusal {
  const cut = `This edition of the service lists only its first ${listed} ${plural}.`;
  return refuse("UNSUPPORTED", ["after"], `${cut} ${STILL_READABLE[plural]}`);
}

/** One page of a list whose order and offset the service keeps: it was asked for one record more than the page takes. */
export function pageByOffset<T>(records: readonly T[], first: number, offset: number, prefix = ""): Page<T> {
  return {
    items: records.slice(0, first),
    cursor: (index) => `${prefix}${offset + index + 1}`,
    hasNext: records.length > first,
    total: null,
  };
}

/** One page of users in whatever order they came. */
export function pageUsers(users: readonly UserRecord[], request: PageRequest, order: "e" | "s"): Page<UserRecord> {
  return pageByKey(users, request, order, ({ keyByEmail }) => keyByEmail);
}
