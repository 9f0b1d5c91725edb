import type { MembershipFilter } from "../../domain/ask.ts";
import type { GroupKind, GroupRole } from "../../domain/group.ts";

/** The two kinds of groups that Cloud Foundry has. */
export type CloudGroupKind = "ORGANIZATION" | "SPACE";

/** One of the seven ways in which a user belongs to an organization or a space. */
export interface Relation {
  /** As the user's side spells it: the key of an inlined list, the last part of its path, its name in cursors. */
  readonly name: string;
  readonly kind: CloudGroupKind;
  readonly role: GroupRole;
  /** As the group's side spells it: the last part of the path of this role's users. */
  readonly users: string;
  /** As the group's `user_roles` spells it. */
  readonly userRole: string;
  /** With what the list of all groups can be filtered by the users of this role; undefined: it cannot. */
  readonly filter?: string;
}

export const DEVELOPED_SPACES: Relation = {
  name: "spaces",
  kind: "SPACE",
  role: "DEVELOPER",
  users: "developers",
  userRole: "space_developer",
  filter: "developer_guid",
};

/**
 * In the order in which a user's memberships are told; within one kind, in the order in which a user's roles are. The
 * first of a kind is the role that is given where none is named.
 */
export const RELATIONS: readonly Relation[] = [
  {
    name: "organizations",
    kind: "ORGANIZATION",
    role: "MEMBER",
    users: "users",
    userRole: "org_user",
    filter: "user_guid",
  },
  {
    name: "managed_organizations",
    kind: "ORGANIZATION",
    role: "MANAGER",
    users: "managers",
    userRole: "org_manager",
    filter: "manager_guid",
  },
  {
    name: "billing_managed_organizations",
    kind: "ORGANIZATION",
    role: "BILLING_MANAGER",
    users: "billing_managers",
    userRole: "billing_manager",
    filter: "billing_manager_guid",
  },
  {
    name: "audited_organizations",
    kind: "ORGANIZATION",
    role: "AUDITOR",
    users: "auditors",
    userRole: "org_auditor",
    filter: "auditor_guid",
  },
  DEVELOPED_SPACES,
  { name: "managed_spaces", kind: "SPACE", role: "MANAGER", users: "managers", userRole: "space_manager" },
  { name: "audited_spaces", kind: "SPACE", role: "AUDITOR", users: "auditors", userRole: "space_auditor" },
];

/** The relation that a role in groups of a kind stands for; undefined for what Cloud Foundry lacks. */
export function findRelation(kind: GroupKind, role: GroupRole): Relation | undefined {
  return RELATIONS.find((relation) => relation.kind === kind && relation.role === role);
}

/** In the order of our lists. */
export const KINDS: readonly CloudGroupKind[] = ["ORGANIZATION", "SPACE"];

/** The roles in groups of each kind. */
export const ROLES = { ORGANIZATION: rolesIn("ORGANIZATION"), SPACE: rolesIn("SPACE") };

function rolesIn(kind: CloudGroupKind): readonly GroupRole[] {
  return RELATIONS.filter((relation) => relation.kind === kind).map(({ role }) => role);
}

/** The relations that a filter lets through; a kind or a role that Cloud Foundry lacks selects none. */
export function selectRelations(filter: MembershipFilter): readonly Relation[] {
  if (filter.kind === null && filter.role === null) return RELATIONS;
  return RELATIONS.filter(({ kind, role }) => (filter.kind ?? kind) === kind && (filter.role ?? role) === role);
}
