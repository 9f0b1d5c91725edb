/** Who waits for a value. */
export interface Waiter<T> {
  onValue(value: T): void;
  onError(error: unknown): void;
}

/**
 * A value that will be there later, for whoever waits and makes nothing more of it: a page has hundreds of
 * fields that wait for a few records, and a promise for each costs more than the field. To everyone else it is a promise.
 */
export abstract class Deferred<T> implements Promise<T> {
  get [Symbol.toStringTag](): string {
    return "Deferred";
  }

  /** Tells one of both, once, and later than it returns. */
  abstract settle(waiter: Waiter<T>): void;

  then<Value = T, Other = never>(
    onValue?: ((value: T) => Value | PromiseLike<Value>) | null,
    onError?: ((error: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Value | Other> {
    return new Promise<T>((resolve, reject) => {
      this.settle({ onValue: resolve, onError: reject });
    }).then(onValue, onError);
  }

  catch<Other = never>(onError?: ((error: unknown) => Other | PromiseLike<Other>) | null): Promise<T | Other> {
    return this.then(undefined, onError);
  }

  finally(onDone?: (() => void) | null): Promise<T> {
    return this.then().finally(onDone);
  }
}
