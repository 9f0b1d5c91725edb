import { randomUUID } from "node:crypto";
import type { Handler } from "../call.ts";
import { readBody, wantsMinimal } from "../call.ts";
import { customDataToStore } from "../custom-data.ts";
import { conflict, crash, invalid } from "../errors.ts";
import { get, strip } from "../python.ts";
import { showApplication, showGroup, showUser } from "../render.ts";
import type { ApplicationRecord, Store } from "../store.ts";
import { picked, readNewId } from "./fields.ts";

export function applicationAt(store: Store, id: string, text = "Application not found"): ApplicationRecord {
  const application = store.applications.get(id);
  if (application === undefined) throw invalid("appid", text);
  return application;
}

export const listApplications: Handler = (store) => ({
  applications: Array.from(store.applications.values(), (each) => showApplication(store, each)),
});

export const getApplication: Handler = (store, { ids: [id] }) => ({
  application: showApplication(store, applicationAt(store, id)),
});

export const createApplication: Handler = (store, call) => {
  const body = readBody(call);
  if (!body["name"]) {
    const source = `raise falcon.HTTPMissingParam("An Application must have a name", 'name')`;
    throw crash("__init__() takes 2 positional arguments but 3 were given", source);
  }
  const name = readName(store, body["name"]);
  const id = readNewId(body["id"], store.applications, () =>
    invalid("id", "An Application with that id already exists"),
  );
  const now = store.now();
  const application: ApplicationRecord = {
    id,
    name,
    description: get(body, "description"),
    status: get(body, "status", "ENABLED"),
    customData: customDataToStore(store.edition, body["custom_data"]),
    jwtSecret: body["jwt_secret"] ? body["jwt_secret"] : randomUUID().replaceAll("-", ""),
    parameters: [],
    createdAt: now,
    modifiedAt: now,
  };
  store.applications.set(id, application);
  return { application: showApplication(store, application) };
};

export const updateApplication: Handler = (store, call) => {
  const body = readBody(call);
  const application = applicationAt(store, call.ids[0]);
  const changes: Partial<ApplicationRecord> = { modifiedAt: store.now() };
  // Its own name, sent unchanged, is taken too.
  if (Object.hasOwn(body, "name")) changes.name = readName(store, body["name"]);
  if (Object.hasOwn(body, "custom_data")) {
    changes.customData = customDataToStore(store.edition, body["custom_data"]);
  }
  if (Object.hasOwn(body, "jwt_secret")) changes.jwtSecret = body["jwt_secret"] ?? "";
  Object.assign(application, picked(body, ["description", "status"]), changes);
  return { application: showApplication(store, application) };
};

/** Meant to refuse an application with groups, E1 deletes it and leaves them behind. */
export const deleteApplication: Handler = (store, { ids: [id] }) => {
  if (id === store.systemApplication) throw invalid("appid", "Cannot delete the system application");
  const application = applicationAt(store, id);
  if (application.status !== "DISABLED") {
    throw conflict("Application must be disabled before deletion is possible");
  }
  if (store.usersOf("applications", id).length > 0) {
    throw conflict("Users must be deleted or updated before application deletion is possible");
  }
  store.applications.delete(id);
  return { deleted: true };
};

export const listApplicationUsers: Handler = (store, call) => {
  const { id } = applicationAt(store, call.ids[0], "Application could not be found");
  const minimal = wantsMinimal(store, call);
  return { users: store.usersOf("applications", id).map((user) => showUser(store, user, undefined, minimal)) };
};

export const listApplicationGroups: Handler = (store, call) => {
  const { id } = applicationAt(store, call.ids[0], "Application could not be found");
  return { groups: store.groupsOf(id).map((group) => showGroup(store, group)) };
};

function readName(store: Store, value: unknown): string {
  const name = strip(value);
  if ([...store.applications.values()].some((each) => each.name === name)) {
    throw invalid("name", "An application with that name already exists");
  }
  return name;
}
