import type { ApiKey, ApiKeyRef, ApiKeyStore } from "../../domain/api-key.ts";
import type { Ask, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type { Reference } from "../../domain/reference.ts";
import { isAddressable } from "./address.ts";
import { answerEach } from "../../domain/answers.ts";
import { ApiKeyRecord } from "./api-key.ts";
import type { Reader } from "./reader.ts";
import type { WireApiKey } from "./wire.ts";

export class ApiKeys implements ApiKeyStore {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  byRefs(refs: readonly ApiKeyRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<ApiKey | null>[]> {
    return answerEach(
      refs,
      async (ref) => {
        const ofUser = this.#reader.memory.user(ref.user)?.apiKeys();
        const known = ofUser?.find(({ id }) => id === ref.id);
        if (known?.record !== undefined) return known.record;
        // A user's record tells all of its keys: there is no other list of them.
        if ((ofUser !== undefined && known === undefined) || !isAddressable(ref.user, ref.id)) return null;
        return this.#read(ref, ask);
      },
      ({ user, id }) => `${encodeURIComponent(user.toWellFormed())} ${id}`,
    );
  }

  ofUsers(userIds: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<readonly Reference<ApiKey>[]>[]> {
    return answerEach(
      userIds,
      async (id) => (await this.#reader.askUser(id, ask.for, "apikeys", (user) => user.apiKeys())) ?? [],
    );
  }

  async #read({ user, id }: ApiKeyRef, ask: Ask<RecordNeeds>): Promise<ApiKey | null> {
    const wire = await this.#reader.apiKey(user, id, ask.for);
    if (wire === null || !isOf(wire, user)) return null;
    return new ApiKeyRecord(wire, user, this.#reader.calls.service);
  }
}

/** E1 gives out any key below any user, and only the key's `href` names the owner. */
function isOf({ href }: WireApiKey, user: string): boolean {
  const owner = typeof href === "string" ? /users\/user\/([^/]+)\/apikey\//.exec(href)?.[1] : undefined;
  return owner === undefined || owner === user || owner === encodeURIComponent(user);
}
