import type { Handler } from "../call.ts";
import { conflict, invalid } from "../errors.ts";
import { applicationAt } from "./applications.ts";
import { applicationOf, groupAt } from "./groups.ts";
import { userAt } from "./users.ts";

export const attachApplication: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  user.applications.add(applicationAt(store, id).id);
  return { application: true };
};

/** Leaves the application's groups with the user. */
export const detachApplication: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  applicationAt(store, id);
  // Whichever application it is: the server only counts.
  if (user.applications.size === 1) throw conflict("A User must be associated with at least one Application");
  user.applications.delete(id);
  return { deleted: true };
};

export const attachGroup: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  const application = applicationOf(store, groupAt(store, id));
  if (!user.applications.has(application)) {
    throw invalid("groupid", `User is not a member the application ${application} specified by this group`);
  }
  user.groups.add(id);
  return { group: true };
};

export const detachGroup: Handler = (store, { ids: [userId, id] }) => {
  const user = userAt(store, userId);
  user.groups.delete(groupAt(store, id).id);
  return { deleted: true };
};
