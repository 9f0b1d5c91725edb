/** Answers questions at random, and always the same way: two executions ask in different orders. */
export class Dice {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @returns 0 to `sides` - 1 */
  roll(question: string, sides: number): number {
    // FNV-1a, and the last steps of MurmurHash3.
    let hash = 0x811c9dc5 ^ this.#seed;
    for (let index = 0; index < question.length; index++) {
      hash = Math.imul(hash ^ question.charCodeAt(index), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) % sides;
  }

  /** @param chance in a hundred */
  isHit(question: string, chance: number): boolean {
    return this.roll(question, 100) < chance;
  }
}
