import type { Call, Handler } from "../call.ts";
import { readBody } from "../call.ts";
import { conflict, invalid } from "../errors.ts";
import { newKeyId, newSecret } from "../keys.ts";
import { get } from "../python.ts";
import { showApiKey } from "../render.ts";
import type { ApiKeyRecord, Store } from "../store.ts";
import { chosen, picked } from "./fields.ts";
import { userAt } from "./users.ts";

/** Whose key it is, nobody asks. */
function keyAt(store: Store, { ids: [userId, id] }: Call): ApiKeyRecord {
  userAt(store, userId);
  const key = store.apiKeys.get(id);
  if (key === undefined) throw invalid("apikeyid", "ApiKey not found");
  return key;
}

export const getApiKey: Handler = (store, call) => ({ apikey: showApiKey(store, keyAt(store, call)) });

export const createApiKey: Handler = (store, call) => {
  const body = readBody(call);
  const user = userAt(store, call.ids[0]);
  const now = store.now();
  const key: ApiKeyRecord = {
    id: chosen(body["id"]) ?? newKeyId(),
    name: get(body, "name"),
    description: get(body, "description"),
    status: "ENABLED",
    secret: chosen(body["secret"]) ?? newSecret(),
    user: user.id,
    createdAt: now,
    modifiedAt: now,
  };
  store.apiKeys.set(key.id, key);
  user.modifiedAt = now;
  return { apikey: { ...showApiKey(store, key), secret: key.secret } };
};

export const updateApiKey: Handler = (store, call) => {
  const key = keyAt(store, call);
  Object.assign(key, picked(readBody(call), ["name", "description", "status"]));
  return { apikey: showApiKey(store, key) };
};

export const deleteApiKey: Handler = (store, call) => {
  const key = keyAt(store, call);
  if (key.status !== "DISABLED") throw conflict("ApiKey must be disabled before deletion is possible");
  store.apiKeys.delete(key.id);
  return { deleted: true };
};
