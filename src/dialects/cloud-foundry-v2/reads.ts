import { RECORD } from "../../domain/ask.ts";
import type { Coordinates, RecordNeeds } from "../../domain/ask.ts";
import type { GroupRef } from "../../domain/group.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { COLLECTIONS, isCloudKind } from "./collections.ts";
import { isAddressable } from "./guid.ts";
import { Inlining } from "./inlining.ts";
import type { ApplicationRecord } from "./application-record.ts";
import type { OrganizationRecord, SpaceRecord } from "./group-records.ts";
import type { UserRecord } from "./user-record.ts";
import type { Question, Session } from "./session.ts";
import { isResource } from "./wire.ts";
import type { Resource } from "./wire.ts";

/** A user: the one that was met before, whatever came inside, or a new one with `inlining`. */
export async function readUser(
  session: Session,
  guid: string,
  inlining: Inlining,
  asks: Coordinates,
): Promise<UserRecord | null> {
  if (!isAddressable(guid)) return null;
  return session.memory.users.ask(guid, () => fetchUser(session, guid, inlining, asks));
}

/** A user with `inlining`, as deep as the service allows: read again where less is known. A skeleton may be enough. */
export async function readUserWith(
  session: Session,
  guid: string,
  inlining: Inlining,
  asks: Coordinates,
): Promise<UserRecord | null> {
  const needed = inlining.within(session.limits.depth.most);
  const skeleton = session.memory.skeletons.get(guid);
  if (skeleton?.inlined.covers(needed) === true) return skeleton;
  const known = await readUser(session, guid, inlining, asks);
  if (known === null || known.inlined.covers(inlining.within(session.limits.depth.most))) return known;
  const wanted = known.inlined.and(inlining);
  return session.memory.users.askAgain(guid, () => fetchUser(session, guid, wanted, asks));
}

async function fetchUser(
  session: Session,
  guid: string,
  inlining: Inlining,
  asks: Coordinates,
): Promise<UserRecord | null> {
  const question: Question = { route: "/v2/users/{guid}", guid, missing: "UserNotFound", for: asks, keys: 1 };
  const reply = await session.get(question, inlining);
  return reply && session.meetUser(readBody(session, guid, reply), reply);
}

/** An organization or a space; groups of other kinds do not exist here. */
export async function readGroup(
  session: Session,
  { kind, id }: GroupRef,
  asks: Coordinates,
  needs: RecordNeeds = RECORD,
): Promise<OrganizationRecord | SpaceRecord | null> {
  if (!isCloudKind(kind) || !isAddressable(id)) return null;
  const { path, missing } = COLLECTIONS[kind];
  const question: Question = { route: `${path}/{guid}`, guid: id, missing, for: asks, keys: 1 };
  const read = () => session.get(question, Inlining.ofGroup(kind, needs));
  return kind === "ORGANIZATION"
    ? session.memory.organizations.ask(id, async () => {
        const reply = await read();
        return reply && session.meetOrganization(readBody(session, id, reply), reply.request);
      })
    : session.memory.spaces.ask(id, async () => {
        const reply = await read();
        return reply && session.meetSpace(session.meetNamed(readBody(session, id, reply), reply), reply.request);
      });
}

export async function readApplication(
  session: Session,
  guid: string,
  asks: Coordinates,
  needs: RecordNeeds = RECORD,
): Promise<ApplicationRecord | null> {
  if (!isAddressable(guid)) return null;
  const question: Question = { route: "/v2/apps/{guid}", guid, missing: "AppNotFound", for: asks, keys: 1 };
  return session.memory.applications.ask(guid, async () => {
    const reply = await session.get(question, Inlining.ofApplication(needs));
    return reply && session.meetApplication(session.meetNamed(readBody(session, guid, reply), reply), reply.request);
  });
}

/** The object that was asked for, and no other: the service's database may compare guids without regard to case. */
export function readBody(session: Session, guid: string, { body, request }: Answered): Resource {
  if (!isResource(body)) throw session.withoutGuid(request, "", body);
  if (body.metadata.guid.toLowerCase() !== guid.toLowerCase()) {
    throw session.strange(request, "metadata.guid", "the guid that was asked for", "another");
  }
  return body;
}

interface Answered {
  readonly request: UpstreamRequest;
  readonly body: unknown;
}
