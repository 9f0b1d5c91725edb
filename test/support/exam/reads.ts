import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, type Answer } from "../../../src/domain/errors.ts";
import type { Group } from "../../../src/domain/group.ts";
import { ASK, ASK_USER, idsOf, nameOf, showUser, survey, told, UNADDRESSABLE } from "./asking.ts";
import { readFlags, sit, type SittingOptions } from "./examinee.ts";

/** Ids that may stand in an address, if they are written down well, and name nothing. */
const ODD = ["nothing", "a/b", "a?b#c", "ä %2F %", "a\\b", "a;b,c", "__proto__", "x".repeat(500)];

export function examineReads(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const { groups } = readFlags(dialect);

  /** What reads records by id, in words of one shape. */
  const shelves = [
    {
      what: "users",
      list: async (directory: Directory) => idsOf((await survey(directory)).users),
      read: (directory: Directory, ids: readonly string[]) => directory.users.byIds(ids, ASK_USER),
    },
    {
      what: "applications",
      list: async (directory: Directory) => idsOf((await survey(directory)).applications),
      read: (directory: Directory, ids: readonly string[]) => directory.applications.byIds(ids, ASK),
    },
    ...groups.kinds.map((kind) => ({
      what: `groups of the kind ${kind}`,
      list: async (directory: Directory) => {
        const found = await survey(directory);
        return idsOf(found.groups.filter((group) => group.kind === kind));
      },
      read: (directory: Directory, ids: readonly string[]) =>
        directory.groups.byRefs(
          ids.map((id) => ({ kind, id })),
          ASK,
        ),
    })),
  ];

  describe.each(shelves)("of $what", ({ list, read }) => {
    it("finds each one that the list has, alone and together, in whatever order and however often", async () => {
      const ids = await list(examinee().open());
      for (const id of ids) expect(showIds(await read(examinee().open(), [id]))).toEqual([id]);
      const shuffled = [...ids.toReversed(), ...ids, ...ids.slice(0, 2)];
      expect(showIds(await read(examinee().open(), shuffled))).toEqual(shuffled);
    });

    it("is null for what is not there, in its own place", async () => {
      const [id = "nothing else", other = "nothing else"] = await list(examinee().open());
      const isThere = (one: string) => (id === "nothing else" ? null : one);
      const answers = await read(examinee().open(), ["nothing", id, "nowhere", other, "nothing"]);
      expect(showIds(answers)).toEqual([null, isThere(id), null, isThere(other), null]);
    });

    it.each(ODD)("is null for %j, or says that the service failed at it", async (id) => {
      let answers: Awaited<ReturnType<typeof read>> = [];
      const statuses = await examinee().statuses(async () => {
        answers = await read(examinee().open(), [id]);
      });
      expect(answers).toHaveLength(1);
      // Some service fails at what is not there, which cannot be told from a fault.
      if (!statuses.some((status) => status >= 500)) expect(answers).toEqual([null]);
      else if (answers[0] !== null) expect(answers).toMatchObject([{ name: "ServiceFailure", code: "UPSTREAM_ERROR" }]);
    });

    it("asks nobody for an id that cannot be asked for, nor for none at all", async () => {
      const asked = await examinee().asked(async () => {
        expect(showIds(await read(examinee().open(), UNADDRESSABLE))).toEqual(UNADDRESSABLE.map(() => null));
        expect(await read(examinee().open(), [])).toEqual([]);
      });
      expect(asked).toEqual([]);
    });
  });

  it("finds each group by its own id alone, as it does by its kind and id", async () => {
    const { groups: known } = await survey(examinee().open());
    const firstOf = (id: string) =>
      groups.kinds.find((kind) => known.some((group) => nameOf(group) === nameOf({ kind, id })));
    for (const { id } of known) {
      const kind = firstOf(id);
      if (kind === undefined) throw new Error("The list has a group of a kind that there is not.");
      const [byRef] = await examinee().open().groups.byRefs([{ kind, id }], ASK);
      const byId = await examinee().open().groups.byId(id, ASK);
      expect(byId && showGroup(byId)).toEqual(showGroup(told(byRef) as Group));
    }
  });

  it("finds no group by an id that no group of any kind has", async () => {
    const { users } = await survey(examinee().open());
    for (const id of ["nothing", users[0]?.id ?? ""]) {
      let found: unknown;
      const statuses = await examinee().statuses(async () => {
        found = await examinee()
          .open()
          .groups.byId(id, ASK)
          .catch((error: unknown) => error);
      });
      // As above.
      if (!statuses.some((status) => status >= 500)) expect(found).toBeNull();
      else if (found !== null) expect(found).toMatchObject({ name: "ServiceFailure", code: "UPSTREAM_ERROR" });
    }
    const asked = await examinee().asked(async () => {
      for (const id of UNADDRESSABLE) expect(await examinee().open().groups.byId(id, ASK)).toBeNull();
    });
    expect(asked).toEqual([]);
  });

  it("does not take a group for missing at which the service fails", async () => {
    const [group] = (await survey(examinee().open())).groups;
    const id = group?.id ?? "";
    const failing = examinee().failingAt(id, () => examinee().open().groups.byId(id, ASK));
    const found = await failing.catch((error: unknown) => error);
    if (isGroup(found)) expect(nameOf(found)).toBe(group && nameOf(group));
    else expect(found).toMatchObject({ name: "ServiceFailure", code: "UPSTREAM_ERROR" });
  });

  it("gives an error to the one user that cannot be read, and the others to whoever asked for them", async () => {
    const [first, second, ...others] = idsOf((await survey(examinee().open())).users) as [string, string, ...string[]];
    const readWithout = async (...ids: readonly string[]) => {
      const read = () => examinee().open().users.byIds(ids, ASK_USER);
      const answers = await examinee().failingAt(second, read);
      return answers.map((answer) => (isDirectoryError(answer) ? answer.name : answer?.id));
    };
    expect(await readWithout(second, first, second)).toEqual(["ServiceFailure", first, "ServiceFailure"]);
    // Of many there may be another way to this one, too.
    const [found, ...rest] = await readWithout(second, first, ...others);
    expect(["ServiceFailure", second]).toContain(found);
    expect(rest).toEqual([first, ...others]);
  });

  it("shows the same user by id as in the list", async () => {
    const { users } = await survey(examinee().open());
    const answers = await examinee().open().users.byIds(idsOf(users), ASK_USER);
    expect(answers.map(told).map((user) => user && showUser(user))).toEqual(users.map(showUser));
  });

  it("gives every record an absolute address of its own", async () => {
    const found = await survey(examinee().open());
    const records = [...found.users, ...found.applications, ...found.groups];
    for (const { href } of records) expect(() => new URL(href ?? "none")).not.toThrow();
    expect(new Set(records.map(({ href }) => href)).size).toBe(records.length);
  });

  it("has no group of a kind that it does not know", async () => {
    const strange = (["GROUP", "ORGANIZATION", "SPACE"] as const).filter((kind) => !groups.kinds.includes(kind));
    const { groups: known } = await survey(examinee().open());
    expect(known.filter(({ kind }) => strange.includes(kind)).map(nameOf)).toEqual([]);
    const asked = await examinee().asked(async () => {
      for (const kind of strange) {
        const directory = examinee().open();
        expect(await directory.groups.byRefs([{ kind, id: known[0]?.id ?? "" }], ASK)).toEqual([null]);
        expect((await directory.groups.list({ first: 10, after: null }, kind, ASK)).items).toEqual([]);
      }
    });
    expect(asked).toEqual([]);
  });
}

function showGroup({ kind, id, href, name, description, status, customData, parent, application }: Group) {
  const [above, owner] = [parent && nameOf(parent), application?.id];
  return { name: nameOf({ kind, id }), href, called: name, description, status, customData, above, owner };
}

function isGroup(found: unknown): found is Group {
  return typeof found === "object" && found !== null && "kind" in found;
}

function showIds(answers: readonly Answer<{ readonly id: string } | null>[]): readonly (string | null)[] {
  return answers.map((answer) => told(answer)?.id ?? null);
}
