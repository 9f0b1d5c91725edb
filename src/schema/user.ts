import { refuse } from "../domain/errors.ts";
import type { MembershipFilter } from "../domain/ask.ts";
import type { GroupKind, GroupRole } from "../domain/group.ts";
import type { User } from "../domain/user.ts";
import { ApiKeyType } from "./api-key.ts";
import { builder } from "./builder.ts";
import { connectionType, type PageArguments } from "./connection.ts";
import { GroupKindType, GroupRoleType, UserStatusType } from "./enums.ts";
import { find } from "./find.ts";
import { GLOBAL_ID, userId } from "./global-id.ts";
import { toJson } from "./json.ts";
import { LazyApiKey, coordinateOf, from, lazyApplication, lazyGroup, lazyUser } from "./lazy.ts";
import { recordNeeds, userNeeds } from "./needs.ts";
import { NodeType, readUser } from "./node.ts";
import { relation } from "./relation.ts";
import { rootList } from "./root-list.ts";
import { ServiceType } from "./service.ts";
import { ApplicationType, GroupType, UserType } from "./refs.ts";

const UserApplications = connectionType("UserApplications", ApplicationType, {
  description: "A page of a user's applications.",
});
const UserGroups = connectionType("UserGroups", GroupType, {
  description: "A page of a user's memberships.",
  role: true,
});
const QueryUsers = connectionType("QueryUsers", UserType, { description: "A page of users.", total: true });

UserType.implement({
  description: "One user of one service.",
  interfaces: [NodeType],
  fields: (t) => ({
    id: t.id({ nullable: false, description: GLOBAL_ID, resolve: ({ home, id }) => userId(home.service.name, id) }),
    upstreamId: t.exposeID("upstreamId", {
      nullable: false,
      description: "The id that the upstream service knows: eContext `id`, Cloud Foundry `guid`.",
    }),
    service: t.field({
      type: ServiceType,
      nullable: false,
      description: "Where the user is kept.",
      resolve: ({ home }) => home.service,
    }),
    href: t.string({
      description: "Where the upstream serves this resource, absolute.",
      resolve: from((user) => user.href),
    }),
    username: t.string({ description: "What the user logs in with.", resolve: from((user) => user.username) }),
    name: t.string({ description: "For people to read. Null in Cloud Foundry.", resolve: from((user) => user.name) }),
    email: t.string({ description: "Null in Cloud Foundry.", resolve: from((user) => user.email) }),
    status: t.field({
      type: UserStatusType,
      description: "Cloud Foundry: ENABLED once the user is active, else UNVERIFIED.",
      resolve: from((user) => user.status),
    }),
    customData: t.field({
      type: "JSONObject",
      description: "What the user's record holds itself: keys that the upstream mixes in from elsewhere are left out.",
      resolve: from((user) => toJson(user.customData)),
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When the user was created.",
      resolve: from((user) => user.createdAt),
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "When the record last changed; not every edition moves it for every change.",
      resolve: from((user) => user.updatedAt),
    }),
    applications: t.field({
      type: UserApplications,
      description:
        "eContext: the user's applications. Cloud Foundry: the apps of the spaces in which the user is a developer.",
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: relation({
        here: (record: User, page) => record.applications(page),
        ask: (user, page, asker, _args, info) =>
          user.home.loaders
            .applicationsOfUser(page)
            .load(user.id, recordNeeds(info, "connection", "Application"), asker),
        wrap: lazyApplication,
      }),
    }),
    groups: t.field({
      type: UserGroups,
      description: "One edge for each membership: a group in which the user has two roles has two edges.",
      args: {
        first: t.arg.int(),
        after: t.arg.string(),
        kind: t.arg({ type: GroupKindType }),
        role: t.arg({ type: GroupRoleType }),
      },
      resolve: relation({
        filters: ({ kind = null, role = null }: MembershipArguments) => [kind, role],
        here: (record: User, page, args) => record.groups(page, filterOf(args)),
        ask: (user, page, asker, args, info) =>
          user.home.loaders
            .groupsOfUser(page, filterOf(args))
            .load(user.id, recordNeeds(info, "connection", "Group"), asker),
        wrap: (home, membership) => lazyGroup(home, membership.group),
        roleOf: (membership) => membership.role,
      }),
    }),
    apiKeys: t.field({
      type: [ApiKeyType],
      nullable: { list: true, items: false },
      description: "eContext: the user's API keys, without their secrets. Empty elsewhere.",
      resolve: async (user, _args, _context, info) => {
        const { home, id, record } = user;
        if (record === null) return null;
        const keys =
          record?.apiKeys() ?? (await home.loaders.apiKeysOfUser.load(id, { record: true }, coordinateOf(info)));
        return keys.map((key) => new LazyApiKey(home, id, key.id, key.record));
      },
    }),
  }),
});

interface MembershipArguments extends PageArguments {
  readonly kind?: GroupKind | null | undefined;
  readonly role?: GroupRole | null | undefined;
}

function filterOf({ kind = null, role = null }: MembershipArguments): MembershipFilter {
  return { kind, role };
}

builder.queryFields((t) => ({
  user: t.field({
    type: UserType,
    description:
      "Null where there is none, as far as the upstream tells; when nothing but `id`, `upstreamId`, `service` and `__typename` is selected, nobody is asked and nothing is said of its existence. `id` is a global id; an id with no colon in it is the upstream's own, in the service that `service` names or the only one.",
    args: { id: t.arg.id({ required: true }), service: t.arg.string() },
    resolve: (_root, args, { services }, info) => {
      const { home, id } = find(services, "User", args.id, args.service);
      return readUser(home, id, info);
    },
  }),
  users: t.field({
    type: QueryUsers,
    description:
      "Without `service`: the users of every service, one service after the other in the order of the configuration. With `search` and without `service`: UNSUPPORTED unless every service can search, for an answer that leaves one out in silence would be taken for the truth. `totalCount` is null unless every service counts.",
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      service: t.arg.string(),
      search: t.arg.string({
        description:
          "Meant literally, case aside. eContext's older editions find it anywhere in email, name or id; the newest as whole words of user name, email, name or organization.",
      }),
    },
    resolve: (_root, args, context, info) => {
      const search = args.search ?? null;
      const needs = userNeeds(info, "connection");
      return rootList(context, args, info, {
        filters: [search],
        counts: (home) => home.directory.users.counts,
        check: (homes) => {
          const mute = search === null ? [] : homes.filter((home) => !home.directory.users.searches);
          if (mute.length > 0) {
            throw refuse("UNSUPPORTED", ["search"], `Users cannot be searched in ${context.services.names(mute)}.`);
          }
        },
        read: (home, page, asker) => home.directory.users.list(page, search, { needs, for: [asker] }),
        wrap: lazyUser,
      });
    },
  }),
}));
