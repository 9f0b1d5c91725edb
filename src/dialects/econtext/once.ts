/** Reads once, and again only after a failure. */
export class Once<T> {
  #reading: Promise<T> | undefined;

  get isAsked(): boolean {
    return this.#reading !== undefined;
  }

  get(read: () => Promise<T>): Promise<T> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = read();
    this.#reading = reading;
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  forget(): void {
    this.#reading = undefined;
  }
}
