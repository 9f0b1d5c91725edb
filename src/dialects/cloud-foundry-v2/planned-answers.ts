import { answerEach } from "../../domain/answers.ts";
import type { Answer } from "../../domain/errors.ts";

/** An answer for which nobody has to be waited, in the form of the port: what is thrown rejects. */
export function answer<T>(plan: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(plan());
  });
}

/** As `answerEach`, where nobody has to be waited for. */
export function planEach<T>(keys: readonly string[], plan: (key: string) => T): Promise<readonly Answer<T>[]>;
export function planEach<Key, T>(
  keys: readonly Key[],
  plan: (key: Key) => T,
  nameOf: (key: Key) => string,
): Promise<readonly Answer<T>[]>;
export function planEach<Key, T>(
  keys: readonly Key[],
  plan: (key: Key) => T,
  nameOf: (key: Key) => string = String,
): Promise<readonly Answer<T>[]> {
  return answerEach(keys, (key) => answer(() => plan(key)), nameOf);
}
