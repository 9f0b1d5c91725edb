import type { Coordinates } from "../../domain/ask.ts";
import { Refusal } from "../../domain/errors.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isAddressable } from "./address.ts";
import { sayNone } from "./outcomes.ts";
import { notThere } from "./problems.ts";
import type { Reader } from "./reader.ts";
import { readDone, send } from "./write.ts";

/** Sent once: a repetition would be told that the user is not there. */
export async function deleteUser(reader: Reader, id: string, asks: Coordinates): Promise<void> {
  const { service } = reader.calls;
  const request = deletionOf(id, asks);
  await send(reader, "deleteUser", request, (result) => readDone(service, request, result, "deleted"));
}

/** @throws Refusal for an id that names nobody */
export function deletionOf(id: string, asks: Coordinates): UpstreamRequest {
  if (!isAddressable(id)) throw new Refusal(sayNone("deleteUser", notThere("User", "id")));
  return { method: "DELETE", route: "/users/user/{id}", params: { id }, for: asks, keys: 1 };
}
