import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import type { Problem } from "../../domain/errors.ts";
import type { GroupRef, GroupRole } from "../../domain/group.ts";
import { EMPTY_PAGE, mapPage, type Page, type PageRequest } from "../../domain/page.ts";
import { ONCE, PERHAPS, product, upTo } from "../../domain/plan/bounds.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import type { Reference } from "../../domain/reference.ts";
import type { Member, NewUser, User, UserChange, UserStore } from "../../domain/user.ts";
import { checkUser, isEditionAsked, postUser, reviewUser } from "./create-user.ts";
import { deletionOf } from "./delete-user.ts";
import { wantsGroups, wantsOrganization } from "./memberships.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import type { PlannedParts } from "./planned-parts.ts";
import { nameOf, type PlannedRecords } from "./planned-records.ts";
import { planUpdate } from "./planned-update.ts";
import type { PlannedUserLookUp } from "./planned-user-look-up.ts";
import {
  getApplication,
  getApplications,
  getGroup,
  getGroups,
  getOrganization,
  getUsers,
  getUsersFound,
  getUsersOfApplication,
  getUsersOfGroup,
  getUsersOfOrganization,
} from "./requests.ts";
import { hasWords, writeSearch } from "./search.ts";
import { reviewChange } from "./update-user.ts";
import { checkSearchCursor, readUserCursor } from "./user-cursor.ts";

/** What `Users` would ask. */
export class PlannedUsers implements UserStore {
  readonly counts = false;
  readonly searches = true;
  readonly #calls: PlannedCalls;
  readonly #records: PlannedRecords;
  readonly #lookUp: PlannedUserLookUp;
  readonly #kindless: ReadonlySet<string>;
  #isListed = false;

  constructor({ calls, records, users, kindless }: PlannedParts) {
    this.#calls = calls;
    this.#records = records;
    this.#lookUp = users;
    this.#kindless = kindless;
  }

