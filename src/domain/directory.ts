import type { ApiKeyStore } from "./api-key.ts";
import type { ApplicationStore } from "./application.ts";
import type { GroupStore } from "./group.ts";
import type { UserStore } from "./user.ts";

/**
 * The port: what any service can be asked, in our words, on behalf of one caller and for one operation. It may remember
 * what it has met (users arrive with their groups inside) until it writes.
 */
export interface Directory {
  readonly users: UserStore;
  readonly applications: ApplicationStore;
  readonly groups: GroupStore;
  readonly apiKeys: ApiKeyStore;
}
