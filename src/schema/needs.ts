import type { GraphQLObjectType } from "graphql";
import {
  getArgumentValues,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from "graphql";
import type { MembershipFilter, RecordNeeds, UserNeeds } from "../domain/ask.ts";
import type { GroupRole } from "../domain/group.ts";
import type { PageRequest } from "../domain/page.ts";
import { isPageSize, pageRequest, type PageArguments } from "./connection.ts";

/** How the fields in question hang under the one that is resolved: itself, or `nodes` and `edges { node }`. */
export type Under = "self" | "connection";

/** Where fields are selected: a part of what a resolver is told. */
type Selected = Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues" | "fieldNodes">;

/** Known from the id alone: nobody has to be asked. */
const FREE = new Set(["id", "upstreamId", "service", "__typename"]);

/**
 * Forecasts are kept on the nodes that they are of: all items of a list share one, which a response has thousands of, and
 * all executions do, unless variables are selected with: then each has nodes of its own. A `WeakMap` would keep all of
 * them, and what they refer to, through every collection of the young generation.
 */
interface Forecasts {
  users?: UserNeeds;
  Application?: RecordNeeds;
  Group?: RecordNeeds;
  ownersApplication?: OwnerNeeds;
  ownersGroup?: OwnerNeeds;
}

const FORECASTS = Symbol("forecasts");

interface Remembering {
  [FORECASTS]?: Forecasts;
}

function forecastsOf(nodes: Remembering): Forecasts {
  let forecasts = nodes[FORECASTS];
  if (forecasts === undefined) nodes[FORECASTS] = forecasts = {};
  return forecasts;
}

/** What the operation will ask of the users that a field yields: of one field, always under the same. */
export function userNeeds(info: Selected, under: Under): UserNeeds {
  return (forecastsOf(info.fieldNodes as Remembering).users ??= forecastUsers(info, under));
}

function forecastUsers(info: Selected, under: Under): UserNeeds {
  let record = false;
  let applications = false;
  let apiKeys = false;
  const groups: MembershipFilter[] = [];
  const fields = selected(info, under, "User");
  for (const field of fields) {
    const name = field.name.value;
    if (name === "groups") groups.push(membershipFilter(info, field));
    else if (name === "applications") applications = true;
    else if (name === "apiKeys") apiKeys = true;
    else if (!FREE.has(name)) record = true;
  }
  const isNamed = isNamedAsked(below(info, descend(info, fields, ["cloudFoundry", "defaultSpace"])));
  return { record, groups, applications, apiKeys, ...(isNamed && { named: true }) };
}

/** What the operation will ask of the applications or groups that a field yields. */
export function recordNeeds(info: Selected, under: Under, type: "Application" | "Group"): RecordNeeds {
  return (forecastsOf(info.fieldNodes as Remembering)[type] ??= forecastRecords(info, selected(info, under, type), type));
}

function forecastRecords(
  info: Selected,
  fields: readonly FieldNode[],
  type: "Application" | "Group",
): RecordNeeds {
  const isNamed = NAMED[type].some((path) => isNamedAsked(below(info, descend(info, fields, path))));
  return { record: isRecordAsked(fields), ...(isNamed && { named: true }) };
}

/** Where a record's own names are: the way to the fields of what they name. */
const NAMED = {
  Application: [
    ["cloudFoundry", "space"],
    ["groups", "nodes"],
    ["groups", "edges", "node"],
  ],
  Group: [["parent"], ["application"]],
} as const;

/** As `isRecordAsked`; a group that is named is known to be there, and of which kind. */
function isNamedAsked(fields: readonly FieldNode[]): boolean {
  return isRecordAsked(fields.filter(({ name }) => name.value !== "kind"));
}

/** The fields at the end of a way that begins among `fields`. */
function descend(info: Selected, fields: readonly FieldNode[], path: readonly string[]): readonly FieldNode[] {
  const [name = "", ...rest] = path;
  const found = named(fields, name);
  return rest.length === 0 ? found : descend(info, below(info, found), rest);
}

function isRecordAsked(fields: readonly FieldNode[]): boolean {
  return fields.some((field) => !FREE.has(field.name.value));
}

/** A list of users that is asked of one application or group, from its beginning. */
export interface UserList {
  readonly page: PageRequest;
  readonly role: GroupRole | null;
  readonly needs: UserNeeds;
  /** The schema coordinate of the list. */
  readonly asker: string;
}

/** What the operation will ask of one application or group; of its record: anything beside its id and its users. */
export interface OwnerNeeds extends RecordNeeds {
  /** The first list of its users; undefined: none is asked for, or none that can be read from here. */
  readonly users: UserList | undefined;
}

export function applicationNeeds(info: Selected): OwnerNeeds {
  return ownerNeeds(info, "Application", "users");
}

export function groupNeeds(info: Selected): OwnerNeeds {
  return ownerNeeds(info, "Group", "members");
}

function ownerNeeds(info: Selected, typeName: "Application" | "Group", list: string): OwnerNeeds {
  return (forecastsOf(info.fieldNodes as Remembering)[`owners${typeName}`] ??= forecastOwners(info, typeName, list));
}

function forecastOwners(info: Selected, typeName: "Application" | "Group", list: string): OwnerNeeds {
  const fields = selected(info, "self", typeName);
  const users = userList(info, info.schema.getType(typeName) as GraphQLObjectType, list, fields);
  const others = users === undefined ? fields : fields.filter(({ name }) => name.value !== list);
  return { ...forecastRecords(info, others, typeName), users };
}

function userList(
  info: Selected,
  parentType: GraphQLObjectType,
  fieldName: string,
  fields: readonly FieldNode[],
): UserList | undefined {
  const definition = parentType.getFields()[fieldName];
  if (definition === undefined) return undefined;
  const lists = named(fields, fieldName).map((node): { node: FieldNode; args: UserListArguments } => ({
    node,
    args: getArgumentValues(definition, node, info.variableValues),
  }));
  const [list] = lists;
  if (list === undefined) return undefined;
  const { first, after, role = null } = list.args;
  // A cursor can be read by the list itself alone; what is wrong with the arguments it says by itself, too.
  if (after != null || !isPageSize(first)) return undefined;
  // Whoever asks for the same page under another name is told by the same answer.
  const same = lists.filter(({ args }) => args.after == null && args.first === first && (args.role ?? null) === role);
  const fieldNodes = same.map(({ node }) => node);
  const { schema, fragments, variableValues } = info;
  return {
    page: pageRequest(null, { first }),
    role,
    needs: userNeeds({ schema, fragments, variableValues, fieldNodes }, "connection"),
    asker: `${parentType.name}.${fieldName}`,
  };
}

type UserListArguments = PageArguments & { readonly role?: GroupRole | null };

/** The names of the fields that are selected of what a field yields. */
export function selectedNames(info: Selected): readonly string[] {
  return below(info, info.fieldNodes).map((field) => field.name.value);
}

/** Whether nothing is asked that the id does not tell. */
export function isBare(needs: UserNeeds): boolean {
  return !needs.record && needs.groups.length === 0 && !needs.applications && !needs.apiKeys;
}

function membershipFilter(info: Selected, field: FieldNode): MembershipFilter {
  const type = info.schema.getType("User") as GraphQLObjectType;
  const definition = type.getFields()["groups"];
  const values = definition === undefined ? {} : getArgumentValues(definition, field, info.variableValues);
  return { kind: (values["kind"] ?? null) as never, role: (values["role"] ?? null) as never };
}

function selected(info: Selected, under: Under, type: string): readonly FieldNode[] {
  if (under === "self") return below(info, info.fieldNodes, type);
  const first = below(info, info.fieldNodes);
  const nodes = [...named(first, "nodes"), ...named(below(info, named(first, "edges")), "node")];
  return below(info, nodes, type);
}

function named(fields: readonly FieldNode[], name: string): readonly FieldNode[] {
  return fields.filter((field) => field.name.value === name);
}

/** The fields selected below these, through fragments that can apply to `type`, without what is skipped. */
function below(info: Selected, fields: readonly FieldNode[], type?: string): readonly FieldNode[] {
  const found: FieldNode[] = [];
  // Each fragment once, as graphql-js does it: fragments that spread each other twice would double with every step.
  const visited = new Set<string>();
  for (const field of fields) if (field.selectionSet) collect(info, field.selectionSet, type, found, visited);
  return found;
}

function collect(
  info: Selected,
  selections: SelectionSetNode,
  type: string | undefined,
  found: FieldNode[],
  visited: Set<string>,
): void {
  for (const selection of selections.selections) {
    if (selection.directives?.length && !isIncluded(info, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      found.push(selection);
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (visited.has(selection.name.value)) continue;
      visited.add(selection.name.value);
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    const applies = type === undefined || condition === undefined || condition === type || isAbstract(condition);
    if (fragment && applies) collect(info, fragment.selectionSet, type, found, visited);
  }
}

/** What all of them are: whatever is asked of it is asked of each. */
function isAbstract(type: string): boolean {
  return type === "Node" || type === "_Entity";
}

function isIncluded(info: Selected, selection: Parameters<typeof getDirectiveValues>[1]): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
  return skip?.["if"] !== true && include?.["if"] !== false;
}
