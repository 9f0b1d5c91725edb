import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDirectoryError, ServiceFailure } from "../../../src/domain/errors.ts";
import type { ApiKeyRef } from "../../../src/domain/api-key.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Membership } from "../../../src/domain/group.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Reference } from "../../../src/domain/reference.ts";
import type { Member, User } from "../../../src/domain/user.ts";
import type { People } from "../../../src/sandbox/people.ts";
import { cases, Tally } from "../../support/chaos-cases.ts";
import { gather, sizes } from "../../support/random-people.ts";
import { MangledWay, mix } from "./mangled-send.ts";
import { openSandbox } from "./sandbox-send.ts";
import { ASKS, first, RECORD } from "./scripted-send.ts";

type Edition = "E0" | "E1" | "E2";

/** One read of many keys, and what is right for each of them. */
interface Read {
  /** What it is asked for, beside what is not there. */
  readonly keys: (people: People, keysOfUsers: readonly ApiKeyRef[]) => readonly string[];
  readonly ask: (directory: Directory, keys: readonly string[]) => Promise<readonly unknown[]>;
  /** What an answer says, in an order of our own. */
  readonly show: (value: never) => readonly string[];
  /** Null: it is not there, and the answer has to say so. */
  readonly truth: (key: string, world: World) => readonly string[] | null;
  /** The key's own GET, or the list that is the answer itself. */
  readonly own: (key: string, world: World) => readonly string[];
  /** That is a list: where it is cut, some are missing, and nobody can tell. */
  readonly isList?: true;
}

interface World {
  readonly people: People;
  readonly edition: Edition;
  readonly apiKeys: readonly ApiKeyRef[];
}

const ALL = { kind: null, role: null };
const EVERYTHING = { needs: { record: true, groups: [ALL], applications: true, apiKeys: true }, for: ASKS };
const BARE = { needs: { ...EVERYTHING.needs, groups: [], applications: false, apiKeys: false }, for: ASKS };

const line = (template: string, ...ids: readonly string[]) =>
  ids.reduce((text, id) => text.replace("{}", encodeURIComponent(id)), `GET ${template}`);
const ids = (page: Page<{ readonly id: string }>) => page.items.map(({ id }) => id);
const userOf = (key: string, { people }: World) => people.users.find(({ id }) => id === key);
const refOf = (key: string) => {
  const [kind, id] = key.split(/ (.*)/s) as ["GROUP" | "ORGANIZATION", string];
  return { kind, id };
};
const keyRefOf = (key: string): ApiKeyRef => JSON.parse(key) as ApiKeyRef;
const isThere = (key: string, { people, edition }: World) => {
  const { kind, id } = refOf(key);
  return kind === "GROUP"
    ? people.groups.some((group) => group.id === id)
    : edition === "E2" && people.organizations.some((organization) => organization.id === id);
};
const isInside = (key: string, groups: readonly string[], organization: string | null) => {
  const { kind, id } = refOf(key);
  return kind === "GROUP" ? groups.includes(id) : organization === id;
};
const groupKeys = ({ groups, organizations }: People) => [
  ...groups.map(({ id }) => `GROUP ${id}`),
  ...organizations.map(({ id }) => `ORGANIZATION ${id}`),
];
const membershipsOf = (key: string, world: World) => {
  const user = userOf(key, world);
  if (user === undefined) return [];
  const homes = [user.organization].filter((id) => id !== null && isThere(`ORGANIZATION ${id}`, world));
  return [...user.groups.map((id) => `GROUP ${id}`), ...homes.map((id) => `ORGANIZATION ${id}`)];
};
const showMemberships = (page: Page<Membership>) => page.items.map(({ group: { kind, id } }) => `${kind} ${id}`);
const ownUser = (key: string) => [line("/users/user/{}", key)];

