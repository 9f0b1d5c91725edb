import { randomUUID } from "node:crypto";
import type { Handler } from "../call.ts";
import { readBody } from "../call.ts";
import { conflict, invalid } from "../errors.ts";
import { NOTHING, showOrganization, showUser, sortBy } from "../render.ts";
import type { OrganizationRecord, Store } from "../store.ts";
import { checkStatus, checkUnique, commit, readChanges, readDraft, required } from "./changes.ts";
import { readPage } from "./pages.ts";

const PROPERTIES = {
  uid: "id",
  name: "name",
  status: "status",
  created_at: "createdAt",
  modified_at: "modifiedAt",
} as const;

/** What an answer shows that did not ask for the members. */
const NOBODY = { admins: [], users: [] };

function organizationAt(store: Store, id: string, parameter = id): OrganizationRecord {
  const organization = store.organizations.get(id);
  if (organization === undefined) throw invalid(parameter, "Organization not found");
  return organization;
}

/** A new organization for a new user. @throws Fault 500 where the name is missing or taken */
export function createFor(store: Store, name: unknown): OrganizationRecord {
  const now = store.now();
  return insert(store, {
    id: randomUUID(),
    name: required("Organization", "name", name),
    status: "ENABLED",
    customData: {},
    createdAt: now,
    modifiedAt: now,
  });
}

function insert(store: Store, organization: OrganizationRecord): OrganizationRecord {
  checkStatus("Organization", organization.status);
  checkUnique("Organization", store.organizations, "id", organization.id);
  checkUnique("Organization", store.organizations, "name", organization.name);
  store.organizations.set(organization.id, organization);
  return organization;
}

export const listOrganizations: Handler = (store, call) => {
  const page = readPage([...store.organizations.values()], call.query, "Organization", PROPERTIES, "name");
  return { organizations: page.map((each) => showOrganization(store, each)) };
};

export const getOrganization: Handler = (store, { ids: [id] }) => {
  const organization = organizationAt(store, id);
  const show = (user: Parameters<typeof showUser>[1]) => showUser(store, user, NOTHING, true);
  const users = store.usersOfOrganization(id);
  const admins = users.filter((user) => user.orgAdmin === true);
  return {
    organization: showOrganization(store, organization, { admins: admins.map(show), users: users.map(show) }),
  };
};

export const createOrganization: Handler = (store, call) => {
  const body = readBody(call);
  const { show, ...draft } = readDraft(store, body);
  const organization = insert(store, {
    name: required("Organization", "name", body["name"]),
    ...draft,
  });
  return { organization: show(showOrganization(store, organization, NOBODY)) };
};

export const updateOrganization: Handler = (store, call) => {
  const organization = organizationAt(store, call.ids[0], "orgid");
  const changes = readChanges(organization, readBody(call), { name: "name", status: "status" });
  checkStatus("Organization", changes.fields["status"]);
  const { name } = changes.fields;
  if (name !== undefined) checkUnique("Organization", store.organizations, "name", name, organization);
  return { organization: commit(store, organization, changes, () => showOrganization(store, organization, NOBODY)) };
};

export const deleteOrganization: Handler = (store, { ids: [id] }) => {
  if (organizationAt(store, id).status !== "DISABLED") {
    throw conflict("Organization must be disabled before deletion is possible");
  }
  if (store.usersOfOrganization(id).length > 0) {
    throw conflict("Users must be deleted or updated before application deletion is possible");
  }
  store.organizations.delete(id);
  return { deleted: true };
};

export const listOrganizationUsers: Handler = (store, { ids: [id] }) => {
  if (!store.organizations.has(id)) throw invalid(id, "Organization could not be found");
  const users = sortBy(store.usersOfOrganization(id), "username");
  return { users: users.map((user) => showUser(store, user, NOTHING, true)) };
};
