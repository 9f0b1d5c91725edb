import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cover, readPage } from "../../../src/dialects/cloud-foundry-v2/lists.ts";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import type { Resource } from "../../../src/dialects/cloud-foundry-v2/wire.ts";
import { asking, EVERY, fault, first, guids, listOf, play, wire, type Script } from "./scripted-send.ts";

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
    expect(cover(0, 20, 100)).toEqual({ size: 20, first: 1, last: 1 });
    expect(cover(40, 20, 100)).toEqual({ size: 20, first: 3, last: 3 });
    expect(cover(30, 60, 100)).toEqual({ size: 90, first: 1, last: 1 });
    expect(cover(7, 1, 100)).toEqual({ size: 1, first: 8, last: 8 });
  });

  it("takes two pages of 100 where no size fits", () => {
    expect(cover(50, 100, 100)).toEqual({ size: 100, first: 1, last: 2 });
  });

  it("takes three pages of 50 where the service gives no more", () => {
    expect(cover(40, 100, 50)).toEqual({ size: 50, first: 1, last: 3 });
    expect(cover(20, 20, 50)).toEqual({ size: 20, first: 2, last: 2 });
  });

  it("is always covered, never with more than the longest page, nor with a page too many", () => {
    const offsets = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(offsets, fc.integer({ min: 1, max: 100 }), fc.constantFrom(50, 100), (offset, count, longest) => {
        const { size, first: from, last } = cover(offset, count, longest);
        expect(size).toBeLessThanOrEqual(longest);
        expect((from - 1) * size).toBeLessThanOrEqual(offset);
        expect(from * size).toBeGreaterThan(offset);
        expect((last - 1) * size).toBeLessThan(offset + count);
        expect(last * size).toBeGreaterThanOrEqual(offset + count);
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
    ...[-1, 1.5, 2 ** 31, Number.MAX_SAFE_INTEGER].map(
      (total) =>
        [listOf([], total), "total_results: expected whole number below 2^31, found number"] as [unknown, string],
    ),
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

describe("A service that gives less at once", () => {
  const sparing =
    (most: number, script: Script): Script =>
    (path, request) =>
      Number(/results-per-page=(\d+)/.exec(path)?.[1]) > most
        ? fault(400, 10005, "CF-BadQueryParameter")
        : script(path, request);

  it("is asked for shorter pages, and so remembered for every caller", async () => {
    const limits = new Limits();
    const one = play(sparing(50, serve(guids("u", 130))), limits);
    const page = await readPage(one.session, LIST, first(60), guidOf);
    expect(page.items).toEqual(guids("u", 60));
    expect([page.hasNext, page.total, page.cursor(59)]).toEqual([true, 130, "60"]);
    expect(one.calls.map(pageOf)).toEqual(["60/1", "50/1", "50/2"]);

    const other = play(sparing(50, serve(guids("u", 130))), limits);
    const rest = await readPage(other.session, LIST, first(100, "60"), guidOf);
    expect(rest.items).toEqual(guids("u", 130).slice(60));
    expect(other.calls.map(pageOf)).toEqual(["50/2", "50/3"]);
  });

  it("inlines no less for that", async () => {
    const limits = new Limits();
    const { users, calls } = play(sparing(50, serve(guids("u", 60))), limits);
    await users.list(first(60), null, asking({ groups: [EVERY] }));
    expect(limits.depth.most).toBe(2);
    expect(calls.at(-1)).toContain("inline-relations-depth=1");
  });

  it("is found out by the first of many reads", async () => {
    const { session, calls } = play(sparing(50, serve(guids("u", 60))));
    const pages = await Promise.all([58, 59, 60].map((count) => readPage(session, LIST, first(count), guidOf)));
    expect(pages.map(({ items }) => items.length)).toEqual([58, 59, 60]);
    expect(calls).toHaveLength(1 + 3 * 2);
  });

  it("is asked at once by all who ask the same, since one call may answer them", async () => {
    const { session, calls } = play(serve(guids("u", 60)));
    const pages = [1, 2, 3].map(() => readPage(session, LIST, first(60), guidOf));
    expect(calls).toHaveLength(3);
    expect((await Promise.all(pages)).map(({ items }) => items.length)).toEqual([60, 60, 60]);
  });

  it("is not suspected where one caller went too far into a list", async () => {
    const limits = new Limits();
    // As an operator can set it: page number times length.
    const most = 250;
    const list = serve(guids("u", 400));
    const { session, calls } = play((path, request) => {
      const [size, number] = pageOf(path).split("/").map(Number) as [number, number];
      return size * number > most ? fault(400, 10005, "CF-BadQueryParameter") : list(path, request);
    }, limits);
    const page = await readPage(session, LIST, first(60, "190"), guidOf);
    expect(page.items).toEqual(guids("u", 250).slice(190));
    expect(calls.map(pageOf)).toEqual(["63/4", "50/4", "50/5"]);
    expect(limits.pageSize.most).toBe(100);
  });

  it("is not suspected where shorter pages are refused as well", async () => {
    const limits = new Limits();
    const { session, calls } = play(sparing(0, serve([])), limits);
    await expect(readPage(session, LIST, first(60), guidOf)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
    await expect(readPage(session, LIST, first(20), guidOf)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
    expect(calls).toHaveLength(2 + 1);
    expect(limits.pageSize.most).toBe(100);
  });
});

/** `60/1`: the first page of 60. */
function pageOf(call: string): string {
  const [, size, number] = /results-per-page=(\d+)&page=(\d+)/.exec(call) ?? [];
  return `${size}/${number}`;
}
