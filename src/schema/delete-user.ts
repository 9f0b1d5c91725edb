import { builder } from "./builder.ts";
import { inputId } from "./find.ts";
import { GLOBAL_ID, userId } from "./global-id.ts";
import { coordinateOf } from "./lazy.ts";
import { payload, payloadType, write } from "./payload.ts";

const DeleteUserInput = builder.inputType("DeleteUserInput", {
  description: "A user to delete.",
  fields: (t) => ({ id: t.id({ required: true, description: GLOBAL_ID }) }),
});

const DeleteUserPayload = payloadType<{ deletedId: string | null }>(
  "DeleteUserPayload",
  "Who was deleted, or what to mend: then nobody was.",
  (t) => ({
    deletedId: t.exposeID("deletedId", { nullable: true, description: "Null where `errors` is not empty." }),
  }),
);

builder.mutationFields((t) => ({
  deleteUser: t.field({
    type: DeleteUserPayload,
    nullable: false,
    description:
      "Deletes one user. eContext: one who is not DISABLED is a CONFLICT. Cloud Foundry: the user's roles go along, and one with labels or annotations is a CONFLICT.",
    args: { input: t.arg({ type: DeleteUserInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      payload<{ deletedId: string | null }>(context, info, { deletedId: null }, async () => {
        const { home, id } = inputId(context.services, "User", input.id, ["input", "id"]);
        await write(home, ({ users }) => users.remove(id, [coordinateOf(info)]));
        return { deletedId: userId(home.service.name, id) };
      }),
  }),
}));
