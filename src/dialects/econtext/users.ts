import type { Ask, Coordinates, UserNeeds } from "../../domain/ask.ts";
import { refuse, Refusal } from "../../domain/errors.ts";
import type { Answer, Problem } from "../../domain/errors.ts";
import type { GroupRef, GroupRole } from "../../domain/group.ts";
import { EMPTY_PAGE, readPosition, unknownCursor } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { Member, NewUser, User, UserChange, UserStore } from "../../domain/user.ts";
import { isAddressable } from "./address.ts";
import { answerEach } from "../../domain/answers.ts";
import { createUser, reviewUser } from "./create-user.ts";
import { deleteUser } from "./delete-user.ts";
import { wantsGroups, wantsOrganization } from "./memberships.ts";
import { pageByOffset, pageInOrder, pageUsers } from "./order.ts";
import { sayNone } from "./outcomes.ts";
import { get } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { escapeExpression, writeSearch } from "./search.ts";
import { reviewChange, updateUser } from "./update-user.ts";
import type { UserRecord } from "./user.ts";

/** Begins the cursors of E2's list. */
const OFFSET = "o";

export class Users implements UserStore {
  readonly counts = false;
  readonly searches = true;
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  byIds(ids: readonly string[], ask: Ask<UserNeeds>): Promise<readonly Answer<User | null>[]> {
    return answerEach(ids, async (id) => {
      const known = this.#reader.memory.user(id);
      if (known?.tells(ask.needs) || !isAddressable(id)) return known ?? null;
      return this.#reader.user(id, ask.for);
    });
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
    const isOffset = after?.startsWith(OFFSET) ?? false;
    if (after !== null && !isOffset && !after.startsWith("e")) throw unknownCursor();
    const offset = after !== null && isOffset ? readPosition(after.slice(OFFSET.length)) : 0;
    const users = await this.#reader.listUsers(first + 1, offset, asks);
    const [user] = users;
    if (user === undefined) return { ...EMPTY_PAGE, total: null };
    if (!user.showsOrganizations) return pageUsers(users, page, "e");
    if (after !== null && !isOffset) throw unknownCursor();
    return pageByOffset(users, first, offset, OFFSET);
  }

  async #search(page: PageRequest, search: string, asks: Coordinates): Promise<Page<User>> {
    if (page.after !== null && !page.after.startsWith("s")) throw unknownCursor();
    const text = await writeSearch(search, () => this.#reader.calls.hasOrganizations());
    const request = { ...get("/users/search/{text}", asks), params: { text } };
    const found = (await this.#reader.users(request, "search")) ?? [];
    // E2 compares words, and drops what stands between them: of those whom it finds some do not have the text itself.
    const itself = new RegExp(escapeExpression(search), "iu");
    const users = found.filter((user) => !user.showsOrganizations || user.mentions(itself));
    return pageUsers(users, page, "s");
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<User>>[]> {
    return answerEach(applicationIds, async (id) => {
      if (!isAddressable(id)) return EMPTY_PAGE;
      const request = { ...get("/applications/application/{id}/users", ask.for), params: { id } };
      const users = await this.#reader.users(request, "application users", "NOTHING");
      return users === null ? EMPTY_PAGE : pageUsers(users, page, "e");
    });
  }

  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<Member>>[]> {
    return answerEach(
      refs,
      async (ref) => {
        const members = isAddressable(ref.id) ? await this.#members(ref, role, ask.for) : [];
        return pageInOrder(members, page, "e", keyOfMember);
      },
      ({ kind, id }) => `${kind} ${id}`,
    );
  }

  async #members(ref: GroupRef, role: GroupRole | null, asks: Coordinates): Promise<readonly MemberRecord[]> {
    const filter = { kind: ref.kind, role };
    if (wantsGroups(filter)) return asMembers(await this.#usersOf("/groups/group/{id}/users", ref.id, asks), "MEMBER");
    return wantsOrganization(filter) ? this.#membersOfOrganization(ref.id, role, asks) : [];
  }

  /** Only the organization's own record tells who manages it. */
  async #membersOfOrganization(
    id: string,
    role: GroupRole | null,
    asks: Coordinates,
  ): Promise<readonly MemberRecord[]> {
    if (this.#reader.calls.edition.hasOrganizations === false) return [];
    const listed = () => this.#usersOf("/organizations/organization/{id}/users", id, asks);
    if (role === "MEMBER") return asMembers(await listed(), "MEMBER");
    const organization = await this.#reader.organization(id, asks);
    if (organization === null) return [];
    const managers = organization.managers();
    if (role === null) {
      const users = new Set([...(organization.users() ?? (await listed())), ...(managers ?? [])]);
      return [...asMembers([...users], "MEMBER"), ...asMembers(managers ?? [], "MANAGER")];
    }
    if (managers !== undefined) return asMembers(managers, "MANAGER");
    throw refuse("UNSUPPORTED", ["role"], "This service does not say who manages an organization.");
  }

  async #usersOf(route: MembersRoute, id: string, asks: Coordinates): Promise<readonly UserRecord[]> {
    const request = { ...get(route, asks), params: { id } };
    const users =
      route === "/groups/group/{id}/users"
        ? await this.#reader.users(request, "group users", "NOTHING")
        : await this.#reader.users(request, "organization users", "NOTHING", "NO_PATH");
    return users ?? [];
  }

  review({ econtext }: NewUser): readonly Problem[] {
    return econtext === undefined ? [OTHER_DRAFT] : reviewUser(econtext, this.#reader.calls.edition);
  }

  async create({ econtext }: NewUser, asks: Coordinates): Promise<User> {
    if (econtext === undefined) throw new Refusal(OTHER_DRAFT);
    return createUser(this.#reader, econtext, asks);
  }

  reviewChange({ econtext }: UserChange): readonly Problem[] {
    return econtext === undefined ? [OTHER_CHANGE] : reviewChange(econtext, this.#reader.calls.edition);
  }

  async update(id: string, { econtext }: UserChange, asks: Coordinates): Promise<Reference<User>> {
    if (econtext === undefined) throw new Refusal(OTHER_CHANGE);
    return updateUser(this.#reader, id, econtext, asks);
  }

  remove(id: string, asks: Coordinates): Promise<void> {
    return deleteUser(this.#reader, id, asks);
  }
}

const OTHER_DRAFT = sayNone("createUser", {
  code: "UNSUPPORTED",
  path: [],
  message: "This service creates eContext users only.",
});

const OTHER_CHANGE = sayNone("updateUser", {
  code: "UNSUPPORTED",
  path: ["cloudFoundry"],
  message: "This service has eContext users only.",
});

type MembersRoute = "/groups/group/{id}/users" | "/organizations/organization/{id}/users";

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
