import { randomUUID } from "node:crypto";
import type { Handler } from "../call.ts";
import { readBody, wantsMinimal } from "../call.ts";
import { conflict, crash, invalid } from "../errors.ts";
import { get, isObject, str, typeName } from "../python.ts";
import { showApplication, showGroup, showUser, sortBy } from "../render.ts";
import type { ApplicationRecord, CustomData, Store } from "../store.ts";
import { checkStatus, checkUnique, commit, readChanges, readDraft, required } from "./changes.ts";
import { LIST_LIMIT } from "./pages.ts";

const FIELDS = { name: "name", description: "description", status: "status", jwt_secret: "jwtSecret" } as const;

function applicationAt(store: Store, id: string): ApplicationRecord {
  const application = store.applications.get(id);
  if (application === undefined) throw invalid("appid", "Application not found");
  return application;
}

export const listApplications: Handler = (store) => {
  const first = sortBy([...store.applications.values()], "name").slice(0, LIST_LIMIT);
  return { applications: first.map((each) => showApplication(store, each)) };
};

export const getApplication: Handler = (store, { ids: [id] }) => ({
  application: showApplication(store, applicationAt(store, id)),
});

export const createApplication: Handler = (store, call) => {
  const body = readBody(call);
  const { show, ...draft } = readDraft(store, body);
  const application: ApplicationRecord = {
    name: required("Application", "name", body["name"]),
    description: get(body, "description"),
    jwtSecret: body["jwt_secret"] ? str(body["jwt_secret"]) : randomUUID(),
    parameters: readParameters(get(body, "parameters", [])),
    ...draft,
  };
  checkStatus("Application", application.status);
  checkUnique("Application", store.applications, "id", application.id);
  checkUnique("Application", store.applications, "name", application.name);
  store.applications.set(application.id, application);
  return { application: show(showApplication(store, application)) };
};

export const updateApplication: Handler = (store, call) => {
  const application = applicationAt(store, call.ids[0]);
  const body = readBody(call);
  const changes = readChanges(application, body, FIELDS);
  if (Array.isArray(body["parameters"])) throw crash("'params'");
  checkStatus("Application", changes.fields["status"]);
  const { name } = changes.fields;
  if (name !== undefined) checkUnique("Application", store.applications, "name", name, application);
  return { application: commit(store, application, changes, () => showApplication(store, application)) };
};

export const deleteApplication: Handler = (store, { ids: [id] }) => {
  if (id === store.systemApplication) throw invalid("appid", "Cannot delete the system application");
  if (applicationAt(store, id).status !== "DISABLED") {
    throw conflict("Application must be disabled before deletion is possible");
  }
  if (store.groupsOf(id).length > 0) {
    throw conflict("Groups must be deleted before application deletion is possible");
  }
  if (store.usersOf("applications", id).length > 0) {
    throw conflict("Users must be deleted or updated before application deletion is possible");
  }
  store.applications.delete(id);
  return { deleted: true };
};

/** Applications and groups look empty here, whatever the truth is. */
export const listApplicationUsers: Handler = (store, call) => {
  const [id] = call.ids;
  if (!store.applications.has(id)) throw invalid(id, "Application could not be found");
  const minimal = wantsMinimal(store, call);
  const users = sortBy(store.usersOf("applications", id), "username");
  return { users: users.map((user) => showUser(store, user, { organization: true, apiKeys: true }, minimal)) };
};

export const listApplicationGroups: Handler = (store, { ids: [id] }) => {
  if (!store.applications.has(id)) throw invalid(id, "Application could not be found");
  return { groups: store.groupsOf(id).map((group) => showGroup(store, group)) };
};

function readParameters(value: unknown): readonly CustomData[] {
  if (!Array.isArray(value)) throw crash(`'${typeName(value)}' object is not iterable`);
  return value.map((item: unknown) => {
    if (!isObject(item)) throw crash(`argument after ** must be a mapping, not ${typeName(item)}`);
    const key = required("ApplicationParameter", "key", item["key"]);
    const { datatype = null, default: fallback = null, description = null } = item;
    return { key, datatype, default: fallback, description };
  });
}
