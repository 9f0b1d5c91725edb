import { Deferred, type Waiter } from "./deferred.ts";
import { Frame } from "./frame.ts";

/**
 * An object of the answer that stands in several places: the same thing, asked for the same. A page of users names the
 * same few groups again and again, and each would be made anew for every user.
 */
export class Shared extends Deferred<unknown> {
  readonly object: unknown;
  /** Something in it failed. An error names its place, so that each place needs an object of its own. */
  hasFailed = false;
  #isDone = false;
  #waiting: Waiter<unknown>[] | undefined;

  constructor(object: unknown) {
    super();
    this.object = object;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** All of it is there, or it has failed. */
  end(): void {
    this.#isDone = true;
    for (const waiter of this.#waiting ?? []) waiter.onValue(this.object);
    this.#waiting = undefined;
  }

  settle(waiter: Waiter<unknown>): void {
    (this.#waiting ??= []).push(waiter);
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
