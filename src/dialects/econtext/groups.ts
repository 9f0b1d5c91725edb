import type { Ask, Coordinates, MembershipFilter, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type {
  Group,
  GroupKind,
  GroupRef,
  GroupReference,
  GroupStore,
  Membership,
  MembershipRef,
} from "../../domain/group.ts";
import { chainPages, EMPTY_PAGE, mapPage, readPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import { isAddressable } from "./address.ts";
import { answerEach, findByKind } from "../../domain/answers.ts";
import type { Edition } from "./edition.ts";
import { lookUpGroups } from "./look-up.ts";
import type { GroupRecord } from "./group.ts";
import { BOTH_KINDS, listGroups } from "./group-list.ts";
import { addToGroup, removeFromGroup } from "./membership-writes.ts";
import { hasNobody } from "./memberships.ts";
import { pageByName, pageByOffset } from "./order.ts";
import type { Reader } from "./reader.ts";
import { askUsers } from "./user-batches.ts";

export const KINDS: readonly GroupKind[] = ["GROUP", "ORGANIZATION"];

/** Who is in an organization is settled with the user's creation, in every edition. */
export const ROLES: GroupStore["roles"] = { GROUP: ["MEMBER"] };

/**
 * Whether the groups of so many applications are asked for by each one's own path. Before E2 the whole list tells all of
 * them at once, and in E0 nothing else does.
 */
export function areAskedSingly(
  applications: number,
  { hasOrganizations, hasGroupsOfApplications }: Pick<Edition, "hasOrganizations" | "hasGroupsOfApplications">,
): boolean {
  return hasOrganizations !== false || (applications === 1 && hasGroupsOfApplications);
}

export class Groups implements GroupStore {
  readonly counts = false;
  readonly kinds = KINDS;
  readonly roles = ROLES;
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  async byRefs(refs: readonly GroupRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Group | null>[]> {
    const ids = refs.filter(({ kind }) => kind === "GROUP").map(({ id }) => id);
    const groups = await lookUpGroups(this.#reader, ids, ask.for);
    if (ids.length === refs.length) return groups;
    const byId = new Map(ids.map((id, index) => [id, groups[index] ?? null]));
    return answerEach(
      refs,
      async ({ kind, id }) => {
        switch (kind) {
          case "GROUP": {
            return byId.get(id) ?? null;
          }
          case "ORGANIZATION":
            return this.#organization(id, ask.for);
          case "SPACE":
            return null;
        }
      },
      ({ kind, id }) => `${kind} ${id}`,
    );
  }

  async byId(id: string, ask: Ask<RecordNeeds>): Promise<Group | null> {
    return findByKind(this, id, ask);
  }

  async #organization(id: string, asks: Coordinates): Promise<Group | null> {
    const { memory } = this.#reader;
    const known = memory.group("ORGANIZATION", id);
    if (known !== undefined || !isAddressable(id)) return known ?? null;
    return (await this.#reader.organization(id, asks))?.record ?? null;
  }

  async list(page: PageRequest, kind: GroupKind | null, ask: Ask<RecordNeeds>): Promise<Page<Group>> {
    switch (kind) {
      case "GROUP":
        return listGroups(this.#reader, page, ask.for);
      case "ORGANIZATION":
        return this.#listOrganizations(page, ask.for);
      case "SPACE":
        return EMPTY_PAGE;
      case null: {
        const [groups, organizations] = BOTH_KINDS;
        const sources = [
          { ...groups, read: (part: PageRequest) => listGroups(this.#reader, part, ask.for) },
          { ...organizations, read: (part: PageRequest) => this.#listOrganizations(part, ask.for) },
        ];
        return chainPages<Group>(sources, page);
      }
    }
  }

  async #listOrganizations(page: PageRequest, asks: Coordinates): Promise<Page<GroupRecord>> {
    const offset = page.after === null ? 0 : readPosition(page.after);
    const records = await this.#reader.organizations(page.first + 1, offset, asks);
    return pageByOffset(records, page.first, offset);
  }

  async ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    filter: MembershipFilter,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Membership>>[]> {
    if (hasNobody(filter, this.#reader.calls.edition)) return userIds.map(() => EMPTY_PAGE);
    return askUsers(this.#reader, userIds, ask.for, {
      name: "groups",
      needs: { groups: [filter] },
      tell: (user) => user.groups(page, filter),
      none: EMPTY_PAGE,
    });
  }

  async ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]> {
    const ids = new Set(applicationIds.filter((id) => isAddressable(id)));
    return answerEach(applicationIds, async (id) => {
      if (!ids.has(id)) return EMPTY_PAGE;
      const groups = await this.#groupsOf(id, ids.size, ask.for);
      const groupPage = pageByName(groups, page);
      return mapPage(groupPage, (record) => ({ kind: record.kind, id: record.id, record }));
    });
  }

  /** Where an application has no such path, the whole list tells. */
  async #groupsOf(application: string, applications: number, asks: Coordinates): Promise<readonly GroupRecord[]> {
    if (areAskedSingly(applications, this.#reader.calls.edition)) {
      const groups = await this.#reader.groupsOfApplication(application, asks);
      if (groups !== null) return groups;
    }
    const { records } = await this.#reader.groups(asks, applications);
    return records.filter((group) => group.isOf(application));
  }

  childrenOf(refs: readonly GroupRef[]): Promise<readonly Page<GroupReference>[]> {
    return Promise.resolve(refs.map(() => EMPTY_PAGE));
  }

  addMember({ user, group }: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return addToGroup(this.#reader, user, group.id, asks);
  }

  removeMember({ user, group }: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return removeFromGroup(this.#reader, user, group.id, asks);
  }
}
