import type { EcontextUser } from "../../domain/facets/econtext.ts";
import { builder } from "../builder.ts";
import { coordinateOf, lazyGroup, type LazyUser } from "../lazy.ts";
import { recordNeeds } from "../needs.ts";
import { GroupType, UserType } from "../refs.ts";

interface Facet {
  readonly user: LazyUser;
  readonly facet: EcontextUser;
}

const EcontextUserType = builder.objectRef<Facet>("EcontextUser").implement({
  description: "What only eContext knows of a user.",
  fields: (t) => ({
    organization: t.field({
      type: GroupType,
      description: "Null where the user has none, and in editions without organizations.",
      resolve: async ({ user, facet }, _args, _context, info) => {
        const { home, id } = user;
        if (facet.organization !== undefined) {
          return facet.organization && lazyGroup(home, facet.organization);
        }
        const memberships = await home.loaders
          .groupsOfUser({ first: 1, after: null }, { kind: "ORGANIZATION", role: "MEMBER" })
          .load(id, recordNeeds(info, "self", "Group"), coordinateOf(info));
        const [membership] = memberships.items;
        return membership === undefined ? null : lazyGroup(home, membership.group);
      },
    }),
    organizationAdmin: t.boolean({
      description: "Whether the user administers the organization.",
      resolve: ({ facet }) => facet.organizationAdmin,
    }),
    passwordModifiedAt: t.field({
      type: "DateTime",
      description: "When the password was last set, where the edition tells.",
      resolve: ({ facet }) => facet.passwordModifiedAt,
    }),
  }),
});

builder.objectField(UserType, "econtext", (t) =>
  t.field({
    type: EcontextUserType,
    description: "What only eContext knows; null elsewhere.",
    resolve: (user, _args, _context, info) =>
      user.read(({ econtext }) => (econtext === null ? null : { user, facet: econtext }), info),
  }),
);
