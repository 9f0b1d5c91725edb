import type { Coordinates } from "../../domain/ask.ts";
import { Refusal } from "../../domain/errors.ts";
import { isAddressable } from "./guid.ts";
import type { Session } from "./session.ts";
import { checkDeleted, sendWrite } from "./write-answers.ts";
import { NO_SUCH_ID } from "./write-errors.ts";
import type { Write } from "./write-errors.ts";

/**
 * Deletes a user with all roles, once: a repetition would be told that there is none, by its own doing. Without
 * `recursive=true`, so that nobody's labels and annotations go unseen.
 */
export async function removeUser(session: Session, guid: string, asks: Coordinates): Promise<void> {
  const write = wordDeletion(guid, asks);
  checkDeleted(session, write, await sendWrite(session, write));
}

/** @throws Refusal for a guid that no user can have */
export function wordDeletion(guid: string, asks: Coordinates): Write {
  if (!isAddressable(guid)) throw new Refusal(NO_SUCH_ID);
  return {
    operation: "deletion",
    request: { method: "DELETE", route: "/v2/users/{guid}", params: { guid }, for: asks, keys: 1 },
  };
}
