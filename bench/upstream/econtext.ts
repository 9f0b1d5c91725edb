import type { Chance } from "./chance.ts";
import type { Draft, WholeUser, WireApplication, WireGroup, WireUser } from "./wire.ts";

export const USERS_PER_LIST = 50;
const APPLICATIONS = 10;
const GROUPS = 8;
const LISTS = 200;
const SINGLE_USERS = 500;
const DRAFTS = 100;

const HREF = "https://auth.econtext.example/api";
const FIRST_NAMES = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Niklaus", "Frances", "Ken"];
const LAST_NAMES = [
  "Lovelace",
  "Hopper",
  "Turing",
  "Dijkstra",
  "Liskov",
  "Knuth",
  "Perlman",
  "Wirth",
  "Allen",
  "Ritchie",
];

export interface EcontextPeople {
  readonly applications: readonly WireApplication[];
  readonly groups: readonly WireGroup[];
  /** The users of an application each. So that there are many to ask for, most are of none of those above. */
  readonly lists: readonly { readonly application: string; readonly users: readonly WireUser[] }[];
  /** Those who can be asked for alone. */
  readonly users: readonly WholeUser[];
  /** The users that can be created, and as what they come back. */
  readonly created: readonly { readonly draft: Draft; readonly user: WholeUser }[];
}

export function makeEcontextPeople(chance: Chance): EcontextPeople {
  const applications = range(APPLICATIONS).map((n) => makeApplication(chance, n));
  const groups = range(GROUPS).map((n) => makeGroup(chance, n, at(applications, n).id));
  const whole = (user: WireUser): WholeUser => ({
    ...user,
    applications: user.applications.map((id) => find(applications, id)),
    groups: user.groups.map((id) => find(groups, id)),
  });
  const lists = range(LISTS).map((list) => ({
    application: list < APPLICATIONS ? at(applications, list).id : chance.uuid(),
    users: range(USERS_PER_LIST).map((n) => makeUser(chance, list * USERS_PER_LIST + n, applications, groups)),
  }));
  const users = lists.flatMap((list) => list.users).slice(0, SINGLE_USERS);
  const created = range(DRAFTS).map((n) => {
    const draft = makeDraft(n, applications, groups);
    return { draft, user: whole(makeCreated(chance, draft)) };
  });
  return { applications, groups, lists, users: users.map(whole), created };
}

function makeApplication(chance: Chance, n: number): WireApplication {
  const id = chance.uuid();
  return {
    status: n === 7 ? "DISABLED" : "ENABLED",
    href: `${HREF}/applications/application/${id}`,
    name: `Application ${n}`,
    custom_data: n % 2 === 0 ? { "monthly limit": 1000 + n } : null,
    ...makeDates(chance),
    id,
    description: `What the team of application ${n} works on`,
  };
}

function makeGroup(chance: Chance, n: number, application: string): WireGroup {
  const id = chance.uuid();
  return {
    status: "ENABLED",
    application,
    href: `${HREF}/groups/group/${id}`,
    name: `group-${n}`,
    custom_data: { tier: n, classify_limit: 10, monthly_limit: 10_000 },
    ...makeDates(chance),
    id,
    description: `Who may do what group ${n} may`,
  };
}

/** Each list is to meet all applications and all groups: the first that a user has follow its number. */
function makeUser(
  chance: Chance,
  n: number,
  applications: readonly WireApplication[],
  groups: readonly WireGroup[],
): WireUser {
  const id = chance.uuid();
  const name = `${at(FIRST_NAMES, chance.below(10))} ${at(LAST_NAMES, chance.below(10))}`;
  const email = `${name.toLowerCase().replace(" ", ".")}.${n}@example.com`;
  return {
    username: email,
    status: chance.below(5) === 0 ? "UNVERIFIED" : "ENABLED",
    applications: pick(chance, applications, n, 3),
    href: `${HREF}/users/user/${id}`,
    groups: pick(chance, groups, n, 2),
    apikeys: [],
    id,
    name,
    ...makeDates(chance),
    custom_data:
      chance.below(3) === 0 ? { company_id: chance.below(100_000), company_name: 'The "Best" Company' } : null,
    email,
  };
}

function makeDraft(n: number, applications: readonly WireApplication[], groups: readonly WireGroup[]): Draft {
  return {
    name: `New User ${n}`,
    email: `new.user.${n}@example.com`,
    password: "correct horse battery",
    applications: [at(applications, n).id],
    groups: [at(groups, n).id],
  };
}

function makeCreated(chance: Chance, { name, email, applications, groups }: Draft): WireUser {
  const id = chance.uuid();
  return {
    username: email,
    status: "UNVERIFIED",
    applications,
    href: `${HREF}/users/user/${id}`,
    groups,
    apikeys: [],
    id,
    name,
    ...makeDates(chance),
    custom_data: null,
    email,
  };
}

function pick(chance: Chance, from: readonly { readonly id: string }[], n: number, count: number): readonly string[] {
  const first = at(from, n);
  const others = from.filter((one) => one !== first);
  return [first, ...chance.draw(others, count - 1)].map(({ id }) => id);
}

function makeDates(chance: Chance): { readonly created_at: string; readonly modified_at: string } {
  const write = (year: number) => {
    const { day, time } = chance.date(year);
    return `${day} ${time}.${String(chance.below(1000)).padStart(3, "0")}000+00:00`;
  };
  return { created_at: write(2016), modified_at: write(2017) };
}

/** From the start again where there are no more. */
function at<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}

function find<T extends { readonly id: string }>(list: readonly T[], id: string): T {
  return list.find((one) => one.id === id) as T;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, n) => n);
}
