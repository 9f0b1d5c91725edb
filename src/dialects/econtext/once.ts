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

/** As `Once`, for each of many. */
export class OnceEach<T> {
  readonly #each = new Map<string, Once<T>>();

  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#each.get(key);
    if (known !== undefined) return known.get(read);
    const once = new Once<T>();
    this.#each.set(key, once);
    return once.get(read);
  }

  forget(): void {
    this.#each.clear();
  }
}
