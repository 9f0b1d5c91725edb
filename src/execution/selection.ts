import type { Execution } from "./execution.ts";
import { BoundField } from "./bound-field.ts";
import type { Field } from "./field.ts";
import type { OperationParts } from "./plan.ts";

/** What is selected of objects of one type. */
export class Selection {
  /** Within its plan. */
  readonly index: number;
  /** Whether nothing below it is a list. */
  readonly isFlat: boolean;
  readonly #parts: OperationParts;
  readonly #fields: readonly Field[];
  readonly #template: Readonly<Record<string, unknown>>;
  readonly #hasPrototypeKey: boolean;

  /** @param keys of the answer, in its order, with the values that are known beforehand */
  constructor(
    parts: OperationParts,
    index: number,
    isFlat: boolean,
    fields: readonly Field[],
    keys: readonly (readonly [key: string, value: string | null])[],
  ) {
    this.index = index;
    this.isFlat = isFlat;
    this.#parts = parts;
    this.#fields = fields;
    this.#template = templateOf(keys);
    this.#hasPrototypeKey = Object.hasOwn(this.#template, "__proto__");
  }

  /** An object with all keys in place. */
  create(): Record<string, unknown> {
    // `assign` copies even many keys at once, whatever was copied before; but it would set a prototype.
    return this.#hasPrototypeKey ? { ...this.#template } : Object.assign({}, this.#template);
  }

  bind(execution: Execution): readonly BoundField[] {
    return this.#fields.map((field) => new BoundField(field, execution, this.#parts));
  }
}

/** Has had values of several kinds, so that the engine expects any: else each new kind would cost a new layout. */
function templateOf(
  keys: readonly (readonly [key: string, value: string | null])[],
): Readonly<Record<string, unknown>> {
  const template: Record<string, unknown> = Object.fromEntries(keys);
  for (const [key, value] of keys) {
    template[key] = 1;
    template[key] = value;
  }
  return template;
}
