import { expect } from "vitest";

/** What the services said in the answers with which they refused or failed: each text of their bodies. */
const heard = new Set<string>();

/** Shorter texts, such as an id or a word, may stand in a sentence of ours by chance. */
const SHORTEST = 12;

/** Remembers what a failing answer says. */
export async function hear(response: Response): Promise<void> {
  const text = await response.clone().text();
  remember(text);
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string") remember(value);
      return value;
    });
  } catch {
    // No JSON: then the whole of it is the text.
  }
}

function remember(text: string): void {
  if (text.length >= SHORTEST) heard.add(text);
}

/** A message is a sentence of ours, with nothing in it that a service said. */
export function expectOurWords(message: string): void {
  expect(message).toMatch(/^[A-Z`].*\.$/s);
  for (const text of heard) expect(message).not.toContain(text);
}
