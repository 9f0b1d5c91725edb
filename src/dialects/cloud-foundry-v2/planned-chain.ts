import type { Page, PageRequest } from "../../domain/page.ts";
import { findSource } from "../../domain/page.ts";
import { expectPage } from "../../domain/plan/expected.ts";

/** One of several lists that are read as one. */
export interface PlannedSource {
  /** Names the list in cursors. */
  readonly key: string;
  /** Adds the calls of one page. */
  page(request: PageRequest): void;
  /**
   * Adds those of at most so many elements from the beginning.
   * @param chain tells them from those that other pages reach
   */
  beginning(atMost: number, chain: string): void;
}

/**
 * What `chainPages` would read. The lists behind the first are read where that does not fill the page or, if somebody
 * wants to know, to tell whether there is more or how many there are: each of them once, for whatever reason.
 * @param items what stands for the elements of all lists
 */
export function planChain<T>(sources: readonly PlannedSource[], request: PageRequest, items: readonly T[]): Page<T> {
  const { at, after } = findSource(sources, request.after);
  const [first, ...behind] = sources.slice(at);
  first?.page({ first: request.first, after });
  const chain = JSON.stringify([request.first, request.after, sources.map(({ key }) => key)]);
  for (const source of behind) source.beginning(request.first, chain);
  const total = () => {
    for (const source of sources.slice(0, at)) source.beginning(1, chain);
  };
  return expectPage(items, sources.length > 1 ? { total } : {});
}
