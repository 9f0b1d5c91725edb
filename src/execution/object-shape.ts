import { GraphQLError, type GraphQLObjectType, type GraphQLResolveInfo, type SelectionSetNode } from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import type { BoundField } from "./bound-field.ts";
import { fill, fillLater, isPromise } from "./completion.ts";
import { executeFields } from "./fields.ts";
import { Frame, type Path, type Slot } from "./frame.ts";
import type { Plan } from "./plan.ts";
import type { Selection } from "./selection.ts";
import { SharedFrame, type Sharer } from "./shared.ts";
import { Shape } from "./shape.ts";

export class ObjectShape extends Shape {
  readonly #type: GraphQLObjectType;
  readonly #plan: Plan;
  readonly #selectionSets: readonly SelectionSetNode[];
  #selection: Selection | undefined;

  constructor(isNullable: boolean, type: GraphQLObjectType, plan: Plan, selectionSets: readonly SelectionSetNode[]) {
    super(isNullable, type.isTypeOf != null);
    this.#type = type;
    this.#plan = plan;
    this.#selectionSets = selectionSets;
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
    const selection = (this.#selection ??= this.#plan.select(this.#type, this.#selectionSets));
    // What needs no info has no `isTypeOf` either.
    const isOne = info && this.#type.isTypeOf?.(value, frame.execution.context, info);
    if (isPromise(isOne)) {
      fillLater(isOne, frame, slot, this, field, path, (settled) => {
        this.#demand(settled, field, value);
        return this.#execute(frame, slot, field, path, selection, value);
      });
      return;
    }
    if (this.needsInfo) this.#demand(isOne, field, value);
    return this.#execute(frame, slot, field, path, selection, value);
  }

  #demand(isOne: unknown, field: BoundField, value: unknown): void {
    if (isOne === true || Boolean(isOne)) return;
    throw new GraphQLError(`Expected value of type "${this.#type.name}" but got: ${inspect(value)}.`, {
      nodes: field.info.fieldNodes,
    });
  }

  #execute(
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    selection: Selection,
    value: unknown,
  ): unknown {
    const { execution } = frame;
    // Lists are made anew wherever they stand, since whoever gives them counts what an answer holds.
    if (!selection.isFlat || typeof value !== "object") {
      const object = new Frame(execution, frame, slot, this.isNullable, selection.create(), field, path);
      return executeFields(object, execution.bind(selection), value);
    }
    const all = execution.sharedOf(selection);
    const known = all.get(value);
    if (known === undefined || known.hasFailed) {
      const object = new SharedFrame(execution, frame, slot, this.isNullable, selection.create(), field, path);
      if (known === undefined) all.set(value, object.shared);
      const completed = executeFields(object, execution.bind(selection), value);
      if (object.pending === 0) object.shared.end(nothing);
      return completed;
    }
    known.stand(new Place(this, frame, slot, field, value));
    return known.object;
  }

  /** Fills a slot for which an object was shared that is of no use to it: with one of its own. */
  fillAgain(frame: Frame, slot: Slot, field: BoundField, value: unknown): void {
    const selection = this.#selection as Selection;
    fill(frame, slot, this, field, undefined, () => this.#execute(frame, slot, field, undefined, selection, value));
  }
}

function nothing(): void {
  // Whoever filled it goes on by himself.
}

/** Where an object stands that was begun for another place. */
class Place implements Sharer {
  readonly frame: Frame;
  readonly #shape: ObjectShape;
  readonly #slot: Slot;
  readonly #field: BoundField;
  readonly #value: unknown;

  constructor(shape: ObjectShape, frame: Frame, slot: Slot, field: BoundField, value: unknown) {
    this.frame = frame;
    this.#shape = shape;
    this.#slot = slot;
    this.#field = field;
    this.#value = value;
  }

  fillAgain(): void {
    this.#shape.fillAgain(this.frame, this.#slot, this.#field, this.#value);
  }
}
