import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal, ServiceFailure } from "../../src/domain/errors.ts";
import {
  chainPages,
  countAll,
  hasMore,
  pageByKey,
  pageByPosition,
  type Page,
  type PageRequest,
} from "../../src/domain/page.ts";

type Read = (request: PageRequest) => Promise<Page<string>> | Page<string>;

/** Reads a list to its end, page after page. */
async function walk(read: Read, first: number): Promise<readonly string[]> {
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 1000; pages++) {
    const page: Page<string> = await read({ first, after });
    expect(page.items.length).toBeLessThanOrEqual(first);
    found.push(...page.items);
    if (!(await hasMore(page))) return found;
    expect(page.items.length).toBeGreaterThan(0);
    after = page.cursor(page.items.length - 1);
  }
  throw new Error("the walk does not end");
}

const items = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 });
const first = fc.integer({ min: 1, max: 20 });

describe("A walk to the end of a list", () => {
  it("gives each item once, in order, by position", async () => {
    await fc.assert(
      fc.asyncProperty(items, first, async (list, size) => {
        expect(await walk((request) => pageByPosition(list, request), size)).toEqual(list);
      }),
    );
  });

  it("gives each item once by key, however the upstream shuffles between pages", async () => {
    await fc.assert(
      fc.asyncProperty(items, first, fc.infiniteStream(fc.nat()), async (list, size, random) => {
        const shuffled = () => [...list].sort(() => ((random.next().value as number) % 2) - 0.5);
        const walked = await walk((request) => pageByKey(shuffled(), request, "k", (item) => item), size);
        expect([...walked].sort()).toEqual([...list].sort());
      }),
    );
  });

  it("gives each item once across several lists, and says truly whether there is more", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(items, { maxLength: 5 }), first, async (lists, size) => {
        const sources = lists.map((list, index) => ({
          key: `list-${index}`,
          read: (request: PageRequest) => pageByPosition(list, request),
        }));
        expect(await walk((request) => chainPages(sources, request), size)).toEqual(lists.flat());
      }),
    );
  });
});

describe("A chain of lists", () => {
  const source = (key: string, list: readonly string[], reads: string[]) => ({
    key,
    read: (request: PageRequest) => {
      reads.push(`${key}:${request.first}`);
      return pageByPosition(list, request);
    },
  });

  it("does not read a list that the page does not reach", async () => {
    const reads: string[] = [];
    const sources = [source("a", ["1", "2", "3"], reads), source("b", ["4"], reads)];
    const page = await chainPages(sources, { first: 2, after: null });
    expect(page.items).toEqual(["1", "2"]);
    expect(page.hasNext).toBe(true);
    expect(reads).toEqual(["a:2"]);
  });

  it("asks the next list for one item only when somebody wants to know whether there is more", async () => {
    const reads: string[] = [];
    const sources = [source("a", ["1", "2"], reads), source("b", [], reads), source("c", ["3"], reads)];
    const page = await chainPages(sources, { first: 2, after: null });
    expect(page.items).toEqual(["1", "2"]);
    expect(reads).toEqual(["a:2"]);
    expect(await hasMore(page)).toBe(true);
    expect(reads).toEqual(["a:2", "b:1", "c:1"]);
  });

  it("adds the totals up, also of lists that the page does not reach, when they are asked for", async () => {
    const sources = [source("a", ["1", "2"], []), source("b", ["3", "4", "5"], [])];
    expect(await countAll(await chainPages(sources, { first: 1, after: null }))).toBe(5);
    expect(await countAll(await chainPages(sources, { first: 1, after: "b~1" }))).toBe(5);
  });

  it("keeps a full page whole where the list behind it cannot be read", async () => {
    const failure = new ServiceFailure("FORBIDDEN", "It does not allow this.", { service: "b" });
    const sources = [source("a", ["1", "2"], []), { key: "b", read: () => Promise.reject(failure) }];
    const page = await chainPages(sources, { first: 2, after: null });
    expect(page.items).toEqual(["1", "2"]);
    // There may be more: whoever goes on is told by the error there.
    expect(await hasMore(page)).toBe(true);
    await expect(countAll(page)).rejects.toBe(failure);
    await expect(chainPages(sources, { first: 2, after: page.cursor(1) })).rejects.toBe(failure);
  });

  it.each(["", "c~1", "a", "a~", "a~x", "a~0", "~1"])(
    "refuses the cursor %j, which it never gave out",
    async (after) => {
      const sources = [source("a", ["1", "2"], []), source("b", ["3"], [])];
      await expect(chainPages(sources, { first: 1, after })).rejects.toThrow(Refusal);
    },
  );
});
