import type { GraphQLObjectType } from "graphql";
import { Plan, type OperationParts } from "./plan.ts";
import type { Selection } from "./selection.ts";

type Variables = Readonly<Record<string, unknown>>;

/** Of one operation: more than clients have use for, who turn few parts of it on and off. */
const MAX_PLANS = 8;

/** Of all plans of one operation, for each field of its text: what fragments and types make of few may be very many. */
const MAX_FIELDS = 2;

/** The plans of one operation, each for other values of the variables on which it depends what is selected. */
export class Plans {
  readonly #parts: OperationParts;
  readonly #rootType: GraphQLObjectType;
  readonly #conditions: readonly string[];
  readonly #most: number;
  /** Those that are kept, the oldest one first. */
  readonly #kept = new Map<string, KeptPlan>();

  /**
   * @param conditions the names of those variables
   * @param fields of the operation and its fragments, as they are written
   */
  constructor(parts: OperationParts, rootType: GraphQLObjectType, conditions: readonly string[], fields: number) {
    this.#parts = parts;
    this.#rootType = rootType;
    this.#conditions = conditions;
    this.#most = MAX_FIELDS * fields;
  }

  /**
   * What is selected of the root.
   * @throws GraphQLError for a condition that is null
   */
  select(variables: Variables): Selection {
    const key = this.#conditions.map((name) => (Object.hasOwn(variables, name) ? String(variables[name]) : "")).join();
    const known = this.#kept.get(key)?.root;
    if (known !== undefined) return known;
    const kept: KeptPlan = { root: undefined, fields: 0 };
    if (this.#kept.size >= MAX_PLANS) this.#forgetOldest();
    this.#kept.set(key, kept);
    const plan = new Plan(this.#parts, this.#valuesOf(variables), (fields) => {
      kept.fields += fields;
      // An execution that is under way goes on with it.
      if (this.#countFields() > this.#most) this.#kept.delete(key);
    });
    return (kept.root = plan.select(this.#rootType, [this.#parts.operation.selectionSet]));
  }

  #valuesOf(variables: Variables): Variables {
    const known = this.#conditions.filter((name) => Object.hasOwn(variables, name));
    return Object.fromEntries(known.map((name) => [name, variables[name]]));
  }

  #countFields(): number {
    let count = 0;
    for (const { fields } of this.#kept.values()) count += fields;
    return count;
  }

  #forgetOldest(): void {
    for (const key of this.#kept.keys()) {
      this.#kept.delete(key);
      return;
    }
  }
}

interface KeptPlan {
  root: Selection | undefined;
  /** Of all selections that have been made. */
  fields: number;
}
