import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { countAll, hasMore, mapPage, type Page, type PageRequest } from "../../../src/domain/page.ts";
import { ANY, ASK, ASK_USER, idsOf, nameOf, one, refusalOf, survey, truthOf, walk, WHOLE } from "./asking.ts";
import type { Truth } from "../truth.ts";
import { readFlags, sit, type SittingOptions } from "./examinee.ts";

const SIZES = [1, 2, 3, 7];

/** Cursors that no dialect gives out. */
const CURSORS = ["", "?", "-1", "~", "999999999999999999999", "\u0000"];

interface Listing {
  readonly what: string;
  readonly counts: boolean;
  /** All that there is. */
  readonly truth: (truth: Truth) => readonly string[];
  readonly read: (directory: Directory, page: PageRequest) => Promise<Page<string>>;
}

export function examineLists(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const { users, applications, groups } = readFlags(dialect);

  const listings: readonly Listing[] = [
    {
      what: "users",
      counts: users.counts,
      truth: (truth) => truth.users,
      read: async (directory, page) => mapPage(await directory.users.list(page, null, ASK_USER), ({ id }) => id),
    },
    {
      what: "applications",
      counts: applications.counts,
      truth: (truth) => truth.applications,
      read: async (directory, page) => mapPage(await directory.applications.list(page, ASK), ({ id }) => id),
    },
    ...[null, ...groups.kinds].map((kind) => ({
      what: kind === null ? "groups" : `groups of the kind ${kind}`,
      counts: groups.counts,
      truth: (truth: Truth) =>
        truth.groups.filter((group) => (kind ?? group.kind) === group.kind).map(({ name }) => name),
      read: async (directory: Directory, page: PageRequest) =>
        mapPage(await directory.groups.list(page, kind, ASK), nameOf),
    })),
  ];

  describe.each(listings)("of $what", ({ counts, truth, read }) => {
    it("has all that there is, and is the same whatever the size of its pages, each item once", async () => {
      const whole = await walk((page) => read(examinee().open(), page));
      expect([...whole].sort()).toEqual([...truth(truthOf(examinee()))].sort());
      for (const size of SIZES) {
        expect(await walk((page) => read(examinee().open(), page), size)).toEqual(whole);
        const directory = examinee().open();
        expect(await walk((page) => read(directory, page), size)).toEqual(whole);
      }
    });

    it("goes on from any item of a page, not only from its last", async () => {
      const whole = await walk((page) => read(examinee().open(), page));
      for (const first of [...SIZES, WHOLE.first]) {
        const directory = examinee().open();
        const { items, cursor } = await read(directory, { first, after: null });
        for (const index of items.keys()) {
          for (const reader of [directory, examinee().open()]) {
            const behind = await read(reader, { first: 2, after: cursor(index) });
            expect(behind.items).toEqual(whole.slice(index + 1, index + 3));
            expect(await hasMore(behind)).toBe(whole.length > index + 3);
          }
        }
      }
      for (const size of SIZES) expect(await walk((page) => read(examinee().open(), page), size, 2)).toEqual(whole);
    });

    it(counts ? "tells how many there are on every page" : "does not pretend to know how many there are", async () => {
      const whole = await walk((page) => read(examinee().open(), page));
      for (const first of [1, 100]) {
        const page = await read(examinee().open(), { first, after: null });
        expect(await countAll(page)).toBe(counts ? whole.length : null);
      }
    });

    it.each(CURSORS)("refuses the cursor %j", async (after) => {
      expect(await refusalOf(() => read(examinee().open(), { first: 2, after }))).toEqual([
        { code: "INVALID", path: ["after"] },
      ]);
    });
  });

  it("takes no cursor of another list for more than a place in its own", async () => {
    for (const { read } of listings) {
      const whole = await walk((page) => read(examinee().open(), page));
      for (const other of listings) {
        const { items, cursor } = await other.read(examinee().open(), { first: 1, after: null });
        if (items.length === 0) continue;
        const found = await read(examinee().open(), { first: 100, after: cursor(0) }).catch((error: unknown) => error);
        if (found instanceof Error) expect(found.name).toBe("Refusal");
        else expect(whole).toEqual(expect.arrayContaining([...(found as Page<string>).items]));
      }
    }
  });

  it("of one user's memberships refuses the cursors that it never gave out", async () => {
    const directory = examinee().open();
    const [user] = (await survey(directory)).users;
    for (const after of CURSORS) {
      const read = () =>
        one(
          examinee()
            .open()
            .groups.ofUsers([user?.id ?? ""], { first: 2, after }, ANY, ASK),
        );
      expect(await refusalOf(read)).toEqual([{ code: "INVALID", path: ["after"] }]);
    }
  });

  if (users.searches) {
    it.each(['Dot a.c (née O\'Hara) [x]+* ^$ 50% & "so\\on"', "a.c (née", "O'Hara", "dot.one@example.com"])(
      "finds by the text %j exactly who has it",
      async (text) => {
        const found = await walk((page) => examinee().open().users.list(page, text, ASK_USER));
        expect(idsOf(found)).toEqual(["dot-1"]);
      },
    );

    it.each(["ada|bram", "moreno ada", "[a-z]", "name:ada", "ad?", "zzz", "AND"])(
      "finds nobody by the text %j, which nobody has",
      async (text) => {
        expect(await walk((page) => examinee().open().users.list(page, text, ASK_USER))).toEqual([]);
      },
    );

    it.each([".*", "^", "*", "()", "\\"])("finds nobody but who has %j, or says that it cannot", async (text) => {
      const found = await examinee()
        .open()
        .users.list(WHOLE, text, ASK_USER)
        .then(({ items }) => idsOf(items), noSearch);
      expect(["dot-1"]).toEqual(expect.arrayContaining([...found]));
    });

    it("searches page by page, each user once", async () => {
      const search = (page: PageRequest) => examinee().open().users.list(page, "kestrel", ASK_USER);
      const whole = idsOf(await walk(search));
      expect(whole.length).toBeGreaterThan(3);
      for (const size of SIZES) expect(idsOf(await walk(search, size))).toEqual(whole);
    });

    it.each(["", "  "])("does not search for %j", async (text) => {
      const asked = await examinee().asked(async () => {
        const search = () => examinee().open().users.list(WHOLE, text, ASK_USER);
        expect(await refusalOf(search)).toEqual([{ code: "INVALID", path: ["search"] }]);
      });
      expect(asked).toEqual([]);
    });
  } else {
    it("does not search, says so and asks nobody", async () => {
      const asked = await examinee().asked(async () => {
        const search = () => examinee().open().users.list(WHOLE, "ada", ASK_USER);
        expect(await refusalOf(search)).toEqual([{ code: "UNSUPPORTED", path: ["search"] }]);
      });
      expect(asked).toEqual([]);
    });
  }
}

/** A service that searches for words cannot find a text without any. */
function noSearch(error: unknown): readonly string[] {
  expect(error).toMatchObject({ problems: [{ code: "INVALID", path: ["search"] }] });
  return [];
}
