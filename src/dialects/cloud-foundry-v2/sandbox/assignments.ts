import { readNameMessage } from "./body.ts";
import type { Call, Reply } from "./call.ts";
import { findGroup, findReadable, show } from "./call.ts";
import type { Caller } from "./caller.ts";
import { ApiError } from "./errors.ts";
import { listRows } from "./list.ts";
import { RELATIONS, SPACE_RELATIONS } from "./roles.ts";
import type { GroupKind, RoleRelation } from "./roles.ts";
import type { GroupRow, OrganizationRow, SpaceRow, UserRow } from "./store.ts";

/** The one origin that the sandbox's UAA has. */
const ORIGIN = "uaa";

/** `PUT /v2/users/:guid/spaces/:space_guid`: nothing asks whether the user is a member of the space's organization. */
export function addToUser(relation: RoleRelation, call: Call): Reply {
  const { caller, guid, other } = call;
  const user = caller.store.users.get(guid);
  // An unknown user or group is a nil that nobody expected.
  if (user === undefined) throw new ApiError("UnknownError");
  caller.mustWrite(caller.isAdmin);
  const group = caller.store[relation.kind].get(other);
  if (group === undefined) throw new ApiError("UnknownError");
  caller.store.memberships[relation.name].add(user, group);
  return { ...show("users", user, call), status: 201 };
}

/** `DELETE /v2/users/:guid/spaces/:space_guid` */
export function removeFromUser(relation: RoleRelation, call: Call): Reply {
  return removeRole(relation, call.other, call.guid, { ...call.query, recursive: false }, call.caller);
}

/** `DELETE /v2/spaces/:guid/developers/:user_guid` */
export function removeFromGroup(relation: RoleRelation, call: Call): Reply {
  return removeRole(relation, call.guid, call.other, call.query, call.caller);
}

/** `PUT /v2/spaces/:guid/developers/:user_guid` */
export function addToGroup(relation: RoleRelation, call: Call): Reply {
  return add(relation, call, call.other);
}

/** `PUT /v2/spaces/:guid/developers` with a username */
export function addNamedToGroup(relation: RoleRelation, call: Call): Reply {
  return add(relation, call, guidOfNamed(call));
}

/** `POST /v2/spaces/:guid/developers/remove`, and the older `DELETE /v2/spaces/:guid/developers`, with a username */
export function removeNamedFromGroup(relation: RoleRelation, call: Call): Reply {
  const { caller } = call;
  const guid = guidOfNamed(call);
  const user = caller.store.users.get(guid);
  if (user === undefined) throw new ApiError("UserNotFound", readNameMessage(call.text).username);
  const group = findManaged(relation.kind, call);
  remove(relation, user, group, call.query.recursive, caller);
  return relation.kind === "organizations" ? { status: 204 } : show("spaces", group, call);
}

/** `GET /v2/spaces/:guid/user_roles` */
export function listRoles(kind: GroupKind, call: Call): Reply {
  const { caller, query, guid } = call;
  const group = findReadable(kind, call) as GroupRow;
  const relations = kind === "spaces" ? SPACE_RELATIONS : ROLES_OF_ORGANIZATIONS;
  const held = (relation: RoleRelation) => caller.store.memberships[relation.name];
  // Organizations take one `q`, of which only what is behind the first colon counts; spaces take none.
  const [filter] = kind === "organizations" ? query.filters : [];
  const wanted = filter?.split(":")[1];
  const users = new Set(relations.flatMap((relation) => held(relation).usersOf(group)));
  const rows = filter === undefined ? users : [...users].filter((user) => user.guid === wanted);
  const key = kind === "spaces" ? "space_roles" : "organization_roles";
  const more = (user: UserRow) => ({
    [key]: relations.filter((relation) => held(relation).has(user, group)).map(({ role }) => role),
  });
  return {
    status: 200,
    body: listRows({ kind: "users", path: `/v2/${kind}/${guid}/user_roles`, rows, more }, caller, query),
  };
}

