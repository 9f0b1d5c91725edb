import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import type { User } from "../../../src/domain/user.ts";
import {
  ANY,
  applicationsOf,
  ASK_USER,
  BY,
  eachDirectory,
  idsOf,
  membershipsOf,
  nameOf,
  readUser,
  refusalOf,
  showUser,
  survey,
  UNADDRESSABLE,
  WHOLE,
  writesOf,
  type Shown,
} from "./asking.ts";
import { sit, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";

export function examineUpdate(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const samples = SAMPLES[dialect.family];

  /** A new user with everything. */
  const hire = async (serial: string): Promise<User> => {
    const directory = examinee().open();
    const { draft } = samples.full(serial, await survey(directory));
    const { id } = await directory.users.create(draft, ASK_USER.for);
    return there(directory, id);
  };

  it("changes each field alone and leaves the others as they are", async () => {
    const { id } = await hire("1");
    const world = await survey(examinee().open());
    const changes = samples.changes(world);
    expect(changes.length).toBeGreaterThan(1);
    for (const { field, change, shows, prove } of changes) {
      const before = await state(examinee().open(), id);
      const expected = { ...before, user: { ...before.user, ...shows } };
      // Once more it is no change, which some service answers in quite another way.
      for (const time of ["", " again"]) {
        const directory = examinee().open();
        await state(directory, id);
        const writes = await writesOf(examinee(), async () => {
          const changed = await directory.users.update(id, change, BY);
          expect(changed.id).toBe(id);
          if (changed.record !== undefined) expectTruth(changed.record, expected);
        });
        if (time === "") expect(writes, field).toHaveLength(1);
        else expect(writes.length, field + time).toBeLessThan(2);
        await eachDirectory(examinee(), directory, async (reader) => {
          expect(await state(reader, id), field + time).toEqual(expected);
          expect((await survey(reader)).users.filter((user) => user.id === id).map(showUser)).toEqual([expected.user]);
        });
      }
      await prove?.(examinee(), await there(examinee().open(), id));
    }
  });

  it("touches nobody else", async () => {
    const { id } = await hire("2");
    const others = async () =>
      (await survey(examinee().open())).users.filter((user) => user.id !== id).map((user) => showUser(user));
    const before = await others();
    for (const { change } of samples.changes(await survey(examinee().open()))) {
      // What the first test gave to its user is that user's now.
      await examinee()
        .open()
        .users.update(id, change, BY)
        .catch((error: unknown) => {
          expect(error).toMatchObject({ problems: [{ code: "TAKEN" }] });
        });
    }
    expect(await others()).toEqual(before);
  });

  it.each(samples.clearings)("clears $field where it is null, or says that it cannot", async ({ field, change }) => {
    const user = await hire(`clear-${field}`);
    const directory = examinee().open();
    const before = await state(directory, user.id);
    let refusal: Refusal | undefined;
    const writes = await writesOf(examinee(), async () => {
      try {
        await directory.users.update(user.id, change, BY);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusal = error;
      }
    });
    if (refusal === undefined) expect(writes).toHaveLength(1);
    else {
      expect(refusal.problems.map(({ code, path }) => ({ code, path }))).toEqual([
        { code: "UNSUPPORTED", path: [dialect.family, field] },
      ]);
      expect(writes).toEqual([]);
    }
    await eachDirectory(examinee(), directory, async (reader) => {
      const after = await state(reader, user.id);
      if (refusal !== undefined) {
        expect(after).toEqual(before);
        return;
      }
      const value = after.user[field as keyof Shown];
      expect([null, "", {}]).toContainEqual(value);
      expect({ ...after, user: { ...after.user, [field]: null } }).toEqual({
        ...before,
        user: { ...before.user, [field]: null },
      });
    });
  });

  it("sends no write for a change that changes nothing", async () => {
    const user = await hire("3");
    const before = await state(examinee().open(), user.id);
    for (const change of samples.nothing) {
      const directory = examinee().open();
      expect(await writesOf(examinee(), () => directory.users.update(user.id, change, BY))).toEqual([]);
      expect(await state(directory, user.id)).toEqual(before);
    }
  });

  it("says that a user is not there, and asks nobody for one that cannot be", async () => {
    const [{ change } = { change: samples.strangerChange }] = samples.changes(await survey(examinee().open()));
    const notFound = [{ code: "NOT_FOUND", path: ["id"] }];
    expect(await refusalOf(() => examinee().open().users.update("nobody", change, BY))).toEqual(notFound);
    const asked = await examinee().asked(async () => {
      for (const id of UNADDRESSABLE) {
        expect(await refusalOf(() => examinee().open().users.update(id, change, BY)), id.slice(0, 9)).toEqual(notFound);
      }
    });
    expect(asked).toEqual([]);
  });

  if (samples.invalidChanges.length > 0) {
    describe.each(samples.invalidChanges)("to $what", ({ value, problems }) => {
      it("is refused with all that is wrong, and nobody is asked", async () => {
        const user = await hire("4").catch(async () => (await survey(examinee().open())).users[0] as User);
        const { users } = examinee().open();
        const asked = await examinee().asked(async () => {
          expect(await refusalOf(() => users.update(user.id, value, BY))).toEqual(problems);
        });
        expect(asked).toEqual([]);
        expect(users.reviewChange(value)).toMatchObject(problems);
      });
    });
  }

  it("refuses what the service does not take, and changes nothing", async () => {
    const user = await hire("5");
    const other = (await survey(examinee().open())).users[0] as User;
    for (const { what, value, problems } of samples.refusedChanges(other)) {
      const directory = examinee().open();
      const before = await state(directory, user.id);
      expect(await refusalOf(() => directory.users.update(user.id, value, BY)), what).toEqual(problems);
      await eachDirectory(examinee(), directory, async (reader) => {
        expect(await state(reader, user.id), what).toEqual(before);
      });
    }
  });

  it("of another family's fields is refused, and nobody is asked", async () => {
    const [user] = (await survey(examinee().open())).users;
    const { users } = examinee().open();
    const asked = await examinee().asked(async () => {
      expect(await refusalOf(() => users.update(user?.id ?? "", samples.strangerChange, BY))).toMatchObject([
        { code: "UNSUPPORTED" },
      ]);
    });
    expect(asked).toEqual([]);
  });
}

async function there(directory: Directory, id: string): Promise<User> {
  const user = await readUser(directory, id);
  if (user === null) throw new Error(`There is no user ${id}.`);
  return user;
}

/** A record tells the truth, and so does what came along with it, as far as it came along. */
function expectTruth(record: User, { user, memberships, applications }: Awaited<ReturnType<typeof state>>): void {
  expect(showUser(record)).toEqual(user);
  const groupsHere = record.groups(WHOLE, ANY)?.items.map(({ role, group }) => `${role} ${nameOf(group)}`);
  const applicationsHere = record.applications(WHOLE);
  if (groupsHere !== undefined) expect([...groupsHere].sort()).toEqual(memberships);
  if (applicationsHere !== undefined) expect([...idsOf(applicationsHere.items)].sort()).toEqual(applications);
}

/** Everything of one user that a change could touch. */
async function state(directory: Directory, id: string) {
  return {
    user: showUser(await there(directory, id)),
    memberships: await membershipsOf(directory, id),
    applications: await applicationsOf(directory, id),
  };
}
