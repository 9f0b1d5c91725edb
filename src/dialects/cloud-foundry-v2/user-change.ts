import type { Coordinates } from "../../domain/ask.ts";
import { Refusal, refuseAll } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { CloudFoundryUserChange } from "../../domain/facets/cloud-foundry.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserChange } from "../../domain/user.ts";
import { isAddressable } from "./guid.ts";
import { NOTHING } from "./inlining.ts";
import { readUser } from "./reads.ts";
import type { Session } from "./session.ts";
import { readWrittenUser, sendWrite } from "./write-answers.ts";
import { NO_SUCH_ID } from "./write-errors.ts";
import type { Write } from "./write-errors.ts";

export function reviewChange({ cloudFoundry }: UserChange): readonly Problem[] {
  if (cloudFoundry === undefined) return [OTHER_FAMILY];
  return [...reviewAdmin(cloudFoundry.admin), ...reviewSpace(cloudFoundry.defaultSpace)];
}

const OTHER_FAMILY: Problem = {
  code: "UNSUPPORTED",
  path: ["econtext"],
  message: "This service takes changes of Cloud Foundry users only; nothing was changed.",
};

/** Upstream a null counts as left out: it would change nothing, without a word. */
function reviewAdmin(admin: CloudFoundryUserChange["admin"]): Problem[] {
  if (admin !== null) return [];
  const message = "`admin` is true or false, and cannot be cleared; nothing was changed.";
  return [{ code: "UNSUPPORTED", path: ["cloudFoundry", "admin"], message }];
}

function reviewSpace(guid: CloudFoundryUserChange["defaultSpace"]): Problem[] {
  const path = ["cloudFoundry", "defaultSpace"];
  if (guid === null) {
    const message = "The default space can be changed, and not cleared; nothing was changed.";
    return [{ code: "UNSUPPORTED", path, message }];
  }
  if (guid === undefined || (guid.trim() !== "" && isAddressable(guid))) return [];
  const message = "The default space is not the guid of a space; nothing was changed.";
  return [{ code: "INVALID", path, message }];
}

export async function updateUser(
  session: Session,
  guid: string,
  change: UserChange,
  asks: Coordinates,
): Promise<Reference<User>> {
  const write = wordChange(guid, change, asks);
  if (write === null) return readUnchanged(session, guid, asks);
  return readWrittenUser(session, guid, write, await sendWrite(session, write));
}

/**
 * @returns null where nothing is to be changed
 * @throws Refusal with all that is wrong with the change
 */
export function wordChange(guid: string, change: UserChange, asks: Coordinates): Write | null {
  refuseAll(reviewChange(change));
  if (!isAddressable(guid)) throw new Refusal(NO_SUCH_ID);
  const body = writeChange(change.cloudFoundry ?? {});
  if (Object.keys(body).length === 0) return null;
  return {
    operation: "update",
    request: {
      method: "PUT",
      route: "/v2/users/{guid}",
      params: { guid },
      body,
      for: asks,
      keys: 1,
      repeatable: true,
    },
    namesSpace: "default_space_guid" in body,
  };
}

/** What is left out stays as it is. */
function writeChange({ admin, defaultSpace }: CloudFoundryUserChange): Record<string, unknown> {
  return {
    ...(admin == null ? {} : { admin }),
    ...(defaultSpace == null ? {} : { default_space_guid: defaultSpace }),
  };
}

async function readUnchanged(session: Session, guid: string, asks: Coordinates): Promise<Reference<User>> {
  const user = await readUser(session, guid, NOTHING, asks);
  if (user === null) throw new Refusal(NO_SUCH_ID);
  return { id: user.id, record: user };
}
