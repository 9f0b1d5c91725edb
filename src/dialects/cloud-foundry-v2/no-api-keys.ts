import type { ApiKeyStore } from "../../domain/api-key.ts";

/** Cloud Foundry has none. */
export const NO_API_KEYS: ApiKeyStore = {
  writer: null,
  byRefs: (refs) => Promise.resolve(refs.map(() => null)),
  ofUsers: (userIds) => Promise.resolve(userIds.map(() => [])),
};
