import { GraphQLScalarType, valueFromASTUntyped, type GraphQLResolveInfo } from "graphql";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { spendNodes } from "./connection.ts";
import { article, globalId, mistaken } from "./find.ts";
import { nodeType, readIdentified, type Node } from "./node.ts";
import { ApplicationType, GroupType, UserType } from "./refs.ts";

/** What every subgraph has, and clients have no use for. */
export const FEDERATION_NAMES: readonly string[] = ["_Any", "_Entity", "_Service", "_entities", "_service"];

builder.addScalarType(
  "_Any",
  new GraphQLScalarType({
    name: "_Any",
    // Whatever it is: one representation that is none must not take the others along, as a refused variable would.
    parseValue: (value) => value,
    parseLiteral: (ast, variables) => valueFromASTUntyped(ast, variables),
  }),
);

const EntityType = builder.unionType("_Entity", {
  types: [UserType, ApplicationType, GroupType],
  resolveType: nodeType,
});

const SubgraphType = builder.objectRef<{ readonly sdl: string }>("_Service").implement({
  fields: (t) => ({ sdl: t.exposeString("sdl", { nullable: true }) }),
});

/** @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec */
builder.queryFields((t) => ({
  _entities: t.field({
    type: [EntityType],
    nullable: { list: false, items: true },
    args: { representations: t.arg({ type: ["_Any"], required: true }) },
    resolve: (_root, { representations }, { services, nodes }, info) => {
      spendNodes(nodes, representations.length);
      return representations.map((representation, index) =>
        readEntity(services, representation, ["representations", String(index)], info),
      );
    },
  }),
  _service: t.field({
    type: SubgraphType,
    nullable: false,
    resolve: (_root, _args, { subgraphSdl }) => ({ sdl: subgraphSdl() }),
  }),
}));

const ENTITIES = ["User", "Application", "Group"] as const;
type EntityName = (typeof ENTITIES)[number];

/**
 * What a representation names, `{ __typename, id }`. Whatever else stands in it was read by others from us.
 * @throws Refusal for one that names nothing of ours, before anybody is asked
 */
async function readEntity(
  services: Services,
  representation: unknown,
  path: readonly string[],
  info: GraphQLResolveInfo,
): Promise<Node | null> {
  if (!isObject(representation)) throw mistaken(path, "`{ __typename, id }`", representation);
  const { __typename: type, id } = representation;
  if (!isEntity(type)) throw mistaken([...path, "__typename"], "`User`, `Application` or `Group`", type);
  const expected = `the global id of ${article(type)}`;
  if (typeof id !== "string") throw mistaken([...path, "id"], expected, id);
  const { home, global } = globalId(services, id, [...path, "id"]);
  if (global.type !== type) throw mistaken([...path, "id"], expected, id);
  return readIdentified(home, global, info);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntity(type: unknown): type is EntityName {
  return ENTITIES.some((entity) => entity === type);
}
