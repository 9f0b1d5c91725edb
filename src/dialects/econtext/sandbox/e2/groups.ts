import type { Handler } from "../call.ts";
import { readBody } from "../call.ts";
import { conflict, crash, invalid } from "../errors.ts";
import { get, str, strip } from "../python.ts";
import { NOTHING, showGroup, showUser, sortBy } from "../render.ts";
import type { GroupRecord, Store } from "../store.ts";
import { checkStatus, checkUnique, commit, readChanges, readDraft } from "./changes.ts";
import { LIST_LIMIT } from "./pages.ts";

const FIELDS = { name: "name", description: "description", status: "status" } as const;

function groupAt(store: Store, id: string, text = "Group not found"): GroupRecord {
  const group = store.groups.get(id);
  if (group === undefined) throw invalid(id, text);
  return group;
}

export const listGroups: Handler = (store) => {
  const first = sortBy([...store.groups.values()], "name").slice(0, LIST_LIMIT);
  return { groups: first.map((each) => showGroup(store, each)) };
};

export const getGroup: Handler = (store, { ids: [id] }) => ({
  // So it says.
  group: showGroup(store, groupAt(store, id, "Organization not found")),
});

export const createGroup: Handler = (store, call) => {
  const body = readBody(call);
  const { show, ...draft } = readDraft(store, body);
  const application = get(body, "application");
  if (typeof application !== "string" || !store.applications.has(application)) {
    const shown = application === null ? "None" : `'${str(application)}'`;
    throw crash(`(ApplicationDoesNotExist(...), "{'uid': ${shown}}")`);
  }
  checkName(store, application, strip(get(body, "name")));
  const group: GroupRecord = {
    name: body["name"],
    description: get(body, "description"),
    application,
    ...draft,
  };
  checkStatus("Group", group.status);
  checkUnique("Group", store.groups, "id", group.id);
  store.groups.set(group.id, group);
  return { group: show(showGroup(store, group)) };
};

export const updateGroup: Handler = (store, call) => {
  const group = groupAt(store, call.ids[0]);
  const changes = readChanges(group, readBody(call), FIELDS);
  const { name, status } = changes.fields;
  if (name !== undefined) checkName(store, group.application, name, group);
  checkStatus("Group", status);
  return { group: commit(store, group, changes, () => showGroup(store, group)) };
};

export const deleteGroup: Handler = (store, { ids: [id] }) => {
  if (groupAt(store, id).status !== "DISABLED") throw conflict("Group must be disabled before deletion is possible");
  if (store.usersOf("groups", id).length > 0) {
    throw conflict("Users must be deleted or updated before group deletion is possible");
  }
  store.groups.delete(id);
  return { deleted: true };
};

/** Always minimal. */
export const listGroupUsers: Handler = (store, { ids: [id] }) => {
  groupAt(store, id, "Group could not be found");
  const users = sortBy(store.usersOf("groups", id), "username");
  return { users: users.map((user) => showUser(store, user, NOTHING, true)) };
};

function checkName(store: Store, application: string, name: string, self?: GroupRecord): void {
  if (store.groupsOf(application).some((each) => each !== self && each.name === name)) {
    throw crash("A Group with this name already exists for this Application");
  }
}
