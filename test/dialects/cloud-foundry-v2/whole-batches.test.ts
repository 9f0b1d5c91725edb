import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MembershipFilter, UserNeeds } from "../../../src/domain/ask.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, type Answer } from "../../../src/domain/errors.ts";
import type { GroupKind, GroupRef, GroupRole, Membership } from "../../../src/domain/group.ts";
import { hasMore, type Page, type PageRequest } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import { cases, hold, Tally } from "../../support/chaos-cases.ts";
import { companies, type Company } from "./company.ts";
import { disturb, type Disturbance } from "./disturbance.ts";
import { ADMIN, startSandbox, tokenOf, type Visit } from "./sandbox-send.ts";

const FOR = ["Query.test"];
const EQUIVALENCE_CASES = cases(80);
const TROUBLED_CASES = cases(60);

const KINDS: readonly GroupKind[] = ["ORGANIZATION", "SPACE", "GROUP"];
const ROLES: readonly GroupRole[] = ["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR", "DEVELOPER"];

const filters: fc.Arbitrary<MembershipFilter> = fc.record({
  kind: fc.constantFrom(null, "ORGANIZATION", "ORGANIZATION", "SPACE"),
  role: fc.constantFrom(null, null, "DEVELOPER", ...ROLES),
});

/** Mostly such as groups can be asked for. */
const lookedFor: fc.Arbitrary<MembershipFilter> = fc.oneof(
  fc.record({ kind: fc.constant("ORGANIZATION"), role: fc.constantFrom(null, ...ROLES) }),
  fc.constant({ kind: "SPACE", role: "DEVELOPER" } as const),
  filters,
);

const needs: fc.Arbitrary<UserNeeds> = fc.record({
  record: fc.constantFrom(false, false, false, true),
  groups: fc.array(lookedFor, { maxLength: 2 }),
  applications: fc.boolean(),
  apiKeys: fc.boolean(),
});

describe("Users who are found through their groups", () => {
  it(
    "have the memberships and apps, in the order and with the cursors, that a read of each alone tells",
    { timeout: 300_000 },
    async () => {
      const tally = new Tally();
      const property = fc.asyncProperty(
        companies,
        fc.record({ applications: fc.boolean(), filter: lookedFor }),
        fc.constantFrom(ADMIN, ADMIN, ADMIN, "sandbox-reader", "sandbox-auditor", "user"),
        fc.integer({ min: 1, max: 100 }),
        fc.noBias(fc.array(fc.nat(90), { minLength: 3, maxLength: 90, size: "max" })),
        async (company, { applications, filter }, caller, size, picks) => {
          const needed: UserNeeds = { record: false, groups: [filter], applications, apiKeys: false };
          const ids = pick([...company.users.keys(), ...MISSING], picks);
          const token = caller === "user" ? tokenOf([...company.users.keys()][0] ?? "nobody") : caller;
          const visit = startSandbox(company.people);
          const together = visit(token);
          const found = await together.directory.users.byIds(ids, { needs: needed, for: FOR });
          const calls = together.calls.length;
          const told = await tellAll(together, ids, found, needed, filter, size);
          let callsApart = 0;
          for (const [at, id] of ids.entries()) {
            if (ids.indexOf(id) !== at) continue;
            const alone = visit(token);
            const answers = await alone.directory.users.byIds([id], { needs: needed, for: FOR });
            callsApart += alone.calls.length;
            const [expected] = await tellAll(alone, [id], answers, needed, filter, size);
            expect(told[at]).toEqual(expected);
            if (isUser(found[at]) && found[at].isSkeleton) {
              tally.count("skeletons");
              const held = company.membershipsOf(id, (kind) => (filter.kind ?? kind) === kind).size;
              if (held > 50) tally.count("skeletons in over 50 groups");
              if (caller !== ADMIN) tally.count(`skeletons for ${caller}`);
            }
          }
          tally.count("cases");
          tally.count("calls together", calls);
          tally.count("calls apart", callsApart);
          if (together.calls.some((call) => /\/(?:users|managers|auditors|developers)\?/.test(call.slice(14)))) {
            tally.count("long lists of users");
          }
          // What is lost where it turns out to be dearer is less than what it would have saved.
          expect(calls).toBeLessThan(2 * callsApart + 1);
        },
      );
      await hold(property, EQUIVALENCE_CASES);
      expect(tally.of("skeletons for sandbox-auditor"), tally.toString()).toBe(0);
      expect(tally.of("skeletons for user")).toBe(0);
      for (const what of ["skeletons", "skeletons for sandbox-reader"]) tally.expectOften(what, 1 / 10);
      for (const what of ["skeletons in over 50 groups", "long lists of users"]) tally.expectOften(what, 1 / 200);
      expect(tally.of("calls together"), tally.toString()).toBeLessThan(tally.of("calls apart"));
      console.info(`${EQUIVALENCE_CASES} cases: ${tally.toString()}`);
    },
  );
});

