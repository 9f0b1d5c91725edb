import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from "graphql";
import { DEFAULT_PAGE_SIZE } from "./connection.ts";

export interface SubgraphOptions {
  /** Whether `node` and `nodes` stand in it: one subgraph of a supergraph can have them, and it knows its own types alone. */
  readonly node: boolean;
  /**
   * Whether `@oneOf` and `@cacheControl` are composed into the supergraph, which composers do with one definition of a name:
   * not beside a subgraph that links another.
   */
  readonly compose: boolean;
}

/**
 * The SDL of a subgraph of Apollo Federation 2, made from the SDL that clients read: what is an entity, and what a list,
 * is seen there. `_entities` and `_service` are left to the composer, which knows that every subgraph has them.
 */
export function subgraphSdl(sdl: string, { node, compose }: SubgraphOptions): string {
  const document = parse(sdl);
  const objects = objectNames(document);
  const caching = compose ? NEVER_SHARED : [];
  const marked = visit(document, {
    ScalarTypeDefinition: (type) => ({ ...type, description: undefined }),
    InterfaceTypeDefinition: (type) => undescribed(type),
    ObjectTypeDefinition: (type) => mark(type),
  });
  return `${compose ? COMPOSED : PLAIN}\n${print(marked)}\n`;

  function mark(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
    // It is truly equal wherever pages are Relay's.
    if (type.name.value === "PageInfo") return { ...undescribed(type), directives: SHAREABLE };
    if (type.name.value === "Query") return query(type);
    const isEntity = type.interfaces?.some(({ name }) => name.value === "Node") === true;
    return { ...sized(type), ...(isEntity && { directives: [...KEY, ...caching] }) };
  }

  function query(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
    const { fields = [], ...rest } = sized(type);
    const own = fields.filter(({ name }) => node || (name.value !== "node" && name.value !== "nodes"));
    return { ...rest, fields: own.map((field) => withDirectives(field, caching)) };
  }

  /** Tells how long its lists are, and which are dear. */
  function sized(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
    const { fields = [] } = type;
    const isPage = fields.some(({ name }) => name.value === "pageInfo");
    return { ...type, fields: fields.map((field) => withDirectives(field, sizeOf(field, isPage))) };
  }

  function sizeOf({ arguments: args = [], type }: FieldDefinitionNode, ofPage: boolean): readonly ConstDirectiveNode[] {
    if (args.some(({ name }) => name.value === "first")) return PAGE;
    const item = itemOf(type);
    if (item === undefined || !objects.has(item)) return [];
    return ofPage ? ITEMS : LIST;
  }
}

const FEDERATION = "https://specs.apollo.dev/federation/v2.9";

/** Hive's composer and Cosmo's know `@oneOf` without a word, Apollo's asks what it is, and forgets it. */
const PLAIN = `extend schema @link(url: "${FEDERATION}", import: ["@cost", "@key", "@listSize", "@shareable"])

directive @oneOf on INPUT_OBJECT
`;

/**
 * With what composers do not know of themselves. Two addresses for one name do not compose, so that of `@cacheControl` is the
 * one under which Mesh's own examples have what Hive Gateway's response cache reads. For `@oneOf` there is none yet that all
 * composers take: the last part has to be a GraphQL name.
 */
const COMPOSED = `extend schema
  @link(url: "${FEDERATION}", import: ["@composeDirective", "@cost", "@key", "@listSize", "@shareable"])
  @link(url: "https://the-guild.dev/mesh/v1.0", import: ["@cacheControl"])
  @link(url: "https://spec.graphql.org/oneOf/v1.0", import: ["@oneOf"])
  @composeDirective(name: "@cacheControl")
  @composeDirective(name: "@oneOf")

directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION

directive @oneOf on INPUT_OBJECT

enum CacheControlScope {
  PUBLIC
  PRIVATE
}
`;

const SHAREABLE = directives("@shareable");
const KEY = directives('@key(fields: "id")');
/**
 * What one caller is shown, no other may be. Nor may that there is none: Hive Gateway's response cache finds no type in a
 * null, and a field's `maxAge` under every alias, but its `scope` under its own name alone.
 */
const NEVER_SHARED = directives("@cacheControl(maxAge: 0, scope: PRIVATE)");
/** A list may be an upstream call of its own, which routers weigh as they weigh a mutation. */
const PAGE = directives("@cost(weight: 10)");
/**
 * As many as there are where nobody says `first`, which is not looked at: beside a subgraph that requires but one of `edges`
 * and `nodes`, Apollo's composer breaks at a list that names both as what `first` sizes.
 */
const ITEMS = directives(`@listSize(assumedSize: ${DEFAULT_PAGE_SIZE})`);
/** Lists without pages are short: services, API keys, what is wrong with an input. */
const LIST = directives("@listSize(assumedSize: 10)");

function directives(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar Any ${text}`).definitions;
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
}

function withDirectives(field: FieldDefinitionNode, added: readonly ConstDirectiveNode[]): FieldDefinitionNode {
  return { ...field, directives: [...(field.directives ?? []), ...added] };
}

/** Other subgraphs have it too, with words of their own; composers complain of a second description, and not of none. */
function undescribed<Type extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(type: Type): Type {
  const fields = type.fields?.map((field) => ({ ...field, description: undefined }));
  return { ...type, description: undefined, fields };
}

function objectNames({ definitions }: DocumentNode): ReadonlySet<string> {
  const found = definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  return new Set(found.map(({ name }) => name.value));
}

/** What a list is of; undefined of what is none. */
function itemOf(type: TypeNode): string | undefined {
  if (type.kind === Kind.NON_NULL_TYPE) return itemOf(type.type);
  return type.kind === Kind.LIST_TYPE ? nameOf(type.type) : undefined;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
