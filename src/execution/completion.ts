import type { GraphQLResolveInfo } from "graphql";
import type { BoundField } from "./bound-field.ts";
import { Deferred, type Waiter } from "./deferred.ts";
import { absorb, fault } from "./fault.ts";
import { FAILED, type Frame, type Path, type Slot } from "./frame.ts";
import type { Shape } from "./shape.ts";

/**
 * Makes a value what goes into a slot. Never throws.
 * @param path of the slot, where somebody had to make it
 * @param value as a resolver or a list gave it: a promise, maybe
 * @returns undefined for what is put there later, `FAILED` where the frame has to fail
 */
export function completeSlot(
  frame: Frame,
  slot: Slot,
  shape: Shape,
  field: BoundField,
  path: Path | undefined,
  info: GraphQLResolveInfo | undefined,
  value: unknown,
): unknown {
  try {
    if (isPromise(value)) {
      wait(value, frame, new Waiting(frame, slot, shape, field, path, info));
      return undefined;
    }
    const completed = shape.complete(frame, slot, field, path, info, value);
    return completed === FAILED ? absorb(frame, shape) : completed;
  } catch (error) {
    return fault(frame, slot, shape, field, path, error);
  }
}

/**
 * Fills a slot once a promise is settled.
 * @param complete gives what goes into the slot; what it throws becomes an error there
 */
export function fillLater(
  promise: PromiseLike<unknown>,
  frame: Frame,
  slot: Slot,
  shape: Shape,
  field: BoundField,
  path: Path | undefined,
  complete: (value: unknown) => unknown,
): undefined {
  wait(promise, frame, new WaitingFor(frame, slot, shape, field, path, undefined, complete));
  return undefined;
}

function wait(promise: PromiseLike<unknown>, frame: Frame, waiter: Waiting): void {
  if (promise instanceof Deferred) {
    promise.settle(waiter);
  } else {
    // What only looks like a promise may call back at once, twice, or throw.
    const safe: Promise<unknown> = promise instanceof Promise ? promise : Promise.resolve(promise);
    void safe.then(
      (value) => waiter.onValue(value),
      (error: unknown) => waiter.onError(error),
    );
  }
  frame.pending++;
}

/** As `fillLater`, for a slot that was counted among those to be filled, and whose turn it is now. */
export function fill(
  frame: Frame,
  slot: Slot,
  shape: Shape,
  field: BoundField,
  path: Path | undefined,
  complete: () => unknown,
): void {
  new WaitingFor(frame, slot, shape, field, path, undefined, complete).onValue(undefined);
}

/** A slot whose value is on its way. */
class Waiting implements Waiter<unknown> {
  protected readonly frame: Frame;
  protected readonly slot: Slot;
  protected readonly shape: Shape;
  protected readonly field: BoundField;
  protected readonly path: Path | undefined;
  protected readonly info: GraphQLResolveInfo | undefined;

  constructor(
    frame: Frame,
    slot: Slot,
    shape: Shape,
    field: BoundField,
    path: Path | undefined,
    info: GraphQLResolveInfo | undefined,
  ) {
    this.frame = frame;
    this.slot = slot;
    this.shape = shape;
    this.field = field;
    this.path = path;
    this.info = info;
  }

  onValue(value: unknown): void {
    const { frame, slot, shape, field, path, info } = this;
    this.fill(completeSlot(frame, slot, shape, field, path, info, value));
  }

  onError(error: unknown): void {
    const { frame, slot, shape, field, path } = this;
    this.fill(fault(frame, slot, shape, field, path, error));
  }

  protected fill(completed: unknown): void {
    const { frame, slot } = this;
    if (completed === FAILED) frame.fail(frame.execution.failure);
    else frame.container[slot] = completed;
    frame.settle();
  }
}

/** A slot whose value is there, but nothing that goes into it: more has to be known. */
class WaitingFor extends Waiting {
  readonly #complete: (value: unknown) => unknown;

  constructor(
    frame: Frame,
    slot: Slot,
    shape: Shape,
    field: BoundField,
    path: Path | undefined,
    info: GraphQLResolveInfo | undefined,
    complete: (value: unknown) => unknown,
  ) {
    super(frame, slot, shape, field, path, info);
    this.#complete = complete;
  }

  override onValue(value: unknown): void {
    let completed: unknown;
    try {
      completed = this.#complete(value);
    } catch (error) {
      this.onError(error);
      return;
    }
    this.fill(completed === FAILED ? absorb(this.frame, this.shape) : completed);
  }
}

/** As graphql-js: what has `then` is one. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}