describe("A read of many keys from a service that shuffles, shortens, repeats and fails", () => {
  it("answers each with what is its own, or with an error of that key alone", { timeout: 300_000 }, async () => {
    const tally = new Tally();
    const reads = fc.array(
      fc.record({
        read: fc.oneof(
          { weight: 1, arbitrary: fc.constant(usersById) },
          { weight: 3, arbitrary: fc.constantFrom(...READS) },
        ),
        picks: fc.noBias(fc.array(fc.nat(200), { maxLength: 60, size: "max" })),
        page: fc.record({ first: fc.constantFrom(1, 7, 50, 100, 100), after: fc.constant(null) }),
        filter: filters,
        needs,
      }),
      { minLength: 1, maxLength: 6 },
    );
    const disturbance: fc.Arbitrary<Disturbance> = fc.record({
      seed: fc.integer(),
      failsOneIn: fc.constantFrom(0, 10, 40),
      isLossy: fc.boolean(),
    });
    const property = fc.asyncProperty(companies, disturbance, reads, async (company, trouble, questions) => {
      const { directory } = startSandbox(company.people, disturb(trouble, tally))();
      for (const { read, ...question } of questions) {
        await read({ ...question, company, directory, isLossy: trouble.isLossy, tally });
      }
      tally.count("cases");
    });
    await hold(property, TROUBLED_CASES);
    for (const what of [
      "[500]",
      "[no answer]",
      "[shortened]",
      "[one in place of another]",
      "[repeated]",
      "[mixed up]",
    ]) {
      tally.expectOften(what, 1 / 20);
    }
    for (const what of ["answers", "errors", "nulls", "skeletons"]) tally.expectOften(what, 1 / 10);
    console.info(`${TROUBLED_CASES} cases: ${tally.toString()}`);
  });
});

interface Reading {
  readonly company: Company;
  readonly directory: Directory;
  /** Which keys, as numbers. */
  readonly picks: readonly number[];
  readonly page: PageRequest;
  readonly filter: MembershipFilter;
  readonly needs: UserNeeds;
  readonly isLossy: boolean;
  readonly tally: Tally;
}

type Read = (reading: Reading) => Promise<void>;

const MISSING = ["nobody", "no,body", "user-1000", ".."];
const RECORD = { needs: { record: true }, for: FOR };

async function usersById(reading: Reading): Promise<void> {
  const { company, directory, needs: needed } = reading;
  const ids = pick([...company.users.keys(), ...MISSING], reading.picks);
  const answers = await directory.users.byIds(ids, { needs: needed, for: FOR });
  checkEach(
    reading,
    ids,
    answers,
    (id) => company.users.has(id),
    (user, id) => {
      expect(user.id).toBe(id);
      if (user.isSkeleton) reading.tally.count("skeletons");
      if (user.isSkeleton) expect(needed.record).toBe(false);
      else expect(user.username).toBe(company.users.get(id)?.email);
      for (const filter of needed.groups) {
        const page = user.groups(reading.page, filter);
        // What lies inside of records is never shortened.
        if (page) checkPage({ ...reading, isLossy: false }, page, tellMembership, memberships(company, id, filter));
      }
      const apps = user.applications(reading.page);
      if (apps) checkPage({ ...reading, isLossy: false }, apps, idOf, company.appsOf(company.spacesDevelopedBy(id)));
    },
  );
}

async function groupsByRef(reading: Reading): Promise<void> {
  const { company, directory } = reading;
  const refs = pickGroups(reading);
  checkEach(
    reading,
    refs,
    await directory.groups.byRefs(refs, RECORD),
    (ref) => company.has(ref),
    (group, ref) => {
      expect([group.kind, group.id]).toEqual([ref.kind, ref.id]);
      expect(group.name).toBe((company.organizations.get(ref.id) ?? company.spaces.get(ref.id))?.name);
    },
  );
}

