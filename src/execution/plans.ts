import type { GraphQLObjectType } from "graphql";
import { Plan, type OperationParts } from "./plan.ts";
import type { Selection } from "./selection.ts";

type Variables = Readonly<Record<string, unknown>>;

/** Of one operation: more than clients have use for, who turn few parts of it on and off. */
const MAX_PLANS = 8;

/** The plans of one operation, each for other values of the variables on which it depends what is selected. */
export class Plans {
  readonly #parts: OperationParts;
  readonly #rootType: GraphQLObjectType;
  readonly #conditions: readonly string[];
  /** The oldest one first. */
  readonly #roots = new Map<string, Selection>();

  /** @param conditions the names of those variables */
  constructor(parts: OperationParts, rootType: GraphQLObjectType, conditions: readonly string[]) {
    this.#parts = parts;
    this.#rootType = rootType;
    this.#conditions = conditions;
  }

  /**
   * What is selected of the root.
   * @throws GraphQLError for a condition that is null
   */
  select(variables: Variables): Selection {
    const key = this.#conditions.map((name) => (Object.hasOwn(variables, name) ? String(variables[name]) : "")).join();
    let root = this.#roots.get(key);
    if (root === undefined) {
      root = this.#plan(variables).select(this.#rootType, [this.#parts.operation.selectionSet]);
      if (this.#roots.size >= MAX_PLANS) this.#forgetOne();
      this.#roots.set(key, root);
    }
    return root;
  }

  #plan(variables: Variables): Plan {
    const known = this.#conditions.filter((name) => Object.hasOwn(variables, name));
    return new Plan(this.#parts, Object.fromEntries(known.map((name) => [name, variables[name]])));
  }

  #forgetOne(): void {
    for (const key of this.#roots.keys()) {
      this.#roots.delete(key);
      return;
    }
  }
}
