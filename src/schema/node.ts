import { isDirectoryError } from "../domain/errors.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { find, globalId, mistaken } from "./find.ts";
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
    resolve: (_root, { ids }, { services }, info) =>
      ids.map((id, index) =>
        readNode(services, id, ["ids", String(index)], info).catch((error: unknown) => {
          // An error in its own place: graphql-js takes an Error for a failed item.
          if (isDirectoryError(error)) return error as never;
          throw error;
        }),
      ),
  }),
}));

async function readNode(
  services: Services,
  id: string,
  path: readonly string[],
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  const { type } = globalId(services, id, path);
  if (type === "User") return readUser(services, id, null, info);
  if (type === "Application") return readApplication(services, id, null, info);
  if (type === "Group") {
    const { home, global } = find(services, "Group", id, null);
    const group = new LazyGroup(home, global?.kind ?? "GROUP", global?.id ?? "", undefined);
    return recordNeeds(info, "self", "Group").record ? existing(group, info) : group;
  }
  throw mistaken(path, "the id of a User, an Application or a Group", id);
}

/** The user, when there is one or nobody needs to be asked. */
export async function readUser(
  services: Services,
  id: string,
  service: string | null | undefined,
  info: GraphQLResolveInfo,
): Promise<LazyUser | null> {
  const found = find(services, "User", id, service);
  const needs = userNeeds(info, "self");
  if (isBare(needs)) return new LazyUser(found.home, found.id, undefined);
  const record = await found.home.loaders.users.load(found.id, needs, coordinateOf(info));
  return record === null ? null : new LazyUser(found.home, found.id, record);
}

/** The application, when there is one or nobody needs to be asked. */
export async function readApplication(
  services: Services,
  id: string,
  service: string | null | undefined,
  info: GraphQLResolveInfo,
): Promise<LazyApplication | null> {
  const found = find(services, "Application", id, service);
  const application = new LazyApplication(found.home, found.id, undefined);
  return recordNeeds(info, "self", "Application").record ? existing(application, info) : application;
}

/** The same object once it is known that the service has it, else null. */
export async function existing<T extends Lazy<unknown>>(lazy: T, info: GraphQLResolveInfo): Promise<T | null> {
  return (await lazy.load(coordinateOf(info))) === null ? null : lazy;
}
