import { settle } from "../domain/answers.ts";
import type { GroupRef } from "../domain/group.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { spendNodes } from "./connection.ts";
import { globalId, mistaken } from "./find.ts";
import { LazyApplication, LazyGroup, LazyUser, coordinateOf, type Lazy } from "./lazy.ts";
import { isBare, recordNeeds, userNeeds } from "./needs.ts";
import type { GraphQLResolveInfo } from "graphql";

export type Node = LazyUser | LazyApplication | LazyGroup;

export const NodeType = builder.interfaceRef<Node>("Node").implement({
  description: "What has a global id.",
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: "Global id: stable, and other systems may build it, as `<Type>:<service>:<upstream id>`.",
    }),
  }),
  resolveType: (node) =>
    node instanceof LazyUser ? "User" : node instanceof LazyApplication ? "Application" : "Group",
});

builder.queryFields((t) => ({
  node: t.field({
    type: NodeType,
    description: "Whatever has this global id; null where there is none, as far as the upstream tells.",
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { services }, info) => readNode(services, id, ["id"], info),
  }),
  nodes: t.field({
    type: [NodeType],
    nullable: { list: false, items: true },
    description: "The same for many, in the order asked, each id looked up once.",
    args: { ids: t.arg.idList({ required: true }) },
    resolve: (_root, { ids }, { services, nodes }, info) => {
      spendNodes(nodes, ids.length);
      // An error in its own place: graphql-js takes an Error for a failed item.
      return ids.map((id, index) => settle(() => readNode(services, id, ["ids", String(index)], info)) as Promise<Node>);
    },
  }),
}));

async function readNode(
  services: Services,
  id: string,
  path: readonly string[],
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  const { home, global } = globalId(services, id, path);
  switch (global.type) {
    case "User":
      return readUser(home, global.id, info);
    case "Application":
      return readApplication(home, global.id, info);
    case "Group":
      return readGroup(home, global, info);
    case "ApiKey":
      throw mistaken(path, "the id of a User, an Application or a Group", id);
  }
}

/** The user, when there is one or nobody needs to be asked. */
export async function readUser(home: OpenService, id: string, info: GraphQLResolveInfo): Promise<LazyUser | null> {
  const needs = userNeeds(info, "self");
  if (isBare(needs)) return new LazyUser(home, id, undefined);
  const record = await home.loaders.users.load(id, needs, coordinateOf(info));
  return record === null ? null : new LazyUser(home, id, record);
}

/** The application, when there is one or nobody needs to be asked. */
export async function readApplication(
  home: OpenService,
  id: string,
  info: GraphQLResolveInfo,
): Promise<LazyApplication | null> {
  const application = new LazyApplication(home, id, undefined);
  return recordNeeds(info, "self", "Application").record ? existing(application, info) : application;
}

/** The group, when there is one or nobody needs to be asked. */
export async function readGroup(home: OpenService, ref: GroupRef, info: GraphQLResolveInfo): Promise<LazyGroup | null> {
  const group = new LazyGroup(home, ref.kind, ref.id, undefined);
  return recordNeeds(info, "self", "Group").record ? existing(group, info) : group;
}

/** The same object once it is known that the service has it, else null. */
async function existing<T extends Lazy<unknown>>(lazy: T, info: GraphQLResolveInfo): Promise<T | null> {
  return (await lazy.load(coordinateOf(info))) === null ? null : lazy;
}

/** A group by its own id alone: of the first kind that has it. Its kind is in its global id, so it has to be found. */
export async function findGroup(home: OpenService, id: string, info: GraphQLResolveInfo): Promise<LazyGroup | null> {
  for (const kind of home.directory.groups.kinds) {
    const group = await existing(new LazyGroup(home, kind, id, undefined), info);
    if (group !== null) return group;
  }
  return null;
}
