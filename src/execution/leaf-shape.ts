import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType, type GraphQLResolveInfo } from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import type { BoundField } from "./bound-field.ts";
import { fillLater, isPromise } from "./completion.ts";
import type { Frame, Path, Slot } from "./frame.ts";
import { Shape } from "./shape.ts";

/** A scalar or a value of an enum. */
export class LeafShape extends Shape {
  readonly #type: GraphQLLeafType;
  readonly #isCustom: boolean;

  constructor(isNullable: boolean, type: GraphQLLeafType) {
    super(isNullable, false);
    this.#type = type;
    this.#isCustom = !isEnumType(type) && !isSpecifiedScalarType(type);
  }

  complete(
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    _info: GraphQLResolveInfo | undefined,
    value: unknown,
  ): unknown {
    if (value == null) return this.nothing(field);
    if (value instanceof Error) throw value;
    const serialized: unknown = this.#type.serialize(value);
    if (serialized == null) {
      throw new Error(
        `Expected \`${inspect(this.#type)}.serialize(${inspect(value)})\` to ` +
          `return non-nullable value, returned: ${inspect(serialized)}`,
      );
    }
    // As graphql-js, which takes a promise of any origin for one.
    if (this.#isCustom && isPromise(serialized)) {
      fillLater(serialized, frame, slot, this, field, path, (settled) => settled);
      return;
    }
    return serialized;
  }
}
