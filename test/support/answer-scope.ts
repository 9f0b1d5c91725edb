import type { FieldChoice } from "./random-operations.ts";

/** The fields of a selection, through all of its fragments, by their keys in the answer. */
export type Scope = Map<string, Entry>;

interface Entry {
  /** What has to be equal where two fields share a key. */
  readonly signature: string;
  readonly field: string;
  /** Of a list: what tells it from others, without its owner. */
  readonly list: string | null;
  readonly scope: Scope;
}

/** The key under which a field is in the answer: another one where it would clash with what is there. */
export function enter(
  scope: Scope,
  { field, alias }: FieldChoice,
  signature: string,
  written: string,
  list: string | null,
) {
  const call = `${signature} ${written}`;
  for (let at = alias ? 1 : 0; ; at++) {
    const key = at === 0 ? field : `${field}_${at}`;
    const known = scope.get(key);
    if (known !== undefined && known.signature !== call) continue;
    const entry = known ?? { signature: call, field, list, scope: new Map() as Scope };
    scope.set(key, entry);
    return { key, entry };
  }
}

/** Where lists were left off. */
export class Cursors {
  readonly #known = new Map<string, { readonly owner: string | null; readonly cursor: string }[]>();

  /** @param data what came for these keys */
  collect(scope: Scope, data: unknown): void {
    if (Array.isArray(data)) for (const item of data) this.collect(scope, item);
    if (!isObject(data)) return;
    const id = data["id"];
    const owner = scope.get("id")?.field === "id" && typeof id === "string" ? id : null;
    for (const [key, { list, scope: below }] of scope) {
      const value = data[key];
      if (list !== null) this.#keep(list, owner, below, value);
      this.collect(below, value);
    }
  }

  /** @param owner null: nobody knows whose list it will be */
  find(list: string, owner: string | null, pick: number): string | undefined {
    const known = this.#known.get(list) ?? [];
    const fitting = known.filter((one) => owner === null || one.owner === null || one.owner === owner);
    return fitting[pick % fitting.length]?.cursor;
  }

  #keep(list: string, owner: string | null, scope: Scope, value: unknown): void {
    if (!isObject(value)) return;
    for (const [key, entry] of scope) {
      const inner = value[key];
      const cursor = entry.field === "endCursor" ? inner : null;
      if (typeof cursor === "string") {
        const known = this.#known.get(list) ?? [];
        this.#known.set(list, [{ owner, cursor }, ...known]);
      }
      if (entry.field === "pageInfo") this.#keep(list, owner, entry.scope, inner);
    }
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
