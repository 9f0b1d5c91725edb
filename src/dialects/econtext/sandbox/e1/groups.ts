import type { Handler } from "../call.ts";
import { readBody, wantsMinimal } from "../call.ts";
import { customDataToStore } from "../custom-data.ts";
import { conflict, crash, crashInvalid, invalid, missing } from "../errors.ts";
import { get, str, strip } from "../python.ts";
import { showGroup, showUser } from "../render.ts";
import type { GroupRecord, Store } from "../store.ts";
import { picked, readNewId } from "./fields.ts";

export function groupAt(store: Store, id: string, text = "Group not found"): GroupRecord {
  const group = store.groups.get(id);
  if (group === undefined) throw invalid("groupid", text);
  return group;
}

export const listGroups: Handler = (store) => ({
  groups: Array.from(store.groups.values(), (each) => showGroup(store, each)),
});

export const getGroup: Handler = (store, { ids: [id] }) => {
  const group = store.groups.get(id);
  if (group === undefined) throw crashInvalid("Group not found");
  return { group: showGroup(store, group) };
};

export const createGroup: Handler = (store, call) => {
  const body = readBody(call);
  if (!body["name"]) throw missing("name");
  if (!body["application"]) throw missing("application");
  const application = str(body["application"]);
  if (!store.applications.has(application)) throw crashInvalid(`Couldn't find application ${application}`);
  const name = strip(body["name"]);
  const id = readNewId(body["id"], store.groups, () => crashInvalid("A Group with that id already exists"));
  refuseTakenName(store, name, application);
  const now = store.now();
  const group: GroupRecord = {
    id,
    name,
    description: get(body, "description"),
    status: get(body, "status", "ENABLED"),
    customData: customDataToStore(store.edition, body["custom_data"]),
    application,
    createdAt: now,
    modifiedAt: now,
  };
  store.groups.set(id, group);
  return { group: showGroup(store, group) };
};

export const updateGroup: Handler = (store, call) => {
  const body = readBody(call);
  const group = groupAt(store, call.ids[0]);
  const changes: Partial<GroupRecord> = { modifiedAt: store.now() };
  if (Object.hasOwn(body, "name")) {
    changes.name = strip(body["name"]);
    refuseTakenName(store, changes.name, applicationOf(store, group), group.id);
  }
  if (Object.hasOwn(body, "custom_data")) {
    changes.customData = customDataToStore(store.edition, body["custom_data"]);
  }
  Object.assign(group, picked(body, ["description", "status"]), changes);
  return { group: showGroup(store, group) };
};

export const deleteGroup: Handler = (store, { ids: [id] }) => {
  if (groupAt(store, id).status !== "DISABLED") throw conflict("Group must be disabled before deletion is possible");
  for (const user of store.users.values()) user.groups.delete(id);
  store.groups.delete(id);
  return { deleted: true };
};

export const listGroupUsers: Handler = (store, call) => {
  const { id } = groupAt(store, call.ids[0], "Group could not be found");
  const minimal = wantsMinimal(store, call);
  const status = call.query.get("status");
  const users = store.usersOf("groups", id).filter((user) => !status || user.status === status);
  return { users: users.map((user) => showUser(store, user, undefined, minimal)) };
};

/** @throws Fault 500 for a group that was left behind */
export function applicationOf(store: Store, group: GroupRecord): string {
  if (!store.applications.has(group.application)) throw crash("'NoneType' object is not subscriptable");
  return group.application;
}

function refuseTakenName(store: Store, name: unknown, application: string, self?: string): void {
  if (store.groupsOf(application).some((each) => each.name === name && each.id !== self)) {
    throw crashInvalid("A Group with that name already exists");
  }
}
