import { person, type People } from "../../src/sandbox/people.ts";

/** How many of each there are, and their ids: the same in all worlds, so that a mixed-up answer fits and shows. */
export const WORLD = { users: 3, applications: 3, groups: 2, organizations: 2, spaces: 3, apps: 3 } as const;

/**
 * A small company whose every name, address and text carries a mark.
 * @param mark in lower case, since eContext lowers the case of addresses
 */
export function markedPeople(mark: string): People {
  const name = (what: string, n: number) => `${what} ${n} of ${mark}`;
  return {
    applications: range(WORLD.applications).map((n) => ({
      id: `application-${n}`,
      name: name("application", n),
      description: name("what application", n),
      customData: { owner: mark },
      enabled: true,
    })),
    groups: range(WORLD.groups).map((n) => ({
      id: `group-${n}`,
      name: name("group", n),
      description: name("what group", n),
      application: `application-${n}`,
      customData: { owner: mark },
    })),
    organizations: range(WORLD.organizations).map((n) => ({ id: `organization-${n}`, name: name("organization", n) })),
    spaces: range(WORLD.spaces).map((n) => ({
      id: `space-${n}`,
      name: name("space", n),
      organization: `organization-${n % WORLD.organizations}`,
    })),
    apps: range(WORLD.apps).map((n) => ({
      id: `app-${n}`,
      name: name("app", n),
      space: `space-${n}`,
      started: true,
      instances: 1,
      memory: 64,
      buildpack: name("buildpack", n),
    })),
    users: range(WORLD.users).map((n) =>
      person(`user-${n}`, name("user", n), {
        email: `user-${n}@${mark}.example`,
        customData: { owner: mark },
        applications: range(WORLD.applications).map((m) => `application-${m}`),
        groups: [`group-${n % WORLD.groups}`],
        apiKeys: [name("key", n)],
        organization: `organization-${n % WORLD.organizations}`,
        active: true,
        roles: [
          ...range(WORLD.organizations).map((m) => ({ organization: `organization-${m}`, role: "MEMBER" as const })),
          { space: `space-${n % WORLD.spaces}`, role: "DEVELOPER" },
        ],
        defaultSpace: `space-${n % WORLD.spaces}`,
      }),
    ),
  };
}

/** The user who is there for the write of this number alone, and so tells which write it was. */
export function subjectOf(write: number): string {
  return `subject-${write}-`;
}

/** People to whom so many writes can be done, each to a user of its own. */
export function peopleToWrite(writes: number): People {
  const people = markedPeople("those-who-are-written");
  return {
    ...people,
    users: range(writes).map((n) =>
      person(subjectOf(n), `Subject ${n}`, {
        email: `${subjectOf(n)}@example.com`,
        // Nobody else can be deleted.
        status: "DISABLED",
        // E1 lets nobody out of their last application.
        applications: ["application-0", "application-1"],
        groups: ["group-0"],
        apiKeys: ["key"],
        organization: "organization-0",
        active: true,
        roles: [
          { organization: "organization-0", role: "MEMBER" },
          { space: "space-0", role: "DEVELOPER" },
        ],
        defaultSpace: "space-0",
      }),
    ),
  };
}

export function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
