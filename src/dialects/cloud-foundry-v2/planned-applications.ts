import type { Application, ApplicationStore } from "../../domain/application.ts";
import type { Ask, Coordinates, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type { GroupRef } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { product, upTo } from "../../domain/plan/bounds.ts";
import type { Bounds } from "../../domain/plan/bounds.ts";
import { expectPage } from "../../domain/plan/expected.ts";
import type { Reference } from "../../domain/reference.ts";
import { APPS_OF_SPACES } from "./children.ts";
import { SPACES } from "./developed-spaces.ts";
import { EVERYTHING, Inlining } from "./inlining.ts";
import type { PlannedChildren } from "./planned-children.ts";
import { answer, planEach } from "./planned-answers.ts";
import type { PlannedReads } from "./planned-reads.ts";
import type { PlannedSession } from "./planned-session.ts";
import { plannedApplication } from "./planned-things.ts";
import { DEVELOPED_SPACES } from "./relations.ts";

/** What `Applications` would read. */
export class PlannedApplications implements ApplicationStore {
  readonly counts = true;
  readonly members = null;
  readonly #session: PlannedSession;
  readonly #reads: PlannedReads;
  readonly #children: PlannedChildren;

  constructor(session: PlannedSession, reads: PlannedReads, children: PlannedChildren) {
    this.#session = session;
    this.#reads = reads;
    this.#children = children;
  }

  byIds(ids: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Application | null>[]> {
    return planEach(ids, (id) => {
      if (this.#session.isNameless(id)) return null;
      this.#reads.application(id, ask.for, ask.needs);
      return plannedApplication(this.#session.plan, id);
    });
  }

  list(page: PageRequest, ask: Ask<RecordNeeds>): Promise<Page<Application>> {
    return answer(() => {
      this.#session.page({ route: "/v2/apps", for: ask.for }, page, Inlining.ofApplication(ask.needs));
      return expectPage([this.#some("list", page, upTo(1))]);
    });
  }

  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]> {
    return planEach(userIds, (id) => {
      if (this.#session.isNameless(id)) return EMPTY_PAGE;
      this.#reads.userWith(id, SPACES, ask.for);
      const count = this.#session.plan.countOf("user", id);
      this.#planSpaces(id, count, ask.for);
      return this.#page(`user ${id}`, page, count);
    });
  }

  /**
   * As `readAppsOfUsers`, where apps did not come inside of the users. It reads space after space until the page is full,
   * and nothing bounds how many have no apps.
   */
  #planSpaces(guid: string, { max }: Bounds, asks: Coordinates): void {
    const isUsual = this.#session.limits.depth.most >= EVERYTHING.depth;
    const calls = upTo(max);
    const question = (route: string, assumes: string) =>
      isUsual ? { route, guid, for: asks, calls, assumes } : { route, guid, for: asks, calls };
    const many = upTo(null);
    const { name } = DEVELOPED_SPACES;
    this.#session.some("all", question(`/v2/users/{guid}/${name}`, "a developer in more than 50 spaces"), many);
    this.#session.some("of user", question(APPS_OF_SPACES.ofAll, "spaces of more than 50 apps"), many);
    this.#session.some("of user", question(APPS_OF_SPACES.ofOne, "a space of more than 50 apps"), many);
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]> {
    return answer(() => {
      const spaces = refs.filter((ref) => this.#reads.kindsOf(ref).includes("SPACE")).map(({ id }) => id);
      this.#children.read(APPS_OF_SPACES, spaces, page, ask.for);
      return refs.map(({ id }) =>
        spaces.includes(id) ? this.#page(`space ${id}`, page, this.#session.plan.countOf("group", id)) : EMPTY_PAGE,
      );
    });
  }

  #page(whence: string, page: PageRequest, owners: Bounds): Page<Reference<Application>> {
    const application = this.#some(whence, page, owners);
    return expectPage([{ id: application.id, record: application }]);
  }

  /** What stands for the apps of a page. */
  #some(whence: string, { first, after }: PageRequest, owners: Bounds): Application {
    const { plan } = this.#session;
    const id = plan.some(`app ${JSON.stringify([whence, first, after])}`, product(upTo(owners.max), upTo(first)));
    return plannedApplication(plan, id);
  }
}
