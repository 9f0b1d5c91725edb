import fc from "fast-check";
import { person, type People, type SeedRole } from "../../src/sandbox/people.ts";

/** How many there are of each, and how they hang together: small numbers, so that a counterexample can be read. */
export interface Sizes {
  readonly users: number;
  readonly applications: number;
  readonly groups: number;
  readonly organizations: number;
  readonly spaces: number;
  readonly apps: number;
  /** Of so many possible memberships one is held. 1: everybody is everywhere. */
  readonly rarity: number;
  readonly salt: number;
}

/** Cloud Foundry tells up to 50 groups inside a user; the newest eContext lists 25 applications and no more. */
export const sizes: fc.Arbitrary<Sizes> = fc.record({
  users: fc.nat(70),
  applications: fc.nat(24),
  groups: fc.nat(40),
  organizations: fc.nat(12),
  spaces: fc.nat(60),
  apps: fc.nat(70),
  rarity: fc.integer({ min: 1, max: 6 }),
  salt: fc.nat(1000),
});

/** Several have the same; none is easy on cursors, sorting or addresses. */
const NAMES = ["Team", "team", "Team", "Ärzte", "~", "a b", "", "漢字", "😀 \u{10FFFF}", "Team\t2"];
const IDS = [(n: string) => n, (n: string) => `${n} ü`, (n: string) => `${n}:~%`, (n: string) => `${n},;=+&?#`];

export function gather({ users, applications, groups, organizations, spaces, apps, rarity, salt }: Sizes): People {
  const holds = (...what: readonly (string | number)[]) => mix(salt, what.join("/")) % rarity === 0;
  const pick = <T>(list: readonly T[], ...what: readonly (string | number)[]) =>
    list[mix(salt, what.join("/")) % list.length] as T;
  const id = (kind: string, n: number) => pick(IDS, "id", kind, n)(`${kind}-${n}`);
  const name = (kind: string, n: number) => pick(NAMES, "name", kind, n);

  const someApplications = range(applications).map((n) => ({
    id: id("application", n),
    name: name("application", n),
    description: null,
    customData: null,
    enabled: true,
  }));
  // What hangs on something is not there where there is nothing to hang on.
  const someGroups = range(applications === 0 ? 0 : groups).map((n) => ({
    id: id("group", n),
    name: name("group", n),
    description: null,
    application: pick(someApplications, "application of", n).id,
    customData: null,
  }));
  const someOrganizations = range(organizations).map((n) => ({ id: id("org", n), name: `${name("org", n)} ${n}` }));
  const someSpaces = range(organizations === 0 ? 0 : spaces).map((n) => ({
    id: id("space", n),
    name: name("space", n),
    organization: pick(someOrganizations, "organization of", n).id,
  }));
  const someApps = range(someSpaces.length === 0 ? 0 : apps).map((n) => ({
    id: id("app", n),
    name: name("app", n),
    space: pick(someSpaces, "space of", n).id,
    started: true,
    instances: 1,
    memory: 64,
    buildpack: null,
  }));
  return {
    applications: someApplications,
    groups: someGroups,
    organizations: someOrganizations,
    spaces: someSpaces,
    apps: someApps,
    users: range(users).map((n) => {
      const roles: readonly SeedRole[] = [
        ...someOrganizations.flatMap(({ id: organization }) =>
          (["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR"] as const)
            .filter((role) => holds(n, organization, role))
            .map((role) => ({ organization, role })),
        ),
        ...someSpaces.flatMap(({ id: space }) =>
          (["DEVELOPER", "MANAGER", "AUDITOR"] as const)
            .filter((role) => holds(n, space, role))
            .map((role) => ({ space, role })),
        ),
      ];
      return person(id("user", n), name("user", n), {
        ...(n % 5 === 4 && { guid: null }),
        email: `${pick(["a", "B", "ü", "z"], "email", n)}.${n}@example.com`,
        applications: someApplications.filter((one) => holds(n, one.id, "a")).map((one) => one.id),
        groups: someGroups.filter((one) => holds(n, one.id, "g")).map((one) => one.id),
        organization: n % 3 === 2 || organizations === 0 ? null : pick(someOrganizations, "home", n).id,
        roles,
      });
    }),
  };
}

/** FNV-1a: the same on every machine. */
function mix(salt: number, text: string): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
