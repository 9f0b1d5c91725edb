interface Link<T> {
  item: T | undefined;
  next: Link<T> | undefined;
}

/**
 * First come, first served. A link forgets what it held once it is taken: V8 finds out late that an old object is not in
 * use any more, and until then keeps alive all that it refers to, as the outgrown tables of a `Set` do.
 */
export class Queue<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;

  add(item: T): void {
    const link: Link<T> = { item, next: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
  }

  /** @returns undefined where nothing is left */
  take(): T | undefined {
    const link = this.#first;
    if (link === undefined) return undefined;
    const { item, next } = link;
    this.#first = next;
    if (next === undefined) this.#last = undefined;
    link.item = undefined;
    link.next = undefined;
    return item;
  }
}
