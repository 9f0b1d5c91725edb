import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** What an operation selects, with all of its fragments. */
export interface Survey {
  /** The variables on which it depends what is selected. */
  readonly conditions: readonly string[];
  /** Whether it asks what the schema is. */
  readonly isIntrospective: boolean;
  /** How many fields there are, those of a fragment counted once. */
  readonly fields: number;
}

export function survey({ selectionSet }: OperationDefinitionNode, fragments: Fragments): Survey {
  const conditions = new Set<string>();
  const visited = new Set<string>();
  let isIntrospective = false;
  let fields = 0;
  const visit = (selections: SelectionSetNode): void => {
    for (const selection of selections.selections) {
      for (const name of conditionsOf(selection)) conditions.add(name);
      if (selection.kind === Kind.FIELD) {
        const { value } = selection.name;
        fields++;
        if (value === "__schema" || value === "__type") isIntrospective = true;
        if (selection.selectionSet !== undefined) visit(selection.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet);
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        if (fragment !== undefined) visit(fragment.selectionSet);
      }
    }
  };
  visit(selectionSet);
  return { conditions: [...conditions], isIntrospective, fields };
}

function conditionsOf({ directives = [] }: SelectionNode): readonly string[] {
  return directives
    .filter(({ name }) => name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name)
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : []));
}

export function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => holdsVariable(field.value));
}
