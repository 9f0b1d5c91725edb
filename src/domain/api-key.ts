import type { Ask, RecordNeeds } from "./ask.ts";
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

/** The API keys of one service, asked for one caller. */
export interface ApiKeyStore {
  byRefs(refs: readonly ApiKeyRef[], ask: Ask<RecordNeeds>): Promise<readonly Answer<ApiKey | null>[]>;
  /** All keys of each user. Users of services without keys have none, and nobody is asked. */
  ofUsers(userIds: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<readonly Reference<ApiKey>[]>[]>;
}
