import type { GraphQLResolveInfo } from "graphql";
import type { Coordinates } from "../domain/ask.ts";
import type { Directory } from "../domain/directory.ts";
import { refuse } from "../domain/errors.ts";
import type { GroupRef, GroupRole, MembershipRef } from "../domain/group.ts";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { GroupRoleType } from "./enums.ts";
import { inputId, mistaken } from "./find.ts";
import type { SchemaContext } from "./context.ts";
import { GLOBAL_ID } from "./global-id.ts";
import { coordinateOf, LazyGroup, type LazyUser } from "./lazy.ts";
import { payload, payloadType, readAll, write } from "./payload.ts";
import { GroupType, UserType } from "./refs.ts";
import { readWritten, readWrittenGroup, writtenUser } from "./written.ts";

const DEFAULT_ROLE = "Default: MEMBER for GROUP and ORGANIZATION, DEVELOPER for SPACE.";

const AddUserToGroupInput = membershipInput("AddUserToGroupInput", "A role to give to a user in a group.");
const RemoveUserFromGroupInput = membershipInput(
  "RemoveUserFromGroupInput",
  "A role to take from a user in a group; other roles of the user's in it stay.",
);

type MembershipShape = typeof AddUserToGroupInput.$inferInput;

interface Result {
  readonly user: LazyUser | null;
  readonly group: LazyGroup | null;
}

const AddUserToGroupPayload = membershipPayload("AddUserToGroupPayload");
const RemoveUserFromGroupPayload = membershipPayload("RemoveUserFromGroupPayload");

builder.mutationFields((t) => ({
  addUserToGroup: t.field({
    type: AddUserToGroupPayload,
    nullable: false,
    description:
      "Gives a user a role in a group; one that is held already stays. eContext: the user must be in the group's application, else CONFLICT.",
    args: { input: t.arg({ type: AddUserToGroupInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      change(context, input, info, ({ groups }, membership, asks) => groups.addMember(membership, asks)),
  }),
  removeUserFromGroup: t.field({
    type: RemoveUserFromGroupPayload,
    nullable: false,
    description:
      "Takes a role in a group from a user; one that is not held is no error. Cloud Foundry: leaving an organization while roles in its spaces remain is a CONFLICT.",
    args: { input: t.arg({ type: RemoveUserFromGroupInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      change(context, input, info, ({ groups }, membership, asks) =>
        groups.removeMember(membership, asks),
      ),
  }),
}));

type Write = (directory: Directory, membership: MembershipRef, asks: Coordinates) => Promise<Reference<User>>;

function change(context: SchemaContext, input: MembershipShape, info: GraphQLResolveInfo, run: Write) {
  return payload<Result>(context, info, { user: null, group: null }, async () => {
    const { home, membership } = readMembership(context.services, input);
    const user = await write(home, (directory) => run(directory, membership, [coordinateOf(info)]));
    const { kind, id } = membership.group;
    return { user: writtenUser(home, user), group: new LazyGroup(home, kind, id, undefined) };
  });
}

interface Placed {
  readonly home: OpenService;
  readonly membership: MembershipRef;
}

/** @throws Refusal with everything that can be told to be wrong without asking anyone */
function readMembership(services: Services, input: MembershipShape): Placed {
  const [user, group] = readAll(
    () => inputId(services, "User", input.user, ["input", "user"]),
    () => inputId(services, "Group", input.group, ["input", "group"]),
  );
  const { home } = user;
  if (group.home !== home) {
    throw mistaken(["input", "group"], `a group of the user's service \`${home.service.name}\``, input.group);
  }
  const ref: GroupRef = { kind: group.global.kind, id: group.id };
  return { home, membership: { user: user.id, group: ref, role: readRole(home, ref, input.role) } };
}

/** @throws Refusal `UNSUPPORTED` for a kind or a role that the service's dialect lacks, or cannot give */
function readRole(home: OpenService, { kind }: GroupRef, role: GroupRole | null | undefined): GroupRole {
  const roles = home.directory.groups.roles[kind];
  const [byDefault] = roles ?? [];
  const name = `The service \`${home.service.name}\``;
  if (roles === undefined || byDefault === undefined) {
    throw refuse("UNSUPPORTED", ["input", "group"], `${name} cannot change who is in a group of kind ${kind}.`);
  }
  if (role == null || roles.includes(role)) return role ?? byDefault;
  const known = roles.join(", ");
  throw refuse("UNSUPPORTED", ["input", "role"], `${name} has no role ${role} in a group of kind ${kind}, but ${known}.`);
}

function membershipInput(name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      user: t.id({ required: true, description: GLOBAL_ID }),
      group: t.id({ required: true, description: `${GLOBAL_ID} Of the user's service.` }),
      role: t.field({ type: GroupRoleType, description: DEFAULT_ROLE }),
    }),
  });
}

function membershipPayload(name: string) {
  return payloadType<Result>(name, "Both as the upstream holds them now, or what to mend: then nothing was changed.", (t) => ({
    user: t.field({ type: UserType, description: "Null where `errors` is not empty.", resolve: readWritten }),
    group: t.field({ type: GroupType, description: "Null where `errors` is not empty.", resolve: readWrittenGroup }),
  }));
}
