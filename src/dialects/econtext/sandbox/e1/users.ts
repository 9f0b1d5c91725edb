import type { Handler } from "../call.ts";
import { readBody, wantsMinimal } from "../call.ts";
import { customDataToStore } from "../custom-data.ts";
import { conflict, crash, invalid, missing } from "../errors.ts";
import type { Body } from "../python.ts";
import { get, noAttribute, strip } from "../python.ts";
import { showUser } from "../render.ts";
import type { Store, UserRecord } from "../store.ts";
import { picked, readNewId } from "./fields.ts";

export function userAt(store: Store, id: string): UserRecord {
  const user = store.users.get(id);
  if (user === undefined) throw invalid("userid", "User not found");
  return user;
}

export const listUsers: Handler = (store, call) => {
  const minimal = wantsMinimal(store, call);
  return { users: Array.from(store.users.values(), (user) => showUser(store, user, undefined, minimal)) };
};

export const getUser: Handler = (store, { ids: [id] }) => ({ user: showUser(store, userAt(store, id)) });

export const createUser: Handler = (store, call) => {
  const body = readBody(call);
  for (const key of ["email", "password", "applications"]) {
    // The second pair of quotes came with the move to Python 3.
    if (!Object.hasOwn(body, key)) throw missing(store.edition === "E0" ? key : `'${key}'`);
  }
  const email = readEmail(store, body["email"]);
  const password = readPassword(body["password"]);
  const applications = readIds(body["applications"], "application", store.applications);
  const groups = readGroups(store, body);
  const id = readNewId(body["id"], store.users, () => invalid("id", "A User with that id already exists"));
  const now = store.now();
  const user: UserRecord = {
    id,
    name: get(body, "name"),
    email,
    username: get(body, "username", body["email"]),
    password,
    status: get(body, "status", "UNVERIFIED"),
    customData: customDataToStore(store.edition, body["custom_data"]),
    createdAt: now,
    modifiedAt: now,
    passwordModifiedAt: now,
    organization: null,
    orgAdmin: null,
    applications: new Set(applications),
    groups: new Set(groups),
  };
  store.users.set(id, user);
  return { user: showUser(store, user) };
};

export const updateUser: Handler = (store, call) => {
  const body = readBody(call);
  const user = userAt(store, call.ids[0]);
  const changes: Partial<UserRecord> = { modifiedAt: store.now() };
  if (Object.hasOwn(body, "email") && body["email"] !== user.email) changes.email = readEmail(store, body["email"]);
  if (Object.hasOwn(body, "password")) {
    changes.password = readPassword(body["password"]);
    changes.passwordModifiedAt = store.now();
  }
  // Memberships are rows of their own: they stay even where what follows fails.
  if (Object.hasOwn(body, "applications")) {
    for (const id of readIds(body["applications"], "application", store.applications)) user.applications.add(id);
  }
  for (const id of readGroups(store, body)) user.groups.add(id);
  if (Object.hasOwn(body, "custom_data")) {
    changes.customData = customDataToStore(store.edition, body["custom_data"]);
  }
  Object.assign(user, changes, picked(body, ["name", "status"]));
  return { user: showUser(store, user) };
};

export const deleteUser: Handler = (store, { ids: [id] }) => {
  if (userAt(store, id).status !== "DISABLED") throw conflict("User must be disabled before deletion is possible");
  // From tag 1.0.2 on.
  if (store.edition === "E1") for (const key of store.apiKeysOf(id)) store.apiKeys.delete(key.id);
  store.users.delete(id);
  return { deleted: true };
};

const ADDRESS = /^[^\s@()<>,;:"[\]\\]+@[^\s@()<>,;:"[\]\\]+$/;

function readEmail(store: Store, value: unknown): string {
  if (typeof value !== "string") throw noAttribute(value, "lower");
  const email = value.toLowerCase().trim();
  if (store.userNamed(email)) throw invalid("email", "A user with that email address already exists");
  if (!ADDRESS.test(email)) throw invalid("email", "Invalid email address");
  return email;
}

function readPassword(value: unknown): string {
  const password = strip(value);
  if (password.length < 7) throw invalid("password", "Password must be at least 7 characters long");
  return password;
}

function readGroups(store: Store, body: Body): readonly string[] {
  return body["groups"] ? readIds(body["groups"], "group", store.groups) : [];
}

function readIds(value: unknown, kind: string, records: ReadonlyMap<string, unknown>): readonly string[] {
  if (!Array.isArray(value)) throw invalid(`${kind}s`, `Expecting a list of ${kind} ids`);
  return value.map((id: unknown) => {
    if (typeof id !== "string") throw crash("Primary keys must be either a number, string, bool, pseudotype or array");
    if (!records.has(id)) throw invalid(`${kind}s`, `Couldn't find ${kind} ${id}`);
    return id;
  });
}
