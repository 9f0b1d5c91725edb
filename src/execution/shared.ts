import { Frame } from "./frame.ts";

/** A further place of an object, whose frame counts it among what is still to come. */
export interface Sharer {
  readonly frame: Frame;
  /** The object is of no use here: one of its own has to be made. */
  fillAgain(): void;
}

/**
 * An object of the answer that stands in several places: the same thing, asked for the same. A page of users names the
 * same few groups again and again, and each would be made anew for every user. It stands there from the first moment,
 * while it is being filled.
 */
export class Shared {
  readonly object: unknown;
  /** Something in it failed. An error names its place, so that each place needs an object of its own. */
  hasFailed = false;
  #isDone = false;
  #waiting: Sharer[] | undefined;

  constructor(object: unknown) {
    this.object = object;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** All of it is there, or it has failed. */
  end(): void {
    this.#isDone = true;
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    for (const place of waiting) {
      if (this.hasFailed) place.fillAgain();
      else place.frame.settle();
    }
  }

  wait(place: Sharer): void {
    (this.#waiting ??= []).push(place);
  }
}

/** The frame of an object that is shared: in the place where it was met first. */
export class SharedFrame extends Frame {
  readonly shared = new Shared(this.container);

  protected override finish(): void {
    super.finish();
    this.shared.end();
  }
}

/** What is inside of something shared has failed: the object is for the place alone where it was met first. */
export function unshare(frame: Frame): void {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    if (at instanceof SharedFrame) at.shared.hasFailed = true;
  }
}