const READS: Readonly<Record<string, Read>> = {
  "users.byIds": {
    keys: ({ users }) => users.map(({ id }) => id),
    ask: (directory, keys) => directory.users.byIds(keys, EVERYTHING),
    show: (user: User) => {
      const groups = user.groups(first(100), ALL);
      const applications = user.applications(first(100));
      const keys = user.apiKeys();
      if (!groups || !applications || !keys) throw new Error("What was needed did not come along.");
      return [
        user.id,
        String(user.email).toLowerCase(),
        ...showMemberships(groups),
        ...ids(applications),
        ...keys.map(({ id }) => id),
      ];
    },
    truth: (key, world) => {
      const user = userOf(key, world);
      const keys = world.apiKeys.filter((ref) => ref.user === key).map(({ id }) => id);
      return user ? [key, user.email.toLowerCase(), ...membershipsOf(key, world), ...user.applications, ...keys] : null;
    },
    own: ownUser,
  },
  "users.byIds, bare": {
    keys: ({ users }) => users.map(({ id }) => id),
    ask: (directory, keys) => directory.users.byIds(keys, BARE),
    show: (user: User) => [user.id, String(user.email).toLowerCase()],
    truth: (key, world) => {
      const user = userOf(key, world);
      return user ? [key, user.email.toLowerCase()] : null;
    },
    own: ownUser,
  },
  "applications.byIds": {
    keys: ({ applications }) => applications.map(({ id }) => id),
    ask: (directory, keys) => directory.applications.byIds(keys, RECORD),
    show: ({ id, name }: { id: string; name: string }) => [`${id} ${name}`],
    truth: (key, { people }) => {
      const found = people.applications.find(({ id }) => id === key);
      return found ? [`${key} ${found.name}`] : null;
    },
    own: (key) => [line("/applications/application/{}", key)],
  },
  "groups.byRefs": {
    keys: groupKeys,
    ask: (directory, keys) => directory.groups.byRefs(keys.map(refOf), RECORD),
    show: ({ kind, id }: { kind: string; id: string }) => [`${kind} ${id}`],
    truth: (key, world) => (isThere(key, world) ? [key] : null),
    own: (key) => [
      line(refOf(key).kind === "GROUP" ? "/groups/group/{}" : "/organizations/organization/{}", refOf(key).id),
    ],
  },
  "groups.ofUsers": {
    keys: ({ users }) => users.map(({ id }) => id),
    ask: (directory, keys) => directory.groups.ofUsers(keys, first(100), ALL, RECORD),
    show: showMemberships,
    truth: membershipsOf,
    own: ownUser,
  },
  "applications.ofUsers": {
    keys: ({ users }) => users.map(({ id }) => id),
    ask: (directory, keys) => directory.applications.ofUsers(keys, first(100), RECORD),
    show: ids,
    truth: (key, world) => userOf(key, world)?.applications ?? [],
    own: ownUser,
  },
  "apiKeys.ofUsers": {
    keys: ({ users }) => users.map(({ id }) => id),
    ask: (directory, keys) => directory.apiKeys.ofUsers(keys, RECORD),
    show: (keys: readonly Reference<unknown>[]) => keys.map(({ id }) => id),
    truth: (key, { apiKeys }) => apiKeys.filter(({ user }) => user === key).map(({ id }) => id),
    own: ownUser,
  },
  "apiKeys.byRefs": {
    keys: (_, apiKeys) => apiKeys.map(({ user, id }) => JSON.stringify({ user, id })),
    ask: (directory, keys) => directory.apiKeys.byRefs(keys.map(keyRefOf), RECORD),
    show: ({ id }: { id: string }) => [id],
    truth: (key, { apiKeys }) => {
      const ref = keyRefOf(key);
      return apiKeys.some(({ user, id }) => user === ref.user && id === ref.id) ? [ref.id] : null;
    },
    own: (key) => [line("/users/user/{}/apikey/{}", keyRefOf(key).user, keyRefOf(key).id)],
  },
  "users.ofApplications": {
    keys: ({ applications }) => applications.map(({ id }) => id),
    ask: (directory, keys) => directory.users.ofApplications(keys, first(100), BARE),
    show: ids,
    truth: (key, { people }) =>
      people.applications.some(({ id }) => id === key)
        ? people.users.filter(({ applications }) => applications.includes(key)).map(({ id }) => id)
        : null,
    own: (key) => [line("/applications/application/{}/users", key)],
    isList: true,
  },
  "users.ofGroups": {
    keys: groupKeys,
    ask: (directory, keys) => directory.users.ofGroups(keys.map(refOf), first(100), "MEMBER", BARE),
    show: (page: Page<Member>) => page.items.map(({ user }) => user.id),
    truth: (key, world) =>
      isThere(key, world)
        ? world.people.users
            .filter(({ groups, organization }) => isInside(key, groups, organization))
            .map(({ id }) => id)
        : null,
    own: (key) => [
      line(
        refOf(key).kind === "GROUP" ? "/groups/group/{}/users" : "/organizations/organization/{}/users",
        refOf(key).id,
      ),
    ],
    isList: true,
  },
  "groups.ofApplications": {
    keys: ({ applications }) => applications.map(({ id }) => id),
    ask: (directory, keys) => directory.groups.ofApplications(keys, first(100), RECORD),
    show: ids,
    truth: (key, { people }) => people.groups.filter(({ application }) => application === key).map(({ id }) => id),
    // Before E2 the whole list is the answer of all.
    own: (key, { edition }) => [
      line("/applications/application/{}/groups", key),
      ...(edition === "E2" ? [] : ["GET /groups"]),
    ],
    isList: true,
  },
  "applications.ofGroups": {
    keys: groupKeys,
    ask: (directory, keys) => directory.applications.ofGroups(keys.map(refOf), first(100), RECORD),
    show: ids,
    truth: (key, { people }) => {
      const { kind, id } = refOf(key);
      return people.groups.filter((group) => kind === "GROUP" && group.id === id).map(({ application }) => application);
    },
    own: (key) => [line("/groups/group/{}", refOf(key).id)],
  },
};

