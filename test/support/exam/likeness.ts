import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Group } from "../../../src/domain/group.ts";
import type { User } from "../../../src/domain/user.ts";
import type { People, SeedUser } from "../../../src/sandbox/people.ts";
import { ASK, idsOf, nameOf, showUser, survey, told } from "./asking.ts";
import { sit, type SittingOptions } from "./examinee.ts";

/** What the people tell of records, by their ids or names. What is left out they do not tell. */
interface Likenesses {
  readonly users: ReadonlyMap<string, Fields>;
  readonly applications: ReadonlyMap<string, Fields>;
  readonly groups: ReadonlyMap<string, Fields>;
}

type Fields = Readonly<Record<string, unknown>>;

export function examineLikeness(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const isEcontext = dialect.family === "econtext";

  it("are those of the people: each field is told truly of everybody, or of nobody", async () => {
    const { users, applications, groups } = await survey(examinee().open());
    const { people } = examinee();
    const likenesses = isEcontext ? ofEcontext(people, users) : ofCloudFoundry(people);
    expectLike(new Map(users.map((user) => [user.id, showUser(user)])), likenesses.users);
    expectLike(new Map(applications.map((one) => [one.id, show(one)])), likenesses.applications);
    expectLike(new Map(groups.map((group) => [nameOf(group), show(group)])), likenesses.groups);
    // A service of which nobody can tell who is who would be of no use.
    for (const { name, email, username } of users) expect(name ?? email ?? username).not.toBeNull();
    for (const { name } of [...applications, ...groups]) expect(name).not.toBeNull();
  });

  it("tell times in UTC with milliseconds, and none that cannot be", async () => {
    const directory = examinee().open();
    const { users, applications, groups } = await survey(directory);
    const keys = (await directory.apiKeys.ofUsers(idsOf(users), ASK)).flatMap(told);
    const records = [...users, ...applications, ...groups, ...keys.flatMap(({ record }) => record ?? [])];
    const times = [
      ...records.flatMap(({ createdAt, updatedAt }) => [createdAt, updatedAt]),
      ...users.map(({ econtext }) => econtext?.passwordModifiedAt),
    ].filter((time) => time != null);
    const [earliest, latest] = [Date.UTC(2000), Date.now() + A_DAY_MS];
    for (const time of times) {
      expect(new Date(time).toISOString()).toBe(time);
      expect(Date.parse(time)).toBeGreaterThan(earliest);
      expect(Date.parse(time)).toBeLessThan(latest);
    }
  });
}

const A_DAY_MS = 86_400_000;

interface Status {
  readonly status: unknown;
}

function show({ name, description, status, customData }: Pick<Group, "name" | "description" | "customData"> & Status) {
  return { name, description, status, customData };
}

function expectLike(records: ReadonlyMap<string, Fields>, likenesses: ReadonlyMap<string, Fields>): void {
  const fields = new Set([...likenesses.values()].flatMap((likeness) => Object.keys(likeness)));
  for (const field of fields) {
    const found = [...records].map(([id, record]) => [id, plain(record[field])]);
    if (found.every(([, value]) => value === null)) continue;
    expect(found, field).toEqual([...records.keys()].map((id) => [id, plain(likenesses.get(id)?.[field])]));
  }
}

/** Services have their own ways to say that there is nothing. */
function plain(value: unknown): unknown {
  const isNothing = value === undefined || value === "" || (value !== null && JSON.stringify(value) === "{}");
  return isNothing ? null : value;
}

function ofEcontext({ users, applications, groups, organizations }: People, shown: readonly User[]): Likenesses {
  // Where nobody at all is unverified, the service knows no such status, and takes everybody who is not disabled.
  const knowsUnverified = shown.some(({ status }) => status === "UNVERIFIED");
  const known = (status: SeedUser["status"]) => (status === "UNVERIFIED" && !knowsUnverified ? "ENABLED" : status);
  const statusOf = ({ enabled }: { readonly enabled: boolean }) => (enabled ? "ENABLED" : "DISABLED");
  return {
    users: mapOf(users, ({ id, name, email, status, customData }) => [
      id,
      { name, email, status: known(status), customData },
    ]),
    applications: mapOf(applications, (one) => [one.id, show({ ...one, status: statusOf(one) })]),
    groups: new Map<string, Fields>([
      ...mapOf(groups, ({ id, name, description, customData }) => [
        nameOf({ kind: "GROUP", id }),
        { name, description, customData },
      ]),
      ...mapOf(organizations, ({ id, name }) => [nameOf({ kind: "ORGANIZATION", id }), { name }]),
    ]),
  };
}

function ofCloudFoundry({ users, apps, organizations, spaces }: People): Likenesses {
  const likenessOf = ({ admin, active, defaultSpace }: SeedUser): Fields => ({
    admin,
    active,
    status: active ? "ENABLED" : "UNVERIFIED",
    defaultSpace: defaultSpace && nameOf({ kind: "SPACE", id: defaultSpace }),
  });
  return {
    users: mapOf(users, (user) => [user.guid ?? "", likenessOf(user)]),
    applications: mapOf(apps, ({ id, name, started }) => [id, { name, status: started ? "STARTED" : "STOPPED" }]),
    groups: new Map<string, Fields>([
      ...mapOf(organizations, ({ id, name }) => [nameOf({ kind: "ORGANIZATION", id }), { name }]),
      ...mapOf(spaces, ({ id, name }) => [nameOf({ kind: "SPACE", id }), { name }]),
    ]),
  };
}

function mapOf<Seed>(seeds: readonly Seed[], tell: (seed: Seed) => readonly [string, Fields]): Map<string, Fields> {
  return new Map(seeds.map(tell));
}
