import type { CloudFoundryApplication, CloudFoundryUser } from "../../domain/facets/cloud-foundry.ts";
import type { OpenService } from "../../services/open-service.ts";
import { builder } from "../builder.ts";
import { lazyGroup } from "../lazy.ts";
import { ApplicationType, GroupType, UserType } from "../refs.ts";

interface Facet<T> {
  readonly home: OpenService;
  readonly facet: T;
}

const CloudFoundryUserType = builder.objectRef<Facet<CloudFoundryUser>>("CloudFoundryUser").implement({
  description: "What only Cloud Foundry knows of a user.",
  fields: (t) => ({
    admin: t.boolean({
      description: "Stored and echoed only: rights come from the token's scope.",
      resolve: ({ facet }) => facet.admin,
    }),
    active: t.boolean({
      description: "Whether the user was made by a first use of a token.",
      resolve: ({ facet }) => facet.active,
    }),
    defaultSpace: t.field({
      type: GroupType,
      description: "Where the user's tools begin; a role in it is not implied.",
      resolve: ({ home, facet }) => facet.defaultSpace && lazyGroup(home, facet.defaultSpace),
    }),
  }),
});

const CloudFoundryApplicationType = builder
  .objectRef<Facet<CloudFoundryApplication>>("CloudFoundryApplication")
  .implement({
    description: "What only Cloud Foundry knows of an app.",
    fields: (t) => ({
      instances: t.int({ description: "How many are meant to run.", resolve: ({ facet }) => facet.instances }),
      memory: t.int({ description: "MiB", resolve: ({ facet }) => facet.memory }),
      diskQuota: t.int({ description: "MiB", resolve: ({ facet }) => facet.diskQuota }),
      buildpack: t.string({
        description: "The buildpack that was asked for; null: found out.",
        resolve: ({ facet }) => facet.buildpack,
      }),
      space: t.field({
        type: GroupType,
        description: "Where it runs.",
        resolve: ({ home, facet }) => facet.space && lazyGroup(home, facet.space),
      }),
    }),
  });

builder.objectField(UserType, "cloudFoundry", (t) =>
  t.field({
    type: CloudFoundryUserType,
    description: "What only Cloud Foundry knows; null elsewhere.",
    resolve: (user, _args, _context, info) =>
      user.read(({ cloudFoundry }) => (cloudFoundry === null ? null : { home: user.home, facet: cloudFoundry }), info),
  }),
);

builder.objectField(ApplicationType, "cloudFoundry", (t) =>
  t.field({
    type: CloudFoundryApplicationType,
    description: "What only Cloud Foundry knows; null elsewhere.",
    resolve: (application, _args, _context, info) =>
      application.read(
        ({ cloudFoundry }) => (cloudFoundry === null ? null : { home: application.home, facet: cloudFoundry }),
        info,
      ),
  }),
);
