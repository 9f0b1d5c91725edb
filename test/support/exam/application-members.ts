import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { ApplicationMemberRef, ApplicationMembers } from "../../../src/domain/application.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import {
  applicationsOf,
  ASK_EVERYTHING,
  ASK_USER,
  BY,
  eachDirectory,
  idsOf,
  one,
  refusalOf,
  survey,
  UNADDRESSABLE,
  usersOf,
  walk,
  WHOLE,
  writesOf,
} from "./asking.ts";
import { readFlags, sit, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";

export function examineApplicationMembers(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const sitting = sit(dialect, edition, options);
  if (readFlags(dialect).applications.members === null) {
    it("are nobody's to change: users come to applications by their groups", async () => {
      expect(sitting().open().applications.members).toBeNull();
      expect((await survey(sitting().open())).applications).not.toEqual([]);
    });
    return;
  }

  let serial = 0;
  /** A new user in no application, and two applications. */
  const prepare = async () => {
    const { id } = await sitting()
      .open()
      .users.create(SAMPLES[dialect.family].plain(`app-${++serial}`), ASK_USER.for);
    const [first, second] = idsOf((await survey(sitting().open())).applications) as [string, string];
    return { user: id, first, second };
  };

  it("come and go, and both sides tell so", async () => {
    const { user, first, second } = await prepare();
    const directory = sitting().open();
    const members = membersOf(directory);
    await members.add({ user, application: second }, BY);
    const ref = { user, application: first };
    await expectIn(directory, ref, false);
    for (const [verb, isIn] of [
      ["add", true],
      ["remove", false],
    ] as const) {
      const writes = await writesOf(sitting(), async () => {
        const { id, record } = await members[verb](ref, BY);
        expect(id).toBe(user);
        const told = record?.applications(WHOLE);
        if (told !== undefined) expect(idsOf(told.items).includes(first)).toBe(isIn);
      });
      expect(writes).toHaveLength(1);
      await eachDirectory(sitting(), directory, (reader) => expectIn(reader, ref, isIn));

      // Once more: harmless. There is one other application left, which is not asked for.
      const again = await writesOf(sitting(), () => members[verb](ref, BY));
      expect(again.length).toBeLessThan(2);
      await eachDirectory(sitting(), directory, async (reader) => {
        await expectIn(reader, ref, isIn);
        await expectIn(reader, { user, application: second }, true);
      });
    }
  });

  it("leave their last application, or are told that they cannot", async () => {
    const { user, first } = await prepare();
    const ref = { user, application: first };
    const directory = sitting().open();
    const members = membersOf(directory);
    await members.add(ref, BY);
    let refusal: Refusal | undefined;
    try {
      await members.remove(ref, BY);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
    if (refusal !== undefined) {
      expect(refusal.problems).toMatchObject([{ code: "CONFLICT", path: ["application"] }]);
    }
    await eachDirectory(sitting(), directory, (reader) => expectIn(reader, ref, refusal !== undefined));
  });

  it("are not taken out of an application in which they are not, be it their only other one", async () => {
    const { user, first, second } = await prepare();
    const members = membersOf(sitting().open());
    // In none at all:
    await members.remove({ user, application: first }, BY);
    await members.add({ user, application: second }, BY);
    await members.remove({ user, application: first }, BY);
    expect(await applicationsOf(sitting().open(), user)).toEqual([second]);
  });

  it("and applications that are not there are named", async () => {
    const { user, first } = await prepare();
    for (const verb of ["add", "remove"] as const) {
      const members = membersOf(sitting().open());
      expect(await refusalOf(() => members[verb]({ user: "nobody", application: first }, BY))).toEqual([
        { code: "NOT_FOUND", path: ["user"] },
      ]);
      expect(await refusalOf(() => members[verb]({ user, application: "nothing" }, BY))).toEqual([
        { code: "NOT_FOUND", path: ["application"] },
      ]);
    }
    expect(await applicationsOf(sitting().open(), user)).toEqual([]);
  });

  it("that cannot be asked for are not there, and nobody is asked", async () => {
    const asked = await sitting().asked(async () => {
      for (const id of UNADDRESSABLE) {
        for (const verb of ["add", "remove"] as const) {
          const members = membersOf(sitting().open());
          expect(await refusalOf(() => members[verb]({ user: id, application: "some" }, BY))).toEqual([
            { code: "NOT_FOUND", path: ["user"] },
          ]);
          expect(await refusalOf(() => members[verb]({ user: "some", application: id }, BY))).toEqual([
            { code: "NOT_FOUND", path: ["application"] },
          ]);
        }
      }
    });
    expect(asked).toEqual([]);
  });
}

function membersOf({ applications }: Directory): ApplicationMembers {
  if (applications.members === null) throw new Error("The applications have no members of their own.");
  return applications.members;
}

async function expectIn(directory: Directory, { user, application }: ApplicationMemberRef, isIn: boolean) {
  const users = await walk((page) => usersOf(directory, application, page));
  const record = await one(directory.users.byIds([user], ASK_EVERYTHING));
  const here = record?.applications(WHOLE);
  expect({
    "by the user": (await applicationsOf(directory, user)).includes(application),
    "by the application": idsOf(users).includes(user),
    "by the user's record": here === undefined ? isIn : idsOf(here.items).includes(application),
  }).toEqual({ "by the user": isIn, "by the application": isIn, "by the user's record": isIn });
}
