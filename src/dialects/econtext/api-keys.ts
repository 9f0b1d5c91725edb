import type { ApiKey, ApiKeyRef, ApiKeyStore, ApiKeyWriter } from "../../domain/api-key.ts";
import type { Ask, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type { Reference } from "../../domain/reference.ts";
import { answerEach } from "../../domain/answers.ts";
import { ApiKeyWrites } from "./api-key-writes.ts";
import type { Reader } from "./reader.ts";

export class ApiKeys implements ApiKeyStore {
  readonly writer: ApiKeyWriter;
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.writer = new ApiKeyWrites(reader);
    this.#reader = reader;
  }

  byRefs(refs: readonly ApiKeyRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<ApiKey | null>[]> {
    return answerEach(
      refs,
      (ref) => this.#reader.apiKey(ref, ask.for),
      ({ user, id }) => `${encodeURIComponent(user.toWellFormed())} ${id}`,
    );
  }

  ofUsers(userIds: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<readonly Reference<ApiKey>[]>[]> {
    return answerEach(
      userIds,
      async (id) => (await this.#reader.askUser(id, ask.for, "apikeys", (user) => user.apiKeys())) ?? [],
    );
  }
}
