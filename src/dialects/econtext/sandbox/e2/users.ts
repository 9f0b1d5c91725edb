import type { Handler } from "../call.ts";
import { readBody, wantsMinimal } from "../call.ts";
import { conflict, crash, invalid, undeflatable } from "../errors.ts";
import type { Body } from "../python.ts";
import { get, str, strip, typeName } from "../python.ts";
import { EVERYTHING, NOTHING, showUser } from "../render.ts";
import type { OrganizationRecord, Store, UserRecord } from "../store.ts";
import { checkStatus, checkUnique, commit, hashOf, readChanges, readDraft } from "./changes.ts";
import { joinGroup } from "./memberships.ts";
import { createFor } from "./organizations.ts";
import { readPage } from "./pages.ts";

const PROPERTIES = {
  uid: "id",
  name: "name",
  email: "email",
  username: "username",
  password: "password",
  status: "status",
  created_at: "createdAt",
  modified_at: "modifiedAt",
  password_modified_at: "passwordModifiedAt",
  org_admin: "orgAdmin",
} as const;

function userAt(store: Store, id: string): UserRecord {
  const user = store.users.get(id);
  if (user === undefined) throw invalid(id, "User not found");
  return user;
}

export const listUsers: Handler = (store, call) => {
  const users = readPage([...store.users.values()], call.query, "User", PROPERTIES, "email");
  const minimal = wantsMinimal(store, call);
  return { users: users.map((user) => showUser(store, user, { organization: true, memberships: true }, minimal)) };
};

export const getUser: Handler = (store, { ids: [id] }) => ({ user: showUser(store, userAt(store, id)) });

export const createUser: Handler = (store, call) => {
  const body = readBody(call);
  const email = strip(get(body, "email", ""));
  const username = strip(get(body, "username", "")) || email;
  if (username === "") throw crash("A valid email address is required to create a new user");
  const applications = readIds(body, "applications");
  const groups = readIds(body, "groups");

  // Before anything else is looked at: what fails from here on leaves a new organization behind.
  const home = findOrganization(store, body);

  if (!applications.every((id) => store.applications.has(id)) || !groups.every((id) => store.groups.has(id))) {
    throw crash("Object of type set is not JSON serializable");
  }
  const name = strip(get(body, "name", ""));
  const password = readPassword(get(body, "password", ""));
  const draft = readDraft(store, body);
  checkEmail(email);
  checkStatus("User", draft.status);
  const { id } = draft;
  checkUnique("User", store.users, "id", id);
  checkUnique("User", store.users, "email", email);
  checkUnique("User", store.users, "username", username);
  const user: UserRecord = {
    id,
    name,
    email,
    username,
    password,
    status: draft.status,
    customData: draft.customData,
    createdAt: draft.createdAt,
    modifiedAt: draft.modifiedAt,
    passwordModifiedAt: store.now(),
    organization: home.organization.id,
    orgAdmin: home.isNew ? true : get(body, "org_admin", false),
    applications: new Set(applications),
    groups: new Set(groups),
  };
  store.users.set(id, user);
  return { user: draft.show(showUser(store, user)) };
};

export const updateUser: Handler = (store, call) => {
  const user = userAt(store, call.ids[0]);
  const body = readBody(call);
  const fields = {
    name: "name",
    username: "username",
    email: "email",
    password: "password",
    status: "status",
  } as const;
  // A password always differs: it is compared by its hash.
  const changes = readChanges({ ...user, password: "" }, body, fields);
  if (Object.hasOwn(body, "password")) readPassword(body["password"]);
  if (Object.hasOwn(body, "org_admin")) throw crash("'User' object has no attribute 'new_org_admin'");
  const { email, username, status } = changes.fields;
  const node = `{'uid': '${user.id}', 'email': '${user.email}', 'password': '${hashOf(user.password)}'}`;
  checkStatus("User", status, node);
  if (email !== undefined) {
    checkEmail(email, node);
    checkUnique("User", store.users, "email", email, user);
  }
  if (username !== undefined) checkUnique("User", store.users, "username", username, user);
  // A PUT without a difference answers with no relation loaded, and none answers with those that it adds.
  const loaded = changes.edited ? EVERYTHING : NOTHING;
  const answer = commit(store, user, changes, () => showUser(store, user, loaded));
  addMemberships(store, user, body);
  return { user: answer };
};

/** Leaves the user's API keys behind. */
export const deleteUser: Handler = (store, { ids: [id] }) => {
  if (userAt(store, id).status !== "DISABLED") throw conflict("User must be disabled before deletion is possible");
  store.users.delete(id);
  return { deleted: true };
};

/** Groups before applications, one by one: what was added stays where a later one fails. */
function addMemberships(store: Store, user: UserRecord, { groups, applications }: Body): void {
  for (const id of Array.isArray(groups) ? groups.map(str) : []) {
    const group = store.groups.get(id);
    if (group !== undefined) joinGroup(user, group);
  }
  for (const id of Array.isArray(applications) ? applications.map(str) : []) {
    if (store.applications.has(id)) user.applications.add(id);
  }
}

/** The organization of a new user: the one that is named by its id or, in `company_name`, by its name, or a new one. */
function findOrganization(store: Store, body: Body): { organization: OrganizationRecord; isNew: boolean } {
  const id = body["organization"] ?? null;
  if (id !== null) {
    const organization = store.organizations.get(str(id));
    if (organization === undefined) throw crash(`Organization not found: ${str(id)}`);
    return { organization, isNew: false };
  }
  const customData = get(body, "custom_data", {});
  if (typeof customData !== "object" || customData === null) {
    throw crash(`argument of type '${typeName(customData)}' is not iterable`);
  }
  const name: unknown = "company_name" in customData ? customData.company_name : body["name"];
  if ("company_name" in customData) {
    const organization = [...store.organizations.values()].find((each) => each.name === name);
    if (organization !== undefined) return { organization, isNew: false };
  }
  return { organization: createFor(store, name), isNew: true };
}

function readIds(body: Body, key: string): readonly string[] {
  const value = get(body, key, []);
  if (typeof value === "string") return Array.from(value);
  if (!Array.isArray(value)) throw crash(`'${typeName(value)}' object is not iterable`);
  return value.map(str);
}

function readPassword(value: unknown): string {
  const password = strip(value);
  if (password === "") throw crash("Password must be included");
  if (password.length < 7) throw crash("Password must be at least 7 characters long");
  return password;
}

function checkEmail(email: string, node?: string): void {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) throw undeflatable("User", "email", `Invalid email: ${email}`, node);
}
