import type {
  Application,
  ApplicationMemberRef,
  ApplicationMembers,
  ApplicationStore,
} from "../../domain/application.ts";
import type { Ask, Coordinates, RecordNeeds } from "../../domain/ask.ts";
import type { GroupRef } from "../../domain/group.ts";
import { EMPTY_PAGE, type Page, type PageRequest } from "../../domain/page.ts";
import { PERHAPS, upTo } from "../../domain/plan/bounds.ts";
import { expectApplication, expectPage } from "../../domain/plan/expected.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import { requestOf } from "./membership-writes.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import type { PlannedParts } from "./planned-parts.ts";
import { nameOf } from "./planned-records.ts";
import { getUser } from "./requests.ts";

/** What `Applications` would ask. */
export class PlannedApplications implements ApplicationStore {
  readonly counts = false;
  readonly members: ApplicationMembers;
  readonly #parts: PlannedParts;

  constructor(parts: PlannedParts) {
    this.members = new PlannedMembers(parts.calls);
    this.#parts = parts;
  }

  byIds(ids: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly (Application | null)[]> {
    const { calls, applications } = this.#parts;
    applications.ask(ids, ask.for);
    return Promise.resolve(ids.map((id) => (calls.isAsked(id) ? expectApplication(id) : null)));
  }

  list(page: PageRequest, ask: Ask<RecordNeeds>): Promise<Page<Application>> {
    const { calls, applications } = this.#parts;
    applications.list(ask.for);
    const id = calls.plan.some(`applications ${nameOf(page)}`, upTo(page.first));
    return Promise.resolve(expectPage([expectApplication(id)]));
  }

  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Page<Reference<Application>>[]> {
    const { calls, records, users } = this.#parts;
    users.withRelations(userIds, ask.for);
    return Promise.resolve(userIds.map((id) => (calls.isAsked(id) ? records.applications(id, page) : EMPTY_PAGE)));
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Page<Reference<Application>>[]> {
    const { calls, records, groups } = this.#parts;
    const inApplications = refs.filter(({ kind }) => kind === "GROUP");
    groups.ask(
      inApplications.map(({ id }) => id),
      ask.for,
    );
    const pageOf = (ref: GroupRef) =>
      ref.kind === "GROUP" && calls.isAsked(ref.id) ? records.group(ref).applications(page) : undefined;
    return Promise.resolve(refs.map((ref) => pageOf(ref) ?? EMPTY_PAGE));
  }
}

class PlannedMembers implements ApplicationMembers {
  readonly #calls: PlannedCalls;

  constructor(calls: PlannedCalls) {
    this.#calls = calls;
  }

  async add({ user, application }: ApplicationMemberRef, asks: Coordinates): Promise<Reference<User>> {
    this.#calls.add(requestOf({ write: "addToApplication", user, id: application }, asks));
    return Promise.resolve({ id: user, record: undefined });
  }

  /** Before E2 a refusal is looked into, for it may be none: `removeFromApplication`. */
  async remove({ user, application }: ApplicationMemberRef, asks: Coordinates): Promise<Reference<User>> {
    this.#calls.add(requestOf({ write: "removeFromApplication", user, id: application }, asks));
    if (this.#calls.edition.hasOrganizations !== true) {
      const assumes = "a user of one other application alone";
      // Whatever was read of the user before the write is forgotten.
      this.#calls.add(getUser(user, asks), { calls: PERHAPS, assumes, which: "behind the removal" });
    }
    return Promise.resolve({ id: user, record: undefined });
  }
}
