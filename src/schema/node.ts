import { settle } from "../domain/answers.ts";
import { RECORD, type RecordNeeds } from "../domain/ask.ts";
import type { GroupRef } from "../domain/group.ts";
import { EMPTY_PAGE, type Page } from "../domain/page.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { spendNodes } from "./connection.ts";
import { globalId, mistaken } from "./find.ts";
import type { GlobalId } from "./global-id.ts";
import { LazyApplication, LazyGroup, LazyUser, coordinateOf, type Lazy } from "./lazy.ts";
import { applicationNeeds, groupNeeds, isBare, userNeeds, type OwnerNeeds, type UserList } from "./needs.ts";
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
  resolveType: nodeType,
});

export function nodeType(node: Node): "User" | "Application" | "Group" {
  return node instanceof LazyUser ? "User" : node instanceof LazyApplication ? "Application" : "Group";
}

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
      return ids.map((id, index) => readNode(services, id, ["ids", String(index)], info));
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
  if (global.type === "ApiKey") throw mistaken(path, "the id of a User, an Application or a Group", id);
  return readIdentified(home, global, info);
}

/** What has this global id, when there is one or nobody needs to be asked. */
export function readIdentified(
  home: OpenService,
  global: Exclude<GlobalId, { type: "ApiKey" }>,
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  switch (global.type) {
    case "User":
      return readUser(home, global.id, info);
    case "Application":
      return readApplication(home, global.id, info);
    case "Group":
      return readGroup(home, global, info);
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
  const needs = applicationNeeds(info);
  const application = new LazyApplication(home, id, undefined);
  return readWithUsers(application, needs, info, (users) =>
    home.loaders.usersOfApplication(users.page).load(id, users.needs, users.asker),
  );
}

/** The group, when there is one or nobody needs to be asked. */
export async function readGroup(home: OpenService, ref: GroupRef, info: GraphQLResolveInfo): Promise<LazyGroup | null> {
  const needs = groupNeeds(info);
  const group = new LazyGroup(home, ref.kind, ref.id, undefined);
  return readWithUsers(group, needs, info, (users) =>
    home.loaders.membersOfGroup(users.page, users.role).load(ref, users.needs, users.asker),
  );
}

/**
 * The same object where the service has it. Where its users are selected they are asked for first: their list tells
 * whether it is there, and often brings its record along. The field that shows them finds the list in the loader, its
 * failure included.
 */
async function readWithUsers<T extends Loadable>(
  lazy: T,
  needs: OwnerNeeds,
  info: GraphQLResolveInfo,
  load: (users: UserList) => Promise<Page<unknown> | null>,
): Promise<T | null> {
  const { record, users } = needs;
  const page = users && (await settle(() => load(users)));
  if (page === null) return null;
  const isProven = page !== undefined && page !== EMPTY_PAGE;
  if (record) return existing(lazy, needs, info);
  return users === undefined || isProven ? lazy : existing(lazy, RECORD, info);
}

type Loadable = Pick<Lazy<unknown>, "load">;

/** The same object once it is known that the service has it, else null. */
async function existing<T extends Loadable>(lazy: T, needs: RecordNeeds, info: GraphQLResolveInfo): Promise<T | null> {
  return (await lazy.load(coordinateOf(info), needs)) === null ? null : lazy;
}

/** A group by its own id alone: of the first kind that has it. Its kind is in its global id, so it has to be found. */
export async function findGroup(home: OpenService, id: string, info: GraphQLResolveInfo): Promise<LazyGroup | null> {
  const group = await home.directory.groups.byId(id, { needs: RECORD, for: [coordinateOf(info)] });
  return group && new LazyGroup(home, group.kind, group.id, group);
}
