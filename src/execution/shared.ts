import { Frame } from "./frame.ts";

/** A further place of an object. */
export interface Sharer {
  readonly frame: Frame;
  /** The object is of no use here: one of its own has to be made. Its frame counts it among what is still to come. */
  fillAgain(): void;
}

/**
 * An object of the answer that stands in several places: the same thing, asked for the same. A page of users names the
 * same few groups again and again, and each would be made anew for every user. It stands there from the first moment,
 * while it is being filled, and nobody waits for it but the place where it was met first: the answer is not told before.
 */
export class Shared {
  readonly object: unknown;
  /** Something in it failed. An error names its place, so that each place needs an object of its own. */
  hasFailed = false;
  #places: Sharer[] = [];

  constructor(object: unknown) {
    this.object = object;
  }

  stand(place: Sharer): void {
    this.#places.push(place);
  }

  /**
   * All of it is there, or it has failed: which it may yet, where something in it is shared that others wait for.
   * @param tell tells it where it was met first
   */
  end(tell: () => void): void {
    if (!this.hasFailed || this.#places.length === 0) {
      tell();
      return;
    }
    const places = this.#places;
    this.#places = [];
    // Before the answer can be told for done; but what is wrong is told of the first place first.
    for (const { frame } of places) frame.reopen();
    tell();
    for (const place of places) place.fillAgain();
  }
}

/** The frame of an object that is shared: in the place where it was met first. */
export class SharedFrame extends Frame {
  readonly shared = new Shared(this.container);

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
