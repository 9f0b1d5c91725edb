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

/** How the fields in question hang under the one that is resolved: itself, or `nodes` and `edges { node }`. */
export type Under = "self" | "connection";

/** Known from the id alone: nobody has to be asked. */
const FREE = new Set(["id", "upstreamId", "service", "__typename"]);

/** Forecasts by the selection that they are of: all items of a list share one, which a response has thousands of. */
const userForecasts = new WeakMap<readonly FieldNode[], UserNeeds>();
const recordForecasts = {
  Application: new WeakMap<readonly FieldNode[], RecordNeeds>(),
  Group: new WeakMap<readonly FieldNode[], RecordNeeds>(),
};

/** What the operation will ask of the users that a field yields: of one field, always under the same. */
export function userNeeds(info: GraphQLResolveInfo, under: Under): UserNeeds {
  let needs = userForecasts.get(info.fieldNodes);
  if (needs === undefined) userForecasts.set(info.fieldNodes, (needs = forecastUsers(info, under)));
  return needs;
}

function forecastUsers(info: GraphQLResolveInfo, under: Under): UserNeeds {
  let record = false;
  let applications = false;
  let apiKeys = false;
  const groups: MembershipFilter[] = [];
  for (const field of selected(info, under, "User")) {
    const name = field.name.value;
    if (name === "groups") groups.push(membershipFilter(info, field));
    else if (name === "applications") applications = true;
    else if (name === "apiKeys") apiKeys = true;
    else if (!FREE.has(name)) record = true;
  }
  return { record, groups, applications, apiKeys };
}

/** What the operation will ask of the applications or groups that a field yields. */
export function recordNeeds(info: GraphQLResolveInfo, under: Under, type: "Application" | "Group"): RecordNeeds {
  let needs = recordForecasts[type].get(info.fieldNodes);
  if (needs === undefined) {
    needs = { record: selected(info, under, type).some((field) => !FREE.has(field.name.value)) };
    recordForecasts[type].set(info.fieldNodes, needs);
  }
  return needs;
}

/** The names of the fields that are selected of what a field yields. */
export function selectedNames(info: GraphQLResolveInfo): readonly string[] {
  return below(info, info.fieldNodes).map((field) => field.name.value);
}

/** Whether nothing is asked that the id does not tell. */
export function isBare(needs: UserNeeds): boolean {
  return !needs.record && needs.groups.length === 0 && !needs.applications && !needs.apiKeys;
}

function membershipFilter(info: GraphQLResolveInfo, field: FieldNode): MembershipFilter {
  const type = info.schema.getType("User") as GraphQLObjectType;
  const definition = type.getFields()["groups"];
  const values = definition === undefined ? {} : getArgumentValues(definition, field, info.variableValues);
  return { kind: (values["kind"] ?? null) as never, role: (values["role"] ?? null) as never };
}

function selected(info: GraphQLResolveInfo, under: Under, type: string): readonly FieldNode[] {
  if (under === "self") return below(info, info.fieldNodes, type);
  const first = below(info, info.fieldNodes);
  const nodes = [...named(first, "nodes"), ...named(below(info, named(first, "edges")), "node")];
  return below(info, nodes, type);
}

function named(fields: readonly FieldNode[], name: string): readonly FieldNode[] {
  return fields.filter((field) => field.name.value === name);
}

/** The fields selected below these, through fragments that can apply to `type`, without what is skipped. */
function below(info: GraphQLResolveInfo, fields: readonly FieldNode[], type?: string): readonly FieldNode[] {
  const found: FieldNode[] = [];
  // Each fragment once, as graphql-js does it: fragments that spread each other twice would double with every step.
  const visited = new Set<string>();
  for (const field of fields) if (field.selectionSet) collect(info, field.selectionSet, type, found, visited);
  return found;
}

function collect(
  info: GraphQLResolveInfo,
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
    const applies = type === undefined || condition === undefined || condition === type || condition === "Node";
    if (fragment && applies) collect(info, fragment.selectionSet, type, found, visited);
  }
}

function isIncluded(info: GraphQLResolveInfo, selection: Parameters<typeof getDirectiveValues>[1]): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
  return skip?.["if"] !== true && include?.["if"] !== false;
}
