import type { GraphQLResolveInfo } from "graphql";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import { LazyUser, type LazyGroup, type LazyApplication } from "./lazy.ts";
import { readApplication, readGroup, readUser } from "./node.ts";

/** What a write touched. */
export interface Written {
  readonly user: LazyUser | null;
}

export function writtenUser(home: OpenService, { id, record }: Reference<User>): LazyUser {
  return new LazyUser(home, id, record);
}

/** The user after a write: as its answer told, else read now, in one call with all that is selected. */
export function readWritten({ user }: Written, _args: object, _context: unknown, info: GraphQLResolveInfo) {
  return user === null || user.record !== undefined ? user : readUser(user.home, user.id, info);
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
