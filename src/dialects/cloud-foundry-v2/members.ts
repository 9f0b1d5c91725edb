import type { Coordinates } from "../../domain/ask.ts";
import { unknownCursor } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Member } from "../../domain/user.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { COLLECTIONS } from "./collections.ts";
import type { Inlining } from "./inlining.ts";
import { readPart } from "./lists.ts";
import { RELATIONS } from "./relations.ts";
import type { CloudGroupKind } from "./relations.ts";
import type { Question, Session } from "./session.ts";
import { fieldsOf } from "./wire.ts";
import type { Resource } from "./wire.ts";

/**
 * One page of the members of a group in all roles: the service lists users, each with its roles, and we give an edge for
 * each role. A cursor is `<users before>.<roles of the next user before>`: `12.0`, `12.1`.
 */
export async function readMembers(
  session: Session,
  kind: CloudGroupKind,
  guid: string,
  page: PageRequest,
  inlining: Inlining,
  asks: Coordinates,
): Promise<Page<Member> | null> {
  const { path, missing } = COLLECTIONS[kind];
  const list: Question = { route: `${path}/{guid}/user_roles`, guid, missing, for: asks, keys: 1 };
  const relations = RELATIONS.filter((relation) => relation.kind === kind);
  const members: Member[] = [];
  const cursors: string[] = [];
  let { users, roles: skip } = readCursor(page.after);
  let more = true;
  while (more && members.length < page.first) {
    // Each user has a role at least, so this many users make a page.
    const part = await readPart(
      session,
      list,
      users,
      page.first,
      (resource, reply) => ({
        user: session.meetUser(resource, reply),
        roles: readRoles(session, resource, kind, reply.request),
      }),
      inlining,
    );
    if (part === null) return null;
    for (const { user, roles } of part.items) {
      const held = relations.filter(({ userRole }) => roles.includes(userRole));
      for (const relation of held) {
        const behind = relations.indexOf(relation) + 1;
        if (behind <= skip) continue;
        members.push({ role: relation.role, user });
        cursors.push(relation === held.at(-1) ? `${users + 1}.0` : `${users}.${behind}`);
      }
      users++;
      skip = 0;
    }
    more = part.items.length > 0 && users < part.total;
  }
  return {
    items: members.slice(0, page.first),
    cursor: (index) => cursors[index] as string,
    hasNext: members.length > page.first || (more && members.length > 0),
    total: null,
  };
}

/** The names of the roles, as the service spells them. */
function readRoles(
  session: Session,
  user: Resource,
  kind: CloudGroupKind,
  request: UpstreamRequest,
): readonly unknown[] {
  const field = kind === "ORGANIZATION" ? "organization_roles" : "space_roles";
  const roles = fieldsOf(user)[field] ?? [];
  // Whoever has no roles is left out: that must not happen to one of whom nobody can tell.
  if (!Array.isArray(roles)) throw session.invalid(request, `user.entity.${field}`, "list", roles);
  return roles;
}

/** @throws Refusal for a cursor that we never gave out */
export function readCursor(after: string | null): { users: number; roles: number } {
  if (after === null) return { users: 0, roles: 0 };
  const [, users, roles] = /^(0|[1-9]\d{0,9})\.([0-3])$/.exec(after) ?? [];
  if (users === undefined || roles === undefined || after === "0.0") throw unknownCursor();
  return { users: Number(users), roles: Number(roles) };
}
