import type { GraphQLError, ResponsePath } from "graphql";
import type { BoundField } from "./bound-field.ts";
import type { Execution } from "./execution.ts";

export type Path = ResponsePath;

/** A key of an object or an index of a list. */
export type Slot = string | number;

/** An object or a list that is being filled. */
export type Container = Record<Slot, unknown>;

/** In place of a value: a slot that must not be null has failed, with the `failure` of the execution. */
export const FAILED = Symbol("failed");

export function pathOf(frame: Frame, slot: Slot, { info }: BoundField): Path {
  return { prev: frame.path, key: slot, typename: typeof slot === "number" ? undefined : info.parentType.name };
}

/** An object or a list of the answer while it is being made, and its own slot in the one around it. */
export class Frame {
  readonly execution: Execution;
  /** Undefined around the whole answer. */
  readonly parent: Frame | undefined;
  readonly slot: Slot;
  /** Whether its slot may be null. */
  readonly isNullable: boolean;
  /** Of its slot; undefined where it has none in the answer. */
  readonly #field: BoundField | undefined;
  #path: Path | undefined;
  readonly container: Container;
  /** Slots that are filled later, and one more until all have been begun. */
  pending = 1;
  /** Of a slot that must not be null: told when those begun before it are filled. */
  protected failure: GraphQLError | undefined = undefined;
  /** Whether its slot was told that it failed. */
  protected hasFailed = false;
  /** Whether its slot became null: what fails in there later is of no interest any more. */
  isDead = false;
  #isAdrift = false;

  constructor(
    execution: Execution,
    parent: Frame | undefined,
    slot: Slot,
    isNullable: boolean,
    container: Container,
    field?: BoundField,
    path?: Path,
  ) {
    this.execution = execution;
    this.parent = parent;
    this.slot = slot;
    this.isNullable = isNullable;
    this.container = container;
    this.#field = field;
    this.#path = path;
  }

  /** Made when somebody asks: most of a list's items are never asked. Undefined around the root. */
  get path(): Path | undefined {
    const { parent } = this;
    if (this.#field === undefined || parent === undefined) return undefined;
    return (this.#path ??= pathOf(parent, this.slot, this.#field));
  }

  /** All slots have been begun. */
  close(): void {
    if (--this.pending > 0 && this.parent !== undefined) this.parent.pending++;
  }

  /**
   * A slot has failed, and those behind it will not be begun. As in graphql-js, an object waits for those before it.
   * @returns what goes into its own slot
   */
  abandon(): unknown {
    if (this.pending === 1) return this.leave();
    this.failure = this.execution.failure;
    this.close();
    return this.container;
  }

  /** As `abandon`, but waits for nothing: what was begun is of no interest any more. */
  leave(): typeof FAILED {
    this.hasFailed = true;
    this.execution.failedFrame = this;
    if (--this.pending > 0) this.#drift();
    return FAILED;
  }

  /** From now on only the end of the execution waits for what was begun here. */
  #drift(): void {
    this.#isAdrift = true;
    this.execution.adrift++;
  }

  /** A slot is filled that was not when the frame was closed. */
  settle(): void {
    if (--this.pending === 0) this.finish();
  }

  /** One of its slots has to be filled anew, though all of it may have been there. */
  reopen(): void {
    if (this.pending++ > 0) return;
    if (this.#isAdrift) this.execution.adrift++;
    else this.parent?.reopen();
  }

  protected finish(): void {
    if (this.failure !== undefined) this.fail(this.failure);
    if (this.#isAdrift) this.execution.land();
    else this.parent?.settle();
  }

  /** A slot that must not be null has failed after the frame was closed. */
  fail(error: GraphQLError): void {
    const { parent } = this;
    if (this.hasFailed || parent === undefined) return;
    this.hasFailed = true;
    const first = this.failure ?? error;
    if (!this.isNullable) {
      parent.fail(first);
      return;
    }
    parent.report(first);
    parent.container[this.slot] = null;
    this.isDead = true;
    this.#drift();
    parent.settle();
  }

  /** Tells the error of a slot that becomes null. */
  report(error: GraphQLError): void {
    if (!this.isLost) this.execution.errors.push(error);
  }

  /** Whether it is inside of something that became null. */
  protected get isLost(): boolean {
    return this.isDead || this.parent?.isLost === true;
  }
}
