import type { MembershipFilter } from "../../domain/ask.ts";
import type { Edition } from "./edition.ts";

/** Users are in groups as members alone. */
export function wantsGroups({ kind, role }: MembershipFilter): boolean {
  return kind !== "ORGANIZATION" && kind !== "SPACE" && (role === null || role === "MEMBER");
}

/** E2: in their organization users are members and, with `org_admin`, managers too. */
export function wantsOrganization({ kind, role }: MembershipFilter): boolean {
  return kind !== "GROUP" && kind !== "SPACE" && (role === null || role === "MEMBER" || role === "MANAGER");
}

/** Whether no user has such memberships, so that nobody has to be asked. */
export function hasNobody(filter: MembershipFilter, { hasOrganizations }: Pick<Edition, "hasOrganizations">): boolean {
  return !wantsGroups(filter) && (!wantsOrganization(filter) || hasOrganizations === false);
}
