import { parse, type DocumentNode } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocumentCache } from "../../src/server/document-cache.ts";

type Hook = (payload: { params: { documentAST: DocumentNode } }) => ((done: { valid: boolean }) => void) | undefined;

/** Takes a document as the server does: parsed, then validated. */
function cacheThatSaw(texts: readonly string[], valid = true) {
  const { options, plugin } = createDocumentCache();
  for (const text of texts) {
    const document = parse(text);
    options.documentCache?.set(text, document);
    (plugin.onValidate as unknown as Hook)({ params: { documentAST: document } })?.({ valid });
  }
  return { keeps: (text: string) => options.documentCache?.get(text) !== undefined };
}

const keeps = (text: string, valid = true) => cacheThatSaw([text], valid).keeps(text);

describe("The cache of documents", () => {
  it("keeps what clients send again", () => {
    expect(keeps("query ($id: ID!) { user(id: $id) { name } }")).toBe(true);
    expect(keeps('{ user(id: "x") { name } }')).toBe(true);
    expect(keeps("mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }")).toBe(true);
  });

  it("keeps nothing that is not valid, of which anyone can make any number", () => {
    expect(keeps("{ _1 }", false)).toBe(false);
  });

  it("keeps no mutation with text inside, which may be a password", () => {
    expect(keeps('mutation { createUser(input: { econtext: { email: "a", password: "b" } }) { user { id } } }')).toBe(
      false,
    );
  });

  it("keeps nothing that is large, and not everything that is small", () => {
    expect(keeps(`{ services { name } } # ${"x".repeat(20_000)}`)).toBe(false);
    const long = Array.from({ length: 1000 }, (_, n) => `{ services { name } } # ${n} ${"x".repeat(2000)}`);
    const short = Array.from({ length: 5000 }, (_, n) => `{ a${n}: services { name } }`);
    for (const texts of [long, short]) {
      const cache = cacheThatSaw(texts);
      const kept = texts.filter((text) => cache.keeps(text));
      expect(kept.length).toBeGreaterThan(100);
      expect(kept.length).toBeLessThanOrEqual(2000);
      expect(kept.join("").length).toBeLessThanOrEqual(512 * 1024);
    }
  });
});
