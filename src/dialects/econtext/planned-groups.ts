import type { Ask, Coordinates, MembershipFilter, RecordNeeds } from "../../domain/ask.ts";
import type {
  Group,
  GroupKind,
  GroupRef,
  GroupReference,
  GroupStore,
  Membership,
  MembershipRef,
} from "../../domain/group.ts";
import { EMPTY_PAGE, type Page, type PageRequest } from "../../domain/page.ts";
import { PERHAPS, product, upTo } from "../../domain/plan/bounds.ts";
import { expectPage } from "../../domain/plan/expected.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import { areAskedSingly, KINDS, ROLES } from "./groups.ts";
import { hasNobody } from "./memberships.ts";
import { requestOf, type Move } from "./membership-writes.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import { PlannedGroupLists } from "./planned-group-list.ts";
import type { PlannedLookUp } from "./planned-look-up.ts";
import type { PlannedParts } from "./planned-parts.ts";
import { nameOf, type PlannedRecords } from "./planned-records.ts";
import type { PlannedUserLookUp } from "./planned-user-look-up.ts";
import { getGroupsOfApplication, getOrganization } from "./requests.ts";

/** What `Groups` would ask. */
export class PlannedGroups implements GroupStore {
  readonly counts = false;
  readonly kinds = KINDS;
  readonly roles = ROLES;
  readonly #calls: PlannedCalls;
  readonly #records: PlannedRecords;
  readonly #users: PlannedUserLookUp;
  readonly #lookUp: PlannedLookUp;
  readonly #lists: PlannedGroupLists;
  readonly #kindless: Set<string>;

  constructor(parts: PlannedParts) {
    this.#calls = parts.calls;
    this.#records = parts.records;
    this.#users = parts.users;
    this.#lookUp = parts.groups;
    this.#lists = new PlannedGroupLists(parts);
    this.#kindless = parts.kindless;
  }

  byRefs(refs: readonly GroupRef[], ask: Ask<RecordNeeds>): Promise<readonly (Group | null)[]> {
    const idsOf = (kind: GroupKind) => refs.filter((ref) => ref.kind === kind).map(({ id }) => id);
    const groups = idsOf("GROUP");
    this.#lookUp.ask(groups, ask.for);
    for (const id of this.#calls.asked(idsOf("ORGANIZATION"))) {
      this.#expectOrganization(id, ask.for, groups.length === 0);
    }
    return Promise.resolve(refs.map((ref) => (this.#mayBe(ref) ? this.#records.group(ref) : null)));
  }

  byId(id: string, { for: asks }: Ask<RecordNeeds>): Promise<Group | null> {
    if (!this.#calls.isAsked(id)) return Promise.resolve(null);
    this.#lookUp.ask([id], asks);
    // Only where there is no such group.
    this.#expectOrganization(id, asks, false);
    this.#kindless.add(id);
    return Promise.resolve(this.#records.group({ kind: "GROUP", id }));
  }

  /** @param isFirst whether no groups are looked up before, with whose answers others may come */
  #expectOrganization(id: string, asks: Coordinates, isFirst: boolean): void {
    this.#calls.addOfOrganization(id, getOrganization(id, asks), isFirst);
    this.#calls.plan.doubt("group", [id]);
  }

  #mayBe({ kind, id }: GroupRef): boolean {
    if (kind === "SPACE" || !this.#calls.isAsked(id)) return false;
    return kind === "GROUP" || this.#calls.edition.hasOrganizations !== false;
  }

  async list(page: PageRequest, kind: GroupKind | null, ask: Ask<RecordNeeds>): Promise<Page<Group>> {
    return Promise.resolve(this.#lists.list(page, kind, ask.for));
  }

  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    filter: MembershipFilter,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Page<Membership>[]> {
    if (hasNobody(filter, this.#calls.edition)) return Promise.resolve(userIds.map(() => EMPTY_PAGE));
    this.#users.withRelations(userIds, ask.for);
    return Promise.resolve(
      userIds.map((id) => (this.#calls.isAsked(id) ? this.#records.memberships(id, page, filter) : EMPTY_PAGE)),
    );
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Page<GroupReference>[]> {
    this.#expectGroupsOf(this.#calls.asked(applicationIds), ask.for);
    this.#calls.plan.doubt("application", applicationIds);
    return Promise.resolve(
      applicationIds.map((id) => (this.#calls.isAsked(id) ? this.#groupsOf(id, page) : EMPTY_PAGE)),
    );
  }

  #expectGroupsOf(applications: readonly string[], asks: Coordinates): void {
    const { plan, edition } = this.#calls;
    const { hasOrganizations, hasGroupsOfApplications } = edition;
    const areSure = applications.every((id) => this.#calls.isSure("application", id));
    if (applications.length === 0) return;
    // How many are asked for together is known of the first ones alone.
    const fewest = areSure ? applications.length : 1;
    if (!areAskedSingly(fewest, edition)) {
      this.#lookUp.list(asks, areSure ? {} : { calls: PERHAPS });
      return;
    }
    const isSure = hasOrganizations === true || (areSure && fewest === 1 && hasGroupsOfApplications);
    for (const id of applications) {
      const count = plan.countOf("application", id);
      this.#calls.add(getGroupsOfApplication(id, asks), { calls: isSure ? count : upTo(count.max) });
    }
    if (hasOrganizations === true) return;
    this.#lookUp.list(asks, { calls: PERHAPS, assumes: "several applications, or an edition without their own paths" });
  }

  /** They tell whose they are. */
  #groupsOf(application: string, page: PageRequest): Page<GroupReference> {
    const count = product(this.#calls.plan.countOf("application", application), upTo(page.first));
    const id = this.#calls.plan.some(`groups of application ${application} ${nameOf(page)}`, count);
    const ref = { kind: "GROUP", id } as const;
    return expectPage([{ ...ref, record: this.#records.group(ref, application) }]);
  }

  childrenOf(refs: readonly GroupRef[]): Promise<readonly Page<GroupReference>[]> {
    return Promise.resolve(refs.map(() => EMPTY_PAGE));
  }

  addMember({ user, group }: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return this.#move({ write: "addToGroup", user, id: group.id }, asks);
  }

  removeMember({ user, group }: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return this.#move({ write: "removeFromGroup", user, id: group.id }, asks);
  }

  async #move(move: Move, asks: Coordinates): Promise<Reference<User>> {
    this.#calls.add(requestOf(move, asks));
    return Promise.resolve({ id: move.user, record: undefined });
  }
}
