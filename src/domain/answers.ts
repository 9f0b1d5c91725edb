import type { Ask, RecordNeeds } from "./ask.ts";
import { isDirectoryError, type Answer } from "./errors.ts";
import type { Group, GroupStore } from "./group.ts";

/** Each key's own answer or its own error, in the order of the keys; equal keys are looked up once. */
export function answerEach<T>(
  keys: readonly string[],
  read: (key: string) => Promise<T>,
): Promise<readonly Answer<T>[]>;
export function answerEach<Key, T>(
  keys: readonly Key[],
  read: (key: Key) => Promise<T>,
  nameOf: (key: Key) => string,
): Promise<readonly Answer<T>[]>;
export function answerEach<Key, T>(
  keys: readonly Key[],
  read: (key: Key) => Promise<T>,
  nameOf: (key: Key) => string = String,
): Promise<readonly Answer<T>[]> {
  const [only] = keys;
  if (only !== undefined && keys.length === 1) return settle(() => read(only)).then((answer) => [answer]);
  const answers = new Map<string, Promise<Answer<T>>>();
  return Promise.all(
    keys.map((key) => {
      const name = nameOf(key);
      const answer = answers.get(name) ?? settle(() => read(key));
      answers.set(name, answer);
      return answer;
    }),
  );
}

/** A group by its own id alone: one kind after the other is asked, in the order of the store's lists. */
export async function findByKind(store: GroupStore, id: string, ask: Ask<RecordNeeds>): Promise<Group | null> {
  for (const kind of store.kinds) {
    const [group = null] = await store.byRefs([{ kind, id }], ask);
    if (isDirectoryError(group)) throw group;
    if (group !== null) return group;
  }
  return null;
}

/** What a look-up gives, its failure included; a fault of ours still rejects. */
export async function settle<T>(read: () => Promise<T>): Promise<Answer<T>> {
  try {
    return await read();
  } catch (error) {
    if (isDirectoryError(error)) return error;
    throw error;
  }
}
