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

/** How the fields in question hang under the one that is resolved: itself, `nodes` and `edges { node }`, or a field. */
export type Under = "self" | "connection" | { readonly field: string };

/** Known from the id alone: nobody has to be asked. */
const FREE = new Set(["id", "upstreamId", "service", "__typename"]);

/** What the operation will ask of the users that a field yields. */
export function userNeeds(info: GraphQLResolveInfo, under: Under): UserNeeds {
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
  return { record: selected(info, under, type).some((field) => !FREE.has(field.name.value)) };
}

/** Whether nothing is asked that the id does not tell. */
export function isBare(needs: UserNeeds): boolean {
  return !needs.record && needs.groups.length === 0 && !needs.applications && !needs.apiKeys;
}

/** Whether a connection's field is selected, such as `totalCount`. */
export function isSelected(info: GraphQLResolveInfo, field: string): boolean {
  return below(info, info.fieldNodes).some((node) => node.name.value === field);
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
  if (under !== "connection") return below(info, named(first, under.field), type);
  const nodes = [...named(first, "nodes"), ...named(below(info, named(first, "edges")), "node")];
  return below(info, nodes, type);
}

function named(fields: readonly FieldNode[], name: string): readonly FieldNode[] {
  return fields.filter((field) => field.name.value === name);
}

/** The fields selected below these, through fragments that can apply to `type`, without what is skipped. */
function below(info: GraphQLResolveInfo, fields: readonly FieldNode[], type?: string): readonly FieldNode[] {
  const found: FieldNode[] = [];
  for (const field of fields) if (field.selectionSet) collect(info, field.selectionSet, type, found);
  return found;
}

function collect(
  info: GraphQLResolveInfo,
  selections: SelectionSetNode,
  type: string | undefined,
  found: FieldNode[],
): void {
  for (const selection of selections.selections) {
    if (selection.directives?.length && !isIncluded(info, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      found.push(selection);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    const applies = type === undefined || condition === undefined || condition === type || condition === "Node";
    if (fragment && applies) collect(info, fragment.selectionSet, type, found);
  }
}

function isIncluded(info: GraphQLResolveInfo, selection: Parameters<typeof getDirectiveValues>[1]): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
  return skip?.["if"] !== true && include?.["if"] !== false;
}
