import type { Group, GroupRole } from "../domain/group.ts";
import { builder } from "./builder.ts";
import { connectionType, type PageArguments } from "./connection.ts";
import { GroupKindType, GroupRoleType, GroupStatusType } from "./enums.ts";
import { find, mistaken } from "./find.ts";
import { GLOBAL_ID, groupId } from "./global-id.ts";
import { toJson } from "./json.ts";
import { from, lazyApplication, lazyGroup, LazyGroup, lazyUser } from "./lazy.ts";
import { recordNeeds, userNeeds } from "./needs.ts";
import { findGroup, NodeType, readGroup } from "./node.ts";
import { relation } from "./relation.ts";
import { rootList } from "./root-list.ts";
import { ServiceType } from "./service.ts";
import { ApplicationType, GroupType, UserType } from "./refs.ts";

const GroupChildren = connectionType("GroupChildren", GroupType, {
  description: "A page of an organization's spaces.",
});
const GroupApplications = connectionType("GroupApplications", ApplicationType, {
  description: "A page of a group's applications.",
});
const GroupMembers = connectionType("GroupMembers", UserType, {
  description: "A page of a group's memberships.",
  role: true,
});
const QueryGroups = connectionType("QueryGroups", GroupType, { description: "A page of groups.", total: true });

GroupType.implement({
  description: "A named set of users: an eContext group or organization, a Cloud Foundry organization or space.",
  interfaces: [NodeType],
  fields: (t) => ({
    id: t.id({ nullable: false, description: GLOBAL_ID, resolve: (group) => groupId(group.home.service.name, group) }),
    upstreamId: t.exposeID("upstreamId", { nullable: false, description: "The id that the upstream service knows." }),
    service: t.field({
      type: ServiceType,
      nullable: false,
      description: "Where the group is kept.",
      resolve: ({ home }) => home.service,
    }),
    href: t.string({
      description: "Where the upstream serves this resource, absolute.",
      resolve: from((group) => group.href),
    }),
    kind: t.expose("kind", { type: GroupKindType, nullable: false, description: "What it is in its service." }),
    name: t.string({ description: "For people to read.", resolve: from((group) => group.name) }),
    description: t.string({ description: "Null in Cloud Foundry.", resolve: from((group) => group.description) }),
    status: t.field({
      type: GroupStatusType,
      description: "Null for spaces.",
      resolve: from((group) => group.status),
    }),
    customData: t.field({
      type: "JSONObject",
      description: "Null in Cloud Foundry.",
      resolve: from((group) => toJson(group.customData)),
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When it was created.",
      resolve: from((group) => group.createdAt),
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "When it last changed.",
      resolve: from((group) => group.updatedAt),
    }),
    application: t.field({
      type: ApplicationType,
      description: "eContext: the application that the group belongs to; null elsewhere.",
      resolve: (group, _args, _context, info) =>
        group.read(({ application }) => application && lazyApplication(group.home, application), info),
    }),
    parent: t.field({
      type: GroupType,
      description: "Cloud Foundry: a space's organization; null elsewhere.",
      resolve: (group, _args, _context, info) =>
        group.read(({ parent }) => parent && lazyGroup(group.home, parent), info),
    }),
    children: t.field({
      type: GroupChildren,
      description: "Cloud Foundry: an organization's spaces; empty elsewhere.",
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: relation({
        ask: (group, page, asker, _args, info) =>
          group.home.loaders.childrenOfGroup(page).load(group, recordNeeds(info, "connection", "Group"), asker),
        wrap: lazyGroup,
      }),
    }),
    applications: t.field({
      type: GroupApplications,
      description: "Cloud Foundry: a space's apps. eContext: the application that the group belongs to.",
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: relation({
        here: (record: Group, page) => record.applications(page),
        ask: (group, page, asker, _args, info) =>
          group.home.loaders
            .applicationsOfGroup(page)
            .load(group, recordNeeds(info, "connection", "Application"), asker),
        wrap: lazyApplication,
      }),
    }),
    members: t.field({
      type: GroupMembers,
      description: "One edge for each membership.",
      args: { first: t.arg.int(), after: t.arg.string(), role: t.arg({ type: GroupRoleType }) },
      resolve: relation({
        filters: ({ role = null }: MembersArguments) => [role],
        ask: (group, page, asker, { role = null }, info) =>
          group.home.loaders.membersOfGroup(page, role).load(group, userNeeds(info, "connection"), asker),
        wrap: (home, member) => lazyUser(home, member.user),
        roleOf: (member) => member.role,
      }),
    }),
  }),
});

interface MembersArguments extends PageArguments {
  readonly role?: GroupRole | null | undefined;
}

builder.queryFields((t) => ({
  group: t.field({
    type: GroupType,
    description: "As `user`. The kind of a group that is named by its own id alone is found out.",
    args: { id: t.arg.id({ required: true }), service: t.arg.string(), kind: t.arg({ type: GroupKindType }) },
    resolve: (_root, args, { services }, info) => {
      const { home, global, id } = find(services, "Group", args.id, args.service);
      if (global !== undefined && args.kind != null && args.kind !== global.kind) {
        throw mistaken(["kind"], `the kind of the id, ${global.kind}`, args.kind);
      }
      const kind = global?.kind ?? args.kind;
      return kind == null ? findGroup(home, id, info) : readGroup(home, { kind, id }, info);
    },
  }),
  groups: t.field({
    type: QueryGroups,
    description: "Services that have no groups of this kind have none to give.",
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      service: t.arg.string(),
      kind: t.arg({ type: GroupKindType }),
    },
    resolve: (_root, args, context, info) => {
      const kind = args.kind ?? null;
      const needs = recordNeeds(info, "connection", "Group");
      return rootList(context, args, info, {
        filters: [kind],
        counts: (home) => home.directory.groups.counts,
        read: (home, page, asker) => home.directory.groups.list(page, kind, { needs, for: [asker] }),
        wrap: (home, group) => new LazyGroup(home, group.kind, group.id, group),
      });
    },
  }),
}));
