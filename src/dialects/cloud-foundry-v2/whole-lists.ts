import { LONGEST_PAGE, readPart } from "./lists.ts";
import type { Part } from "./lists.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import type { Question, Reply, Session } from "./session.ts";
import type { Resource } from "./wire.ts";

/** An element of a list, not yet looked at. */
export interface Element {
  readonly resource: Resource;
  /** With whose answer it came. */
  readonly request: UpstreamRequest;
}

/** Whatever the service counts, no list is read whole that has more pages. */
const MOST_PAGES = 100;
const READS_AT_ONCE = 8;

/** The first page of a list that may be worth reading whole. */
export class Beginning {
  /** How many pages of 100 the list has, as far as the service counts. */
  readonly pages: number;
  readonly first: Part<Element>;
  readonly #session: Session;
  readonly #list: Question;

  constructor(session: Session, list: Question, first: Part<Element>) {
    this.first = first;
    this.pages = Math.max(1, Math.ceil(first.total / LONGEST_PAGE));
    this.#session = session;
    this.#list = list;
  }

  /**
   * The whole list, each element once.
   * @returns undefined where what came is not as much as the service counts, or would be too much
   */
  async readOn(): Promise<readonly Element[] | undefined> {
    if (this.pages > MOST_PAGES) return undefined;
    const rest = await readSome(this.pages - 1, (at) =>
      readPart(this.#session, this.#list, (at + 1) * LONGEST_PAGE, LONGEST_PAGE, keep),
    );
    const { total } = this.first;
    const elements = new Map<string, Element>();
    for (const part of [this.first, ...rest]) {
      // The list changed between two pages: what moved from one to the other may be in neither.
      if (part?.total !== total) return undefined;
      for (const element of part.items) elements.set(element.resource.metadata.guid, element);
    }
    return elements.size === total ? [...elements.values()] : undefined;
  }
}

/**
 * Begins to read a list. `next_url` is not followed, for it can be wrong.
 * @returns null when that on which the list hangs is not there
 */
export async function beginList(session: Session, list: Question): Promise<Beginning | null> {
  const first = await readPart(session, list, 0, LONGEST_PAGE, keep);
  return first && new Beginning(session, list, first);
}

function keep(resource: Resource, { request }: Reply): Element {
  return { resource, request };
}

/**
 * A whole list, if it is not too long.
 * @param pagesWorth how many pages of 100 it is worth, by the number of its elements
 * @returns undefined when it has more, and then one page was read; or when it did not come whole
 */
export async function readWhole(
  session: Session,
  list: Question,
  pagesWorth: (total: number) => number,
): Promise<readonly Element[] | undefined> {
  const beginning = await beginList(session, list);
  if (beginning === null) return [];
  const isWorthIt = beginning.pages === 1 || beginning.pages <= pagesWorth(beginning.first.total);
  return isWorthIt ? beginning.readOn() : undefined;
}

/** Makes so many reads, some at once, until one fails. */
export async function readSome<T>(count: number, read: (at: number) => Promise<T>): Promise<readonly T[]> {
  const answers: T[] = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const at = next++;
      answers[at] = await read(at);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(count, READS_AT_ONCE) }, work));
  } finally {
    next = count;
  }
  return answers;
}