async function groupsOfUsers(reading: Reading): Promise<void> {
  const { company, directory, page, filter } = reading;
  const ids = pick([...company.users.keys(), ...MISSING], reading.picks);
  const answers = await directory.groups.ofUsers(ids, page, filter, RECORD);
  checkEach(
    reading,
    ids,
    answers,
    () => true,
    (found, id) => {
      checkPage(reading, found, tellMembership, memberships(company, id, filter));
    },
  );
}

async function applicationsById(reading: Reading): Promise<void> {
  const { company, directory } = reading;
  const ids = pick([...company.apps.keys(), ...MISSING], reading.picks);
  checkEach(
    reading,
    ids,
    await directory.applications.byIds(ids, RECORD),
    (id) => company.apps.has(id),
    (app, id) => {
      expect([app.id, app.name]).toEqual([id, company.apps.get(id)?.name]);
    },
  );
}

async function applicationsOfUsers(reading: Reading): Promise<void> {
  const { company, directory, page } = reading;
  const ids = pick([...company.users.keys(), ...MISSING], reading.picks);
  const answers = await directory.applications.ofUsers(ids, page, RECORD);
  checkEach(
    reading,
    ids,
    answers,
    () => true,
    (found, id) => {
      checkPage(reading, found, idOf, company.appsOf(company.spacesDevelopedBy(id)));
    },
  );
}

async function applicationsOfGroups(reading: Reading): Promise<void> {
  const { company, directory, page } = reading;
  const refs = pickGroups(reading);
  const answers = await directory.applications.ofGroups(refs, page, RECORD);
  checkEach(
    reading,
    refs,
    answers,
    () => true,
    (found, { kind, id }) => {
      checkPage(reading, found, idOf, company.appsOf(new Set(kind === "SPACE" ? [id] : [])));
    },
  );
}

async function usersOfApplications(reading: Reading): Promise<void> {
  const { company, directory, page, needs: needed } = reading;
  const ids = pick([...company.apps.keys(), ...MISSING], reading.picks);
  const answers = await directory.users.ofApplications(ids, page, { needs: needed, for: FOR });
  checkEach(
    reading,
    ids,
    answers,
    (id) => company.apps.has(id),
    (found, id) => {
      checkPage(reading, found, idOf, company.developersOf(company.apps.get(id)?.space ?? ""));
    },
  );
}

async function usersOfGroups(reading: Reading): Promise<void> {
  const { company, directory, page, filter } = reading;
  const refs = pickGroups(reading);
  const answers = await directory.users.ofGroups(refs, page, filter.role, { needs: reading.needs, for: FOR });
  checkEach(
    reading,
    refs,
    answers,
    (ref) => company.has(ref),
    (found, ref) => {
      checkPage(reading, found, ({ role, user }) => `${role} ${user.id}`, company.membersOf(ref, filter.role));
    },
  );
}

async function childrenOfGroups(reading: Reading): Promise<void> {
  const { company, directory, page } = reading;
  const refs = pickGroups(reading);
  const answers = await directory.groups.childrenOf(refs, page, RECORD);
  checkEach(
    reading,
    refs,
    answers,
    () => true,
    (found, { kind, id }) => {
      const spaces = company.people.spaces.filter((one) => kind === "ORGANIZATION" && one.organization === id);
      checkPage(reading, found, idOf, new Set(spaces.map(idOf)));
    },
  );
}

async function groupsOfApplications(reading: Reading): Promise<void> {
  const { company, directory, page } = reading;
  const ids = pick([...company.apps.keys(), ...MISSING], reading.picks);
  const answers = await directory.groups.ofApplications(ids, page, RECORD);
  checkEach(
    reading,
    ids,
    answers,
    () => true,
    (found, id) => {
      const space = company.apps.get(id)?.space;
      checkPage(reading, found, idOf, new Set(space === undefined ? [] : [space]));
    },
  );
}

const READS: readonly Read[] = [
  usersById,
  groupsByRef,
  groupsOfUsers,
  applicationsById,
  applicationsOfUsers,
  applicationsOfGroups,
  usersOfApplications,
  usersOfGroups,
  childrenOfGroups,
  groupsOfApplications,
];

