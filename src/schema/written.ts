import type { GraphQLResolveInfo } from "graphql";
import type { UserNeeds } from "../domain/ask.ts";
import type { PageRequest } from "../domain/page.ts";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import { LazyUser, type LazyGroup, type LazyApplication } from "./lazy.ts";
import { userNeeds } from "./needs.ts";
import { readApplication, readGroup, readUser } from "./node.ts";

/** What a write touched. */
export interface Written {
  readonly user: LazyUser | null;
}

export function writtenUser(home: OpenService, { id, record }: Reference<User>): LazyUser {
  return new LazyUser(home, id, record);
}

/**
 * The user after a write: as its answer told. What that left out is read now, all that is selected in one call, rather
 * than one relation after the other.
 */
export function readWritten({ user }: Written, _args: object, _context: unknown, info: GraphQLResolveInfo) {
  if (user === null || (user.record && tells(user.record, userNeeds(info, "self")))) return user;
  return readUser(user.home, user.id, info);
}

const ONE: PageRequest = { first: 1, after: null };

function tells(user: User, needs: UserNeeds): boolean {
  return (
    (!needs.applications || user.applications(ONE) !== undefined) &&
    (!needs.apiKeys || user.apiKeys() !== undefined) &&
    needs.groups.every((filter) => user.groups(ONE, filter) !== undefined)
  );
}

/** The group of a membership, when anything is asked of it that its id does not tell. */
export function readWrittenGroup(
  { group }: { readonly group: LazyGroup | null },
  _args: object,
  _context: unknown,
  info: GraphQLResolveInfo,
) {
  return group && readGroup(group.home, group, info);
}

/** The same of an application. */
export function readWrittenApplication(
  { application }: { readonly application: LazyApplication | null },
  _args: object,
  _context: unknown,
  info: GraphQLResolveInfo,
) {
  return application && readApplication(application.home, application.id, info);
}
