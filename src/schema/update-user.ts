import { isEmptyChange } from "../domain/change.ts";
import { refuse, refuseAll, type Problem } from "../domain/errors.ts";
import type { UserChange } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { UserStatusType } from "./enums.ts";
import { inputId } from "./find.ts";
import { GLOBAL_ID } from "./global-id.ts";
import { readFamily, type Given } from "./input-family.ts";
import { readReference } from "./input-id.ts";
import { coordinateOf } from "./lazy.ts";
import { payload, payloadType, readAll, write } from "./payload.ts";
import { UserType } from "./refs.ts";
import { readWritten, writtenUser, type Written } from "./written.ts";

const EcontextUpdateUserInput = builder.inputType("EcontextUpdateUserInput", {
  description: "What to change of an eContext user. A field left out stays as it is.",
  fields: (t) => ({
    email: t.string({
      description:
        "Null is UNSUPPORTED. At most 254 characters. In the newest edition `username`, the name for logging in, stays as it was.",
    }),
    password: t.string({
      description:
        "Null is UNSUPPORTED. At least 7 characters once blanks at both ends are cut off, at most 1000.",
    }),
    name: t.string({ description: "Null clears it; the newest edition shows that as an empty text. At most 1000 characters." }),
    status: t.field({
      type: UserStatusType,
      description: "Null is UNSUPPORTED, and so is UNVERIFIED in the newest edition; UNKNOWN is INVALID.",
    }),
    customData: t.field({
      type: "JSONObject",
      description: "Takes the place of all that there was; null and `{}` clear it, which the editions show as null or as `{}`. Nested at most 100 levels deep.",
    }),
  }),
});

const CloudFoundryUpdateUserInput = builder.inputType("CloudFoundryUpdateUserInput", {
  description: "What to change of a Cloud Foundry user. A field left out stays as it is.",
  fields: (t) => ({
    admin: t.boolean({ description: "Stored and echoed only: rights come from the token's scope. Null is UNSUPPORTED." }),
    defaultSpace: t.id({
      description: "A space: global id, or its guid. Null is UNSUPPORTED: it can be changed, and not cleared.",
    }),
  }),
});

const UpdateUserInput = builder.inputType("UpdateUserInput", {
  description:
    "One of the dialects, that of the user's service: both or none is INVALID, another than the user's UNSUPPORTED. A field left out stays as it is; null clears it, or is UNSUPPORTED.",
  fields: (t) => ({
    id: t.id({ required: true, description: GLOBAL_ID }),
    econtext: t.field({ type: EcontextUpdateUserInput, description: "Of an eContext user." }),
    cloudFoundry: t.field({ type: CloudFoundryUpdateUserInput, description: "Of a Cloud Foundry user." }),
  }),
});

type UpdateUserShape = typeof UpdateUserInput.$inferInput;

type OneChange = Given<typeof EcontextUpdateUserInput.$inferInput, typeof CloudFoundryUpdateUserInput.$inferInput>;

const UpdateUserPayload = payloadType<Written>(
  "UpdateUserPayload",
  "The user as the upstream holds it now, or what to mend: then nothing was changed.",
  (t) => ({
    user: t.field({ type: UserType, description: "Null where `errors` is not empty.", resolve: readWritten }),
  }),
);

builder.mutationFields((t) => ({
  updateUser: t.field({
    type: UpdateUserPayload,
    nullable: false,
    description:
      "Changes what is given of one user. Where the answer is lost, the error's `extensions.outcome` is UNKNOWN.",
    args: { input: t.arg({ type: UpdateUserInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      payload<Written>(context, info, { user: null }, async () => {
        const { home, id, change } = readChange(context.services, input);
        const user = await write(home, ({ users }) => users.update(id, change, [coordinateOf(info)]));
        return { user: writtenUser(home, user), sent: !isEmptyChange(change.econtext ?? change.cloudFoundry) };
      }),
  }),
}));

interface Change {
  readonly home: OpenService;
  /** The upstream's own. */
  readonly id: string;
  readonly change: UserChange;
}

/** @throws Refusal with everything that can be told to be wrong without asking anyone */
function readChange(services: Services, input: UpdateUserShape): Change {
  const [{ home, id }, one] = readAll(
    () => inputId(services, "User", input.id, ["input", "id"]),
    () => readFamily(input),
  );
  if (one.family !== home.family) {
    const message = `The service \`${home.service.name}\` is of the other dialect: give \`${home.family}\`.`;
    throw refuse("UNSUPPORTED", ["input", one.family], message);
  }
  const problems: Problem[] = [];
  const change = writeChange(home, one, problems);
  problems.push(...home.directory.users.reviewChange(change));
  refuseAll(problems, "input");
  return { home, id, change };
}

function writeChange(home: OpenService, { family, given }: OneChange, problems: Problem[]): UserChange {
  if (family === "econtext") return { econtext: given };
  const { admin, defaultSpace } = given;
  const read = readReference(home, problems);
  return {
    cloudFoundry: {
      admin,
      defaultSpace: defaultSpace && read(defaultSpace, ["cloudFoundry", "defaultSpace"], "Group", "SPACE"),
    },
  };
}