/** As many answers as keys, in their order; equal keys have equal answers; null only where there may be nothing. */
function checkEach<Key, T extends object>(
  { tally }: Reading,
  keys: readonly Key[],
  answers: readonly Answer<T | null>[],
  exists: (key: Key) => boolean,
  check: (answer: T, key: Key) => void,
): void {
  expect(answers).toHaveLength(keys.length);
  const first = new Map<string, Answer<T | null>>();
  for (const [at, key] of keys.entries()) {
    const answer = answers[at] as Answer<T | null>;
    const name = JSON.stringify(key);
    if (first.has(name)) expect(answer).toBe(first.get(name));
    first.set(name, answer);
    tally.count(answer === null ? "nulls" : isDirectoryError(answer) ? "errors" : "answers");
    if (answer === null) expect(exists(key), `${name} is there`).toBe(false);
    else if (!isDirectoryError(answer)) check(answer, key);
  }
}

/**
 * Nothing that belongs to others; and everything, where nothing was lost and all of it fits into the page. What the
 * service tells twice may take a place in it.
 */
function checkPage<T>(
  { page: { first }, isLossy }: Reading,
  page: Page<T>,
  tell: (item: T) => string,
  truth: ReadonlySet<string>,
): void {
  const told = page.items.map(tell);
  expect(told.filter((item) => !truth.has(item))).toEqual([]);
  if (isLossy) return;
  const isFull = told.length >= first;
  if (truth.size <= first && !isFull) expect(new Set(told)).toEqual(truth);
  if (truth.size > new Set(told).size) expect(page.hasNext).not.toBe(false);
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}

function tellMembership({ role, group }: Membership): string {
  return `${role} ${group.kind} ${group.id}`;
}

function memberships(company: Company, user: string, filter: MembershipFilter): ReadonlySet<string> {
  return company.membershipsOf(user, (kind, role) => (filter.kind ?? kind) === kind && (filter.role ?? role) === role);
}

/** Keys, some of them several times. */
function pick(all: readonly string[], picks: readonly number[]): readonly string[] {
  return picks.map((number) => all[number % all.length] as string);
}

function pickGroups({ company, picks }: Reading): readonly GroupRef[] {
  const ids = [...company.organizations.keys(), ...company.spaces.keys(), ...MISSING];
  return picks.map((number) => {
    const id = ids[number % ids.length] as string;
    const kind =
      number % 5 === 0 ? (KINDS[number % 3] as GroupKind) : company.spaces.has(id) ? "SPACE" : "ORGANIZATION";
    return { kind, id };
  });
}

function isUser(answer: Answer<User | null> | undefined): answer is User {
  return answer !== undefined && answer !== null && !isDirectoryError(answer);
}

/** Of each user, all that a client sees of the memberships and apps: what came along first, then what has to be asked for. */
async function tellAll(
  { directory }: Visit,
  ids: readonly string[],
  answers: readonly Answer<User | null>[],
  { applications }: UserNeeds,
  filter: MembershipFilter,
  size: number,
): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  for (const [at, id] of ids.entries()) {
    const user = answers[at];
    if (!isUser(user)) {
      told.push(isDirectoryError(user) ? user.message : user);
      continue;
    }
    const groups = await walk(
      size,
      async (page) => user.groups(page, filter) ?? (await directory.groups.ofUsers([id], page, filter, RECORD))[0],
      tellMembership,
    );
    const apps = applications
      ? await walk(
          size,
          async (page) => user.applications(page) ?? (await directory.applications.ofUsers([id], page, RECORD))[0],
          idOf,
        )
      : [];
    told.push({ id: user.id, groups, apps });
  }
  return told;
}

/** Every page, with its cursors. */
async function walk<T>(
  size: number,
  read: (page: PageRequest) => Promise<Answer<Page<T>> | undefined>,
  tell: (item: T) => string,
): Promise<readonly unknown[]> {
  const pages: unknown[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Answer<Page<T>> | undefined = await read({ first: size, after });
    if (page === undefined || isDirectoryError(page)) return [...pages, page?.message];
    pages.push(page.items.map((item, index) => [tell(item), page.cursor(index)]));
    if (page.items.length === 0 || !(await hasMore(page))) return pages;
    after = page.cursor(page.items.length - 1);
  }
}
