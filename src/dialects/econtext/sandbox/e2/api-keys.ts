import type { Call, Handler } from "../call.ts";
import { readBody } from "../call.ts";
import { conflict, crash, taken } from "../errors.ts";
import { newKeyId, newSecret } from "../keys.ts";
import { get, str } from "../python.ts";
import { showApiKey } from "../render.ts";
import type { ApiKeyRecord, Store } from "../store.ts";
import { checkStatus, commit, readChanges, readDraft } from "./changes.ts";
import { recordAt } from "./memberships.ts";

function keyAt(store: Store, { ids: [userId, id] }: Call): ApiKeyRecord {
  const key = store.apiKeys.get(id);
  // A key that a deleted user left behind fails as it is read, before anything is asked.
  if (key !== undefined && !store.users.has(key.user)) throw crash("(UserDoesNotExist(...), '{}')");
  recordAt("User", store.users, userId);
  if (key?.user !== userId) throw crash(`ApiKey ${id} not found`);
  return key;
}

export const getApiKey: Handler = (store, call) => ({ apikey: showApiKey(store, keyAt(store, call)) });

export const createApiKey: Handler = (store, call) => {
  const body = readBody(call);
  const user = recordAt("User", store.users, call.ids[0]);
  const { status, createdAt, modifiedAt, show } = readDraft(store, { ...body, custom_data: {}, data: [] });
  checkStatus("ApiKey", status);
  const id = body["key"] ? str(body["key"]) : newKeyId();
  if (store.apiKeys.has(id)) throw taken("ApiKey", "key", id);
  const key: ApiKeyRecord = {
    id,
    name: get(body, "name"),
    description: get(body, "description"),
    status,
    secret: body["secret"] ? str(body["secret"]) : newSecret(),
    user: user.id,
    createdAt,
    modifiedAt,
  };
  store.apiKeys.set(id, key);
  return { apikey: show({ ...showApiKey(store, key), secret: key.secret }) };
};

export const updateApiKey: Handler = (store, call) => {
  const key = keyAt(store, call);
  const fields = { name: "name", description: "description", status: "status" } as const;
  const changes = readChanges(key, readBody(call), fields);
  checkStatus("ApiKey", changes.fields["status"]);
  return { apikey: commit(store, key, changes, () => showApiKey(store, key)) };
};

export const deleteApiKey: Handler = (store, call) => {
  const key = keyAt(store, call);
  if (key.status !== "DISABLED") throw conflict("ApiKey must be disabled before deletion is possible");
  store.apiKeys.delete(key.id);
  return { deleted: true };
};
