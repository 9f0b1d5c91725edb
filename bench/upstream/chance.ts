/** Numbers that look random and are the same on every machine: Marsaglia's xorshift of 32 bits. */
export class Chance {
  #state: number;

  /** @param seed any whole number but 0 */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }

  /** `count` different ones, in the order in which they were drawn. */
  draw<T>(from: readonly T[], count: number): readonly T[] {
    const rest = [...from];
    return Array.from({ length: count }, () => rest.splice(this.below(rest.length), 1)[0] as T);
  }

  uuid(): string {
    const [a, b, c, d, e] = [8, 4, 3, 3, 12].map((digits) => this.#hex(digits)) as [
      string,
      string,
      string,
      string,
      string,
    ];
    return `${a}-${b}-4${c}-a${d}-${e}`;
  }

  /** Year, month, day and time of day, two digits each but the year's four. */
  date(year: number): { readonly day: string; readonly time: string } {
    const part = (end: number, first = 0) => String(first + this.below(end)).padStart(2, "0");
    return { day: `${year}-${part(12, 1)}-${part(28, 1)}`, time: `${part(24)}:${part(60)}:${part(60)}` };
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join("");
  }
}
