import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import type { Answer, Problem } from "../../domain/errors.ts";
import type { GroupRef, GroupRole } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { ONCE, product, upTo } from "../../domain/plan/bounds.ts";
import type { Bounds } from "../../domain/plan/bounds.ts";
import { expectPage } from "../../domain/plan/expected.ts";
import type { Reference } from "../../domain/reference.ts";
import type { Member, NewUser, User, UserChange, UserStore } from "../../domain/user.ts";
import { COLLECTIONS, nameGroup } from "./collections.ts";
import { Inlining } from "./inlining.ts";
import { readCursor } from "./members.ts";
import { reviewUser } from "./new-user.ts";
import { answer, planEach } from "./planned-answers.ts";
import type { PlannedReads } from "./planned-reads.ts";
import { planReverse } from "./planned-reverse.ts";
import type { PlannedQuestion, PlannedSession } from "./planned-session.ts";
import { plannedUser, spaceOf } from "./planned-things.ts";
import { planChange, planCreation, planDeletion } from "./planned-writes.ts";
import { DEVELOPED_SPACES, findRelation, ROLES } from "./relations.ts";
import type { CloudGroupKind } from "./relations.ts";
import { reviewChange } from "./user-change.ts";
import { refuseSearch } from "./users.ts";

/** What `Users` would read and write. */
export class PlannedUsers implements UserStore {
  readonly counts = true;
  readonly searches = false;
  readonly #session: PlannedSession;
  readonly #reads: PlannedReads;

  constructor(session: PlannedSession, reads: PlannedReads) {
    this.#session = session;
    this.#reads = reads;
  }

  byIds(ids: readonly string[], ask: Ask<UserNeeds>): Promise<readonly Answer<User | null>[]> {
    const named = ids.filter((id) => !this.#session.isNameless(id));
    const isLate = planReverse(this.#session, this.#reads, named, ask);
    const inlining = Inlining.of(ask.needs);
    return planEach(ids, (id) => {
      if (this.#session.isNameless(id)) return null;
      this.#reads.user(id, inlining, ask.for, isLate);
      return plannedUser(this.#session.plan, id);
    });
  }

  list(page: PageRequest, search: string | null, ask: Ask<UserNeeds>): Promise<Page<User>> {
    return answer(() => {
      refuseSearch(search);
      return expectPage([this.#usersOf({ route: "/v2/users", for: ask.for }, page, ask, null)]);
    });
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<User> | null>[]> {
    const route = `${COLLECTIONS.SPACE.path}/{guid}/${DEVELOPED_SPACES.users}`;
    return planEach(applicationIds, (id) => {
      if (this.#session.isNameless(id)) return null;
      this.#reads.application(id, ask.for);
      const guid = spaceOf(this.#session.plan, id).id;
      const question = { route, guid, for: ask.for, calls: this.#session.plan.countOf("group", guid) };
      return expectPage([this.#usersOf(this.#prove(question, ask), page, ask, nameList("users", page, null))]);
    });
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<Member> | null>[]> {
    return planEach(refs, (ref) => this.#membersOf(ref, page, role, ask), nameGroup);
  }

  #membersOf(ref: GroupRef, page: PageRequest, role: GroupRole | null, ask: Ask<UserNeeds>): Page<Member> | null {
    const kinds = this.#reads.kindsOf(ref);
    if (kinds.length === 0) return null;
    const members = kinds.flatMap((kind) => this.#membersIn(kind, ref.id, page, role, ask));
    this.#session.plan.doubt("group", [ref.id]);
    return members.length === 0 ? EMPTY_PAGE : expectPage(members);
  }

  #membersIn(
    kind: CloudGroupKind,
    guid: string,
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): readonly Member[] {
    const { path } = COLLECTIONS[kind];
    const relation = role === null ? undefined : findRelation(kind, role);
    if (role !== null && relation === undefined) return [];
    const route = `${path}/{guid}/${relation?.users ?? "user_roles"}`;
    const calls = this.#session.plan.countOf("group", guid);
    const question = this.#prove({ route, guid, for: ask.for, calls }, ask);
    const list = nameList("members", page, role);
    if (relation !== undefined) return [{ role: relation.role, user: this.#usersOf(question, page, ask, list) }];
    this.#readMembers(kind, question, page, Inlining.of(ask.needs));
    return ROLES[kind].slice(0, 1).map((role) => ({ role, user: this.#someUsers(question, page, ask, list) }));
  }

  /** As `believable`: the question of a list, for which the caller's rights may have to be proven. */
  #prove(
    question: PlannedQuestion & { readonly calls: Bounds },
    { needs, for: asks }: Ask<UserNeeds>,
  ): PlannedQuestion {
    if (question.calls.max === 0 || Inlining.of(needs).relations.length === 0) return question;
    this.#reads.rights(question.calls.min > 0, asks);
    return { ...question, mayLack: true };
  }

  /** As `readMembers`. */
  #readMembers(kind: CloudGroupKind, question: PlannedQuestion, page: PageRequest, inlining: Inlining): void {
    const { users, roles } = readCursor(page.after);
    this.#session.part(question, users, page.first, inlining);
    const again = { ...question, calls: upTo(question.calls?.max ?? 1) };
    // The first user may have no further role to tell.
    if (roles > 0) this.#session.part(again, users + page.first, page.first, inlining);
    if (kind === "ORGANIZATION") return;
    // Nothing bounds how many there are of those who are supporters alone.
    const assumes = "members with no role that API v2 knows";
    this.#session.some("members behind", { ...again, assumes }, upTo(null));
  }

  /** Reads a page of users. */
  #usersOf(question: PlannedQuestion, page: PageRequest, ask: Ask<UserNeeds>, list: string | null): User {
    this.#session.page(question, page, Inlining.of(ask.needs));
    return this.#someUsers(question, page, ask, list);
  }

  /** What stands for the users of a page. */
  #someUsers(
    { route, guid, calls = ONCE, mayLack = false }: PlannedQuestion,
    page: PageRequest,
    { needs }: Ask<UserNeeds>,
    list: string | null,
  ): User {
    const { plan, limits } = this.#session;
    const inlining = Inlining.of(needs).within(limits.depth.most);
    const whence = JSON.stringify([route, guid, page.first, page.after, inlining.query]);
    const id = plan.some(`user ${whence}`, product(upTo(calls.max), upTo(page.first)));
    this.#reads.people.set(id, mayLack ? { inlining, list, unproven: inlining.withoutRelations } : { inlining, list });
    return plannedUser(plan, id);
  }

  review(draft: NewUser): readonly Problem[] {
    return reviewUser(draft);
  }

  create(draft: NewUser, asks: Coordinates): Promise<User> {
    return answer(() => planCreation(this.#session, draft, asks));
  }

  reviewChange(change: UserChange): readonly Problem[] {
    return reviewChange(change);
  }

  update(id: string, change: UserChange, asks: Coordinates): Promise<Reference<User>> {
    return answer(() => planChange(this.#session, this.#reads, id, change, asks));
  }

  remove(id: string, asks: Coordinates): Promise<void> {
    return answer(() => {
      planDeletion(this.#session, id, asks);
    });
  }
}

/** One loader's lists: whoever of an operation's fields asks first decides what comes along. */
function nameList(name: string, { first, after }: PageRequest, role: GroupRole | null): string {
  return JSON.stringify([name, first, after, role]);
}
