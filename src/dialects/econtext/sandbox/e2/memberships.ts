import type { Handler } from "../call.ts";
import { crash } from "../errors.ts";
import type { GroupRecord, Store, UserRecord } from "../store.ts";

/** One of two things that a path names; E2 says of neither more than that it was not found. */
export function recordAt<R>(kind: string, records: ReadonlyMap<string, R>, id: string): R {
  const record = records.get(id);
  if (record === undefined) throw crash(`${kind} ${id} not found`);
  return record;
}

/** The server means to say what is wrong, and fails over that. */
export function joinGroup(user: UserRecord, group: GroupRecord): void {
  if (!user.applications.has(group.application)) throw crash("'Group' object has no attribute 'id'");
  user.groups.add(group.id);
}

const userAt = (store: Store, id: string) => recordAt("User", store.users, id);

export const attachApplication: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  user.applications.add(recordAt("Application", store.applications, id).id);
  return { application: true };
};

/** Takes the application's groups from the user too; the last application may go. */
export const detachApplication: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  recordAt("Application", store.applications, id);
  for (const group of store.groupsOf(id)) user.groups.delete(group.id);
  user.applications.delete(id);
  return { deleted: true };
};

export const attachGroup: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  joinGroup(user, recordAt("Group", store.groups, id));
  return { group: true };
};

export const detachGroup: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  user.groups.delete(recordAt("Group", store.groups, id).id);
  return { deleted: true };
};
