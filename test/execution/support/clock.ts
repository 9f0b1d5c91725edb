import { setImmediate } from "node:timers/promises";

/** Keeps promises one after the other, in an order of its own, with nothing else happening meanwhile. */
export class Clock {
  readonly #rank: (name: string) => number;
  readonly #waiting: { readonly rank: number; readonly ring: () => void }[] = [];

  constructor(rank: (name: string) => number) {
    this.#rank = rank;
  }

  later<T>(name: string, value: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const ring = (): void => {
        // What is thrown need not be an error.
        new Promise<T>((settle) => settle(value())).then(resolve, reject);
      };
      this.#waiting.push({ rank: this.#rank(name), ring });
    });
  }

  /** Of promises that are not kept one after the other. */
  static hasty(): Clock {
    return new HastyClock(() => 0);
  }

  /** Until nothing waits any more. */
  async run(): Promise<void> {
    await setImmediate();
    while (this.#waiting.length > 0) {
      this.#waiting.sort((a, b) => a.rank - b.rank);
      this.#waiting.shift()?.ring();
      await setImmediate();
    }
  }
}

class HastyClock extends Clock {
  override later<T>(_name: string, value: () => T): Promise<T> {
    return Promise.resolve().then(value);
  }
}
