import type { Application } from "../domain/application.ts";
import { builder } from "./builder.ts";
import { connectionType } from "./connection.ts";
import { ApplicationStatusType } from "./enums.ts";
import { find } from "./find.ts";
import { GLOBAL_ID, applicationId } from "./global-id.ts";
import { toJson } from "./json.ts";
import { from, lazyGroup, lazyUser, LazyApplication } from "./lazy.ts";
import { recordNeeds, userNeeds } from "./needs.ts";
import { NodeType, readApplication } from "./node.ts";
import { relation } from "./relation.ts";
import { rootList } from "./root-list.ts";
import { ServiceType } from "./service.ts";
import { ApplicationType, GroupType, UserType } from "./refs.ts";

const ApplicationGroups = connectionType("ApplicationGroups", GroupType, {
  description: "A page of an application's groups.",
});
const ApplicationUsers = connectionType("ApplicationUsers", UserType, {
  description: "A page of an application's users.",
});
const QueryApplications = connectionType("QueryApplications", ApplicationType, {
  description: "A page of applications.",
  total: true,
});

ApplicationType.implement({
  description: "An eContext application, or a Cloud Foundry app.",
  interfaces: [NodeType],
  fields: (t) => ({
    id: t.id({ nullable: false, description: GLOBAL_ID, resolve: ({ home, id }) => applicationId(home.service.name, id) }),
    upstreamId: t.exposeID("upstreamId", { nullable: false, description: "The id that the upstream service knows." }),
    service: t.field({
      type: ServiceType,
      nullable: false,
      description: "Where the application is kept.",
      resolve: ({ home }) => home.service,
    }),
    href: t.string({
      description: "Where the upstream serves this resource, absolute.",
      resolve: from((application) => application.href),
    }),
    name: t.string({ description: "For people to read.", resolve: from((application) => application.name) }),
    description: t.string({
      description: "Null in Cloud Foundry.",
      resolve: from((application) => application.description),
    }),
    status: t.field({
      type: ApplicationStatusType,
      description: "Whether it is in use.",
      resolve: from((application) => application.status),
    }),
    customData: t.field({
      type: "JSONObject",
      description: "Null in Cloud Foundry.",
      resolve: from((application) => toJson(application.customData)),
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When it was created.",
      resolve: from((application) => application.createdAt),
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "When it last changed.",
      resolve: from((application) => application.updatedAt),
    }),
    groups: t.field({
      type: ApplicationGroups,
      description: "eContext: the application's groups. Cloud Foundry: its space.",
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: relation({
        here: (record: Application, page) => record.groups(page),
        ask: (application, page, asker, _args, info) =>
          application.home.loaders
            .groupsOfApplication(page)
            .load(application.id, recordNeeds(info, "connection", "Group"), asker),
        wrap: lazyGroup,
      }),
    }),
    users: t.field({
      type: ApplicationUsers,
      description: "eContext: the application's users. Cloud Foundry: the developers of its space.",
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: relation({
        ask: (application, page, asker, _args, info) =>
          application.home.loaders
            .usersOfApplication(page)
            .load(application.id, userNeeds(info, "connection"), asker),
        wrap: lazyUser,
      }),
    }),
  }),
});

builder.queryFields((t) => ({
  application: t.field({
    type: ApplicationType,
    description: "As `user`.",
    args: { id: t.arg.id({ required: true }), service: t.arg.string() },
    resolve: (_root, args, { services }, info) => {
      const { home, id } = find(services, "Application", args.id, args.service);
      return readApplication(home, id, info);
    },
  }),
  applications: t.field({
    type: QueryApplications,
    description: "Without `service`: those of every service, one service after the other.",
    args: { first: t.arg.int(), after: t.arg.string(), service: t.arg.string() },
    resolve: (_root, args, context, info) => {
      const needs = recordNeeds(info, "connection", "Application");
      return rootList(context, args, info, {
        counts: (home) => home.directory.applications.counts,
        read: (home, page, asker) => home.directory.applications.list(page, { needs, for: [asker] }),
        wrap: (home, application) => new LazyApplication(home, application.id, application),
      });
    },
  }),
}));
