import type { Coordinates } from "../../domain/ask.ts";
import { Refusal } from "../../domain/errors.ts";
import { isAddressable } from "./address.ts";
import { sayNone } from "./outcomes.ts";
import { notThere } from "./problems.ts";
import type { Reader } from "./reader.ts";
import { readDone, send } from "./write.ts";

/** Sent once: a repetition would be told that the user is not there. */
export async function deleteUser(reader: Reader, id: string, asks: Coordinates): Promise<void> {
  if (!isAddressable(id)) throw new Refusal(sayNone("deleteUser", notThere("User", "id")));
  const { service } = reader.calls;
  const request = { method: "DELETE", route: "/users/user/{id}", params: { id }, for: asks, keys: 1 } as const;
  await send(reader, "deleteUser", request, (result) => readDone(service, request, result, "deleted"));
}
