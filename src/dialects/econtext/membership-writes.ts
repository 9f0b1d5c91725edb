import type { Coordinates } from "../../domain/ask.ts";
import { settle } from "../../domain/answers.ts";
import { isDirectoryError, Refusal } from "../../domain/errors.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isAddressable } from "./address.ts";
import { sayNone } from "./outcomes.ts";
import type { Write } from "./outcomes.ts";
import { notThere } from "./problems.ts";
import type { Reader } from "./reader.ts";
import type { UserRecord } from "./user.ts";
import { readDone, send } from "./write.ts";

/** A user into a group or an application, or out of it. */
export interface Move {
  readonly write: keyof typeof PLACES;
  readonly user: string;
  /** Of the group or the application. */
  readonly id: string;
}

const PLACES = {
  addToGroup: "group",
  removeFromGroup: "group",
  addToApplication: "application",
  removeFromApplication: "application",
} as const satisfies Partial<Record<Write, string>>;

const ROUTES = {
  group: "/users/user/{user}/group/{group}",
  application: "/users/user/{user}/application/{application}",
} as const;

export function addToGroup(reader: Reader, user: string, id: string, asks: Coordinates): Promise<Reference<User>> {
  return make(reader, { write: "addToGroup", user, id }, asks);
}

export function removeFromGroup(reader: Reader, user: string, id: string, asks: Coordinates): Promise<Reference<User>> {
  return make(reader, { write: "removeFromGroup", user, id }, asks);
}

export function addToApplication(
  reader: Reader,
  user: string,
  id: string,
  asks: Coordinates,
): Promise<Reference<User>> {
  return make(reader, { write: "addToApplication", user, id }, asks);
}

export async function removeFromApplication(
  reader: Reader,
  user: string,
  id: string,
  asks: Coordinates,
): Promise<Reference<User>> {
  try {
    return await make(reader, { write: "removeFromApplication", user, id }, asks);
  } catch (error) {
    if (!(error instanceof Refusal) || error.problems[0].code !== "CONFLICT") throw error;
    // E1 only counts: of one who has a single application it keeps any other, too.
    const record = await settle(() => findOutside(reader, user, id, asks));
    if (record === null || isDirectoryError(record)) throw error;
    return { id: record.id, record };
  }
}

async function make(reader: Reader, move: Move, asks: Coordinates): Promise<Reference<User>> {
  const { service } = reader.calls;
  const request = requestOf(move, asks);
  // What the service says in its answer, which does not bring the user along.
  const done = request.method === "POST" ? PLACES[move.write] : "deleted";
  await send(reader, move.write, request, (result) => readDone(service, request, result, done));
  return { id: move.user, record: undefined };
}

/** @throws Refusal for ids that name nothing */
export function requestOf({ write, user, id }: Move, asks: Coordinates): UpstreamRequest {
  const place = PLACES[write];
  if (!isAddressable(user)) throw new Refusal(sayNone(write, notThere("User", "user")));
  if (!isAddressable(user, id)) {
    throw new Refusal(sayNone(write, notThere(place === "group" ? "Group" : "Application", place)));
  }
  const where = { route: ROUTES[place], params: { user, [place]: id }, for: asks, keys: 1 };
  return write === "addToGroup" || write === "addToApplication"
    ? { method: "POST", ...where }
    : { method: "DELETE", ...where, repeatable: true };
}

/** The user, who is not in the application; null where that is not so. */
async function findOutside(
  reader: Reader,
  user: string,
  application: string,
  asks: Coordinates,
): Promise<UserRecord | null> {
  const record = await reader.user(user, asks);
  return record?.isInApplication(application) === false ? record : null;
}
