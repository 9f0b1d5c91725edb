import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import {
  ASK,
  ASK_USER,
  BY,
  eachDirectory,
  idsOf,
  membersOf,
  one,
  readUser,
  refusalOf,
  showUser,
  survey,
  UNADDRESSABLE,
  usersOf,
  walk,
  writesOf,
} from "./asking.ts";
import { sit, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";

const NOT_FOUND = [{ code: "NOT_FOUND", path: ["id"] }];

export function examineRemoval(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const samples = SAMPLES[dialect.family];

  it("removes a user, where need be after what has to come before, and all who read see it", async () => {
    const directory = examinee().open();
    const before = await survey(directory);
    const { draft } = samples.full("1", before);
    const { id } = await directory.users.create(draft, ASK_USER.for);
    const key = await directory.apiKeys.writer?.create(id, { name: "left behind?", description: null }, BY);
    const created = await readUser(directory, id);
    if (created === null) throw new Error("The user was not created.");

    const remove = () => directory.users.remove(id, BY);
    const refusal = await refusalOf(remove).catch(() => null);
    if (refusal !== null) {
      if (samples.retirement === null) throw new Error("The samples do not say what has to come before.");
      expect(refusal).toEqual([{ code: "CONFLICT", path: ["id"] }]);
      await eachDirectory(examinee(), directory, async (reader) => {
        const user = await readUser(reader, id);
        expect(user && showUser(user)).toEqual(showUser(created));
      });
      await directory.users.update(id, samples.retirement, BY);
      expect(await writesOf(examinee(), remove)).toHaveLength(1);
    }

    await eachDirectory(examinee(), directory, async (reader) => {
      expect(await readUser(reader, id)).toBeNull();
      const after = await survey(reader);
      expect(idsOf(after.users)).toEqual(idsOf(before.users));
      expect(after.users.map(showUser)).toEqual(before.users.map(showUser));
      for (const group of after.groups) {
        const members = await walk((page) => membersOf(reader, group, page));
        expect(members.map(({ user }) => user.id)).not.toContain(id);
      }
      for (const application of idsOf(after.applications)) {
        const users = await walk((page) => usersOf(reader, application, page));
        expect(idsOf(users)).not.toContain(id);
      }
      expect(await one(reader.apiKeys.ofUsers([id], ASK))).toEqual([]);
      if (key !== undefined) expect(await one(reader.apiKeys.byRefs([{ user: id, id: key.key.id }], ASK))).toBeNull();
    });
    expect(await refusalOf(remove)).toEqual(NOT_FOUND);
    expect(await refusalOf(() => examinee().open().users.remove(id, BY))).toEqual(NOT_FOUND);
  });

  it("removes a user in one write", async () => {
    const directory = examinee().open();
    const { id } = await directory.users.create(samples.plain("2"), ASK_USER.for);
    if (samples.retirement !== null) await directory.users.update(id, samples.retirement, BY);
    expect(await writesOf(examinee(), () => examinee().open().users.remove(id, BY))).toHaveLength(1);
    expect(await readUser(examinee().open(), id)).toBeNull();
  });

  it("says that a user is not there, and asks nobody for one that cannot be", async () => {
    expect(await refusalOf(() => examinee().open().users.remove("nobody", BY))).toEqual(NOT_FOUND);
    const asked = await examinee().asked(async () => {
      for (const id of UNADDRESSABLE) {
        expect(await refusalOf(() => examinee().open().users.remove(id, BY))).toEqual(NOT_FOUND);
      }
    });
    expect(asked).toEqual([]);
  });

  it("of anyone who is there either is done or names what stands against it, and then nothing is changed", async () => {
    const removed: string[] = [];
    const kept: string[] = [];
    for (const user of (await survey(examinee().open())).users) {
      const refusal = await examinee()
        .open()
        .users.remove(user.id, BY)
        .then(
          () => null,
          (error: unknown) => error,
        );
      const after = await readUser(examinee().open(), user.id);
      if (refusal === null) {
        expect(after).toBeNull();
        removed.push(user.id);
      } else {
        expect(await refusalOf(() => Promise.reject(refusal as Error))).toEqual([{ code: "CONFLICT", path: ["id"] }]);
        expect(after && showUser(after)).toEqual(showUser(user));
        kept.push(user.id);
      }
    }
    expect(removed.length).toBeGreaterThan(0);
    expect(idsOf((await survey(examinee().open())).users)).toEqual(kept);
    if (samples.retirement === null) return;
    for (const id of kept) {
      await examinee().open().users.update(id, samples.retirement, BY);
      await examinee().open().users.remove(id, BY);
    }
    expect((await survey(examinee().open())).users).toEqual([]);
  });
}