/** What is not there, or cannot be: of each read's kind. */
function missing(name: string, keys: readonly string[]): readonly string[] {
  // Other letters are another id, which a search does not know.
  const others = keys.slice(0, 3).map((key) => (name.startsWith("apiKeys.byRefs") ? key : key.toUpperCase()));
  const gone = ["gone", "(.*)|a", "a/b", ""];
  if (name.startsWith("apiKeys.byRefs")) return gone.map((id) => JSON.stringify({ user: "gone", id }));
  return /Groups$|byRefs$/.test(name)
    ? [...gone.flatMap((id) => [`GROUP ${id}`, `ORGANIZATION ${id}`]), ...keys.slice(0, 3).map((key) => `${key}x`)]
    : [...gone, ...others];
}

/** What may have been asked before, so that some are known, of some more than of others. */
const BEFORE: readonly ((directory: Directory, people: People) => Promise<unknown>)[] = [
  () => Promise.resolve(),
  (directory) => directory.users.list(first(5), null, BARE),
  (directory, { applications }) =>
    directory.users.ofApplications(
      applications.slice(0, 2).map(({ id }) => id),
      first(50),
      BARE,
    ),
  (directory, { groups }) =>
    directory.users.ofGroups(
      groups.slice(0, 3).map(({ id }) => ({ kind: "GROUP", id })),
      first(100),
      null,
      BARE,
    ),
  (directory) => directory.groups.list(first(20), "GROUP", RECORD),
];

/** Of these many keys may be asked for at once: they are worth most of the cases. */
const IN_BULK = ["users.byIds", "users.byIds, bare", "groups.ofUsers", "applications.ofUsers"].flatMap((name) =>
  Array.from({ length: 3 }, () => name),
);

const worlds = fc.record({
  edition: fc.constantFrom<Edition>("E0", "E1", "E2"),
  sizes: sizes.map((some) => ({ ...some, rarity: some.rarity + 2 })),
  salt: fc.nat(),
  names: fc.uniqueArray(fc.constantFrom(...Object.keys(READS), ...IN_BULK), { minLength: 1, maxLength: 3 }),
  before: fc.nat(BEFORE.length - 1),
  isEditionKnown: fc.boolean(),
});

function sometimes<T>(items: readonly T[], salt: number, rarity: number): readonly T[] {
  return items.filter((_, index) => mix(salt, `pick ${index}`) % rarity > 0);
}

