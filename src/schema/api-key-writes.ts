import type { ApiKeyWriter } from "../domain/api-key.ts";
import { refuse } from "../domain/errors.ts";
import type { OpenService } from "../services/open-service.ts";
import { ApiKeyType } from "./api-key.ts";
import { builder } from "./builder.ts";
import { ApiKeyStatusType } from "./enums.ts";
import { inputId } from "./find.ts";
import { apiKeyId, GLOBAL_ID } from "./global-id.ts";
import { coordinateOf, LazyApiKey } from "./lazy.ts";
import { payload, payloadType, write } from "./payload.ts";

const CreateApiKeyInput = builder.inputType("CreateApiKeyInput", {
  description: "An API key to create for a user.",
  fields: (t) => ({
    user: t.id({ required: true, description: GLOBAL_ID }),
    name: t.string({ description: "For people to read. At most 1000 characters." }),
    description: t.string({ description: "What it is for. At most 1000 characters." }),
  }),
});

const UpdateApiKeyInput = builder.inputType("UpdateApiKeyInput", {
  description: "What to change of an API key. A field left out stays as it is; null clears it.",
  fields: (t) => ({
    id: t.id({ required: true, description: "ApiKey.id" }),
    name: t.string({ description: "At most 1000 characters." }),
    description: t.string({ description: "At most 1000 characters." }),
    status: t.field({ type: ApiKeyStatusType, description: "Null is UNSUPPORTED." }),
  }),
});

const DeleteApiKeyInput = builder.inputType("DeleteApiKeyInput", {
  description: "An API key to delete.",
  fields: (t) => ({ id: t.id({ required: true, description: "ApiKey.id" }) }),
});

interface Created {
  readonly apiKey: LazyApiKey | null;
  readonly secret: string | null;
}

const CreateApiKeyPayload = payloadType<Created>(
  "CreateApiKeyPayload",
  "The new key and its secret, or what to mend: then no key was created.",
  (t) => ({
    apiKey: t.field({
      type: ApiKeyType,
      description: "Null where `errors` is not empty.",
      resolve: ({ apiKey }) => apiKey,
    }),
    secret: t.exposeString("secret", { nullable: true, description: "Shown once, here." }),
  }),
);

const UpdateApiKeyPayload = payloadType<{ apiKey: LazyApiKey | null }>(
  "UpdateApiKeyPayload",
  "The key as the upstream holds it now, or what to mend: then nothing was changed.",
  (t) => ({
    apiKey: t.field({
      type: ApiKeyType,
      description: "Null where `errors` is not empty.",
      resolve: ({ apiKey }) => apiKey,
    }),
  }),
);

const DeleteApiKeyPayload = payloadType<{ deletedId: string | null }>(
  "DeleteApiKeyPayload",
  "Which key was deleted, or what to mend: then none was.",
  (t) => ({
    deletedId: t.exposeID("deletedId", { nullable: true, description: "Null where `errors` is not empty." }),
  }),
);

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeyPayload,
    nullable: false,
    description:
      "eContext only. The only place where a key's secret is ever returned. Sent upstream once and never repeated: where the answer is lost, the error's `extensions.outcome` is UNKNOWN.",
    args: { input: t.arg({ type: CreateApiKeyInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      payload<Created>(context, info, { apiKey: null, secret: null }, async () => {
        const { home, id } = inputId(context.services, "User", input.user, ["input", "user"]);
        const writer = writerOf(home, "user");
        const draft = { name: input.name ?? null, description: input.description ?? null };
        const { key, secret } = await write(home, () => writer.create(id, draft, [coordinateOf(info)]));
        return { apiKey: new LazyApiKey(home, id, key.id, key), secret };
      }),
  }),
  updateApiKey: t.field({
    type: UpdateApiKeyPayload,
    nullable: false,
    description: "eContext only. Changes what is given of one API key.",
    args: { input: t.arg({ type: UpdateApiKeyInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      payload<{ apiKey: LazyApiKey | null }>(context, info, { apiKey: null }, async () => {
        const { home, global } = inputId(context.services, "ApiKey", input.id, ["input", "id"]);
        const writer = writerOf(home, "id");
        const { name, description, status } = input;
        const key = await write(home, () => writer.update(global, { name, description, status }, [coordinateOf(info)]));
        return { apiKey: new LazyApiKey(home, global.user, key.id, key) };
      }),
  }),
  deleteApiKey: t.field({
    type: DeleteApiKeyPayload,
    nullable: false,
    description: "eContext only. Deletes one API key; one that is not DISABLED is a CONFLICT.",
    args: { input: t.arg({ type: DeleteApiKeyInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      payload<{ deletedId: string | null }>(context, info, { deletedId: null }, async () => {
        const { home, global } = inputId(context.services, "ApiKey", input.id, ["input", "id"]);
        const writer = writerOf(home, "id");
        await write(home, () => writer.remove(global, [coordinateOf(info)]));
        return { deletedId: apiKeyId(home.service.name, global.user, global.id) };
      }),
  }),
}));

/** @throws Refusal where the service has no API keys */
function writerOf(home: OpenService, argument: string): ApiKeyWriter {
  const { writer } = home.directory.apiKeys;
  if (writer !== null) return writer;
  throw refuse("UNSUPPORTED", ["input", argument], `The service \`${home.service.name}\` has no API keys.`);
}
