import { isDirectoryError, type Answer } from "./errors.ts";

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

/** What a look-up gives, its failure included; a fault of ours still rejects. */
export async function settle<T>(read: () => Promise<T>): Promise<Answer<T>> {
  try {
    return await read();
  } catch (error) {
    if (isDirectoryError(error)) return error;
    throw error;
  }
}
