import { describe, expect, it } from "vitest";
import type { Ask } from "../../src/domain/ask.ts";
import { ServiceFailure } from "../../src/domain/errors.ts";
import { principalOf } from "../../src/domain/principal.ts";
import { createLoader } from "../../src/services/loader.ts";

interface Read {
  readonly keys: readonly string[];
  readonly ask: Ask<number>;
}

function loaderOf(answer: (key: string) => string | ServiceFailure = (key) => key.toUpperCase()) {
  const reads: Read[] = [];
  const loader = createLoader<string, number, string>({
    read: (keys, ask) => {
      reads.push({ keys, ask });
      return Promise.resolve(keys.map(answer));
    },
    merge: (a, b) => a + b,
    identify: (key) => key,
    principal: principalOf("directory", null),
  });
  return { loader, reads };
}

describe("A loader", () => {
  it("asks for the keys of one tick together, each once, with what all of them need and who asked", async () => {
    const { loader, reads } = loaderOf();
    const values = await Promise.all([
      loader.load("a", 1, "Query.user"),
      loader.load("b", 10, "Query.nodes"),
      loader.load("a", 100, "Query.user"),
    ]);
    expect(values).toEqual(["A", "B", "A"]);
    expect(reads).toEqual([{ keys: ["a", "b"], ask: { needs: 111, for: ["Query.user", "Query.nodes"] } }]);
  });

  it("is told who else asks for what is on its way, as long as it is not asked for", async () => {
    const { loader, reads } = loaderOf();
    const value = loader.load("a", 1, "User.name");
    loader.join("a", 10, "User.email");
    expect(await value).toBe("A");
    loader.join("a", 100, "User.status");
    await loader.load("b", 1000, "Query.user");
    expect(reads).toEqual([
      { keys: ["a"], ask: { needs: 11, for: ["User.name", "User.email"] } },
      { keys: ["b"], ask: { needs: 1000, for: ["Query.user"] } },
    ]);
  });

  it("asks for nothing twice, and lets what is known bring no need into the next batch", async () => {
    const { loader, reads } = loaderOf();
    await loader.load("a", 1, "Query.user");
    await Promise.all([loader.load("a", 10, "Query.node"), loader.load("b", 100, "Query.nodes")]);
    expect(reads.slice(1)).toEqual([{ keys: ["b"], ask: { needs: 100, for: ["Query.nodes"] } }]);
  });

  it("looks again where another need makes it another look-up", async () => {
    const reads: Read[] = [];
    const loader = createLoader<string, number, string>({
      read: (keys, ask) => {
        reads.push({ keys, ask });
        return Promise.resolve(keys.map((key) => `${key} ${ask.needs}`));
      },
      merge: Math.max,
      identify: (key, needs) => `${key} ${needs > 1}`,
      principal: principalOf("directory", null),
    });
    expect(await loader.load("a", 1, "Query.user")).toBe("a 1");
    expect(await loader.load("a", 2, "User.name")).toBe("a 2");
    expect(await loader.load("a", 3, "User.email")).toBe("a 2");
    expect(await loader.load("a", 0, "User.groups")).toBe("a 1");
    expect(reads.map(({ ask }) => ask.for)).toEqual([["Query.user"], ["User.name"]]);
  });

  it("fails the key that failed, and no other", async () => {
    const failure = new ServiceFailure("UPSTREAM_ERROR", "It failed.", { service: "directory" });
    const { loader } = loaderOf((key) => (key === "b" ? failure : key));
    const [a, b] = await Promise.allSettled([loader.load("a", 1, "Query.nodes"), loader.load("b", 1, "Query.nodes")]);
    expect(a).toEqual({ status: "fulfilled", value: "a" });
    expect(b).toEqual({ status: "rejected", reason: failure });
  });
});
