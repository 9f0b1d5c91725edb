import type { MembershipFilter } from "../../domain/ask.ts";

/** Users are in groups as members alone. */
export function wantsGroups({ kind, role }: MembershipFilter): boolean {
  return kind !== "ORGANIZATION" && kind !== "SPACE" && (role === null || role === "MEMBER");
}

/** E2: in their organization users are members and, with `org_admin`, managers too. */
export function wantsOrganization({ kind, role }: MembershipFilter): boolean {
  return kind !== "GROUP" && kind !== "SPACE" && (role === null || role === "MEMBER" || role === "MANAGER");
}
