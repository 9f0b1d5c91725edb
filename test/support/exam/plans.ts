import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { MembershipFilter, UserNeeds } from "../../../src/domain/ask.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, Refusal } from "../../../src/domain/errors.ts";
import type { GroupRef, GroupRole } from "../../../src/domain/group.ts";
import { countAll, hasMore, type PageRequest } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import {
  ANY,
  ASK,
  ASK_EVERYTHING,
  ASK_USER,
  BY,
  idsOf,
  survey,
  told,
  UNADDRESSABLE,
  WHOLE,
  type World,
} from "./asking.ts";
import { everyRead, everyWrite, type Deed, type Objects } from "./deeds.ts";
import { readFlags, sit, type Examinee, type Rehearsal, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";
import { complaintsAbout } from "../plan-complaints.ts";

const ROLES: readonly (GroupRole | null)[] = [null, "MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR", "DEVELOPER"];
const FILTERS: readonly MembershipFilter[] = [
  ANY,
  { kind: "GROUP", role: null },
  { kind: "ORGANIZATION", role: null },
  { kind: "ORGANIZATION", role: "MEMBER" },
  { kind: "ORGANIZATION", role: "MANAGER" },
  { kind: "SPACE", role: "DEVELOPER" },
  { kind: null, role: "AUDITOR" },
];
const PAGES: readonly PageRequest[] = [1, 3, 100].map((first) => ({ first, after: null }));
const CURSORS = ["", "?", "-1", "~", "\u0000"];

const NOTHING: UserNeeds = { record: false, groups: [], applications: false, apiKeys: false };
const NEEDS: readonly UserNeeds[] = [
  ASK_USER.needs,
  ASK_EVERYTHING.needs,
  NOTHING,
  { ...NOTHING, apiKeys: true },
  { ...NOTHING, applications: true },
  ...FILTERS.map((filter) => ({ ...NOTHING, groups: [filter] })),
];

/**
 * Whatever is read or written: what is asked lies within what its plan says, planning asks nobody, and what is refused
 * before anybody is asked is refused by the plan in the same words.
 */
export function examinePlans(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const flags = readFlags(dialect);
  const expectPlanned = async (deeds: readonly Deed[]) => {
    for (const { what, run } of deeds) expectWithin(what, await examinee().rehearse(run));
  };

  it("of a read of one thing holds what is asked, be the thing there or not", async () => {
    const world = await survey(examinee().open());
    for (const objects of [await objectsOf(examinee(), world), objectsWith(flags, "nothing")]) {
      await expectPlanned(everyRead(flags, objects));
    }
  });

  it("of a read of what cannot be asked for, or of nothing, has no calls", async () => {
    for (const id of UNADDRESSABLE) {
      for (const { what, run } of everyRead(flags, objectsWith(flags, id)).filter(
        ({ what }) => !what.includes("list"),
      )) {
        const rehearsal = await examinee().rehearse(run);
        expectWithin(what, rehearsal);
        expect(rehearsal.plan.steps, what).toEqual([]);
      }
    }
    for (const { what, run } of readsOfMany(NO_WORLD)) {
      const rehearsal = await examinee().rehearse(run);
      expectWithin(what, rehearsal);
      expect(rehearsal.plan.steps, what).toEqual([]);
    }
  });

  it("of reads of many things at once holds what is asked", async () => {
    const world = await survey(examinee().open());
    await expectPlanned(readsOfMany(world));
    const others = { users: [{ id: "nobody" }], applications: [{ id: "nothing" }], groups: refsTo(flags, "nothing") };
    await expectPlanned(readsOfMany(others));
    await expectPlanned(
      readsOfMany({
        users: [...others.users, ...world.users, ...world.users.slice(0, 2), { id: ".." }],
        applications: [...others.applications, ...world.applications, { id: "\u0000" }],
        groups: [...others.groups, ...world.groups, { kind: "SPACE", id: "" }],
      }),
    );
  });

  describe.each(listsOf(flags))("of $what", ({ read }) => {
    it("holds what is asked for each of its pages, and for what lies behind them", async () => {
      for (const page of PAGES)
        await expectPlanned([{ what: JSON.stringify(page), run: (it) => leaf(read(it, page)) }]);
      const { items, cursor } = await read(examinee().open(), { first: 100, after: null });
      for (const index of [0, items.length - 1]) {
        if (items[index] === undefined) continue;
        const after = cursor(index);
        await expectPlanned([{ what: after, run: (it) => leaf(read(it, { first: 2, after })) }]);
      }
    });

    it("holds what is asked for two of its pages side by side", async () => {
      const run = (it: Directory) => Promise.all(PAGES.map((page) => leaf(read(it, page))));
      await expectPlanned([{ what: "several pages", run }]);
    });

    it.each(CURSORS)("refuses the cursor %j as the read does", async (after) => {
      await expectPlanned([{ what: after, run: (it) => leaf(read(it, { first: 2, after })) }]);
    });
  });

  it("of a search that cannot be made is refused alike", async () => {
    const texts = flags.users.searches ? ["", "  ", "\u0000"] : ["ada", ""];
    const search = (text: string): Deed => ({
      what: `users.list ${JSON.stringify(text)}`,
      run: ({ users }) => users.list({ first: 10, after: null }, text, ASK_USER),
    });
    await expectPlanned(texts.map(search));
  });

  it("of a walk from users, applications and groups to what hangs on them holds what is asked", async () => {
    const world = await survey(examinee().open());
    await expectPlanned(walks(world));
  });

  it("of a read that is done once more holds what is asked", async () => {
    const world = await survey(examinee().open());
    const again = ({ what, run }: Deed): Deed => ({
      what: `${what}, again`,
      run: async (directory): Promise<unknown> => [await run(directory), await run(directory)],
    });
    await expectPlanned(everyRead(flags, await objectsOf(examinee(), world)).map(again));
  });

  it("of two reads side by side, as fields of one operation are, holds what is asked", async () => {
    const world = await survey(examinee().open());
    const reads = everyRead(flags, await objectsOf(examinee(), world));
    const pairs = reads.flatMap((first) =>
      reads.map((second) => ({
        what: `${first.what} beside ${second.what}`,
        run: async (directory: Directory) => {
          // To the end, whatever fails.
          const both = await Promise.allSettled([first.run(directory), second.run(directory)]);
          return both.map((one): unknown => (one.status === "fulfilled" ? one.value : one.reason));
        },
      })),
    );
    await expectPlanned(pairs);
  });

  it("of a write holds what is asked", async () => {
    const world = await survey(examinee().open());
    const objects = await newcomer(examinee(), world);
    await expectPlanned(everyWrite(dialect.family, flags, objects));
    await expectPlanned(everyWrite(dialect.family, flags, objectsWith(flags, "nothing")));
  });

  it("of a write that is refused before anybody is asked is refused alike", async () => {
    const { invalidDrafts, invalidChanges, stranger, strangerChange, nothing } = SAMPLES[dialect.family];
    const [user] = (await survey(examinee().open())).users;
    const id = user?.id ?? "";
    await expectPlanned([
      ...[...invalidDrafts.map(({ value }) => value), stranger].map((draft) => ({
        what: `users.create ${JSON.stringify(draft)}`,
        run: ({ users }: Directory) => users.create(draft, BY),
      })),
      ...[...invalidChanges.map(({ value }) => value), strangerChange, ...nothing].map((change) => ({
        what: `users.update ${JSON.stringify(change)}`,
        run: ({ users }: Directory) => users.update(id, change, BY),
      })),
      ...UNADDRESSABLE.flatMap((strange) =>
        everyWrite(dialect.family, flags, objectsWith(flags, strange)).filter(({ what }) => what !== "users.create"),
      ),
    ]);
  });
}

function expectWithin(what: string, rehearsal: Rehearsal): void {
  const { plan, planned, outcome, calls, askedForPlan, askedInAll, probes } = rehearsal;
  expect(askedForPlan, `${what}: whom the plan asks`).toBe(0);
  expect(probes, `${what}: probes`).toBeLessThan(2);
  const attempts = calls.length + probes;
  // What fails in passing is asked again.
  if (!isFailed(outcome)) expect(askedInAll, `${what}: what the service saw`).toBe(attempts);
  const service = plan.steps[0]?.service ?? "";
  const ledger = calls.map((call) => ({ ...call, service, attempts: 1 }));
  const complaints = complaintsAbout(plan, { calls: calls.length, ledger, failed: isFailed(outcome) });
  expect(complaints, `${what}: ${JSON.stringify(plan)}`).toEqual([]);

  if (planned instanceof Refusal || (outcome instanceof Refusal && calls.length + probes === 0)) {
    expect(planned, what).toBeInstanceOf(Refusal);
    expect(outcome, what).toBeInstanceOf(Refusal);
    expect((planned as Refusal).problems, what).toEqual((outcome as Refusal).problems);
    expect(askedInAll, what).toBe(0);
  } else if (planned instanceof Error) throw planned;
  if (outcome instanceof Error && !isDirectoryError(outcome)) throw outcome;
  if (!isDirectoryError(outcome)) expectNoLess(what, planned, outcome);
}

/** Where the plan knows of nothing there is nothing: fields that hang on it would be missing in the plan. */
function expectNoLess(what: string, planned: unknown, outcome: unknown): void {
  if (Array.isArray(outcome) && Array.isArray(planned) && planned.length === outcome.length) {
    for (const [index, one] of outcome.entries()) expectNoLess(what, planned[index], one);
    return;
  }
  if (isDirectoryError(outcome)) return;
  if (planned === null) expect(outcome, `${what}: the plan has nothing there`).toBeNull();
  const [expected, found] = [itemsOf(planned), itemsOf(outcome)];
  if (expected?.length === 0) expect(found, `${what}: the plan has an empty list there`).toEqual([]);
}

function itemsOf(page: unknown): readonly unknown[] | undefined {
  if (Array.isArray(page)) return page as readonly unknown[];
  return typeof page === "object" && page !== null && "items" in page ? (page.items as readonly unknown[]) : undefined;
}

function isFailed(outcome: unknown): boolean {
  return outcome instanceof Error || (Array.isArray(outcome) && outcome.some((one) => isFailed(one)));
}

/** The ids of what is read. */
interface Wanted {
  readonly users: readonly { readonly id: string }[];
  readonly applications: readonly { readonly id: string }[];
  readonly groups: readonly GroupRef[];
}

const NO_WORLD: Wanted = { users: [], applications: [], groups: [] };

function readsOfMany(wanted: Wanted): readonly Deed[] {
  const users = idsOf(wanted.users);
  const applications = idsOf(wanted.applications);
  const groups = wanted.groups.map(({ kind, id }) => ({ kind, id }));
  return [
    ...NEEDS.map((needs) => ({
      what: `users.byIds for ${JSON.stringify(needs)}`,
      run: (it: Directory) => it.users.byIds(users, { needs, for: BY }),
    })),
    { what: "applications.byIds", run: (it) => it.applications.byIds(applications, ASK) },
    { what: "groups.byRefs", run: (it) => it.groups.byRefs(groups, ASK) },
    {
      what: "groups.byId",
      run: async (it) => {
        const found = [];
        for (const { id } of groups) found.push(await it.groups.byId(id, ASK));
        return found;
      },
    },
    ...FILTERS.map((filter) => ({
      what: `groups.ofUsers ${JSON.stringify(filter)}`,
      run: (it: Directory) => it.groups.ofUsers(users, WHOLE, filter, ASK),
    })),
    { what: "applications.ofUsers", run: (it) => it.applications.ofUsers(users, { first: 1, after: null }, ASK) },
    { what: "apiKeys.ofUsers", run: (it) => it.apiKeys.ofUsers(users, ASK) },
    {
      what: "apiKeys.byRefs",
      run: (it) =>
        it.apiKeys.byRefs(
          users.map((user) => ({ user, id: "nothing" })),
          ASK,
        ),
    },
    { what: "groups.ofApplications", run: (it) => it.groups.ofApplications(applications, WHOLE, ASK) },
    { what: "groups.childrenOf", run: (it) => it.groups.childrenOf(groups, WHOLE, ASK) },
    { what: "applications.ofGroups", run: (it) => it.applications.ofGroups(groups, WHOLE, ASK) },
    ...NEEDS.map((needs) => ({
      what: `users.ofApplications for ${JSON.stringify(needs)}`,
      run: (it: Directory) => it.users.ofApplications(applications, WHOLE, { needs, for: BY }),
    })),
    ...ROLES.map((role) => ({
      what: `users.ofGroups as ${String(role)}`,
      run: (it: Directory) => it.users.ofGroups(groups, WHOLE, role, ASK_EVERYTHING),
    })),
  ];
}

/** The lists, and the relations that are read page by page. */
function listsOf(flags: Directory) {
  type Read = (it: Directory, page: PageRequest) => ReturnType<Directory["users"]["list"]>;
  const lists: readonly { readonly what: string; readonly read: (...args: Parameters<Read>) => Promise<Listed> }[] = [
    { what: "the users", read: (it, page) => it.users.list(page, null, ASK_USER) },
    { what: "the users with everything", read: (it, page) => it.users.list(page, null, ASK_EVERYTHING) },
    ...(flags.users.searches
      ? ["a", "kestrel", "[a-z]"].map((text) => ({
          what: `the users found by ${JSON.stringify(text)}`,
          read: (it: Directory, page: PageRequest) => it.users.list(page, text, ASK_EVERYTHING),
        }))
      : []),
    { what: "the applications", read: (it, page) => it.applications.list(page, ASK) },
    ...[null, "GROUP" as const, "ORGANIZATION" as const, "SPACE" as const].map((kind) => ({
      what: `the groups of ${kind ?? "any kind"}`,
      read: (it: Directory, page: PageRequest) => it.groups.list(page, kind, ASK),
    })),
  ];
  return lists;
}

type Listed = Awaited<
  ReturnType<Directory["users"]["list"] | Directory["groups"]["list"] | Directory["applications"]["list"]>
>;

/** A page with what lies behind it. */
async function leaf(reading: Promise<Listed>): Promise<Listed> {
  const page = await reading;
  await hasMore(page);
  await countAll(page);
  return page;
}

/** Users, and what hangs on them: what came along, and else what is asked for, as the graph does it. */
async function follow({ groups, applications, apiKeys }: Directory, users: readonly (User | null)[]): Promise<void> {
  const there = users.filter((user) => user !== null);
  const page = { first: 20, after: null };
  const withoutGroups = idsOf(there.filter((user) => user.groups(page, ANY) === undefined));
  const asked = await groups.ofUsers(withoutGroups, page, ANY, ASK);
  const memberships = [
    ...there.flatMap((user) => user.groups(page, ANY)?.items ?? []),
    ...asked.flatMap((one) => told(one).items),
  ];
  const refs = memberships.filter(({ group }) => group.record === undefined).map(({ group }) => group);
  await groups.byRefs(refs, ASK);
  await applications.ofGroups(
    memberships.map(({ group }) => group),
    page,
    ASK,
  );
  const without = idsOf(there.filter((user) => user.applications(page) === undefined));
  const references = [
    ...there.flatMap((user) => user.applications(page)?.items ?? []),
    ...(await applications.ofUsers(without, page, ASK)).flatMap((one) => told(one).items),
  ];
  const bare = references.filter(({ record }) => record === undefined);
  await applications.byIds(idsOf(bare), ASK);
  await apiKeys.ofUsers(idsOf(there.filter((user) => user.apiKeys() === undefined)), ASK);
}

function walks({ users, applications, groups }: World): readonly Deed[] {
  const page = { first: 20, after: null };
  return [
    {
      what: "from the list of users",
      run: async (it) => follow(it, (await it.users.list(page, null, ASK_EVERYTHING)).items),
    },
    {
      what: "from the list of users, as nobody had foreseen",
      run: async (it) => follow(it, (await it.users.list(page, null, ASK_USER)).items),
    },
    {
      what: "from users",
      run: async (it) => follow(it, (await it.users.byIds(idsOf(users), ASK_EVERYTHING)).map(told)),
    },
    {
      what: "from users of whom relations alone were wanted",
      run: async (it) => {
        const needs = { ...NOTHING, groups: [{ kind: "ORGANIZATION" as const, role: null }] };
        await follow(it, (await it.users.byIds(idsOf(users), { needs, for: BY })).map(told));
        await it.users.byIds(idsOf(users), ASK_USER);
      },
    },
    {
      what: "from applications",
      run: async (it) => {
        await it.applications.byIds(idsOf(applications), ASK);
        await it.groups.ofApplications(idsOf(applications), page, ASK);
        const pages = (await it.users.ofApplications(idsOf(applications), page, ASK_EVERYTHING)).map(told);
        await follow(
          it,
          pages.flatMap((one) => one?.items ?? []),
        );
      },
    },
    {
      what: "from groups",
      run: async (it) => {
        await it.groups.byRefs(groups, ASK);
        const children = await it.groups.childrenOf(groups, page, ASK);
        await it.groups.byRefs(
          children.flatMap((one) => told(one).items),
          ASK,
        );
        const pages = (await it.users.ofGroups(groups, page, null, ASK_EVERYTHING)).map(told);
        await follow(
          it,
          pages.flatMap((one) => one?.items.map(({ user }) => user) ?? []),
        );
      },
    },
  ];
}

function refsTo({ groups }: Directory, id: string): readonly GroupRef[] {
  return groups.kinds.map((kind) => ({ kind, id }));
}

/** Everything by one id. */
function objectsWith(flags: Directory, id: string): Objects {
  const groups = Object.fromEntries(flags.groups.kinds.map((kind) => [kind, id]));
  return { user: id, application: id, groups, apiKey: id };
}

/** What is there. */
async function objectsOf(examinee: Examinee, { users, applications, groups }: World): Promise<Objects> {
  const [user] = users;
  const id = user?.id ?? "";
  const [keys] = await examinee.open().apiKeys.ofUsers([id], ASK);
  return {
    user: id,
    application: applications.at(-1)?.id ?? "",
    groups: Object.fromEntries(groups.map((group) => [group.kind, group.id])),
    apiKey: told(keys)[0]?.id ?? "nothing",
  };
}

/** A new user, to whom everything can be done. */
async function newcomer(examinee: Examinee, { applications, groups }: World): Promise<Objects> {
  const { users, apiKeys, applications: its } = examinee.open();
  const { id: user } = await users.create(SAMPLES[examinee.dialect.family].plain("planned"), BY);
  const key = await apiKeys.writer?.create(user, { name: "a key", description: null }, BY);
  // In another application too, so that the first can be left again.
  const [first, second] = applications;
  if (second !== undefined) await its.members?.add({ user, application: second.id }, BY);
  const own = groups.filter(({ application }) => [undefined, first?.id, second?.id].includes(application?.id));
  return {
    user,
    application: first?.id ?? "",
    groups: Object.fromEntries(own.map(({ kind, id }) => [kind, id])),
    apiKey: key?.key.id ?? "",
  };
}
