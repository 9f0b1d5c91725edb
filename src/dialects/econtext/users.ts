import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import { refuse } from "../../domain/errors.ts";
import type { Answer, Problem } from "../../domain/errors.ts";
import type { GroupRef, GroupRole } from "../../domain/group.ts";
import { EMPTY_PAGE, pageByKey, unknownCursor } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { Member, NewUser, User, UserChange, UserStore } from "../../domain/user.ts";
import { isAddressable } from "./address.ts";
import { answerEach } from "../../domain/answers.ts";
import { createUser, reviewUser } from "./create-user.ts";
import { deleteUser } from "./delete-user.ts";
import { wantsGroups, wantsOrganization } from "./memberships.ts";
import { pageByOffset, pageUsers } from "./order.ts";
import type { Reader } from "./reader.ts";
import { getUsersFound, getUsersOfApplication, getUsersOfGroup, getUsersOfOrganization } from "./requests.ts";
import { escapeExpression, writeSearch } from "./search.ts";
import { reviewChange, updateUser } from "./update-user.ts";
import { lookUpUsers } from "./user-batches.ts";
import { checkSearchCursor, OFFSET, readUserCursor } from "./user-cursor.ts";
import type { UserRecord } from "./user.ts";

export class Users implements UserStore {
  readonly counts = false;
  readonly searches = true;
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  byIds(ids: readonly string[], ask: Ask<UserNeeds>): Promise<readonly Answer<User | null>[]> {
    return lookUpUsers(this.#reader, ids, ask);
  }

  async list(page: PageRequest, search: string | null, ask: Ask<UserNeeds>): Promise<Page<User>> {
    return search === null ? this.#list(page, ask.for) : this.#search(page, search, ask.for);
  }

  /**
   * E2 pages by offset, in the order of emails; E0 and E1 ignore `limit` and `offset`, and answer everyone in no order.
   * Which of both answered, the users show, and the cursor says for which it was made.
   */
  async #list(page: PageRequest, asks: Coordinates): Promise<Page<User>> {
    const { after, first } = page;
    const { isOffset, offset } = readUserCursor(after);
    const users = await this.#reader.listUsers(first + 1, offset, asks);
    const [user] = users;
    if (user === undefined) return { ...EMPTY_PAGE, total: null };
    if (!user.showsOrganizations) return pageUsers(users, page, "e");
    if (after !== null && !isOffset) throw unknownCursor();
    return pageByOffset(users, first, offset, OFFSET);
  }

  async #search(page: PageRequest, search: string, asks: Coordinates): Promise<Page<User>> {
    checkSearchCursor(page.after);
    const text = await writeSearch(search, () => this.#reader.calls.hasOrganizations());
    const found = (await this.#reader.users(getUsersFound(text, asks), "search")) ?? [];
    // E2 compares words, and drops what stands between them: of those whom it finds some do not have the text itself.
    const itself = new RegExp(escapeExpression(search), "iu");
    const users = found.filter((user) => !user.showsOrganizations || user.mentions(itself));
    return pageUsers(users, page, "s");
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<User> | null>[]> {
    return answerEach(applicationIds, async (id) => {
      if (!isAddressable(id)) return null;
      const users = await this.#reader.users(getUsersOfApplication(id, ask.for), "application users", "NOTHING");
      return users && pageUsers(users, page, "e");
    });
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<Member> | null>[]> {
    return answerEach(
      refs,
      async (ref) => {
        if (ref.kind === "SPACE" || !isAddressable(ref.id)) return null;
        const filter = { kind: ref.kind, role };
        if (!wantsGroups(filter) && !wantsOrganization(filter)) return EMPTY_PAGE;
        const members = await this.#members(ref, role, ask.for);
        return members && pageByKey(members, page, "e", keyOfMember);
      },
      ({ kind, id }) => `${kind} ${id}`,
    );
  }

  /** Null: there is no such group. */
  async #members(
    { kind, id }: GroupRef,
    role: GroupRole | null,
    asks: Coordinates,
  ): Promise<readonly MemberRecord[] | null> {
    if (kind !== "GROUP") return this.#membersOfOrganization(id, role, asks);
    const users = await this.#reader.users(getUsersOfGroup(id, asks), "group users", "NOTHING");
    return users && asMembers(users, "MEMBER");
  }

  /** Only the organization's own record tells who manages it. */
  async #membersOfOrganization(
    id: string,
    role: GroupRole | null,
    asks: Coordinates,
  ): Promise<readonly MemberRecord[] | null> {
    if (this.#reader.calls.edition.hasOrganizations === false) return null;
    const list = () => this.#reader.users(getUsersOfOrganization(id, asks), "organization users", "NOTHING", "NO_PATH");
    if (role === "MEMBER") {
      const users = await list();
      return users && asMembers(users, "MEMBER");
    }
    const organization = await this.#reader.organization(id, asks);
    if (organization === null) return null;
    const managers = organization.managers();
    if (role === null) {
      const members = organization.users() ?? (await list()) ?? [];
      const users = new Set([...members, ...(managers ?? [])]);
      return [...asMembers([...users], "MEMBER"), ...asMembers(managers ?? [], "MANAGER")];
    }
    if (managers !== undefined) return asMembers(managers, "MANAGER");
    throw refuse("UNSUPPORTED", ["role"], "This service does not say who manages an organization.");
  }

  review(draft: NewUser): readonly Problem[] {
    return reviewUser(draft, this.#reader.calls.edition);
  }

  create(draft: NewUser, asks: Coordinates): Promise<User> {
    return createUser(this.#reader, draft, asks);
  }

  reviewChange(change: UserChange): readonly Problem[] {
    return reviewChange(change, this.#reader.calls.edition);
  }

  update(id: string, change: UserChange, asks: Coordinates): Promise<Reference<User>> {
    return updateUser(this.#reader, id, change, asks);
  }

  remove(id: string, asks: Coordinates): Promise<void> {
    return deleteUser(this.#reader, id, asks);
  }
}

interface MemberRecord extends Member {
  readonly user: UserRecord;
}

function asMembers(users: readonly UserRecord[], role: GroupRole): readonly MemberRecord[] {
  return users.map((user) => ({ role, user }));
}

/** A user's two edges stand together, as member first. */
function keyOfMember({ role, user }: MemberRecord): string {
  return `${user.keyByEmail}\t${role === "MEMBER" ? 1 : 2}`;
}
