import type { Application, ApplicationMembers, ApplicationStore } from "../../domain/application.ts";
import type { Ask, RecordNeeds } from "../../domain/ask.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import type { Answer } from "../../domain/errors.ts";
import type { GroupRef, GroupStore } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import { settle } from "../../domain/answers.ts";
import { lookUpApplications } from "./look-up.ts";
import { addToApplication, removeFromApplication } from "./membership-writes.ts";
import { pageWholeList } from "./order.ts";
import type { Reader } from "./reader.ts";
import { askUsers } from "./user-batches.ts";

export class Applications implements ApplicationStore {
  readonly counts = false;
  readonly members: ApplicationMembers;
  readonly #reader: Reader;
  readonly #groups: GroupStore;

  constructor(reader: Reader, groups: GroupStore) {
    this.members = {
      add: ({ user, application }, asks) => addToApplication(reader, user, application, asks),
      remove: ({ user, application }, asks) => removeFromApplication(reader, user, application, asks),
    };
    this.#reader = reader;
    this.#groups = groups;
  }

  byIds(ids: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Application | null>[]> {
    return lookUpApplications(this.#reader, ids, ask.for);
  }

  async list(page: PageRequest, ask: Ask<RecordNeeds>): Promise<Page<Application>> {
    return pageWholeList(await this.#reader.applications(ask.for, 1), page, "applications");
  }

  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]> {
    return askUsers(this.#reader, userIds, ask.for, {
      name: "applications",
      needs: { applications: true },
      tell: (user) => user.applications(page),
      none: EMPTY_PAGE,
    });
  }

  /** Each group's own application; organizations have none, and nobody is asked. */
  async ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]> {
    const inApplications = refs.filter(({ kind }) => kind === "GROUP");
    const groups = await this.#groups.byRefs(inApplications, ask);
    const byId = new Map(inApplications.map(({ id }, index) => [id, groups[index] ?? null]));
    const tell = ({ kind, id }: GroupRef) => {
      const group = kind === "GROUP" ? byId.get(id) : null;
      if (isDirectoryError(group)) throw group;
      return group?.applications(page) ?? EMPTY_PAGE;
    };
    return Promise.all(refs.map((ref) => settle(() => Promise.resolve(tell(ref)))));
  }
}
