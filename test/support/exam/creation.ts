import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { User } from "../../../src/domain/user.ts";
import {
  applicationsOf,
  ASK,
  ASK_EVERYTHING,
  eachDirectory,
  idsOf,
  membersOf,
  membershipsOf,
  nameOf,
  one,
  readUser,
  refusalOf,
  showUser,
  survey,
  usersOf,
  walk,
  writesOf,
  ASK_USER,
} from "./asking.ts";
import { sit, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";

export function examineCreation(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const samples = SAMPLES[dialect.family];

  it("makes a user with everything in one write, and all who read see it", async () => {
    const directory = examinee().open();
    const world = await survey(directory);
    const { draft, shows, applications, memberships, secrets } = samples.full("1", world);
    let id = "";
    const writes = await writesOf(examinee(), async () => {
      const created = await directory.users.create(draft, ASK_EVERYTHING.for);
      ({ id } = created);
      expect(showUser(created)).toMatchObject(shows);
      for (const secret of secrets) expect(JSON.stringify(showUser(created))).not.toContain(secret);
    });
    expect(writes).toHaveLength(1);
    expect(idsOf(world.users)).not.toContain(id);

    await eachDirectory(examinee(), directory, async (reader) => {
      const user = await readUser(reader, id);
      expect(user && showUser(user)).toMatchObject(shows);
      expect(await applicationsOf(reader, id)).toEqual(applications);
      expect(await membershipsOf(reader, id)).toEqual(memberships);
      expect(idsOf((await survey(reader)).users)).toContain(id);
      for (const application of applications) {
        const users = await walk((page) => usersOf(reader, application, page));
        expect(idsOf(users)).toContain(id);
      }
      for (const group of world.groups) {
        const members = await walk((page) => membersOf(reader, group, page));
        const isMember = memberships.includes(`MEMBER ${nameOf(group)}`);
        expect(members.some(({ user: member }) => member.id === id)).toBe(isMember);
      }
      expect(await one(reader.apiKeys.ofUsers([id], ASK))).toEqual([]);
    });
  });

  it("makes a user with as little as there may be", async () => {
    const directory = examinee().open();
    const created = await directory.users.create(samples.plain("2"), ASK_EVERYTHING.for);
    await eachDirectory(examinee(), directory, async (reader) => {
      const user = await readUser(reader, created.id);
      expect(user && showUser(user)).toEqual(showUser(created));
      expect(await applicationsOf(reader, created.id)).toEqual([]);
    });
  });

  it("refuses what another user has", async () => {
    const directory = examinee().open();
    const before = await survey(directory);
    const { value, problems } = samples.taken(before.users[1] as User);
    const writes = await writesOf(examinee(), async () => {
      expect(await refusalOf(() => directory.users.create(value, ASK_USER.for))).toEqual(problems);
    });
    expect(writes).toHaveLength(1);
    await eachDirectory(examinee(), directory, async (reader) => {
      expect((await survey(reader)).users.map(showUser)).toEqual(before.users.map(showUser));
    });
  });

  describe.each(samples.invalidDrafts)("of $what", ({ value, problems }) => {
    it("is refused with all that is wrong, and nobody is asked", async () => {
      const { users } = examinee().open();
      const asked = await examinee().asked(async () => {
        expect(await refusalOf(() => users.create(value, ASK_USER.for))).toEqual(problems);
      });
      expect(asked).toEqual([]);
      expect(users.review(value)).toMatchObject(problems);
    });
  });

  it("of another family's user is refused, and nobody is asked", async () => {
    const { users } = examinee().open();
    const asked = await examinee().asked(async () => {
      expect(await refusalOf(() => users.create(samples.stranger, ASK_USER.for))).toMatchObject([
        { code: "UNSUPPORTED" },
      ]);
    });
    expect(asked).toEqual([]);
  });

  it("names what the service does not have, and makes nobody", async () => {
    const before = await survey(examinee().open());
    for (const { what, value, problems } of samples.unknownIn(before)) {
      const directory = examinee().open();
      await survey(directory);
      expect(await refusalOf(() => directory.users.create(value, ASK_USER.for)), what).toEqual(problems);
      await eachDirectory(examinee(), directory, async (reader) => {
        expect(idsOf((await survey(reader)).users), what).toEqual(idsOf(before.users));
      });
    }
  });
}
