import type { Application } from "./application.ts";
import type { Ask, Coordinates, MembershipFilter, RecordNeeds } from "./ask.ts";
import type { Answer } from "./errors.ts";
import type { Page, PageRequest } from "./page.ts";
import type { Reference } from "./reference.ts";
import type { User } from "./user.ts";

export type GroupKind = "GROUP" | "ORGANIZATION" | "SPACE";
export type GroupRole = "MEMBER" | "MANAGER" | "BILLING_MANAGER" | "AUDITOR" | "DEVELOPER";
export type GroupStatus = "ENABLED" | "DISABLED" | "ACTIVE" | "SUSPENDED" | "UNKNOWN";

/** What names a group inside its service: ids of different kinds may be equal. */
export interface GroupRef {
  readonly kind: GroupKind;
  readonly id: string;
}

/** A group that is known to be meant, with its record where that came along. */
export interface GroupReference extends GroupRef {
  readonly record: Group | undefined;
}

/** A named set of users: an eContext group or organization, a Cloud Foundry organization or space. */
export interface Group extends GroupRef {
  /** As a user's. */
  readonly href: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly status: GroupStatus | null;
  readonly customData: Record<string, unknown> | null;
  /** ISO 8601 in UTC with milliseconds. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  /** eContext: the application that the group belongs to. */
  readonly application: Reference<Application> | null;
  /** Cloud Foundry: a space's organization. */
  readonly parent: GroupReference | null;
  /** One page of the group's applications where the record itself tells them; undefined: they have to be asked for. */
  applications(page: PageRequest): Page<Reference<Application>> | undefined;
}

/** A user's place in a group. */
export interface Membership {
  readonly role: GroupRole;
  readonly group: GroupReference;
}

/** One membership, to be given or taken. */
export interface MembershipRef {
  /** The upstream's own id of the user. */
  readonly user: string;
  readonly group: GroupRef;
  readonly role: GroupRole;
}

/** The groups of one service, asked for one caller. */
export interface GroupStore {
  /** Whether the service says how many groups there are. */
  readonly counts: boolean;
  /** In the order asked, null for a group that does not exist, an error for that key alone. */
  byRefs(refs: readonly GroupRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Group | null>[]>;
  /** The group that has this id, of the first kind that has one: kinds may share ids. */
  byId(id: string, ask: Ask<RecordNeeds>): Promise<Group | null>;
  /** The kinds that this dialect has, in the order of its lists. */
  readonly kinds: readonly GroupKind[];
  /** The roles that can be given in groups of a kind, its default first. A kind that is missing takes no members. */
  readonly roles: Readonly<Partial<Record<GroupKind, readonly GroupRole[]>>>;
  /** Every group, or those of one kind. A kind that the dialect lacks has none, and nobody is asked. */
  list(page: PageRequest, kind: GroupKind | null, ask: Ask<RecordNeeds>): Promise<Page<Group>>;
  /** One page of each user's memberships, in the order of the ids. A user that does not exist has none. */
  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    filter: MembershipFilter,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Membership>>[]>;
  /** eContext: the groups of each application. Cloud Foundry: its space. Empty where the service has no such relation. */
  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]>;
  /** Cloud Foundry: the spaces of each organization. Groups without children have an empty page. */
  childrenOf(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]>;
  /**
   * Gives a role; one that is held already stays.
   * @param membership its role is one of `roles`
   * @returns the user as the service holds it afterwards; without its record where it did not come along
   * @throws Refusal when nothing was changed and the caller can mend it; the path is `["user"]`, `["group"]` or `["role"]`
   * @throws ServiceFailure with `outcomeUnknown` when nobody can tell whether the role is held now
   */
  addMember(membership: MembershipRef, asks: Coordinates): Promise<Reference<User>>;
  /** Takes a role away; one that is not held is no error. As `addMember` otherwise. */
  removeMember(membership: MembershipRef, asks: Coordinates): Promise<Reference<User>>;
}
