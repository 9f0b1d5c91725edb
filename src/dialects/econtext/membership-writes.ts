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
interface Move {
  readonly write: Write;
  readonly user: string;
  readonly place: keyof typeof ROUTES;
  /** Of the group or the application. */
  readonly id: string;
}

const ROUTES = {
  group: "/users/user/{user}/group/{group}",
  application: "/users/user/{user}/application/{application}",
} as const;

export function addToGroup(reader: Reader, user: string, id: string, asks: Coordinates): Promise<Reference<User>> {
  return attach(reader, { write: "addToGroup", user, place: "group", id }, asks);
}

export function removeFromGroup(reader: Reader, user: string, id: string, asks: Coordinates): Promise<Reference<User>> {
  return detach(reader, { write: "removeFromGroup", user, place: "group", id }, asks);
}

export function addToApplication(
  reader: Reader,
  user: string,
  id: string,
  asks: Coordinates,
): Promise<Reference<User>> {
  return attach(reader, { write: "addToApplication", user, place: "application", id }, asks);
}

export async function removeFromApplication(
  reader: Reader,
  user: string,
  id: string,
  asks: Coordinates,
): Promise<Reference<User>> {
  try {
    return await detach(reader, { write: "removeFromApplication", user, place: "application", id }, asks);
  } catch (error) {
    if (!(error instanceof Refusal) || error.problems[0].code !== "CONFLICT") throw error;
    // E1 only counts: of one who has a single application it keeps any other, too.
    const record = await settle(() => findOutside(reader, user, id, asks));
    if (record === null || isDirectoryError(record)) throw error;
    return { id: record.id, record };
  }
}

function attach(reader: Reader, move: Move, asks: Coordinates): Promise<Reference<User>> {
  return make(reader, move, { method: "POST", ...writeMove(move), for: asks, keys: 1 }, move.place);
}

function detach(reader: Reader, move: Move, asks: Coordinates): Promise<Reference<User>> {
  return make(reader, move, { method: "DELETE", ...writeMove(move), for: asks, keys: 1, repeatable: true }, "deleted");
}

/** @param done what the service calls it in its answer, which does not bring the user along */
async function make(
  reader: Reader,
  { write, user, place, id }: Move,
  request: UpstreamRequest,
  done: string,
): Promise<Reference<User>> {
  if (!isAddressable(user)) throw new Refusal(sayNone(write, notThere("User", "user")));
  if (!isAddressable(user, id)) {
    throw new Refusal(sayNone(write, notThere(place === "group" ? "Group" : "Application", place)));
  }
  await send(reader, write, request, (result) => readDone(reader.calls.service, request, result, done));
  return { id: user, record: undefined };
}

function writeMove({ user, place, id }: Move): Pick<UpstreamRequest, "route" | "params"> {
  return { route: ROUTES[place], params: { user, [place]: id } };
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
