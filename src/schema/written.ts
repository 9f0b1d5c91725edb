import type { GraphQLResolveInfo } from "graphql";
import { ServiceFailure } from "../domain/errors.ts";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import { LazyUser, type LazyGroup, type LazyApplication } from "./lazy.ts";
import { userNeeds } from "./needs.ts";
import { readApplication, readGroup, readUser } from "./node.ts";

/** What a write touched. */
export interface Written {
  readonly user: LazyUser | null;
  /** False: there was nothing to change, and nothing was sent. */
  readonly sent?: boolean;
}

export function writtenUser(home: OpenService, { id, record }: Reference<User>): LazyUser {
  return new LazyUser(home, id, record);
}

/**
 * The user after a write: as its answer told. What that left out is read now, all that is selected in one call, rather
 * than one relation after the other.
 */
export function readWritten({ user, sent = true }: Written, _args: object, _context: unknown, info: GraphQLResolveInfo) {
  if (user === null || user.record?.tells(userNeeds(info, "self"))) return user;
  const read = readUser(user.home, user.id, info);
  return sent ? afterWrite(read) : read;
}

/** The group of a membership, when anything is asked of it that its id does not tell. */
export function readWrittenGroup(
  { group }: { readonly group: LazyGroup | null },
  _args: object,
  _context: unknown,
  info: GraphQLResolveInfo,
) {
  return group && afterWrite(readGroup(group.home, group, info));
}

/** The same of an application. */
export function readWrittenApplication(
  { application }: { readonly application: LazyApplication | null },
  _args: object,
  _context: unknown,
  info: GraphQLResolveInfo,
) {
  return application && afterWrite(readApplication(application.home, application.id, info));
}

/**
 * What a read after a write gives.
 * @throws ServiceFailure that says that the write was done: it must not be taken for undone, and not be sent again
 */
async function afterWrite<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw error instanceof ServiceFailure ? withoutRepetition(error) : error;
  }
}

function withoutRepetition({ code, ...details }: ServiceFailure): ServiceFailure {
  const message = `The change was made; what came of it could not be read from the service \`${details.service}\`. Read it instead of sending the change again.`;
  return new ServiceFailure(code, message, { ...details, retryable: false });
}
