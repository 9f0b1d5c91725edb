import type { GraphQLObjectType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from "graphql";
import { collectFields, type FieldNodes } from "./collection.ts";
import type { Fragments } from "./conditions.ts";
import type { Constancy } from "./constancy.ts";
import { Field } from "./field.ts";
import type { Flatness } from "./flatness.ts";
import { Selection } from "./selection.ts";
import { shapeOf } from "./shapes.ts";

/** What an operation consists of. */
export interface OperationParts {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly operation: OperationDefinitionNode;
  readonly flatness: Flatness;
  readonly constancy: Constancy;
}

/** All that an operation selects for certain values of the conditions in it, made as far as it has been needed. */
export class Plan {
  readonly parts: OperationParts;
  readonly #conditions: Readonly<Record<string, unknown>>;
  readonly #onGrowth: (fields: number) => void;
  #selections = 0;

  /**
   * @param conditions the values of the variables in directives
   * @param onGrowth told of each selection that is made, of how many fields
   */
  constructor(
    parts: OperationParts,
    conditions: Readonly<Record<string, unknown>>,
    onGrowth: (fields: number) => void,
  ) {
    this.parts = parts;
    this.#conditions = conditions;
    this.#onGrowth = onGrowth;
  }

  /** @throws GraphQLError for a condition that is null */
  select(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Selection {
    const { schema, fragments, flatness } = this.parts;
    const collected = collectFields(schema, fragments, this.#conditions, type, selectionSets);
    const fields: Field[] = [];
    const keys: (readonly [key: string, value: string | null])[] = [];
    for (const [key, nodes] of collected) {
      const field = this.#field(type, key, nodes);
      if (field === undefined) continue;
      if (field !== "typename") fields.push(field);
      keys.push([key, field === "typename" ? type.name : null]);
    }
    this.#onGrowth(keys.length);
    return new Selection(this.parts, this.#selections++, flatness.isFlat(type, selectionSets), fields, keys);
  }

  #field(type: GraphQLObjectType, key: string, nodes: FieldNodes): Field | "typename" | undefined {
    const name = nodes[0].name.value;
    if (name === "__typename") return "typename";
    const definition = type.getFields()[name];
    if (definition === undefined) return undefined;
    const isConstantBelow = nodes.every(({ selectionSet }) => this.parts.constancy.isConstant(selectionSet));
    return new Field(key, type, definition, nodes, isConstantBelow, shapeOf(definition.type, this, nodes));
  }
}