/** In the order in which `organization_roles` has them. */
const ROLES_OF_ORGANIZATIONS = ["org_user", "org_manager", "org_auditor", "billing_manager"].flatMap((role) =>
  RELATIONS.filter((relation) => relation.role === role),
);

function add(relation: RoleRelation, call: Call, userGuid: string): Reply {
  const { store } = call.caller;
  const group = findManaged(relation.kind, call);
  const user = store.users.get(userGuid) ?? store.createUser(userGuid, false);
  if ("organization" in group && !store.memberships.organizations.has(user, group.organization)) {
    throw new ApiError("InvalidRelation", user.guid);
  }
  store.memberships[relation.name].add(user, group);
  return { ...show(relation.kind, group, call), status: 201 };
}

function removeRole(
  relation: RoleRelation,
  groupGuid: string,
  userGuid: string,
  { recursive }: { readonly recursive: boolean },
  caller: Caller,
): Reply {
  const group = findGroup(relation.kind, caller, groupGuid);
  caller.mustWrite(caller.manages(group) || caller.user?.guid === userGuid);
  if (!caller.isAdmin && !("organization" in group)) keepLast(relation, group, userGuid, caller);
  const user = caller.store.users.get(userGuid);
  if (user === undefined) {
    throw new ApiError("InvalidRelation", `Could not find VCAP::CloudController::User with guid: ${userGuid}`);
  }
  remove(relation, user, group, recursive, caller);
  return { status: 204 };
}

/** @throws ApiError where an organization would be left without anyone in charge; admins may do that */
function keepLast(relation: RoleRelation, organization: OrganizationRow, userGuid: string, { store }: Caller): void {
  const { managed_organizations, billing_managed_organizations, organizations } = store.memberships;
  const managers = managed_organizations.usersOf(organization);
  const billingManagers = billing_managed_organizations.usersOf(organization);
  if (relation.side === "managers" && managers.length <= 1) throw new ApiError("LastManagerInOrg");
  if (relation.side === "billing_managers" && billingManagers.length <= 1)
    throw new ApiError("LastBillingManagerInOrg");
  if (relation.side !== "users") return;
  const alone = (users: readonly UserRow[]) => users.length === 1 && users[0]?.guid === userGuid;
  if (alone(managers)) throw new ApiError("LastManagerInOrg");
  if (alone(billingManagers)) throw new ApiError("LastBillingManagerInOrg");
  if (alone(organizations.usersOf(organization))) throw new ApiError("LastUserInOrg");
}

/** Takes the role away where it is held. A member may only leave an organization without roles in its spaces. */
function remove(relation: RoleRelation, user: UserRow, group: GroupRow, recursive: boolean, { store }: Caller): void {
  if (relation.name === "organizations" && !("organization" in group)) {
    const inSpaces = SPACE_RELATIONS.flatMap(({ name }) =>
      group.spaces.filter((space) => store.memberships[name].has(user, space)).map((space) => [name, space] as const),
    );
    if (inSpaces.length > 0 && !recursive) throw new ApiError("AssociationNotEmpty", "user", "spaces in the org");
    for (const [name, space] of inSpaces) store.memberships[name].remove(user, space);
    if (recursive) for (const { name } of ROLES_OF_ORGANIZATIONS) store.memberships[name].remove(user, group);
  }
  store.memberships[relation.name].remove(user, group);
}

function findManaged(kind: GroupKind, { caller, guid }: Call): OrganizationRow | SpaceRow {
  const group = findGroup(kind, caller, guid);
  caller.mustWrite(caller.manages(group));
  return group;
}

/** Whom the body names, as the UAA tells. */
function guidOfNamed({ caller, text }: Call): string {
  const { username, origin } = readNameMessage(text);
  const guid = caller.store.guidOf(username);
  if (origin !== undefined && (guid === undefined || origin !== ORIGIN)) {
    throw new ApiError("UserWithOriginNotFound", `username: '${username}', origin: '${origin}'`);
  }
  if (guid === undefined) throw new ApiError("UserNotFound", username);
  return guid;
}
