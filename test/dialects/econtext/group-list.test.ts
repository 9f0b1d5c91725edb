import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Group, GroupKind } from "../../../src/domain/group.ts";
import { hasMore, type Page } from "../../../src/domain/page.ts";
import type { People } from "../../../src/sandbox/people.ts";
import { openSandbox } from "./sandbox-send.ts";
import { first, ok, open, RECORD, refused, type Script } from "./scripted-send.ts";
import { applicationE2, groupE2, organization } from "./wire-bodies.ts";

const ids = (page: Page<Group>) => page.items.map(({ id }) => id);
const range = (length: number) => Array.from({ length }, (_, index) => index);

/** `g10`, `g11` and so on, in the order of their names. */
const groups = (length: number, application = "a1") =>
  range(length).map((index) => groupE2(`g${index + 10}`, application, `Group ${index + 10}`));

/** 25 groups that are listed, and 5 more that the two applications tell beside some of those. */
const THIRTY: Script = {
  "GET /groups": ok({ groups: groups(25) }),
  "GET /applications": ok({ applications: [applicationE2("a1"), applicationE2("a2")] }),
  "GET /applications/application/a1/groups": ok({ groups: groups(28).reverse() }),
  "GET /applications/application/a2/groups": ok({
    groups: [groupE2("y", "a2", "Aardvarks"), groupE2("x", "a2", "Aardvarks")],
  }),
};

/** Walks the list to its end, each page in an operation of its own. */
async function walk(openNext: () => Directory, size: number, kind: GroupKind | null): Promise<readonly string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 200; pages++) {
    const page: Page<Group> = await openNext().groups.list(first(size, after), kind, RECORD);
    seen.push(...ids(page));
    if (!(await hasMore(page))) return seen;
    expect(page.items.length).toBeGreaterThan(0);
    after = page.cursor(page.items.length - 1);
  }
  throw new Error("the walk does not end");
}

