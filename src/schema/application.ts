import { chainServices } from "../services/chain.ts";
import { builder } from "./builder.ts";
import { connect, connectionType, pageRequest } from "./connection.ts";
import { ApplicationStatusType } from "./enums.ts";
import { service } from "./find.ts";
import { applicationId } from "./global-id.ts";
import { coordinateOf, from, lazyGroup, lazyUser, LazyApplication } from "./lazy.ts";
import { isSelected, recordNeeds, userNeeds } from "./needs.ts";
import { NodeType, readApplication } from "./node.ts";
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
    id: t.id({ nullable: false, resolve: ({ home, id }) => applicationId(home.service.name, id) }),
    upstreamId: t.exposeID("id", { nullable: false, description: "The id that the upstream service knows." }),
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
      resolve: from((application) => application.customData),
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
      resolve: (application, args, _context, info) => {
        const { home, id, record } = application;
        const list = `Application.groups ${home.service.name} ${id}`;
        const page = pageRequest(list, args);
        if (record === null) return null;
        return connect(
          list,
          page,
          record?.groups(page) ??
            home.loaders
              .groupsOfApplication(page)
              .load(id, recordNeeds(info, "connection", "Group"), coordinateOf(info)),
          (group) => lazyGroup(home, group),
        );
      },
    }),
    users: t.field({
      type: ApplicationUsers,
      description: "eContext: the application's users. Cloud Foundry: the developers of its space.",
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: (application, args, _context, info) => {
        const { home, id, record } = application;
        const list = `Application.users ${home.service.name} ${id}`;
        const page = pageRequest(list, args);
        if (record === null) return null;
        return connect(
          list,
          page,
          home.loaders.usersOfApplication(page).load(id, userNeeds(info, "connection"), coordinateOf(info)),
          (user) => lazyUser(home, user),
        );
      },
    }),
  }),
});

builder.queryFields((t) => ({
  application: t.field({
    type: ApplicationType,
    description: "As `user`.",
    args: { id: t.arg.id({ required: true }), service: t.arg.string() },
    resolve: (_root, args, { services }, info) => readApplication(services, args.id, args.service, info),
  }),
  applications: t.field({
    type: QueryApplications,
    description: "Without `service`: those of every service, one service after the other.",
    args: { first: t.arg.int(), after: t.arg.string(), service: t.arg.string() },
    resolve: async (_root, args, { services }, info) => {
      const list = `Query.applications ${args.service ?? ""}`;
      const homes = args.service == null ? services.all : [service(services, args.service)];
      const page = pageRequest(list, args, isSelected(info, "totalCount"));
      const ask = { needs: recordNeeds(info, "connection", "Application"), for: [coordinateOf(info)] };
      const applications = await chainServices(
        homes,
        page,
        (home, part) => home.directory.applications.list(part, ask),
        (home, application) => new LazyApplication(home, application.id, application),
      );
      return connect(list, page, applications, (application) => application);
    },
  }),
}));
