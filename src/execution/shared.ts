import type { BoundField } from "./bound-field.ts";
import { Frame, type Container, type Path, type Slot } from "./frame.ts";

/** Fills a slot with an object of its own. Its frame counts it among what is still to come. */
export type FillAgain = (frame: Frame, slot: Slot) => void;

/**
 * An object of the answer that stands in several places: the same thing, asked for the same. A page of users names the
 * same few groups again and again, and each would be made anew for every user. It stands there from the first moment,
 * while it is being filled, and nobody waits for it but the place where it was met first: the answer is not told before.
 */
export class Shared {
  readonly object: unknown;
  /** Something in it failed. An error names its place, so that each place needs an object of its own. */
  hasFailed = false;
  readonly #fillAgain: FillAgain;
  /** Side by side, the frame and the slot of each. */
  #frames: Frame[] = [];
  #slots: Slot[] = [];

  constructor(object: unknown, fillAgain: FillAgain) {
    this.object = object;
    this.#fillAgain = fillAgain;
  }

  /** It stands in a further place. */
  stand(frame: Frame, slot: Slot): void {
    this.#frames.push(frame);
    this.#slots.push(slot);
  }

  /**
   * All of it is there, or it has failed: which it may yet, where something in it is shared that others wait for.
   * @param tell tells it where it was met first
   */
  end(tell: () => void): void {
    const frames = this.#frames;
    if (!this.hasFailed || frames.length === 0) {
      tell();
      return;
    }
    const slots = this.#slots;
    this.#frames = [];
    this.#slots = [];
    // Before the answer can be told for done; but what is wrong is told of the first place first.
    for (const frame of frames) frame.reopen();
    tell();
    for (const [index, frame] of frames.entries()) this.#fillAgain(frame, slots[index] as Slot);
  }
}

/** The frame of an object that is shared: in the place where it was met first. */
export class SharedFrame extends Frame {
  readonly shared: Shared;

  constructor(
    frame: Frame,
    slot: Slot,
    isNullable: boolean,
    container: Container,
    field: BoundField,
    path: Path | undefined,
    fillAgain: FillAgain,
  ) {
    super(frame.execution, frame, slot, isNullable, container, field, path);
    this.shared = new Shared(container, fillAgain);
  }

  protected override finish(): void {
    this.shared.end(() => super.finish());
  }
}

/** What is inside of something shared has failed: the object is for the place alone where it was met first. */
export function unshare(frame: Frame): void {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    if (at instanceof SharedFrame) at.shared.hasFailed = true;
  }
}
