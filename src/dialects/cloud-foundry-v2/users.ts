import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import { refuse } from "../../domain/errors.ts";
import type { Answer, Problem } from "../../domain/errors.ts";
import type { GroupRef, GroupRole } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { Member, NewUser, User, UserChange, UserStore } from "../../domain/user.ts";
import { answerEach, settle } from "../../domain/answers.ts";
import { COLLECTIONS, isCloudKind, nameGroup } from "./collections.ts";
import { isAddressable } from "./guid.ts";
import { Inlining } from "./inlining.ts";
import { findPage, readOffset, readPage } from "./lists.ts";
import { readCursor, readMembers } from "./members.ts";
import { createUser, reviewUser } from "./new-user.ts";
import { readApplication, readUser } from "./reads.ts";
import { DEVELOPED_SPACES, findRelation } from "./relations.ts";
import { findInGroups } from "./reverse-reads.ts";
import { believable } from "./rights.ts";
import type { Question, Session } from "./session.ts";
import { reviewChange, updateUser } from "./user-change.ts";
import { removeUser } from "./user-deletion.ts";

/** @throws Refusal of any search */
export function refuseSearch(search: string | null): void {
  if (search !== null) throw refuse("UNSUPPORTED", ["search"], "Cloud Foundry cannot search its users.");
}

/** Users; those whom the caller may not see are refused by the service. */
export class Users implements UserStore {
  readonly counts = true;
  readonly searches = false;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** One call for each, since no list of users can be filtered by their guids; but the lists of groups can. */
  async byIds(ids: readonly string[], ask: Ask<UserNeeds>): Promise<readonly Answer<User | null>[]> {
    const inlining = Inlining.of(ask.needs);
    const find = await findInGroups(this.#session, ids, ask);
    return answerEach(ids, async (id) => find(id) ?? readUser(this.#session, id, inlining, ask.for));
  }

  async list(page: PageRequest, search: string | null, ask: Ask<UserNeeds>): Promise<Page<User>> {
    refuseSearch(search);
    const list: Question = { route: "/v2/users", for: ask.for, keys: 1 };
    const users = await this.#readUsers(list, page, Inlining.of(ask.needs));
    // It is for those alone who may read them all.
    this.#session.memory.readsAllUsers = Promise.resolve(true);
    return users;
  }

  async ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<User> | null>[]> {
    const spaces = await answerEach(applicationIds, async (id) => {
      const application = await readApplication(this.#session, id, ask.for);
      return application && (application.space?.id ?? "");
    });
    // Apps share spaces, and so their developers.
    const developers = new Map<string, Promise<Answer<Page<User>>>>();
    return Promise.all(
      spaces.map(async (space) => {
        if (typeof space !== "string") return space;
        const keys = spaces.filter((other) => other === space).length;
        const answer = developers.get(space) ?? settle(() => this.#readDevelopers(space, keys, page, ask));
        developers.set(space, answer);
        return answer;
      }),
    );
  }

  async #readDevelopers(space: string, keys: number, page: PageRequest, ask: Ask<UserNeeds>): Promise<Page<User>> {
    if (!isAddressable(space)) return EMPTY_PAGE;
    const { path, missing } = COLLECTIONS.SPACE;
    const route = `${path}/{guid}/${DEVELOPED_SPACES.users}`;
    const inlining = await believable(this.#session, Inlining.of(ask.needs), keys, ask.for);
    return this.#readUsers({ route, guid: space, missing, for: ask.for, keys }, page, inlining);
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<Member> | null>[]> {
    return answerEach(refs, (ref) => this.#membersOf(ref, page, role, refs.length, ask), nameGroup);
  }

  async #membersOf(
    { kind, id }: GroupRef,
    page: PageRequest,
    role: GroupRole | null,
    keys: number,
    ask: Ask<UserNeeds>,
  ): Promise<Page<Member> | null> {
    if (!isCloudKind(kind) || !isAddressable(id)) return null;
    const relation = role === null ? null : findRelation(kind, role);
    if (relation === undefined) return EMPTY_PAGE;
    // A cursor that nobody gave out is refused before anything is asked.
    if (relation === null) readCursor(page.after);
    else readOffset(page);
    const inlining = await believable(this.#session, Inlining.of(ask.needs), keys, ask.for);
    if (relation === null) return readMembers(this.#session, kind, id, page, inlining, ask.for);
    const { path, missing } = COLLECTIONS[kind];
    const list: Question = { route: `${path}/{guid}/${relation.users}`, guid: id, missing, for: ask.for, keys: 1 };
    return findPage<Member>(
      this.#session,
      list,
      page,
      (resource, reply) => ({ role: relation.role, user: this.#session.meetUser(resource, reply) }),
      inlining,
    );
  }

  #readUsers(list: Question, page: PageRequest, inlining: Inlining): Promise<Page<User>> {
    return readPage<User>(
      this.#session,
      list,
      page,
      (resource, reply) => this.#session.meetUser(resource, reply),
      inlining,
    );
  }

  review(draft: NewUser): readonly Problem[] {
    return reviewUser(draft);
  }

  create(draft: NewUser, asks: Coordinates): Promise<User> {
    return createUser(this.#session, draft, asks);
  }

  reviewChange(change: UserChange): readonly Problem[] {
    return reviewChange(change);
  }

  update(id: string, change: UserChange, asks: Coordinates): Promise<Reference<User>> {
    return updateUser(this.#session, id, change, asks);
  }

  remove(id: string, asks: Coordinates): Promise<void> {
    return removeUser(this.#session, id, asks);
  }
}
