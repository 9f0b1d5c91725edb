/** Above this an answer is large: others are read however many there are. */
export const LARGE_BYTES = 1024 * 1024;

/** Who reads an answer that turned out to be large. */
export interface LargeReader {
  pause(): void;
  resume(): void;
}

/**
 * Bounds what is in memory of large answers that are on their way: a few are read at once, the others wait where they
 * are, on the service's side of their connections.
 */
export class LargeAnswers {
  readonly #most: number;
  readonly #reading = new Set<LargeReader>();
  readonly #waiting = new Set<LargeReader>();

  /** @param most how many are read at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Paused at once where too many are read already, and resumed later. */
  enter(reader: LargeReader): void {
    if (this.#reading.size < this.#most) {
      this.#reading.add(reader);
    } else {
      this.#waiting.add(reader);
      reader.pause();
    }
  }

  /** Whatever comes of it, each that entered has to leave. */
  leave(reader: LargeReader): void {
    this.#waiting.delete(reader);
    if (!this.#reading.delete(reader)) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#reading.add(next);
    // Not at once: another answer is in the middle of being parsed.
    queueMicrotask(() => next.resume());
  }
}
