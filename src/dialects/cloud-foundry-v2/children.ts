import type { Coordinates } from "../../domain/ask.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import { EMPTY_PAGE, mapPage, pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { settle } from "../../domain/answers.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import type { Fault } from "./errors.ts";
import { isAddressable, isListable } from "./guid.ts";
import { readPage, readWhole } from "./lists.ts";
import type { Question, Reply, Session } from "./session.ts";
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

/** One child, not yet looked at. */
export interface Child {
  readonly resource: Resource;
  readonly request: UpstreamRequest;
}

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
 * parent alone, or where it cannot stand in a filter
 */
export async function readTogether(
  session: Session,
  lineage: Lineage,
  parents: readonly string[],
  asks: Coordinates,
  sharing: Sharing,
): Promise<(parent: string) => readonly Child[] | undefined> {
  const chunks = await Promise.all(
    cut(parents.filter(isListable)).map(async (chunk) => {
      const members = new Set(chunk);
      const children = await settle(() => readChunk(session, lineage, members, asks, sharing));
      return { members, children };
    }),
  );
  return (parent) => {
    const children = chunks.find(({ members }) => members.has(parent))?.children;
    if (isDirectoryError(children)) throw children;
    return children && (children.get(parent) ?? []);
  };
}

async function readChunk(
  session: Session,
  { ofAll, filter }: Lineage,
  parents: ReadonlySet<string>,
  asks: Coordinates,
  sharing: Sharing,
): Promise<ReadonlyMap<unknown, readonly Child[]> | undefined> {
  const condition = `${filter}${parents.size === 1 ? ":" : " IN "}${[...parents].join(",")}`;
  const list: Question = { route: ofAll, query: [["q", condition]], for: asks, keys: sharing.keys(parents) };
  const keep = (resource: Resource, { request }: Reply): Child => ({ resource, request });
  const children = await readWhole(session, list, keep, (total) => sharing.callsApart(parents, total));
  if (children === undefined) return undefined;
  const members: ReadonlySet<unknown> = parents;
  const parentOf = ({ resource }: Child) => fieldsOf(resource)[filter];
  // Of a child that names none of them nobody can tell whose it is: then each parent is asked for its own.
  return children.every((child) => members.has(parentOf(child))) ? Map.groupBy(children, parentOf) : undefined;
}

/** The line may have 8 KiB (nginx's default, beyond it 414); what is not guids of it is far below the difference. */
const MOST_BYTES = 7850;
const MOST_GUIDS = 200;
const COMMA_BYTES = "%2C".length;

/** Cuts guids into lots that fit into a request line each. */
function cut(guids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let chunk: string[] = [];
  let bytes = 0;
  for (const guid of guids) {
    if (chunk.length === MOST_GUIDS || bytes + guid.length > MOST_BYTES) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(guid);
    bytes += guid.length + COMMA_BYTES;
  }
  return chunk.length === 0 ? chunks : [...chunks, chunk];
}
