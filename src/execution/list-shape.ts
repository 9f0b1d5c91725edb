import { GraphQLError, type GraphQLResolveInfo } from "graphql";
import type { BoundField } from "./bound-field.ts";
import { completeSlot } from "./completion.ts";
import { raise } from "./fault.ts";
import { FAILED, Frame, type Path, type Slot } from "./frame.ts";
import { Shape } from "./shape.ts";

export class ListShape extends Shape {
  readonly #item: Shape;

  constructor(isNullable: boolean, item: Shape) {
    super(isNullable, item.needsInfo);
    this.#item = item;
  }

  complete(
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    info: GraphQLResolveInfo | undefined,
    value: unknown,
  ): unknown {
    if (value == null) return this.nothing(field);
    if (value instanceof Error) throw value;
    if (!isIterable(value)) {
      const { parentType, fieldName } = field.info;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${parentType.name}.${fieldName}".`);
    }
    // As long as it will be, so that it need not grow.
    const items: unknown[] = Array.isArray(value) ? value.slice() : [];
    const container: Record<number, unknown> = items;
    const list = new Frame(frame.execution, frame, slot, this.isNullable, container, field, path);
    try {
      const count = this.#completeItems(list, field, info, value);
      if (count < 0) return list.leave();
      items.length = count;
    } catch (error) {
      raise(frame, slot, field, list.path, error);
      return list.leave();
    }
    list.close();
    return items;
  }

  /** @returns how many there are; less than none where one has failed that must not be null */
  #completeItems(
    list: Frame,
    field: BoundField,
    info: GraphQLResolveInfo | undefined,
    values: Iterable<unknown>,
  ): number {
    const { container } = list;
    let index = 0;
    for (const value of values) {
      const completed = completeSlot(list, index, this.#item, field, undefined, info, value);
      if (completed === FAILED) return -1;
      container[index++] = completed;
    }
    return index;
  }
}

/** As graphql-js: text is none. */
function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return typeof (value as { readonly [Symbol.iterator]?: unknown })[Symbol.iterator] === "function";
}
