import { isSuccess } from "../../http/send.ts";
import { ServiceFailure } from "../../domain/errors.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import type { UpstreamResponse } from "../../http/send.ts";
import { NOTHING } from "./inlining.ts";
import { readBody } from "./reads.ts";
import type { Session } from "./session.ts";
import type { Resource } from "./wire.ts";
import { outcomeUnknown, writeError } from "./write-errors.ts";
import type { Write } from "./write-errors.ts";

/**
 * Sends a write.
 * @throws ServiceFailure that tells how to find out what became of it, where its answer was lost
 */
export async function sendWrite(session: Session, write: Write): Promise<UpstreamResponse> {
  try {
    return await session.write(write.request);
  } catch (error) {
    throw error instanceof ServiceFailure && error.outcomeUnknown ? outcomeUnknown(error, write) : error;
  }
}

/**
 * The object that a write answers.
 * @param guid of the object that it changed
 * @throws DirectoryError for all other answers; the outcome is unknown where a success shows no such object
 */
export function readWritten(session: Session, guid: string, write: Write, response: UpstreamResponse): Resource {
  if (!isSuccess(response)) throw writeError(session.service, write, response);
  try {
    return readBody(session, guid, { request: write.request, body: response.json });
  } catch (error) {
    throw error instanceof ServiceFailure ? outcomeUnknown(error, write) : error;
  }
}

/** The user that a write answers, with nothing inside. */
export function readWrittenUser(
  session: Session,
  guid: string,
  write: Write,
  response: UpstreamResponse,
): Reference<User> {
  const resource = readWritten(session, guid, write, response);
  const record = session.meetUser(resource, { request: write.request, inlined: NOTHING });
  return { id: record.id, record };
}

/** @throws DirectoryError for any answer but the empty one of a deletion */
export function checkDeleted(session: Session, write: Write, response: UpstreamResponse): void {
  if (response.status === 204) return;
  if (!isSuccess(response)) throw writeError(session.service, write, response);
  const failure = session.strange(write.request, "status", "204", String(response.status));
  throw outcomeUnknown(failure, write);
}
