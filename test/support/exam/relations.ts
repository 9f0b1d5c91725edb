import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { GroupRef, GroupRole } from "../../../src/domain/group.ts";
import { mapPage, type Page, type PageRequest } from "../../../src/domain/page.ts";
import {
  ANY,
  ASK,
  ASK_EVERYTHING,
  ASK_USER,
  idsOf,
  membersOf,
  nameOf,
  one,
  present,
  survey,
  told,
  truthOf,
  usersOf,
  walk,
  WHOLE,
} from "./asking.ts";
import type { Truth } from "../truth.ts";
import { sit, type SittingOptions } from "./examinee.ts";

const ROLES: readonly GroupRole[] = ["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR", "DEVELOPER"];
const KINDS = ["GROUP", "ORGANIZATION", "SPACE"] as const;
const SIZES = [1, 2, 3, 100];

export function examineRelations(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const fresh = () => examinee().open();

  /** The relations, each told from both of its sides: `one side -> other side`. */
  const relations: readonly {
    readonly what: string;
    /** All pairs that there are; a service may have no such relation at all. */
    readonly truth: (truth: Truth) => readonly string[];
    readonly sides: readonly [Side, Side];
  }[] = [
    {
      what: "users and their groups",
      truth: ({ memberships }) => memberships.map(({ user, role, group }) => `${user} ${role} ${group}`),
      sides: [
        async (directory, ...size) =>
          pairs((await survey(directory)).users, size, async ({ id }, page) =>
            mapPage(
              await one(directory.groups.ofUsers([id], page, ANY, ASK)),
              (it) => `${id} ${it.role} ${nameOf(it.group)}`,
            ),
          ),
        async (directory, ...size) =>
          pairs((await survey(directory)).groups, size, async (ref, page) =>
            mapPage(await membersOf(directory, ref, page), (it) => `${it.user.id} ${it.role} ${nameOf(ref)}`),
          ),
      ],
    },
    {
      what: "users and their applications",
      truth: ({ userApplications }) => userApplications.map((pair) => pair.join(" ")),
      sides: [
        async (directory, ...size) =>
          pairs((await survey(directory)).users, size, async ({ id }, page) =>
            mapPage(await one(directory.applications.ofUsers([id], page, ASK)), (it) => `${id} ${it.id}`),
          ),
        async (directory, ...size) =>
          pairs((await survey(directory)).applications, size, async ({ id }, page) =>
            mapPage(await usersOf(directory, id, page), (it) => `${it.id} ${id}`),
          ),
      ],
    },
    {
      what: "applications and their groups",
      truth: ({ applicationGroups }) => applicationGroups.map((pair) => pair.join(" ")),
      sides: [
        async (directory, ...size) =>
          pairs((await survey(directory)).applications, size, async ({ id }, page) =>
            mapPage(await one(directory.groups.ofApplications([id], page, ASK)), (it) => `${id} ${nameOf(it)}`),
          ),
        async (directory, ...size) =>
          pairs((await survey(directory)).groups, size, async (ref, page) =>
            mapPage(await one(directory.applications.ofGroups([ref], page, ASK)), (it) => `${it.id} ${nameOf(ref)}`),
          ),
      ],
    },
  ];

  describe.each(relations)("between $what", ({ truth, sides }) => {
    it("are told by both sides, whatever the size of the pages, and from the middle of a page on", async () => {
      const whole = [...truth(truthOf(examinee()))].sort();
      for (const side of sides) {
        for (const size of SIZES) expect(await side(fresh(), size, 0)).toEqual(whole);
        expect(await side(fresh(), 3, 1)).toEqual(whole);
      }
    });
  });

  it("are the same for many users at once as for each alone", async () => {
    const ids = idsOf((await survey(fresh())).users);
    const keys = [...ids, "nobody", ...ids.slice(0, 1)];
    for (const page of [WHOLE, { first: 2, after: null }]) {
      const together = await fresh().groups.ofUsers(keys, page, ANY, ASK);
      const apps = await fresh().applications.ofUsers(keys, page, ASK);
      expect(together).toHaveLength(keys.length);
      expect(apps).toHaveLength(keys.length);
      for (const [index, id] of keys.entries()) {
        const alone = await one(fresh().groups.ofUsers([id], page, ANY, ASK));
        expect(told(together[index]).items.map(showMembership)).toEqual(alone.items.map(showMembership));
        const own = await one(fresh().applications.ofUsers([id], page, ASK));
        expect(idsOf(told(apps[index]).items)).toEqual(idsOf(own.items));
      }
    }
  });

  it("are the same for many groups and applications at once as for each alone", async () => {
    const { groups, applications } = await survey(fresh());
    const refs: readonly GroupRef[] = [...groups, { kind: "GROUP", id: "nothing" }, ...groups.slice(0, 1)];
    const members = await fresh().users.ofGroups(refs, WHOLE, null, ASK_USER);
    const owned = await fresh().applications.ofGroups(refs, WHOLE, ASK);
    const children = await fresh().groups.childrenOf(refs, WHOLE, ASK);
    for (const [index, ref] of refs.entries()) {
      if (ref.id === "nothing") continue;
      const alone = await membersOf(fresh(), ref, WHOLE);
      expect(present(told(members[index])).items.map((it) => it.user.id)).toEqual(alone.items.map((it) => it.user.id));
      expect(idsOf(told(owned[index]).items)).toEqual(
        idsOf((await one(fresh().applications.ofGroups([ref], WHOLE, ASK))).items),
      );
      expect(idsOf(told(children[index]).items)).toEqual(
        idsOf((await one(fresh().groups.childrenOf([ref], WHOLE, ASK))).items),
      );
    }
    const ids = [...idsOf(applications), "nothing", ...idsOf(applications).slice(0, 1)];
    const users = await fresh().users.ofApplications(ids, WHOLE, ASK_USER);
    const within = await fresh().groups.ofApplications(ids, WHOLE, ASK);
    for (const [index, id] of ids.entries()) {
      const alone = await one(fresh().users.ofApplications([id], WHOLE, ASK_USER));
      expect(told(users[index])?.items.map((it) => it.id)).toEqual(alone?.items.map((it) => it.id));
      expect(told(within[index]).items.map(nameOf)).toEqual(
        (await one(fresh().groups.ofApplications([id], WHOLE, ASK))).items.map(nameOf),
      );
    }
  });

  it("are filtered by kind and by role, and what the filters let through is all there is", async () => {
    const { users, groups } = await survey(fresh());
    for (const { id } of users) {
      const all = (await one(fresh().groups.ofUsers([id], WHOLE, ANY, ASK))).items;
      for (const kind of [null, ...KINDS]) {
        for (const role of [null, ...ROLES]) {
          const page = await one(fresh().groups.ofUsers([id], WHOLE, { kind, role }, ASK));
          const expected = all.filter(
            (it) => (kind ?? it.group.kind) === it.group.kind && (role ?? it.role) === it.role,
          );
          expect(page.items.map(showMembership), `${kind ?? "any"} ${role ?? "any"}`).toEqual(
            expected.map(showMembership),
          );
        }
      }
    }
    for (const ref of groups) {
      const all = (await membersOf(fresh(), ref, WHOLE)).items;
      for (const role of ROLES) {
        const { items } = await membersOf(fresh(), ref, WHOLE, role);
        expect(items.map((it) => `${it.role} ${it.user.id}`)).toEqual(
          all.filter((it) => it.role === role).map((it) => `${it.role} ${it.user.id}`),
        );
      }
    }
  });

  it("that came along with a user are those that the service tells when it is asked", async () => {
    const { users } = await survey(fresh());
    const records = await fresh().users.byIds(idsOf(users), ASK_EVERYTHING);
    const listed = (await fresh().users.list(WHOLE, null, ASK_EVERYTHING)).items;
    for (const [index, { id }] of users.entries()) {
      const groups = (await one(fresh().groups.ofUsers([id], WHOLE, ANY, ASK))).items.map(showMembership);
      const applications = idsOf((await one(fresh().applications.ofUsers([id], WHOLE, ASK))).items);
      const keys = idsOf(await one(fresh().apiKeys.ofUsers([id], ASK)));
      for (const record of [told(records[index]), listed[index]]) {
        const groupsHere = record?.groups(WHOLE, ANY);
        const applicationsHere = record?.applications(WHOLE);
        const keysHere = record?.apiKeys();
        if (groupsHere) expect(groupsHere.items.map(showMembership)).toEqual(groups);
        if (applicationsHere) expect(idsOf(applicationsHere.items)).toEqual(applications);
        if (keysHere) expect(idsOf(keysHere)).toEqual(keys);
      }
    }
  });

  it("between groups and their parents agree from both sides", async () => {
    const { groups } = await survey(fresh());
    const fromParents = await pairs(groups, [2, 0], async (ref, page) =>
      mapPage(await one(fresh().groups.childrenOf([ref], page, ASK)), (child) => `${nameOf(ref)} ${nameOf(child)}`),
    );
    const fromChildren = groups.flatMap((group) => (group.parent ? [`${nameOf(group.parent)} ${nameOf(group)}`] : []));
    expect(fromParents).toEqual(fromChildren.sort());
    expect(fromParents).toEqual(
      truthOf(examinee())
        .children.map((pair) => pair.join(" "))
        .sort(),
    );
    for (const { application, ...group } of groups.map(({ kind, id, application }) => ({ kind, id, application }))) {
      if (application === null) continue;
      expect(idsOf((await one(fresh().applications.ofGroups([group], WHOLE, ASK))).items)).toEqual([application.id]);
    }
  });

  it("of what is not there are empty, and nobody is asked for what cannot be asked for", async () => {
    const relationsOf = async (id: string): Promise<readonly unknown[]> => {
      const { groups, applications, apiKeys } = fresh();
      const refs = groups.kinds.map((kind) => ({ kind, id }));
      const pages = [
        await groups.ofUsers([id], WHOLE, ANY, ASK),
        await applications.ofUsers([id], WHOLE, ASK),
        await groups.ofApplications([id], WHOLE, ASK),
        await groups.childrenOf(refs, WHOLE, ASK),
      ].flat();
      const keys = await apiKeys.ofUsers([id], ASK);
      return [
        ...pages.flatMap((page) => told<{ readonly items: readonly unknown[] }>(page).items),
        ...keys.flatMap(told),
      ];
    };
    expect(await relationsOf("nothing")).toEqual([]);
    const asked = await examinee().asked(async () => {
      for (const id of ["", "..", "\u0000"]) expect(await relationsOf(id)).toEqual([]);
    });
    expect(asked).toEqual([]);
  });
}

type Side = (directory: Directory, ...size: Size) => Promise<readonly string[]>;

/** How many items each page has, and how many of them are left for the next one. */
type Size = readonly [first: number, cut: number];

/** Every pair that a side tells, sorted. */
async function pairs<Owner>(
  owners: readonly Owner[],
  [first, cut]: Size,
  read: (owner: Owner, page: PageRequest) => Promise<Page<string>>,
): Promise<readonly string[]> {
  const lists: (readonly string[])[] = [];
  for (const owner of owners) lists.push(await walk((page) => read(owner, page), first, cut));
  return lists.flat().sort();
}

function showMembership({ role, group }: { readonly role: GroupRole; readonly group: GroupRef }): string {
  return `${role} ${nameOf(group)}`;
}
