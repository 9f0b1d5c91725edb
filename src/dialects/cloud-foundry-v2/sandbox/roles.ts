/** One of the seven relations between users and what they have a role in. */
export interface Relation {
  /** Below a user: `/v2/users/:guid/spaces`. */
  readonly name: string;
  readonly kind: "organizations" | "spaces";
  /** Below the organization or space: `/v2/spaces/:guid/developers`. */
  readonly side: string;
  /** As `user_roles` names it. */
  readonly role: string;
  /** As the sandbox's people name it. */
  readonly seed: "MEMBER" | "MANAGER" | "BILLING_MANAGER" | "AUDITOR" | "DEVELOPER";
}

/** In the order in which a user shows them. */
export const RELATIONS = [
  { name: "spaces", kind: "spaces", side: "developers", role: "space_developer", seed: "DEVELOPER" },
  { name: "organizations", kind: "organizations", side: "users", role: "org_user", seed: "MEMBER" },
  { name: "managed_organizations", kind: "organizations", side: "managers", role: "org_manager", seed: "MANAGER" },
  {
    name: "billing_managed_organizations",
    kind: "organizations",
    side: "billing_managers",
    role: "billing_manager",
    seed: "BILLING_MANAGER",
  },
  { name: "audited_organizations", kind: "organizations", side: "auditors", role: "org_auditor", seed: "AUDITOR" },
  { name: "managed_spaces", kind: "spaces", side: "managers", role: "space_manager", seed: "MANAGER" },
  { name: "audited_spaces", kind: "spaces", side: "auditors", role: "space_auditor", seed: "AUDITOR" },
] as const satisfies readonly Relation[];

export type RoleRelation = (typeof RELATIONS)[number];
export type RelationName = RoleRelation["name"];
export type GroupKind = RoleRelation["kind"];

export const ORGANIZATION_RELATIONS = RELATIONS.filter((relation) => relation.kind === "organizations");
export const SPACE_RELATIONS = RELATIONS.filter((relation) => relation.kind === "spaces");

/** `billing_managers` is asked for as `billing_manager_guid`, and set as `billing_manager_guids`. */
export function singular(plural: string): string {
  return plural.slice(0, -1);
}