describe("A batch", () => {
  it("is answered key by key, each with its own or with an error of its own, whatever replies come to harm", async () => {
    const tally = new Tally();
    await fc.assert(
      fc.asyncProperty(worlds, async ({ edition, sizes: size, salt, names, before, isEditionKnown }) => {
        const gathered = gather(size);
        const people: People = {
          ...gathered,
          users: gathered.users.map((user, n) => ({
            ...user,
            apiKeys: n % 4 === 0 ? ["one", "two"].slice(n % 3) : [],
          })),
        };
        const way = new MangledWay(salt);
        const sandbox = openSandbox(people, edition, way.step);
        const apiKeys = await readApiKeys(sandbox.open(), people);
        const world: World = { people, edition, apiKeys };
        const service = isEditionKnown ? sandbox : openSandbox(people, edition, way.step);
        way.isMangling = true;
        const directory = service.open();
        await BEFORE[before]?.(directory, people).catch(() => undefined);

        await Promise.all(
          names.map(async (name) => {
            const read = READS[name] as Read;
            const there = sometimes(read.keys(people, apiKeys), salt, 5);
            const asked = [...there, ...missing(name, there)];
            const keys = [...asked, ...sometimes(asked, salt + 1, 2)].toSorted((a, b) => mix(salt, a) - mix(salt, b));
            const answers = await read.ask(directory, keys);
            expect(answers).toHaveLength(keys.length);
            const told = new Map<string, unknown>();
            keys.forEach((key, index) => {
              const said = judge(name, key, answers[index], world, way);
              if (told.has(key)) expect(said).toEqual(told.get(key));
              told.set(key, said);
              tally.count(isDirectoryError(answers[index]) ? "errors" : answers[index] === null ? "nulls" : "answers");
            });
          }),
        );
        tally.count("cases");
        for (const [asked, harm] of way.harms) {
          tally.count(`[${harm}]`);
          if (asked.includes("/users/search/")) tally.count(harm === "whole" ? "search, whole" : "search, harmed");
          if (isForRelations(asked)) tally.count(harm === "whole" ? "list, whole" : "list, harmed");
        }
      }),
      { numRuns: cases(300) },
    );
    for (const harm of ["whole", "shuffled", "shortened", "emptied", "repeated", "failed with 500", "unavailable"]) {
      tally.expectOften(`[${harm}]`, 1 / 10);
    }
    for (const how of ["search, whole", "search, harmed", "list, harmed"]) tally.expectOften(how, 1 / 60);
    tally.expectOften("[of another]", 1 / 10);
    tally.expectOften("errors", 1);
    tally.expectOften("nulls", 1);
    tally.expectOften("answers", 10);
  });
});

/** @returns what the answer says, once it is found right */
function judge(name: string, key: string, answer: unknown, world: World, way: MangledWay): unknown {
  const { show, truth, own, isList } = READS[name] as Read;
  const right = truth(key, world);
  const harms = own(key, world).map((one) => way.harmOf(one));
  const about = `${name} of ${JSON.stringify(key)} in ${world.edition}, its own answer being ${harms.join()}`;
  if (isDirectoryError(answer)) {
    const isGone = right === null || right.length === 0;
    expect(isExplained(answer, own(key, world), isGone, world, way), `${about}: ${answer.message}`).toBe(true);
    return answer;
  }
  if (answer === null) {
    expect(right, about).toBeNull();
    return null;
  }
  expect(right, about).not.toBeNull();
  const shown = show(answer as never).toSorted();
  const isCut = isList === true && harms.some((harm) => harm === "shortened" || harm === "emptied");
  if (isCut) {
    expect(right, about).toEqual(expect.arrayContaining(shown));
    expect(new Set(shown).size, about).toBe(shown.length);
  } else {
    expect(shown, about).toEqual(right?.toSorted());
  }
  return shown;
}

/** Whether the key's own answer is to blame, or that the service was away when many were asked for together. */
function isExplained(
  error: unknown,
  own: readonly string[],
  isGone: boolean,
  { edition }: World,
  way: MangledWay,
): boolean {
  if (!(error instanceof ServiceFailure)) return false;
  const harms = own.map((line) => way.harmOf(line));
  const isShared = [...way.harms].some(([line, harm]) => harm === "unavailable" && SHARED.test(line));
  // Of an unknown group E1 cannot say that it is not there.
  const isUnsayable = isGone && edition !== "E2" && own.some((line) => line.startsWith("GET /groups/group/"));
  if (error.code === "UPSTREAM_UNAVAILABLE") return harms.includes("unavailable") || isShared;
  if (error.code === "UPSTREAM_ERROR") return harms.includes("failed with 500") || isUnsayable;
  return error.code === "UPSTREAM_INVALID_RESPONSE" && harms.includes("of another");
}

/** The list in which E2 may show users of whom the relations are asked for: of 20 at least. */
function isForRelations(asked: string): boolean {
  return Number(/^GET \/users\?limit=(\d+)/.exec(asked)?.[1]) >= 40;
}

/** What is asked for many keys. */
const SHARED = /^GET (?:\/users\?|\/users\/search\/|\/groups$|\/applications$)/;

async function readApiKeys(directory: Directory, { users }: People): Promise<readonly ApiKeyRef[]> {
  const owners = users.filter(({ apiKeys }) => apiKeys.length > 0).map(({ id }) => id);
  const answers = await directory.apiKeys.ofUsers(owners, RECORD);
  return answers.flatMap((keys, index) =>
    (keys as readonly Reference<unknown>[]).map(({ id }) => ({ user: owners[index] ?? "", id })),
  );
}
