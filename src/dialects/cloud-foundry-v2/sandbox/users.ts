import { readNewUserMessage, readUserMessage } from "./body.ts";
import type { UserMessage } from "./body.ts";
import type { Call, Reply } from "./call.ts";
import { findUser, show } from "./call.ts";
import { ApiError } from "./errors.ts";
import { KINDS, QUOTA } from "./kinds.ts";
import { RELATIONS } from "./roles.ts";
import type { GroupKind, RelationName } from "./roles.ts";
import { now } from "./store.ts";
import type { GroupRow, OrganizationRow, Row, SpaceRow, Store, UserRow } from "./store.ts";

export function createUser(call: Call): Reply {
  const { caller } = call;
  const { store } = caller;
  const message = readNewUserMessage(call.text);
  const { guid } = message;
  if (guid === "") throw new ApiError("UserInvalid", "guid presence");
  if (store.users.has(guid)) throw new ApiError("UaaIdTaken", guid);
  const change = resolve(store, message, undefined);
  caller.mustWrite(caller.isAdmin);
  const user = store.createUser(guid, false);
  apply(store, user, change);
  return { ...show("users", user, call), status: 201, location: `/v2/users/${guid}` };
}

export function updateUser(call: Call): Reply {
  const { caller } = call;
  const message = readUserMessage(call.text);
  const user = findUser(call);
  caller.mustWrite(caller.isAdmin);
  apply(caller.store, user, resolve(caller.store, message, user));
  user.updatedAt = now();
  return { ...show("users", user, call), status: 201 };
}

export function deleteUser(call: Call): Reply {
  const user = findUser(call);
  const { caller, query } = call;
  caller.mustWrite(caller.isAdmin);
  if (user.labeled && !query.recursive) throw new ApiError("AssociationNotEmpty", "labels", "users");
  caller.store.removeUser(user);
  return { status: 204 };
}

/** All seven relations in full, whatever the caller may see of them otherwise. */
export function summarizeUser(call: Call): Reply {
  const { caller } = call;
  const user = findUser(call);
  if (!caller.readsUsers && caller.user !== user) throw new ApiError("NotAuthorized");
  const entity = Object.fromEntries(
    RELATIONS.map(({ name }) => [name, caller.store.memberships[name].groupsOf(user).map(summarizeGroup)]),
  );
  return { status: 200, body: summary(user, entity) };

  function summarizeGroup(group: GroupRow): object {
    if ("organization" in group) return summary(group, { name: group.name });
    const managers = caller.store.memberships.managed_organizations.usersOf(group);
    return summary(group, {
      name: group.name,
      billing_enabled: false,
      status: group.status,
      spaces: group.spaces.map((space) => summary(space, { name: space.name })),
      quota_definition: summary(group.quota, QUOTA),
      managers: managers.map((manager) => summary(manager, KINDS.users.attributes(manager, caller))),
    });
  }
}

/** Without a `url`, which summaries lack. */
function summary(row: Row, entity: object): object {
  return { metadata: { guid: row.guid, created_at: row.createdAt, updated_at: row.updatedAt }, entity };
}

interface Change {
  readonly admin: boolean | undefined;
  readonly defaultSpace: SpaceRow | undefined;
  readonly groups: readonly (readonly [RelationName, readonly GroupRow[]])[];
}

/** What the message asks for, wholly checked before anything is changed. */
function resolve(store: Store, message: UserMessage, user: UserRow | undefined): Change {
  const { admin, defaultSpaceGuid } = message;
  const defaultSpace = defaultSpaceGuid === undefined ? undefined : refer(store, "spaces", defaultSpaceGuid);
  const groups = message.groups.map(([name, guids]) => {
    const kind = KIND_OF[name];
    return [name, guids.map((guid) => refer(store, kind, guid))] as const;
  });
  const held = (name: RelationName) => (user ? store.memberships[name].groupsOf(user) : []);
  const member = groups.find(([name]) => name === "organizations")?.[1] ?? held("organizations");
  for (const [name, wanted] of groups) {
    if (KIND_OF[name] !== "organizations" || name === "organizations") continue;
    const before = held(name);
    for (const group of wanted) {
      if (member.includes(group) || before.includes(group)) continue;
      throw new ApiError("InvalidRelation", `Cannot add role, user does not exist in org with guid: ${group.guid}`);
    }
  }
  return { admin, defaultSpace, groups };
}

const KIND_OF = Object.fromEntries(RELATIONS.map(({ name, kind }) => [name, kind])) as Readonly<
  Record<RelationName, GroupKind>
>;

function apply(store: Store, user: UserRow, { admin, defaultSpace, groups }: Change): void {
  if (admin !== undefined) user.admin = admin;
  if (defaultSpace !== undefined) user.defaultSpace = defaultSpace;
  for (const [name, wanted] of groups) {
    const memberships = store.memberships[name];
    for (const group of memberships.groupsOf(user)) memberships.remove(user, group);
    for (const group of wanted) memberships.add(user, group);
  }
}

function refer(store: Store, kind: "spaces", guid: string): SpaceRow;
function refer(store: Store, kind: GroupKind, guid: string): SpaceRow | OrganizationRow;
function refer(store: Store, kind: GroupKind, guid: string): SpaceRow | OrganizationRow {
  const row = store[kind].get(guid);
  if (row) return row;
  const model = kind === "spaces" ? "Space" : "Organization";
  throw new ApiError("InvalidRelation", `Could not find VCAP::CloudController::${model} with guid: ${guid}`);
}
