import type { GraphQLResolveInfo } from "graphql";
import type { Coordinates } from "../domain/ask.ts";
import type { ApplicationMemberRef, ApplicationMembers } from "../domain/application.ts";
import { refuse } from "../domain/errors.ts";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { inputId, mistaken } from "./find.ts";
import type { SchemaContext } from "./context.ts";
import { GLOBAL_ID } from "./global-id.ts";
import { coordinateOf, LazyApplication, type LazyUser } from "./lazy.ts";
import { payload, payloadType, readAll, write } from "./payload.ts";
import { ApplicationType, UserType } from "./refs.ts";
import { readWritten, readWrittenApplication, writtenUser } from "./written.ts";

const AddUserToApplicationInput = memberInput("AddUserToApplicationInput", "A user to put into an application.");
const RemoveUserFromApplicationInput = memberInput(
  "RemoveUserFromApplicationInput",
  "A user to take out of an application.",
);

type MemberShape = typeof AddUserToApplicationInput.$inferInput;

interface Result {
  readonly user: LazyUser | null;
  readonly application: LazyApplication | null;
}

const AddUserToApplicationPayload = memberPayload("AddUserToApplicationPayload");
const RemoveUserFromApplicationPayload = memberPayload("RemoveUserFromApplicationPayload");

builder.mutationFields((t) => ({
  addUserToApplication: t.field({
    type: AddUserToApplicationPayload,
    nullable: false,
    description: "eContext only. A user who is in it already stays there.",
    args: { input: t.arg({ type: AddUserToApplicationInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      change(context, input, info, (members, member, asks) => members.add(member, asks)),
  }),
  removeUserFromApplication: t.field({
    type: RemoveUserFromApplicationPayload,
    nullable: false,
    description:
      "eContext only. A user who is not in it is no error. The newest edition takes the user out of the application's groups too; the older ones leave them, and keep a user's last application: CONFLICT.",
    args: { input: t.arg({ type: RemoveUserFromApplicationInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      change(context, input, info, (members, member, asks) => members.remove(member, asks)),
  }),
}));

type Write = (members: ApplicationMembers, member: ApplicationMemberRef, asks: Coordinates) => Promise<Reference<User>>;

function change(context: SchemaContext, input: MemberShape, info: GraphQLResolveInfo, run: Write) {
  return payload<Result>(context, info, { user: null, application: null }, async () => {
    const { home, member, members } = readMember(context.services, input);
    const user = await write(home, () => run(members, member, [coordinateOf(info)]));
    return {
      user: writtenUser(home, user),
      application: new LazyApplication(home, member.application, undefined),
    };
  });
}

interface Placed {
  readonly home: OpenService;
  readonly member: ApplicationMemberRef;
  readonly members: ApplicationMembers;
}

/** @throws Refusal with everything that can be told to be wrong without asking anyone */
function readMember(services: Services, input: MemberShape): Placed {
  const [user, application] = readAll(
    () => inputId(services, "User", input.user, ["input", "user"]),
    () => inputId(services, "Application", input.application, ["input", "application"]),
  );
  const { home } = user;
  if (application.home !== home) {
    const expected = `an application of the user's service \`${home.service.name}\``;
    throw mistaken(["input", "application"], expected, input.application);
  }
  const { members } = home.directory.applications;
  if (members === null) {
    const message = `The applications of the service \`${home.service.name}\` have no users of their own.`;
    throw refuse("UNSUPPORTED", ["input", "application"], message);
  }
  return { home, member: { user: user.id, application: application.id }, members };
}

function memberInput(name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      user: t.id({ required: true, description: GLOBAL_ID }),
      application: t.id({ required: true, description: `${GLOBAL_ID} Of the user's service.` }),
    }),
  });
}

function memberPayload(name: string) {
  return payloadType<Result>(name, "Both as the upstream holds them now, or what to mend: then nothing was changed.", (t) => ({
    user: t.field({ type: UserType, description: "Null where `errors` is not empty.", resolve: readWritten }),
    application: t.field({
      type: ApplicationType,
      description: "Null where `errors` is not empty.",
      resolve: readWrittenApplication,
    }),
  }));
}
