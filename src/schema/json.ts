/**
 * A JSON value on its way out. Bare, an object with a key named `then` would be taken for a promise by whoever executes
 * the operation: any key may stand in custom data.
 */
export class Json {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  toJSON(): unknown {
    return this.#value;
  }
}

export function toJson(value: Record<string, unknown> | null): Json | null {
  return value && new Json(value);
}