  byIds(ids: readonly string[], ask: Ask<UserNeeds>): Promise<readonly (User | null)[]> {
    const mayBeMet = this.#lookUp.byIds(ids, ask.for);
    const users = ids.map((id) => (this.#calls.isAsked(id) ? this.#records.user(id, "one") : null));
    return Promise.resolve(mayBeMet ? users.map((user) => user && withoutOrganization(user)) : users);
  }

  async list(page: PageRequest, search: string | null, ask: Ask<UserNeeds>): Promise<Page<User>> {
    return search === null ? this.#list(page, ask.for) : this.#search(page, search, ask.for);
  }

  /** Before E2 one answer serves every page, unless it is empty. */
  #list(page: PageRequest, asks: Coordinates): Page<User> {
    const { offset } = readUserCursor(page.after);
    const isSure = this.#calls.edition.hasOrganizations === true || !this.#isListed;
    this.#isListed = true;
    const assumes = isSure ? undefined : (this.#calls.assumesEdition ?? "nobody on the first page");
    this.#calls.add(getUsers(page.first + 1, offset, asks), { calls: isSure ? ONCE : PERHAPS, assumes });
    return this.#records.users(`users ${nameOf(page)}`, upTo(page.first), "list");
  }

  async #search(page: PageRequest, search: string, asks: Coordinates): Promise<Page<User>> {
    checkSearchCursor(page.after);
    const { hasOrganizations } = this.#calls.edition;
    const text = await writeSearch(search, () => Promise.resolve(hasOrganizations ?? false));
    // E2 takes words alone: others are refused without being asked for.
    const isTaken = hasOrganizations !== undefined || hasWords(search);
    this.#calls.add(getUsersFound(text, asks), isTaken ? {} : { calls: PERHAPS, assumes: this.#calls.assumesEdition });
    return this.#records.users(`users found by ${JSON.stringify(search)} ${nameOf(page)}`, upTo(page.first), "search");
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<UserNeeds>,
  ): Promise<readonly (Page<User> | null)[]> {
    const { plan } = this.#calls;
    const pages = applicationIds.map((id) => {
      if (!this.#calls.isAsked(id)) return null;
      const applications = plan.countOf("application", id);
      this.#calls.add(getUsersOfApplication(id, ask.for), { calls: applications });
      const users = product(applications, upTo(page.first));
      return this.#records.users(`users of application ${id} ${nameOf(page)}`, users, "application users");
    });
    plan.doubt("application", applicationIds);
    return Promise.resolve(pages);
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): Promise<readonly (Page<Member> | null)[]> {
    const pages = refs.map((ref) => this.#members(ref, page, role, ask.for));
    this.#calls.plan.doubt(
      "group",
      refs.map(({ id }) => id),
    );
    return Promise.resolve(pages);
  }

  #members({ kind, id }: GroupRef, page: PageRequest, role: GroupRole | null, asks: Coordinates): Page<Member> | null {
    if (kind === "SPACE" || !this.#calls.isAsked(id)) return null;
    const isKindless = kind === "GROUP" && this.#kindless.has(id);
    const inGroup = wantsGroups({ kind, role });
    const inOrganization = wantsOrganization({ kind: isKindless ? "ORGANIZATION" : kind, role });
    if (!inGroup && !inOrganization) return EMPTY_PAGE;
    const { plan, edition } = this.#calls;
    if (!inGroup && edition.hasOrganizations === false) return isKindless ? EMPTY_PAGE : null;
    const groups = plan.countOf("group", id);
    if (inGroup) this.#calls.add(getUsersOfGroup(id, asks), { calls: groups });
    if (inOrganization) this.#expectOrganization(id, role, asks);
    const users = product(groups, upTo(page.first));
    const source = inGroup ? "group users" : "organization users";
    const what = `members of ${kind} ${id} ${String(role)} ${nameOf(page)}`;
    return mapPage(this.#records.users(what, users, source), (user) => ({ role: role ?? "MEMBER", user }));
  }

  #expectOrganization(id: string, role: GroupRole | null, asks: Coordinates): void {
    if (this.#calls.edition.hasOrganizations === false) return;
    const list = getUsersOfOrganization(id, asks);
    this.#calls.addOfOrganization(id, role === "MEMBER" ? list : getOrganization(id, asks));
    if (role !== null) return;
    const { max } = this.#calls.plan.countOf("group", id);
    this.#calls.add(list, { calls: upTo(max), assumes: "organizations that do not show their users themselves" });
  }

  review(draft: NewUser): readonly Problem[] {
    return reviewUser(draft, this.#calls.edition);
  }

  /** Whom the service creates it shows whole, in every edition. */
  async create(user: NewUser, asks: Coordinates): Promise<User> {
    const draft = checkUser(user, this.#calls.edition);
    // One that this edition does not take is refused without being sent.
    const calls = isEditionAsked(draft, this.#calls.edition) ? PERHAPS : ONCE;
    this.#calls.add(postUser(draft, asks), { calls, assumes: calls === ONCE ? undefined : this.#calls.assumesEdition });
    this.#expectSuspects(draft, asks);
    return Promise.resolve(this.#records.user(this.#calls.plan.some("the new user", ONCE), "created"));
  }

  /** Where the service says that something of it is not there, it is found out what: see `findUnknown`. */
  #expectSuspects({ applications, groups }: EcontextNewUser, asks: Coordinates): void {
    const suspects = { applications: new Set(applications), groups: new Set(groups) };
    if (suspects.applications.size + suspects.groups.size < 2) return;
    const perhaps = { calls: PERHAPS, assumes: "a creation that names what is not there" };
    if (suspects.applications.size > 1) this.#calls.add(getApplications(asks, 1), perhaps);
    if (suspects.groups.size > 1) this.#calls.add(getGroups(asks, 1), perhaps);
    for (const id of suspects.applications) this.#calls.add(getApplication(id, asks), perhaps);
    for (const id of suspects.groups) this.#calls.add(getGroup(id, asks), perhaps);
  }

  reviewChange(change: UserChange): readonly Problem[] {
    return reviewChange(change, this.#calls.edition);
  }

  async update(id: string, change: UserChange, asks: Coordinates): Promise<Reference<User>> {
    return Promise.resolve(planUpdate(this.#calls, this.#records, id, change, asks));
  }

  async remove(id: string, asks: Coordinates): Promise<void> {
    this.#calls.add(deletionOf(id, asks));
    return Promise.resolve();
  }
}

/** Who was met in a list tells what was forecast, of which the organization is no part. */
function withoutOrganization(user: User): User {
  return { ...user, econtext: user.econtext && { ...user.econtext, organization: undefined } };
}
