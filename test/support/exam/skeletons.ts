import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { MembershipFilter, UserNeeds } from "../../../src/domain/ask.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Membership } from "../../../src/domain/group.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import {
  ANY,
  applicationsOf,
  ASK,
  ASK_USER,
  BY,
  idsOf,
  membershipsOf,
  nameOf,
  one,
  showUser,
  survey,
  told,
  WHOLE,
} from "./asking.ts";
import { sit, type SittingOptions } from "./examinee.ts";

const ORGANIZATIONS: MembershipFilter = { kind: "ORGANIZATION", role: null };
const MANAGED: MembershipFilter = { kind: "ORGANIZATION", role: "MANAGER" };
const DEVELOPED: MembershipFilter = { kind: "SPACE", role: "DEVELOPER" };
const GROUPS: MembershipFilter = { kind: "GROUP", role: null };

/** What may be asked of users of whom nothing else is. */
const FORECASTS: readonly (readonly [what: string, needs: Partial<UserNeeds>])[] = [
  ["groups", { groups: [ANY] }],
  ["groups of the kind GROUP", { groups: [GROUPS] }],
  ["organizations", { groups: [ORGANIZATIONS] }],
  ["managed organizations", { groups: [MANAGED] }],
  ["managed organizations, and all of them", { groups: [MANAGED, ORGANIZATIONS] }],
  ["developed spaces", { groups: [DEVELOPED] }],
  ["organizations and developed spaces", { groups: [ORGANIZATIONS, DEVELOPED] }],
  ["applications", { applications: true }],
  ["organizations and applications", { groups: [ORGANIZATIONS], applications: true }],
  ["keys", { apiKeys: true }],
];

/** Users of whom nothing but relations is asked: however they were come by, what they tell is true. */
export function examineSkeletons(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const fresh = () => examinee().open();

  it.each(FORECASTS)("tells the %s of each user rightly, and the record when it is asked", async (_, forecast) => {
    const needs: UserNeeds = { record: false, groups: [], applications: false, apiKeys: false, ...forecast };
    const ids = idsOf((await survey(fresh())).users);
    const keys = [...ids.toReversed(), "nobody", ...ids.slice(0, 2)];
    const directory = fresh();
    const found = (await directory.users.byIds(keys, { needs, for: BY })).map(told);
    expect(found.map((user) => user?.id)).toEqual(keys.map((id) => (id === "nobody" ? undefined : id)));
    const everybody = (await fresh().users.byIds(keys, ASK_USER)).map(told);
    for (const [index, user] of found.entries()) {
      if (user === null) continue;
      // What is no skeleton is a record.
      if (user.isSkeleton !== true) expect(everythingOf(user)).toEqual(everythingOf(everybody[index] as User));
      await expectTold(directory, fresh, user, needs);
    }

    // In the same directory, which has met them already.
    const records = (await directory.users.byIds(ids, ASK_USER)).map(told);
    const others = (await fresh().users.byIds(ids, ASK_USER)).map(told);
    for (const [index, record] of records.entries()) {
      const other = others[index];
      if (!record || !other) throw new Error("The user has gone.");
      expect(record.isSkeleton).toBeUndefined();
      expect(everythingOf(record)).toEqual(everythingOf(other));
    }
  });
}

async function expectTold(directory: Directory, fresh: () => Directory, user: User, needs: UserNeeds): Promise<void> {
  const { id } = user;
  if (user.isSkeleton === true) expect(user.tells({ ...needs, record: true })).toBe(false);
  for (const filter of needs.groups) {
    const here = user.groups(WHOLE, filter);
    if (user.tells(needs)) expect(here).toBeDefined();
    const page = here ?? (await one(directory.groups.ofUsers([id], WHOLE, filter, ASK)));
    expect(shown(page)).toEqual(await membershipsOf(fresh(), id, filter));
  }
  if (needs.applications) {
    const here = user.applications(WHOLE);
    if (user.tells(needs)) expect(here).toBeDefined();
    const page = here ?? (await one(directory.applications.ofUsers([id], WHOLE, ASK)));
    expect([...idsOf(page.items)].sort()).toEqual(await applicationsOf(fresh(), id));
  }
  if (needs.apiKeys) {
    const keys = user.apiKeys() ?? (await one(directory.apiKeys.ofUsers([id], ASK)));
    expect(idsOf(keys)).toEqual(idsOf(await one(fresh().apiKeys.ofUsers([id], ASK))));
  }
}

function shown({ items }: Page<Membership>): readonly string[] {
  return items.map(({ role, group }) => `${role} ${nameOf(group)}`).sort();
}

function everythingOf(user: User) {
  const { href, createdAt, updatedAt } = user;
  return { ...showUser(user), href, createdAt, updatedAt };
}
