import type { Coordinates } from "../../domain/ask.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import { EMPTY_PAGE, mapPage, pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { settle } from "../../domain/answers.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import type { Fault } from "./errors.ts";
import { isOfQuestion } from "./errors.ts";
import { cut, oneOf } from "./filters.ts";
import { isAddressable, isListable } from "./guid.ts";
import { readPage } from "./lists.ts";
import type { Question, Session } from "./session.ts";
import { readWhole } from "./whole-lists.ts";
import type { Element } from "./whole-lists.ts";
import { fieldsOf } from "./wire.ts";
import type { Resource } from "./wire.ts";

/** Objects that hang on one parent each: the apps of spaces, the spaces of organizations. */
export interface Lineage {
  /** The list of one parent's. */
  readonly ofOne: string;
  readonly missing: Fault;
  /** The list of all, */
  readonly ofAll: string;
  /** and its filter, which is also the child's field. */
  readonly filter: string;
}

export const APPS_OF_SPACES: Lineage = {
  ofOne: "/v2/spaces/{guid}/apps",
  missing: "SpaceNotFound",
  ofAll: "/v2/apps",
  filter: "space_guid",
};

export const SPACES_OF_ORGANIZATIONS: Lineage = {
  ofOne: "/v2/organizations/{guid}/spaces",
  missing: "OrganizationNotFound",
  ofAll: "/v2/spaces",
  filter: "organization_guid",
};

/** A question for one page of the children of each of many parents. */
export interface ChildrenQuestion<T> {
  readonly lineage: Lineage;
  readonly parents: readonly string[];
  readonly page: PageRequest;
  readonly for: Coordinates;
  /** Whether the caller was shown this parent. */
  readonly isMet: (parent: string) => boolean;
  readonly meet: MeetChild<T>;
}

/** @param request with whose answer the child came */
type MeetChild<T> = (child: Resource, request: UpstreamRequest) => T;

/** Reads what many parents' first pages can share; what is left is read when the page of a parent is asked for. */
export async function readChildren<T>(
  session: Session,
  { lineage, parents, page, for: asks, isMet, meet }: ChildrenQuestion<T>,
): Promise<(parent: string) => Promise<Page<T>>> {
  // The list of all leaves out in silence what the caller may not see; the list of one refuses. So only parents that the
  // caller was shown are read together.
  const together = page.after === null ? [...new Set(parents)].filter(isMet) : [];
  const shared = together.length > 1 ? await readTogether(session, lineage, together, asks, PAGE_FOR_EACH) : null;
  return async (parent) => {
    const children = shared?.(parent);
    if (children === undefined) return readChildrenOfOne(session, lineage, parent, page, asks, meet);
    return mapPage(pageByPosition(children, page), ({ resource, request }) => meet(resource, request));
  };
}

/** One page of one parent's children; an unknown parent has none. */
export async function readChildrenOfOne<T>(
  session: Session,
  { ofOne, missing }: Lineage,
  parent: string,
  page: PageRequest,
  asks: Coordinates,
  meet: MeetChild<T>,
): Promise<Page<T>> {
  if (!isAddressable(parent)) return EMPTY_PAGE;
  const list: Question = { route: ofOne, guid: parent, missing, for: asks, keys: 1 };
  return readPage(session, list, page, (child, { request }) => meet(child, request));
}

/** What reading the children of some parents together is good for. */
export interface Sharing {
  /** How many look-ups a call for these parents answers. */
  keys(parents: ReadonlySet<string>): number;
  /** How many calls it would take to ask for each alone, if they have so many children. */
  callsApart(parents: ReadonlySet<string>, children: number): number;
}

const PAGE_FOR_EACH: Sharing = {
  keys: (parents) => parents.size,
  callsApart: (parents) => parents.size,
};

/**
 * All children of many parents, in as few calls as the length of a request line allows.
 * @returns tells a parent's children, or throws why they could not be read; undefined where it is cheaper to ask for the
 * parent alone, where it cannot stand in a filter, or where not all came that should have
 */
export async function readTogether(
  session: Session,
  lineage: Lineage,
  parents: readonly string[],
  asks: Coordinates,
  sharing: Sharing,
): Promise<(parent: string) => readonly Element[] | undefined> {
  const chunks = await Promise.all(
    cut(parents.filter(isListable)).map(async (chunk) => {
      const members = new Set(chunk);
      const children = await settle(() => readChunk(session, lineage, members, asks, sharing));
      return { members, children };
    }),
  );
  return (parent) => {
    const children = chunks.find(({ members }) => members.has(parent))?.children;
    if (isDirectoryError(children)) {
      // What the service fails at here it may well do for each parent alone.
      if (isOfQuestion(children)) return undefined;
      throw children;
    }
    return children && (children.get(parent) ?? []);
  };
}

async function readChunk(
  session: Session,
  { ofAll, filter }: Lineage,
  parents: ReadonlySet<string>,
  asks: Coordinates,
  sharing: Sharing,
): Promise<ReadonlyMap<unknown, readonly Element[]> | undefined> {
  const list: Question = { route: ofAll, query: [oneOf(filter, parents)], for: asks, keys: sharing.keys(parents) };
  const children = await readWhole(session, list, (total) => sharing.callsApart(parents, total));
  if (children === undefined) return undefined;
  const members: ReadonlySet<unknown> = parents;
  const parentOf = ({ resource }: Element) => fieldsOf(resource)[filter];
  // Of a child that names none of them nobody can tell whose it is: then each parent is asked for its own.
  return children.every((child) => members.has(parentOf(child))) ? Map.groupBy(children, parentOf) : undefined;
}
