import { Kind, type ArgumentNode, type SelectionNode, type SelectionSetNode } from "graphql";
import { holdsVariable, type Fragments } from "./conditions.ts";

/**
 * Whether no variable is in what is selected, at any depth. Told by the document alone, each part of it once, as
 * `Flatness`.
 */
export class Constancy {
  readonly #fragments: Fragments;
  readonly #known = new Map<SelectionSetNode, boolean>();

  constructor(fragments: Fragments) {
    this.#fragments = fragments;
  }

  isConstant(set: SelectionSetNode | undefined): boolean {
    if (set === undefined) return true;
    let isConstant = this.#known.get(set);
    if (isConstant === undefined) {
      isConstant = set.selections.every((selection) => this.#isSelectionConstant(selection));
      this.#known.set(set, isConstant);
    }
    return isConstant;
  }

  #isSelectionConstant(selection: SelectionNode): boolean {
    if (selection.directives?.some((directive) => holdVariables(directive.arguments)) === true) return false;
    if (selection.kind === Kind.FIELD) {
      return !holdVariables(selection.arguments) && this.isConstant(selection.selectionSet);
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments[selection.name.value];
    return this.isConstant(fragment?.selectionSet);
  }
}

function holdVariables(args: readonly ArgumentNode[] | undefined): boolean {
  return args?.some(({ value }) => holdsVariable(value)) === true;
}
