import type { Application } from "../../domain/application.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import type { Answer } from "../../domain/errors.ts";
import { chainPages, mapPage, pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import { answerEach, settle } from "./answers.ts";
import { APPS_OF_SPACES, readChildrenOfOne, readTogether } from "./children.ts";
import { Inlining } from "./inlining.ts";
import { readAll } from "./lists.ts";
import { findStart } from "./pages.ts";
import { readUserWith } from "./reads.ts";
import { DEVELOPED_SPACES } from "./relations.ts";
import type { Question, Session } from "./session.ts";
import { spaceKey } from "./user-record.ts";
import type { Resource } from "./wire.ts";

/** A space in which a user is a developer. */
interface DevelopedSpace {
  readonly key: string;
  readonly guid: string;
  /** Undefined where they did not come along. */
  readonly apps: readonly Resource[] | undefined;
}

interface Walk {
  readonly spaces: readonly DevelopedSpace[];
  /** Those whose apps the page may reach, and that have to be asked for. */
  readonly wanted: readonly string[];
}

const SPACES = new Inlining([DEVELOPED_SPACES]);

/** The apps of the spaces in which each user is a developer: space after space, in the order of the user's spaces. */
export async function readAppsOfUsers(
  session: Session,
  userIds: readonly string[],
  page: PageRequest,
  asks: readonly string[],
): Promise<readonly Answer<Page<Reference<Application>>>[]> {
  const walks = await answerEach(userIds, async (id) => planWalk(await readSpaces(session, id, asks), page));
  const needy = [...new Set(walks)].flatMap((walk) => (isDirectoryError(walk) ? [] : [walk.wanted]));
  const wanted = new Set(needy.flat());
  // Users share spaces: all that is missing is read at once, for all of them.
  const shared = await readTogether(
    session,
    APPS_OF_SPACES,
    [...wanted],
    asks,
    (parents) => needy.filter((spaces) => spaces.some((guid) => parents.has(guid))).length,
  );
  const toReference = (app: Resource) => session.application(app);
  const readSpace = async ({ guid, apps }: DevelopedSpace, part: PageRequest) => {
    const whole = apps ?? shared(guid);
    return whole === undefined
      ? readChildrenOfOne(session, APPS_OF_SPACES, guid, part, asks, toReference)
      : mapPage(pageByPosition(whole, part), toReference);
  };
  const readWalk = ({ spaces }: Walk) =>
    chainPages(
      spaces.map((space) => ({ key: space.key, read: (part: PageRequest) => readSpace(space, part) })),
      { ...page, total: false },
    );
  return Promise.all(walks.map(async (walk) => (isDirectoryError(walk) ? walk : settle(() => readWalk(walk)))));
}

async function readSpaces(session: Session, id: string, asks: readonly string[]): Promise<readonly DevelopedSpace[]> {
  const user = await readUserWith(session, id, SPACES, asks);
  if (user === null) return [];
  const list: Question = { route: "/v2/users/{guid}/spaces", guid: id, missing: "UserNotFound", for: asks, keys: 1 };
  const spaces =
    user.groupsIn(DEVELOPED_SPACES) ??
    (await readAll(session, list, (space) => {
      session.meetSpace(space);
      return space;
    }));
  return spaces.map((space) => {
    const { guid } = space.metadata;
    return { key: spaceKey(guid), guid, apps: user.appsIn(space) };
  });
}

/** Finds the spaces that a page reaches, as far as that can be told from the apps that are known. */
function planWalk(spaces: readonly DevelopedSpace[], page: PageRequest): Walk {
  if (spaces.length === 0) return { spaces, wanted: [] };
  const lists = spaces.map(({ key, apps = [] }) => ({ key, items: apps }));
  const { at, position } = findStart(lists, page.after);
  const wanted: string[] = [];
  let known = -position;
  for (const { guid, apps } of spaces.slice(at)) {
    // One more than the page holds tells whether there is a next.
    if (known > page.first) break;
    if (apps === undefined) wanted.push(guid);
    else known += apps.length;
  }
  return { spaces, wanted };
}
