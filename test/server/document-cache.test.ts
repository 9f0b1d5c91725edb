import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocumentCache } from "../../src/server/document-cache.ts";

describe("The cache of documents", () => {
  const keeps = (text: string) => {
    const cache = createDocumentCache();
    cache.set(text, parse(text));
    return cache.get(text) !== undefined;
  };

  it("keeps what clients send again", () => {
    expect(keeps("query ($id: ID!) { user(id: $id) { name } }")).toBe(true);
    expect(keeps('{ user(id: "x") { name } }')).toBe(true);
    expect(keeps("mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }")).toBe(true);
  });

  it("keeps no mutation with text inside, which may be a password", () => {
    expect(keeps('mutation { createUser(input: { econtext: { email: "a", password: "b" } }) { user { id } } }')).toBe(
      false,
    );
  });

  it("keeps nothing that is large, and not everything that is small", () => {
    expect(keeps(`{ services { name } } # ${"x".repeat(20_000)}`)).toBe(false);
    const cache = createDocumentCache();
    const texts = Array.from({ length: 1000 }, (_, n) => `{ services { name } } # ${n} ${"x".repeat(2000)}`);
    for (const text of texts) cache.set(text, parse(text));
    const kept = texts.filter((text) => cache.get(text) !== undefined);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.join("").length).toBeLessThanOrEqual(512 * 1024);
  });
});
