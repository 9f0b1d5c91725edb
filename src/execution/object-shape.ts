import { GraphQLError, type GraphQLObjectType, type GraphQLResolveInfo, type SelectionSetNode } from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import type { BoundField } from "./bound-field.ts";
import { fill, fillLater, isPromise } from "./completion.ts";
import { executeFields } from "./fields.ts";
import { Frame, type Path, type Slot } from "./frame.ts";
import type { Plan } from "./plan.ts";
import type { Selection } from "./selection.ts";
import { SharedFrame } from "./shared.ts";
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
      this.#completeOnceTold(isOne, frame, slot, field, path, selection, value);
      return;
    }
    if (this.needsInfo) this.#demand(isOne, field, value);
    return this.#execute(frame, slot, field, path, selection, value);
  }

  /** By itself, since V8 makes room for what a function made in here remembers whenever this is called. */
  #completeOnceTold(
    isOne: PromiseLike<boolean>,
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    selection: Selection,
    value: unknown,
  ): void {
    fillLater(isOne, frame, slot, this, field, path, (settled) => {
      this.#demand(settled, field, value);
      return this.#execute(frame, slot, field, path, selection, value);
    });
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
    const known = execution.sharedOf(selection).get(value);
    if (known === undefined || known.hasFailed) return this.#share(frame, slot, field, path, selection, value);
    known.stand(frame, slot);
    return known.object;
  }

  /** What is met for the first time, or has failed. By itself for the same reason as above. */
  #share(
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    selection: Selection,
    value: unknown,
  ): unknown {
    const { execution } = frame;
    const fillAgain = (itsFrame: Frame, itsSlot: Slot) => {
      const make = () => this.#execute(itsFrame, itsSlot, field, undefined, selection, value);
      fill(itsFrame, itsSlot, this, field, undefined, make);
    };
    const object = new SharedFrame(frame, slot, this.isNullable, selection.create(), field, path, fillAgain);
    const all = execution.sharedOf(selection);
    if (!all.has(value)) all.set(value, object.shared);
    return executeFields(object, execution.bind(selection), value);
  }
}
