import { waitAtMost } from "../../domain/wait.ts";

/** What the operator of one service allows, as far as we learned: the same for every caller. */
export class Limits {
  /** How deep the service inlines: two levels by default, and we have no use for a third. */
  readonly depth = new Limit(2, 0);
  /** How many objects it gives at once: 100 by default, and nobody is known to allow less than the usual 50. */
  readonly pageSize = new Limit(100, 50);
}

/** For how long a refusal is believed: one odd answer must not make the service slow for ever. */
const BELIEVED_MS = 10 * 60_000;

/** How long one read waits for the end of another, which may be another caller's: nobody waits for two deadlines. */
const LONGEST_WAIT_MS = 1000;

/** A limit that is learned by running into it. */
export class Limit {
  readonly #ceiling: number;
  /** The most that was taken. */
  #proven: number;
  /** The most that is worth asking for, */
  #most: number;
  /** until then. */
  #believedUntil = 0;
  #probe: Promise<void> | undefined;
  /** What the probe asks. */
  #probed: string | undefined;

  /**
   * @param ceiling more is never wanted
   * @param floor so much is always taken
   */
  constructor(ceiling: number, floor: number) {
    this.#ceiling = ceiling;
    this.#most = ceiling;
    this.#proven = floor;
  }

  /** The most that is worth asking for. */
  get most(): number {
    return performance.now() < this.#believedUntil ? this.#most : this.#ceiling;
  }

  /** Whether the service is known to take so much. */
  isProven(wanted: number): boolean {
    return wanted <= this.#proven;
  }

  /** `taken` was answered with a success; where it is less than `tried`, that had been refused. */
  learn(tried: number, taken: number): void {
    if (taken < tried) {
      this.#most = taken;
      this.#proven = taken;
      this.#believedUntil = performance.now() + BELIEVED_MS;
    } else {
      this.#proven = Math.max(this.#proven, taken);
    }
  }

  /**
   * Runs a read that wants so much. While nobody knows whether the service takes it, one read goes ahead, and the others
   * wait for its end, whatever that is, for a second at most: fifty would run into the same limit. Whoever asks the very
   * same goes along, for one call may answer both.
   * @param question what is asked, in words; undefined: it is like no other
   */
  async explore<T>(wanted: number, read: () => Promise<T>, question?: () => string): Promise<T> {
    if (this.isProven(Math.min(wanted, this.most))) return read();
    const words = question?.();
    if (this.#probe !== undefined) {
      if (words === undefined || words !== this.#probed) await waitAtMost(this.#probe, LONGEST_WAIT_MS);
      return read();
    }
    const answer = read();
    const end = () => {
      this.#probe = undefined;
    };
    this.#probe = answer.then(end, end);
    this.#probed = words;
    return answer;
  }
}