describe("The list of groups of E2", () => {
  it("goes on behind the 25th with what the applications tell, in our order", async () => {
    const { directory, service } = open(THIRTY);
    const page = await directory.groups.list(first(20), "GROUP", RECORD);
    expect([page.hasNext, page.total]).toEqual([true, null]);
    expect(service.lines).toEqual(["GET /groups"]);
    const next = await directory.groups.list(first(7, page.cursor(19)), "GROUP", RECORD);
    expect(ids(next)).toEqual(["g30", "g31", "g32", "g33", "g34", "x", "y"]);
    expect(next.hasNext).toBe(true);
    const last = await directory.groups.list(first(20, next.cursor(6)), "GROUP", RECORD);
    expect([ids(last), last.hasNext]).toEqual([["g35", "g36", "g37"], false]);
    expect(service.lines.toSorted()).toEqual(Object.keys(THIRTY).toSorted());
  });

  it("asks behind a page that ends with the 25th only when somebody wants to know whether there is more", async () => {
    const { directory, service } = open(THIRTY);
    const page = await directory.groups.list(first(25), "GROUP", RECORD);
    expect(service.lines).toEqual(["GET /groups"]);
    expect(await hasMore(page)).toBe(true);
    expect(service.lines.toSorted()).toEqual(Object.keys(THIRTY).toSorted());
  });

  it("ends with the 25th where the applications tell no other", async () => {
    const { directory } = open({ ...THIRTY, "GET /applications": ok({ applications: [] }) });
    const page = await directory.groups.list(first(25), "GROUP", RECORD);
    expect(await hasMore(page)).toBe(false);
    expect(ids(await directory.groups.list(first(25, page.cursor(24)), "GROUP", RECORD))).toEqual([]);
    expect(ids(await directory.groups.list(first(100), "GROUP", RECORD))).toHaveLength(25);
  });

  it("keeps what is listed where those behind it cannot be read, and fails at the next page", async () => {
    const down = { status: 503, body: "" };
    const { directory } = open({ ...THIRTY, "GET /applications/application/a2/groups": down });
    const page = await directory.groups.list(first(30), "GROUP", RECORD);
    expect([ids(page).length, page.hasNext]).toEqual([25, true]);
    await expect(directory.groups.list(first(30, page.cursor(24)), "GROUP", RECORD)).rejects.toMatchObject({
      code: "UPSTREAM_UNAVAILABLE",
    });
  });

  it("has the organizations behind all groups", async () => {
    const { directory } = open({
      ...THIRTY,
      "GET /organizations?limit=71&offset=0": ok({ organizations: [organization("o1")] }),
    });
    const page = await directory.groups.list(first(100), null, RECORD);
    expect(page.items.map(({ kind }) => kind).join()).toBe([...Array<string>(30).fill("GROUP"), "ORGANIZATION"].join());
    expect(await hasMore(page)).toBe(false);
  });

  it("asks nobody but itself where it has fewer than 25", async () => {
    const { directory, service } = open({ "GET /groups": ok({ groups: groups(24) }) });
    const page = await directory.groups.list(first(24), "GROUP", RECORD);
    expect([ids(page).length, await hasMore(page)]).toEqual([24, false]);
    expect(service.lines).toEqual(["GET /groups"]);
  });

  it.each([
    ["the applications are cut off, too", range(25).map((index) => applicationE2(`a${index}`))],
    ["an application's id cannot be put in a path", [applicationE2("a1"), applicationE2("a/2")]],
  ])("ends openly behind the 25th where %s", async (_, applications) => {
    const { directory, service } = open({ ...THIRTY, "GET /applications": ok({ applications }) });
    const whole = await directory.groups.list(first(25), "GROUP", RECORD);
    expect(await hasMore(whole)).toBe(true);
    for (const kind of ["GROUP", null] as const) {
      const page = await directory.groups.list(first(20), kind, RECORD);
      const next = await directory.groups.list(first(20, page.cursor(19)), kind, RECORD);
      expect([ids(next).length, next.hasNext]).toEqual([5, true]);
      await expect(directory.groups.list(first(20, next.cursor(4)), kind, RECORD)).rejects.toMatchObject({
        problems: [
          {
            code: "UNSUPPORTED",
            path: ["after"],
            message:
              "This edition of the service lists only its first 25 groups. Any other can be read by its id, and through its users and its application; with `kind: ORGANIZATION` or `service`, what comes behind the groups.",
          },
        ],
      });
    }
    expect(service.lines).toEqual(["GET /groups", "GET /applications"]);
  });

  it("fails where one application does not tell its groups, and takes one that is gone for empty", async () => {
    const gone = refused(400, "Invalid parameter", 'The "a2" parameter is invalid. Application could not be found');
    const path = "GET /applications/application/a2/groups";
    const without = open({ ...THIRTY, [path]: gone });
    expect(ids(await without.directory.groups.list(first(100), "GROUP", RECORD))).toHaveLength(28);
    const { directory } = open({ ...THIRTY, [path]: refused(500, "boom", "Traceback") });
    const page = await directory.groups.list(first(25), "GROUP", RECORD);
    expect(await hasMore(page)).toBe(true);
    const next = directory.groups.list(first(25, page.cursor(24)), "GROUP", RECORD);
    await expect(next).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
  });

  it("takes the cursors of before where it has grown over the 25th since, or shrunk below it", async () => {
    const short = open({ "GET /groups": ok({ groups: groups(24) }) });
    const long = open(THIRTY);
    const page = await short.directory.groups.list(first(20), "GROUP", RECORD);
    const grown = await long.directory.groups.list(first(20, page.cursor(19)), "GROUP", RECORD);
    expect(ids(grown)).toHaveLength(10);
    const shrunk = await short.directory.groups.list(first(20, grown.cursor(7)), "GROUP", RECORD);
    expect([ids(shrunk), await hasMore(shrunk)]).toEqual([[], false]);
  });

  it("gives each group once to a walk, whichever 25 it lists and however it shuffles", async () => {
    const world = fc.record({
      names: fc.array(fc.string({ unit: "grapheme", maxLength: 3 }), { minLength: 24, maxLength: 60 }),
      applications: fc.integer({ min: 1, max: 24 }),
      size: fc.integer({ min: 1, max: 100 }),
      random: fc.infiniteStream(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ names, applications, size, random }) => {
        const shuffle = <T>(list: readonly T[]) =>
          list
            .map((item) => ({ item, at: random.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const all = names.map((name, index) => groupE2(`g${index}`, `a${index % applications}`, name));
        const script: Record<string, ReturnType<typeof ok>> = {
          "GET /groups": ok({ groups: shuffle(all).slice(0, 25) }),
          "GET /applications": ok({ applications: range(applications).map((index) => applicationE2(`a${index}`)) }),
        };
        const openNext = () => {
          for (const index of range(applications)) {
            const own = all.filter((group) => group["application"] === `a${index}`);
            script[`GET /applications/application/a${index}/groups`] = ok({ groups: shuffle(own) });
          }
          return open(script).directory;
        };
        const seen = await walk(openNext, size, "GROUP");
        expect(seen.toSorted()).toEqual(all.map((group) => group["id"]).toSorted());
      }),
      { numRuns: 60 },
    );
  });
});

describe("A walk over the groups of the E2 sandbox", () => {
  const people = (groupCount: number, applicationCount: number, salt: number): People => ({
    applications: range(applicationCount).map((index) => ({
      id: `a${index}`,
      name: `Application ${index}`,
      description: null,
      customData: null,
      enabled: true,
    })),
    groups: range(groupCount).map((index) => ({
      id: `g${index}`,
      // In another order than the ids, some of them the same in different applications.
      name: `Group ${(index * salt) % 47}`,
      description: null,
      application: `a${index % applicationCount}`,
      customData: null,
    })),
    organizations: range(3).map((index) => ({ id: `o${index}`, name: `Organization ${index}` })),
    spaces: [],
    apps: [],
    users: [],
  });
  const world = fc.record({
    groupCount: fc.integer({ min: 24, max: 60 }),
    salt: fc.integer({ min: 1, max: 46 }),
    size: fc.integer({ min: 1, max: 70 }),
    kind: fc.constantFrom("GROUP" as const, null),
  });

  it("gives each once, and the organizations behind them, where the applications can be listed", async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.integer({ min: 3, max: 24 }), async ({ groupCount, salt, size, kind }, count) => {
        const { open: openNext, answered } = openSandbox(people(groupCount, count, salt), "E2");
        const seen = await walk(openNext, size, kind);
        const organizations = kind === null ? range(3).map((index) => `o${index}`) : [];
        const expected = [...range(groupCount).map((index) => `g${index}`), ...organizations];
        expect(seen.toSorted()).toEqual(expected.toSorted());
        expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200]));
      }),
      { numRuns: 60 },
    );
  });

  it("asks each application's groups once in an operation", async () => {
    const { open: openNext, answered } = openSandbox(people(60, 24, 1), "E2");
    const { groups: list } = openNext();
    const [all] = await Promise.all([
      list.list(first(100), null, RECORD),
      list.list(first(30), "GROUP", RECORD).then(hasMore),
      list.list(first(25), "GROUP", RECORD).then(hasMore),
    ]);
    expect(all.items).toHaveLength(63);
    const lines = answered.map(({ line }) => line).filter((line) => !line.startsWith("GET /organizations"));
    expect(lines).toHaveLength(26);
    expect(new Set(lines).size).toBe(26);
  });

  it("gives the 25 that are listed, each once, and then says what still works, where they cannot", async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.integer({ min: 25, max: 26 }), async ({ groupCount, salt, size, kind }, count) => {
        fc.pre(groupCount > 25);
        const { open: openNext } = openSandbox(people(groupCount, count, salt), "E2");
        const seen: string[] = [];
        let after: string | null = null;
        for (let more = true; more && seen.length < 25;) {
          const page: Page<Group> = await openNext().groups.list(first(size, after), kind, RECORD);
          seen.push(...ids(page));
          more = await hasMore(page);
          after = page.cursor(page.items.length - 1);
          expect(more).toBe(true);
        }
        expect(new Set(seen).size).toBe(25);
        const beyond = openNext().groups.list(first(size, after), kind, RECORD);
        await expect(beyond).rejects.toMatchObject({ problems: [{ code: "UNSUPPORTED", path: ["after"] }] });
      }),
      { numRuns: 40 },
    );
  });
});
