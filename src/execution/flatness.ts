import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { applies } from "./collection.ts";
import type { Fragments } from "./conditions.ts";

/**
 * Whether nothing that is selected of an object is a list, at any depth, whatever is skipped or included. Told by the
 * document alone, each part of it once: what is selected through fragments may be far more than there is text.
 */
export class Flatness {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #known = new Map<SelectionSetNode, Map<GraphQLObjectType, boolean>>();

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  isFlat(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): boolean {
    return selectionSets.every((set) => this.#isFlat(type, set));
  }

  #isFlat(type: GraphQLObjectType, set: SelectionSetNode): boolean {
    let known = this.#known.get(set);
    if (known === undefined) this.#known.set(set, (known = new Map<GraphQLObjectType, boolean>()));
    let isFlat = known.get(type);
    if (isFlat === undefined) {
      isFlat = set.selections.every((selection) => this.#isSelectionFlat(type, selection));
      known.set(type, isFlat);
    }
    return isFlat;
  }

  #isSelectionFlat(type: GraphQLObjectType, selection: SelectionNode): boolean {
    if (selection.kind === Kind.FIELD) {
      const field = type.getFields()[selection.name.value];
      return field === undefined || this.#isFieldFlat(field.type, selection.selectionSet);
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments[selection.name.value];
    if (fragment === undefined || !applies(this.#schema, fragment.typeCondition, type)) return true;
    return this.#isFlat(type, fragment.selectionSet);
  }

  #isFieldFlat(type: GraphQLOutputType, set: SelectionSetNode | undefined): boolean {
    if (isListType(getNullableType(type))) return false;
    const named = getNamedType(type);
    // Of an interface or a union it hangs on what is found.
    return isLeafType(named) || (isObjectType(named) && (set === undefined || this.#isFlat(named, set)));
  }
}
