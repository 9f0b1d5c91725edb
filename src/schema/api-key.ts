import { builder } from "./builder.ts";
import { ApiKeyStatusType } from "./enums.ts";
import { GLOBAL_ID, apiKeyId } from "./global-id.ts";
import { from, type LazyApiKey } from "./lazy.ts";

export const ApiKeyType = builder.objectRef<LazyApiKey>("ApiKey").implement({
  description: "An API key of an eContext user. Its secret is shown once, when the key is created.",
  fields: (t) => ({
    id: t.id({ nullable: false, description: GLOBAL_ID, resolve: ({ home, user, id }) => apiKeyId(home.service.name, user, id) }),
    upstreamId: t.exposeID("upstreamId", { nullable: false, description: "The id that the upstream service knows." }),
    name: t.string({ description: "For people to read.", resolve: from((key) => key.name) }),
    description: t.string({ description: "What it is for.", resolve: from((key) => key.description) }),
    status: t.field({
      type: ApiKeyStatusType,
      description: "Whether it may be used.",
      resolve: from((key) => key.status),
    }),
    href: t.string({
      description: "Where the upstream serves this resource, absolute.",
      resolve: from((key) => key.href),
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "Not every edition tells.",
      resolve: from((key) => key.createdAt),
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "Not every edition tells.",
      resolve: from((key) => key.updatedAt),
    }),
  }),
});
