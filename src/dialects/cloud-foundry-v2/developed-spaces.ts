import type { Coordinates } from "../../domain/ask.ts";
import type { PageRequest } from "../../domain/page.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { Inlining } from "./inlining.ts";
import { LONGEST_PAGE, readPart } from "./lists.ts";
import { findStart } from "./pages.ts";
import { readUserWith } from "./reads.ts";
import { DEVELOPED_SPACES } from "./relations.ts";
import type { Question, Reply, Session } from "./session.ts";
import { spaceKey } from "./user-record.ts";
import type { UserRecord } from "./user-record.ts";
import type { Resource } from "./wire.ts";

/** A space in which a user is a developer. */
export interface DevelopedSpace {
  /** Names it in cursors. */
  readonly key: string;
  readonly guid: string;
  /** Undefined where they did not come along. */
  readonly apps: readonly Resource[] | undefined;
  /** With whose answer they did. */
  readonly request: UpstreamRequest;
}

/** What has to be known of a user to begin with. */
export const SPACES = new Inlining([DEVELOPED_SPACES]);

/** The spaces in which one user is a developer, read as far as they are needed. */
export class DevelopedSpaces {
  readonly known: DevelopedSpace[] = [];
  readonly #rest: AsyncIterator<readonly DevelopedSpace[], void>;

  constructor(session: Session, userId: string, asks: Coordinates) {
    this.#rest = readSpaces(session, userId, asks);
  }

  /**
   * Reads as far as a cursor's space.
   * @throws Refusal for a cursor of a space that is not among these
   */
  async readUpTo(cursor: string | null): Promise<this> {
    const isMet = () => cursor === null || this.known.some(({ key }) => cursor.startsWith(`${key}~`));
    let more = await this.readOn();
    while (more && !isMet()) more = await this.readOn();
    if (this.known.length > 0) this.#findStart(cursor);
    return this;
  }

  /**
   * Of those that are known, the spaces that a page may reach and whose apps are not known, as far as that can be told.
   */
  missing({ first, after }: PageRequest): readonly string[] {
    if (this.known.length === 0) return [];
    const { at, position } = this.#findStart(after);
    const missing: string[] = [];
    let count = -position;
    for (const { guid, apps } of this.known.slice(at)) {
      // One more than the page holds tells whether there is a next.
      if (count > first) break;
      if (apps === undefined) missing.push(guid);
      else count += apps.length;
    }
    return missing;
  }

  #findStart(cursor: string | null) {
    return findStart(
      this.known.map(({ key, apps = [] }) => ({ key, items: apps })),
      cursor,
    );
  }

  /** @returns false when all are known */
  async readOn(): Promise<boolean> {
    const next = await this.#rest.next();
    if (next.done === true) return false;
    this.known.push(...next.value);
    return true;
  }
}

/** What came inside the user's record, or, where it was too long for that, its own list, page by page. */
async function* readSpaces(
  session: Session,
  userId: string,
  asks: Coordinates,
): AsyncGenerator<readonly DevelopedSpace[], void> {
  const user = await readUserWith(session, userId, SPACES, asks);
  if (user === null) return;
  const inlined = user.groupsIn(DEVELOPED_SPACES);
  if (inlined !== undefined) {
    yield inlined.map((space) => developedSpace(user, space));
    return;
  }
  const route = `/v2/users/{guid}/${DEVELOPED_SPACES.name}`;
  const list: Question = { route, guid: userId, missing: "UserNotFound", for: asks, keys: 1 };
  const meet = (space: Resource, { request }: Reply) => {
    session.meetSpace(space, request);
    return developedSpace(user, space);
  };
  let read = 0;
  let total = 1;
  while (read < total) {
    const part = await readPart(session, list, read, LONGEST_PAGE, meet);
    // Without items it would never end, whatever the service counts.
    if (part === null || part.items.length === 0) return;
    yield part.items;
    read += part.items.length;
    total = part.total;
  }
}

function developedSpace(user: UserRecord, space: Resource): DevelopedSpace {
  const { guid } = space.metadata;
  return { key: spaceKey(guid), guid, apps: user.appsIn(space), request: user.request };
}
