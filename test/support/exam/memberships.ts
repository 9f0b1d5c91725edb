import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Group, GroupKind, GroupRole, MembershipRef } from "../../../src/domain/group.ts";
import {
  ANY,
  ASK_EVERYTHING,
  ASK_USER,
  BY,
  eachDirectory,
  membersOf,
  membershipsOf,
  nameOf,
  one,
  refusalOf,
  survey,
  UNADDRESSABLE,
  walk,
  WHOLE,
  writesOf,
} from "./asking.ts";
import { readFlags, sit, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";

export function examineMemberships(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const samples = SAMPLES[dialect.family];
  const { kinds, roles } = readFlags(dialect).groups;
  const cases = kinds.flatMap((kind) => (roles[kind] ?? []).map((role) => ({ kind, role })));

  let serial = 0;
  const hire = async (): Promise<string> => {
    const { id } = await examinee()
      .open()
      .users.create(samples.plain(`member-${++serial}`), ASK_USER.for);
    return id;
  };

  /** A new user's membership that may be given: where the group is an application's, the user is in it. */
  const prepare = async (kind: GroupKind, role: GroupRole): Promise<MembershipRef | undefined> => {
    const directory = examinee().open();
    const group = (await survey(directory)).groups.find((one) => one.kind === kind);
    if (group === undefined) return undefined;
    const user = await hire();
    await enter(directory, user, group);
    return { user, group: { kind, id: group.id }, role };
  };

  it("can be given in a kind of groups that there is", () => {
    expect(cases.length).toBeGreaterThan(0);
    for (const [kind, given = []] of Object.entries(roles)) {
      expect(kinds).toContain(kind);
      expect(given.length).toBeGreaterThan(0);
      expect(new Set(given).size).toBe(given.length);
    }
  });

  describe.each(cases)("as $role of a group of the kind $kind", ({ kind, role }) => {
    it("is given and taken away, and both sides tell so", async ({ skip }) => {
      const membership = await prepare(kind, role);
      if (membership === undefined) return skip("This edition has no such group.");
      const directory = examinee().open();
      await expectHeld(directory, membership, false);

      for (const [verb, isHeld] of [
        ["addMember", true],
        ["removeMember", false],
      ] as const) {
        const writes = await writesOf(examinee(), async () => {
          const { id, record } = await directory.groups[verb](membership, BY);
          expect(id).toBe(membership.user);
          const told = record?.groups(WHOLE, ANY)?.items.map((it) => `${it.role} ${nameOf(it.group)}`);
          if (told !== undefined) expect(told.includes(`${role} ${nameOf(membership.group)}`)).toBe(isHeld);
        });
        expect(writes).toHaveLength(1);
        await eachDirectory(examinee(), directory, (reader) => expectHeld(reader, membership, isHeld));

        // Once more: harmless.
        const again = await writesOf(examinee(), () => directory.groups[verb](membership, BY));
        expect(again.length).toBeLessThan(2);
        await eachDirectory(examinee(), directory, (reader) => expectHeld(reader, membership, isHeld));
      }
    });

    it("says which of the two is not there", async ({ skip }) => {
      const membership = await prepare(kind, role);
      if (membership === undefined) return skip("This edition has no such group.");
      for (const verb of ["addMember", "removeMember"] as const) {
        const { groups } = examinee().open();
        expect(await refusalOf(() => groups[verb]({ ...membership, user: "nobody" }, BY)), verb).toEqual([
          { code: "NOT_FOUND", path: ["user"] },
        ]);
        const nothing = { ...membership, group: { kind, id: "nothing" } };
        expect(await refusalOf(() => groups[verb](nothing, BY)), verb).toEqual([
          { code: "NOT_FOUND", path: ["group"] },
        ]);
      }
      await expectHeld(examinee().open(), membership, false);
    });

    it("asks nobody for what cannot be asked for", async () => {
      const asked = await examinee().asked(async () => {
        for (const verb of ["addMember", "removeMember"] as const) {
          for (const id of UNADDRESSABLE) {
            const { groups } = examinee().open();
            const noUser = () => groups[verb]({ user: id, group: { kind, id: "some" }, role }, BY);
            expect(await refusalOf(noUser)).toEqual([{ code: "NOT_FOUND", path: ["user"] }]);
            const noGroup = () => groups[verb]({ user: "some", group: { kind, id }, role }, BY);
            expect(await refusalOf(noGroup)).toEqual([{ code: "NOT_FOUND", path: ["group"] }]);
          }
        }
      });
      expect(asked).toEqual([]);
    });
  });

  const rich = cases.find(({ kind, role }) => cases.some((other) => other.kind === kind && other.role !== role));
  it.runIf(rich !== undefined)("of several roles stand beside each other", async () => {
    if (rich === undefined) return;
    const membership = await prepare(rich.kind, rich.role);
    if (membership === undefined) throw new Error("The people are too few.");
    const all = cases.filter(({ kind }) => kind === rich.kind).map(({ role }) => ({ ...membership, role }));
    for (const each of all) await examinee().open().groups.addMember(each, BY);
    for (const each of all) await expectHeld(examinee().open(), each, true);
    for (const [index, each] of all.entries()) {
      await examinee().open().groups.removeMember(each, BY);
      for (const [other, left] of all.entries()) await expectHeld(examinee().open(), left, other > index);
    }
  });

  it("in a group of an application is refused to whom is not in the application", async ({ skip }) => {
    const group = (await survey(examinee().open())).groups.find(({ application }) => application !== null);
    const [role] = group ? (roles[group.kind] ?? []) : [];
    if (group === undefined || role === undefined) return skip("No group belongs to an application.");
    const membership = { user: await hire(), group: { kind: group.kind, id: group.id }, role };
    const directory = examinee().open();
    const [problem, ...others] = await refusalOf(() => directory.groups.addMember(membership, BY));
    expect(others).toEqual([]);
    expect(problem?.code).toBe("CONFLICT");
    expect(["user", "group"]).toContain(problem?.path.join());
    await eachDirectory(examinee(), directory, (reader) => expectHeld(reader, membership, false));
  });

  it("in a parent is kept by whom its children still have, or taken", async ({ skip }) => {
    const child = (await survey(examinee().open())).groups.find(({ parent }) => parent !== null);
    const parent = child?.parent;
    const [inChild] = child ? (roles[child.kind] ?? []) : [];
    const [inParent] = parent ? (roles[parent.kind] ?? []) : [];
    if (!child || !parent || !inChild || !inParent) return skip("No group has a parent.");
    const user = await hire();
    const outer = { user, group: { kind: parent.kind, id: parent.id }, role: inParent };
    const inner = { user, group: { kind: child.kind, id: child.id }, role: inChild };
    await examinee().open().groups.addMember(outer, BY);
    await examinee().open().groups.addMember(inner, BY);
    const directory = examinee().open();
    const refusal = await refusalOf(() => directory.groups.removeMember(outer, BY)).catch(() => null);
    if (refusal !== null) expect(refusal).toMatchObject([{ code: "CONFLICT" }]);
    await eachDirectory(examinee(), directory, async (reader) => {
      await expectHeld(reader, outer, refusal !== null);
      await expectHeld(reader, inner, true);
    });
    await examinee().open().groups.removeMember(inner, BY);
    await examinee().open().groups.removeMember(outer, BY);
    expect(await membershipsOf(examinee().open(), user)).toEqual([]);
  });
}

/** Puts a user into the application of a group, where it has one. */
async function enter(directory: Directory, user: string, { application }: Group): Promise<void> {
  if (application !== null) await directory.applications.members?.add({ user, application: application.id }, BY);
}

/** What the user's side tells, whole and filtered, and what the group's side tells, in all roles and in this one. */
async function expectHeld(directory: Directory, { user, group, role }: MembershipRef, isHeld: boolean): Promise<void> {
  const name = `${role} ${nameOf(group)}`;
  const found = {
    "by the user": (await membershipsOf(directory, user)).includes(name),
    "by the user, filtered": (await membershipsOf(directory, user, { kind: group.kind, role })).includes(name),
    "by the group": await isAmong(directory, { user, group, role }, null),
    "by the group, filtered": await isAmong(directory, { user, group, role }, role),
  };
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((side) => [side, isHeld])));
  const record = await one(directory.users.byIds([user], ASK_EVERYTHING));
  const here = record?.groups(WHOLE, ANY)?.items.map((it) => `${it.role} ${nameOf(it.group)}`);
  if (here !== undefined) expect(here.includes(name), "by the user's record").toBe(isHeld);
}

async function isAmong(directory: Directory, { user, group, role }: MembershipRef, filter: GroupRole | null) {
  const members = await walk((page) => membersOf(directory, group, page, filter));
  return members.some((member) => member.user.id === user && member.role === role);
}
