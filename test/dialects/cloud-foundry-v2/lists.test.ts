import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cover, readAll, readPage } from "../../../src/dialects/cloud-foundry-v2/lists.ts";
import type { Resource } from "../../../src/dialects/cloud-foundry-v2/wire.ts";
import { first, guids, listOf, play, wire, type Script } from "./scripted-send.ts";

const LIST = { route: "/v2/users", for: ["Query.users"], keys: 1 };
const guidOf = ({ metadata }: Resource) => metadata.guid;

function serve(all: readonly string[]): Script {
  return (path) => {
    const query = new URL(path, "http://cf").searchParams;
    const size = Number(query.get("results-per-page"));
    const start = (Number(query.get("page")) - 1) * size;
    const next = "/v2/users?page=2&include-relations=wrong";
    return {
      body: {
        ...listOf(
          all.slice(start, start + size).map((guid) => wire(guid)),
          all.length,
        ),
        next_url: next,
      },
    };
  };
}

describe("The window of a page", () => {
  it("lies in one page of the service's, the smallest that holds it", () => {
    expect(cover(0, 20)).toEqual({ size: 20, first: 1, last: 1 });
    expect(cover(40, 20)).toEqual({ size: 20, first: 3, last: 3 });
    expect(cover(30, 60)).toEqual({ size: 90, first: 1, last: 1 });
    expect(cover(7, 1)).toEqual({ size: 1, first: 8, last: 8 });
  });

  it("takes two pages of 100 where no size fits", () => {
    expect(cover(50, 100)).toEqual({ size: 100, first: 1, last: 2 });
  });

  it("is always covered, never with more than 100 at once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 100 }), (offset, count) => {
        const { size, first: from, last } = cover(offset, count);
        expect(size).toBeLessThanOrEqual(100);
        expect((from - 1) * size).toBeLessThanOrEqual(offset);
        expect(last * size).toBeGreaterThanOrEqual(offset + count);
        expect(last - from).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("A page of a list", () => {
  it("is counted and ordered by the service", async () => {
    const { session, calls } = play(serve(guids("u", 45)));
    const page = await readPage(session, LIST, first(20, "20"), guidOf);
    expect(page.items).toEqual(guids("u", 45).slice(20, 40));
    expect([page.total, page.hasNext, page.cursor(0), page.cursor(19)]).toEqual([45, true, "21", "40"]);
    expect(calls).toEqual(["GET /v2/users?results-per-page=20&page=2&order-direction=asc"]);
  });

  it("does not read a second page that the list does not reach", async () => {
    const { session, calls } = play(serve(guids("u", 80)));
    const page = await readPage(session, LIST, first(100, "50"), guidOf);
    expect(page.items).toHaveLength(30);
    expect(page.hasNext).toBe(false);
    expect(calls).toHaveLength(1);
  });

  it("behind the end is empty, and has no next", async () => {
    const { session } = play(serve(guids("u", 3)));
    const page = await readPage(session, LIST, first(10, "40"), guidOf);
    expect([page.items, page.hasNext, page.total]).toEqual([[], false, 3]);
  });

  it("has no next where nothing came, whatever the service counts", async () => {
    const { session } = play(() => ({ body: listOf([], 9) }));
    expect((await readPage(session, LIST, first(10), guidOf)).hasNext).toBe(false);
  });

  it.each(["", "0", "-1", "01", "1.5", "x", "12345678901", "users~1"])("has no cursor %j", async (after) => {
    const { session, calls } = play(serve([]));
    await expect(readPage(session, LIST, first(10, after), guidOf)).rejects.toMatchObject({
      problems: [{ code: "INVALID", path: ["after"] }],
    });
    expect(calls).toEqual([]);
  });

  it("is one of a walk that meets each item once", async () => {
    const walk = fc.record({
      length: fc.integer({ min: 0, max: 250 }),
      sizes: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(walk, async ({ length, sizes }) => {
        const all = guids("u", length);
        const { session } = play(serve(all));
        const met: string[] = [];
        let after: string | null = null;
        for (let turn = 0; turn === 0 || after !== null; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          const page: Awaited<ReturnType<typeof readPage<string>>> = await readPage(
            session,
            LIST,
            first(size, after),
            guidOf,
          );
          met.push(...page.items);
          after = page.hasNext ? page.cursor(page.items.length - 1) : null;
        }
        expect(met).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [{}, "resources: expected list, found nothing"],
    [{ resources: [], total_results: -1 }, "total_results: expected whole number, found number"],
    [
      listOf([wire("a"), { metadata: {} }]),
      "resources[1].metadata.guid: expected text that is not empty, found nothing",
    ],
    [listOf([null]), "resources[0].metadata.guid: expected text that is not empty, found nothing"],
  ])("cannot be read from %j", async (body, detail) => {
    const { session } = play(() => ({ body }));
    await expect(readPage(session, LIST, first(2), guidOf)).rejects.toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      detail: `GET /v2/users: ${detail}`,
    });
  });
});

describe("A whole list", () => {
  it("is read from the number of its pages, for `next_url` is wrong with several relations", async () => {
    const all = guids("u", 230);
    const { session, calls } = play(serve(all));
    expect(await readAll(session, LIST, guidOf)).toEqual(all);
    expect(calls).toEqual(
      [1, 2, 3].map((page) => `GET /v2/users?results-per-page=100&page=${page}&order-direction=asc`),
    );
  });

  it("of nothing is one call", async () => {
    const { session, calls } = play(serve([]));
    expect(await readAll(session, LIST, guidOf)).toEqual([]);
    expect(calls).toHaveLength(1);
  });
});
