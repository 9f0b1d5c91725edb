import type { Application, ApplicationStore } from "../../domain/application.ts";
import type { Ask, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type { GroupRef } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import { answerEach } from "../../domain/answers.ts";
import { APPS_OF_SPACES, readChildren } from "./children.ts";
import { nameGroup } from "./collections.ts";
import { readPage } from "./lists.ts";
import { readApplication } from "./reads.ts";
import { Inlining } from "./inlining.ts";
import type { Session } from "./session.ts";
import { readAppsOfUsers } from "./user-apps.ts";

/** Apps; those without a web process are not told by v2 at all. */
export class Applications implements ApplicationStore {
  readonly counts = true;
  /** Apps have the users of their spaces. */
  readonly members = null;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  byIds(ids: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Application | null>[]> {
    return answerEach(ids, (id) => readApplication(this.#session, id, ask.for, ask.needs));
  }

  list(page: PageRequest, ask: Ask<RecordNeeds>): Promise<Page<Application>> {
    const list = { route: "/v2/apps", for: ask.for, keys: 1 };
    const session = this.#session;
    return readPage<Application>(
      session,
      list,
      page,
      (app, reply) => session.meetApplication(session.meetNamed(app, reply), reply.request),
      Inlining.ofApplication(ask.needs),
    );
  }

  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]> {
    return readAppsOfUsers(this.#session, userIds, page, ask.for);
  }

  async ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]> {
    const { memory } = this.#session;
    const readApps = await readChildren(this.#session, {
      lineage: APPS_OF_SPACES,
      parents: refs.filter(({ kind }) => kind === "SPACE").map(({ id }) => id),
      page,
      for: ask.for,
      isMet: (id) => memory.spaces.get(id) !== undefined,
      meet: (app, request) => this.#session.application(app, request),
    });
    return answerEach(refs, async ({ kind, id }) => (kind === "SPACE" ? readApps(id) : EMPTY_PAGE), nameGroup);
  }
}
