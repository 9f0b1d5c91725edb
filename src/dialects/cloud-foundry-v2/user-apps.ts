import type { Coordinates } from "../../domain/ask.ts";
import type { Application } from "../../domain/application.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import type { Answer } from "../../domain/errors.ts";
import { chainPages, hasMore, mapPage, pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { answerEach, settle } from "../../domain/answers.ts";
import { APPS_OF_SPACES, readChildrenOfOne, readTogether } from "./children.ts";
import type { Sharing } from "./children.ts";
import { DevelopedSpaces } from "./developed-spaces.ts";
import type { DevelopedSpace } from "./developed-spaces.ts";
import type { Session } from "./session.ts";
import type { Element } from "./whole-lists.ts";
import type { Resource } from "./wire.ts";

type Apps = Page<Reference<Application>>;

/** The apps of the spaces in which each user is a developer: space after space, in the order of the user's spaces. */
export async function readAppsOfUsers(
  session: Session,
  userIds: readonly string[],
  page: PageRequest,
  asks: Coordinates,
): Promise<readonly Answer<Apps>[]> {
  const users = await answerEach(userIds, (id) => new DevelopedSpaces(session, id, asks).readUpTo(page.after));
  const apps = new SharedApps(session, page, asks);
  const pages = new Map<DevelopedSpaces, Answer<Apps>>();
  const readUser = async (spaces: DevelopedSpaces) => {
    const found = await chainPages(
      spaces.known.map((space) => ({ key: space.key, read: (part: PageRequest) => apps.read(space, part) })),
      page,
    );
    return (await hasMore(found)) || !(await spaces.readOn()) ? found : null;
  };
  let open = [...new Set(users)].filter((spaces) => spaces instanceof DevelopedSpaces);
  while (open.length > 0) {
    await apps.share(open.map((spaces) => spaces.missing(page)));
    const found = await Promise.all(open.map((spaces) => settle(() => readUser(spaces))));
    // Null: the spaces that are known do not fill the page.
    open = open.filter((spaces, at) => {
      const answer = found[at] ?? null;
      if (answer !== null) pages.set(spaces, answer);
      return answer === null;
    });
  }
  return users.map((spaces) => (isDirectoryError(spaces) ? spaces : (pages.get(spaces) as Answer<Apps>)));
}

/** The apps of spaces, read once for all users who share them. */
class SharedApps {
  readonly #session: Session;
  readonly #page: PageRequest;
  readonly #asks: Coordinates;
  /** Tells the apps of a space that was asked for together with others. */
  readonly #shared = new Map<string, (guid: string) => readonly Element[] | undefined>();
  readonly #alone = new Map<string, Promise<Apps>>();

  constructor(session: Session, page: PageRequest, asks: Coordinates) {
    this.#session = session;
    this.#page = page;
    this.#asks = asks;
  }

  /**
   * Reads together what is cheaper so than space by space.
   * @param missing for each user: the spaces that his page may reach
   */
  async share(missing: readonly (readonly string[])[]): Promise<void> {
    const wanted = missing.map((guids) => guids.filter((guid) => !this.#shared.has(guid)));
    const sharing: Sharing = {
      keys: (parents) => wanted.filter((guids) => guids.some((guid) => parents.has(guid))).length,
      callsApart: (parents, apps) => {
        // So many spaces of average size fill a page, and show whether there is a next.
        const reached = Math.ceil(((this.#page.first + 1) * parents.size) / apps);
        const counts = wanted.map((guids) => guids.filter((guid) => parents.has(guid)).length);
        return counts.reduce((sum, count) => sum + Math.min(count, reached), 0);
      },
    };
    const guids = [...new Set(wanted.flat())];
    const tell = await readTogether(this.#session, APPS_OF_SPACES, guids, this.#asks, sharing);
    for (const guid of guids) this.#shared.set(guid, tell);
  }

  read({ guid, apps, request }: DevelopedSpace, part: PageRequest): Promise<Apps> | Apps {
    if (apps !== undefined) return mapPage(pageByPosition(apps, part), (app) => this.#meet(app, request));
    const shared = this.#shared.get(guid)?.(guid);
    if (shared === undefined) return this.#readAlone(guid, part);
    return mapPage(pageByPosition(shared, part), (app) => this.#meet(app.resource, app.request));
  }

  #readAlone(guid: string, part: PageRequest): Promise<Apps> {
    const question = JSON.stringify([guid, part.first, part.after]);
    let apps = this.#alone.get(question);
    if (apps === undefined) {
      apps = readChildrenOfOne(this.#session, APPS_OF_SPACES, guid, part, this.#asks, this.#meet);
      this.#alone.set(question, apps);
    }
    return apps;
  }

  readonly #meet = (app: Resource, request: UpstreamRequest): Reference<Application> =>
    this.#session.application(app, request);
}
