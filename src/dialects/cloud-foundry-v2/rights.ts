import type { Coordinates } from "../../domain/ask.ts";
import { RoleMissing } from "./errors.ts";
import type { Inlining } from "./inlining.ts";
import type { Question, Session } from "./session.ts";

/** The words of the proof: whoever may list the users is shown every group, and all of its users. */
export const PROOF: Omit<Question, "for" | "keys"> = { route: "/v2/users", query: [["results-per-page", "1"]] };

/**
 * Whether the caller may read all users, asked once. Others are shown a part of the groups, and of their users, which
 * would look like the whole truth.
 */
export function readsAllUsers(session: Session, keys: number, asks: Coordinates): Promise<boolean> {
  session.memory.readsAllUsers ??= prove(session, keys, asks);
  return session.memory.readsAllUsers;
}

async function prove(session: Session, keys: number, asks: Coordinates): Promise<boolean> {
  try {
    await session.get({ ...PROOF, for: asks, keys });
    return true;
  } catch (error) {
    if (error instanceof RoleMissing) return false;
    // What went wrong once need not go wrong again.
    session.memory.readsAllUsers = undefined;
    throw error;
  }
}

/**
 * What is read inside of users whom a list shows to others than themselves: their relations where it is proven that the
 * caller sees all of these, else only what nobody takes for the whole. Then each user's are read with the user.
 */
export async function believable(
  session: Session,
  wanted: Inlining,
  keys: number,
  asks: Coordinates,
): Promise<Inlining> {
  if (wanted.relations.length === 0) return wanted;
  // Where there was no answer, the list itself will tell what is wrong.
  const isProven = await readsAllUsers(session, keys, asks).catch(() => false);
  return isProven ? wanted : wanted.withoutRelations;
}
