import type { Ask, Coordinates, RecordNeeds } from "./ask.ts";
import type { Answer } from "./errors.ts";
import type { Reference } from "./reference.ts";

export type ApiKeyStatus = "ENABLED" | "DISABLED";

/** What names an API key: its user and its own id. */
export interface ApiKeyRef {
  readonly user: string;
  readonly id: string;
}

/** An API key of an eContext user, without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly status: ApiKeyStatus | null;
  readonly href: string | null;
  /** ISO 8601 in UTC with milliseconds. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

/** An API key to create. */
export interface NewApiKey {
  readonly name: string | null;
  readonly description: string | null;
}

/** What to change of an API key: what is left out stays, null clears. */
export interface ApiKeyChange {
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly status?: ApiKeyStatus | null | undefined;
}

/** A new API key, with what is told but once. */
export interface CreatedApiKey {
  readonly key: ApiKey;
  /** Never logged, never kept. */
  readonly secret: string;
}

/** Makes, changes and deletes API keys. */
export interface ApiKeyWriter {
  /**
   * Sent once.
   * @throws Refusal when no key was created; paths are `["user"]`, `["name"]`, `["description"]`
   * @throws ServiceFailure with `outcomeUnknown` when nobody can tell whether there is a new key
   */
  create(user: string, draft: NewApiKey, asks: Coordinates): Promise<CreatedApiKey>;
  /**
   * A change that changes nothing sends no write.
   * @throws Refusal when nothing was changed; paths are `["id"]`, `["name"]`, `["description"]`, `["status"]`
   */
  update(ref: ApiKeyRef, change: ApiKeyChange, asks: Coordinates): Promise<ApiKey>;
  /** @throws Refusal `NOT_FOUND`, or `CONFLICT` where the key's present state forbids it; the path is `["id"]` */
  remove(ref: ApiKeyRef, asks: Coordinates): Promise<void>;
}

/** The API keys of one service, asked for one caller. */
export interface ApiKeyStore {
  /** Null: the service has no API keys. */
  readonly writer: ApiKeyWriter | null;
  byRefs(refs: readonly ApiKeyRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<ApiKey | null>[]>;
  /** All keys of each user. Users of services without keys have none, and nobody is asked. */
  ofUsers(userIds: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<readonly Reference<ApiKey>[]>[]>;
}
