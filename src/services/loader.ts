import DataLoader from "dataloader";
import type { Ask } from "../domain/ask.ts";
import type { Answer } from "../domain/errors.ts";
import { callerKey, type CallerKey, type Principal } from "../domain/principal.ts";

/** Collects look-ups of one tick, each key once, and asks the directory for them together. */
export interface Loader<Key, Needs, Value> {
  /** @param asker the schema coordinate that asks */
  load(key: Key, needs: Needs, asker: string): Promise<Value>;
}

interface LoaderOptions<Key, Needs, Value> {
  /** For whom it remembers what it looked up. */
  readonly principal: Principal;
  read(keys: readonly Key[], ask: Ask<Needs>): Promise<readonly Answer<Value>[]>;
  /** What the whole batch needs, since a directory is asked one question. */
  merge(a: Needs, b: Needs): Needs;
  /** What makes two keys one. */
  identify(key: Key): string;
}

export function createLoader<Key, Needs, Value>(options: LoaderOptions<Key, Needs, Value>): Loader<Key, Needs, Value> {
  const keyOf = (key: Key) => callerKey(options.principal, options.identify(key));
  const known = new Map<CallerKey, Promise<Value>>();
  let needs: Needs | undefined;
  let askers = new Set<string>();
  const loader = new DataLoader<Key, Value, CallerKey>(
    (keys) => {
      const ask: Ask<Needs> = { needs: needs as Needs, for: [...askers] };
      needs = undefined;
      askers = new Set();
      return options.read(keys, ask);
    },
    { cacheKeyFn: keyOf, cacheMap: known },
  );
  return {
    load(key, keyNeeds, asker) {
      // A key that was asked for earlier brings no need into the next batch, unless its own batch is still open.
      if (needs !== undefined || !known.has(keyOf(key))) {
        needs = needs === undefined ? keyNeeds : options.merge(needs, keyNeeds);
        askers.add(asker);
      }
      return loader.load(key);
    },
  };
}
