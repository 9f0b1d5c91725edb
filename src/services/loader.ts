import DataLoader from "dataloader";
import type { Ask } from "../domain/ask.ts";
import type { Answer } from "../domain/errors.ts";
import { callerKey, type CallerKey, type Principal } from "../domain/principal.ts";

/** Collects look-ups of one tick, each key once, and asks the directory for them together. */
export interface Loader<Key, Needs, Value> {
  /** @param asker the schema coordinate that asks */
  load(key: Key, needs: Needs, asker: string): Promise<Value>;
  /** As `load`, of a key that is on its way, for somebody who waits for it already: it is only told who else asks. */
  join(key: Key, needs: Needs, asker: string): void;
}

interface LoaderOptions<Key, Needs, Value> {
  /** For whom it remembers what it looked up. */
  readonly principal: Principal;
  read(keys: readonly Key[], ask: Ask<Needs>): Promise<readonly Answer<Value>[]>;
  /** What the whole batch needs, since a directory is asked one question. */
  merge(a: Needs, b: Needs): Needs;
  /** What makes two look-ups one: whoever needs more than an earlier one was told has to look again. */
  identify(key: Key, needs: Needs): string;
  /** Whether look-ups of different askers are different: in plans alone. */
  readonly notesAskers?: boolean;
}

export function createLoader<Key, Needs, Value>(options: LoaderOptions<Key, Needs, Value>): Loader<Key, Needs, Value> {
  const known = new Map<CallerKey, Promise<Value>>();
  let needs: Needs | undefined;
  let askers = new Set<string>();
  const loader = new DataLoader<LookUp<Key>, Value, CallerKey>(
    (lookUps) => {
      const ask: Ask<Needs> = { needs: needs as Needs, for: [...askers] };
      needs = undefined;
      askers = new Set();
      return options.read(
        lookUps.map(({ key }) => key),
        ask,
      );
    },
    { cacheKeyFn: ({ name }) => name, cacheMap: known },
  );
  const need = (keyNeeds: Needs, asker: string) => {
    needs = needs === undefined ? keyNeeds : options.merge(needs, keyNeeds);
    askers.add(asker);
  };
  const load = (key: Key, keyNeeds: Needs, asker: string) => {
    const what = options.identify(key, keyNeeds);
    const name = callerKey(options.principal, options.notesAskers === true ? `${asker} ${what}` : what);
    // A key that was asked for earlier brings no need into the next batch, unless its own batch is still open.
    if (needs !== undefined || !known.has(name)) need(keyNeeds, asker);
    return loader.load({ key, name });
  };
  return {
    load,
    join(key, keyNeeds, asker) {
      if (options.notesAskers === true) load(key, keyNeeds, asker).catch(() => undefined);
      else if (needs !== undefined) need(keyNeeds, asker);
    },
  };
}

interface LookUp<Key> {
  readonly key: Key;
  readonly name: CallerKey;
}
