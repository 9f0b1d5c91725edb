import {
  astFromValue,
  GraphQLID,
  Kind,
  parse,
  parseType,
  print,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type ConstValueNode,
  type FieldNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";
import type { Choice, FragmentChoice, RandomOperation } from "./random-operations.ts";

export interface Written {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How representations are given: in the document, as one variable, each as a variable, or with variables inside. */
export const STYLES = ["literal", "one variable", "a variable each", "variables inside"] as const;
export type Style = (typeof STYLES)[number];

/** What a router would send for an id: its type is what stands before the first colon. */
export function representationOf(id: string): { readonly __typename: string; readonly id: string } {
  return { __typename: id.split(":", 1)[0] ?? "", id };
}

/**
 * The same query, with each `nodes(ids:)` asked as `_entities(representations:)` under the same key, so that both can be
 * compared as they come.
 */
export function asEntities({ query, variables }: Written, schema: GraphQLSchema, style: Style): Written {
  const typeInfo = new TypeInfo(schema);
  const gone = new Set<string>();
  const given = new Variables(variables);
  const renamed = visit(
    parse(query),
    visitWithTypeInfo(typeInfo, {
      [Kind.FIELD]: {
        leave(field) {
          if (field.name.value !== "nodes" || typeInfo.getParentType()?.name !== "Query") return undefined;
          const ids = field.arguments?.find(({ name }) => name.value === "ids")?.value;
          if (ids === undefined) return undefined;
          if (ids.kind === Kind.VARIABLE) gone.add(ids.name.value);
          return asEntitiesField(field, given.write(valueFromASTUntyped(ids, variables) as readonly string[], style));
        },
      },
    }),
  );
  for (const name of gone) given.drop(name);
  const document = visit(renamed, {
    [Kind.OPERATION_DEFINITION]: (operation) => {
      const kept = operation.variableDefinitions?.filter(({ variable }) => !gone.has(variable.name.value)) ?? [];
      return { ...operation, variableDefinitions: [...kept, ...given.definitions] };
    },
  });
  return { query: print(document), variables: given.values };
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

function asEntitiesField(field: FieldNode, representations: ValueNode): FieldNode {
  return {
    ...field,
    alias: field.alias ?? name("nodes"),
    name: name("_entities"),
    arguments: [{ kind: Kind.ARGUMENT, name: name("representations"), value: representations }],
    ...(field.selectionSet && { selectionSet: onNode(field.selectionSet) }),
  };
}

/** A union has no fields of its own but `__typename`. */
function onNode({ selections }: SelectionSetNode): SelectionSetNode {
  const wrap = (selection: SelectionNode): SelectionNode =>
    selection.kind !== Kind.FIELD || selection.name.value === "__typename"
      ? selection
      : {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: { kind: Kind.NAMED_TYPE, name: name("Node") },
          selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
        };
  return { kind: Kind.SELECTION_SET, selections: selections.map(wrap) };
}

/** The variables of an operation. Equal values share one, or fields that share a key would not be the same any more. */
class Variables {
  readonly definitions: VariableDefinitionNode[] = [];
  readonly #values: Map<string, unknown>;
  readonly #known = new Map<string, string>();

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(values));
  }

  get values(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#values);
  }

  drop(variable: string): void {
    this.#values.delete(variable);
  }

  write(ids: readonly string[], style: Style): ValueNode {
    if (style === "one variable") return this.#variable("[_Any!]!", ids.map(representationOf));
    return { kind: Kind.LIST, values: ids.map((id) => this.#writeOne(representationOf(id), style)) };
  }

  #writeOne({ __typename, id }: ReturnType<typeof representationOf>, style: Style): ValueNode {
    if (style === "a variable each") return this.#variable("_Any!", { __typename, id });
    const inside = style === "variables inside";
    const value = (type: string, text: string) => (inside ? this.#variable(type, text) : literal(text));
    return {
      kind: Kind.OBJECT,
      fields: [
        { kind: Kind.OBJECT_FIELD, name: name("id"), value: value("ID!", id) },
        { kind: Kind.OBJECT_FIELD, name: name("__typename"), value: value("String", __typename) },
      ],
    };
  }

  #variable(type: string, value: unknown): ValueNode {
    const key = `${type} ${JSON.stringify(value)}`;
    const known = this.#known.get(key) ?? `r${this.#known.size}`;
    const variable = { kind: Kind.VARIABLE, name: name(known) } as const;
    if (this.#known.has(key)) return variable;
    this.#known.set(key, known);
    this.#values.set(known, value);
    this.definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(type) });
    return variable;
  }
}

function literal(text: string): ConstValueNode {
  return astFromValue(text, GraphQLID) as ConstValueNode;
}

/** What all nodes are, and no type of its own: another way to say what is selected of them. */
export interface Wrapping {
  readonly on: "Node" | "_Entity";
  /** How often it is spread; 0: it is inline. */
  readonly spread: number;
}

/** The same operation, with what is selected of `nodes` inside of a fragment on what all of them are. */
export function wrapNodes(operation: RandomOperation, wrapping: Wrapping): RandomOperation {
  return { ...operation, choices: operation.choices.map((choice) => wrapChoice(choice, wrapping)) };
}

function wrapChoice(choice: Choice, { on, spread }: Wrapping): Choice {
  if (!("field" in choice)) return { ...choice, below: choice.below.map((one) => wrapChoice(one, { on, spread })) };
  if (choice.field !== "nodes" || choice.of !== "Query") return choice;
  const fragment = (type: string, times: number, below: readonly Choice[]): FragmentChoice => ({
    on: type,
    spread: times,
    condition: null,
    below,
  });
  // A union has no fields of its own.
  const below = choice.below.map((one) =>
    on === "Node" || !("field" in one) || one.field === "__typename" ? one : fragment("Node", 0, [one]),
  );
  return { ...choice, below: [fragment(on, spread, below)] };
}
