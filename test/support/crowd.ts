import { person, type People, type SeedApp, type SeedRole } from "../../src/sandbox/people.ts";

const GROUPS_OF_USER = 2;

/**
 * As many users as wanted, each with two of ten applications, two of eight groups, an organization and two spaces; each
 * space with two apps.
 */
export function crowd(users: number): People {
  const applications = range(10).map((n) => ({
    id: `app-${n}`,
    name: `Application ${n}`,
    description: null,
    customData: null,
    enabled: true,
  }));
  const groups = range(8).map((n) => ({
    id: `group-${n}`,
    name: `Group ${n}`,
    description: null,
    application: `app-${n}`,
    customData: null,
  }));
  const organizations = range(4).map((n) => ({ id: `org-${n}`, name: `org-${n}` }));
  const spaces = range(12).map((n) => ({ id: `space-${n}`, name: `space-${n}`, organization: `org-${n % 4}` }));
  const apps: SeedApp[] = spaces.flatMap((space, n) =>
    range(2).map((m) => ({
      id: `cf-app-${n}-${m}`,
      name: `app-${n}-${m}`,
      space: space.id,
      started: true,
      instances: 1,
      memory: 64,
      buildpack: null,
    })),
  );
  return {
    applications,
    groups,
    organizations,
    spaces,
    apps,
    users: range(users).map((n) => {
      const number = String(n).padStart(3, "0");
      const organization = `org-${n % 4}`;
      const roles: SeedRole[] = [
        { organization, role: "MEMBER" },
        { space: `space-${n % 12}`, role: "DEVELOPER" },
        { space: `space-${(n + 4) % 12}`, role: "DEVELOPER" },
        { space: `space-${(n + 4) % 12}`, role: "AUDITOR" },
      ];
      return person(`user-${number}`, `User ${number}`, {
        email: `user.${number}@example.com`,
        applications: [`app-${n % 10}`, `app-${(n + 3) % 10}`],
        groups: range(GROUPS_OF_USER).map((m) => `group-${(n + m) % 8}`),
        organization,
        active: n % 2 === 0,
        roles,
      });
    }),
  };
}

/** The application that they all have in common; in Cloud Foundry, the app in whose space they all are developers. */
export const TOGETHER = "together";

/**
 * The same people, with one further application, and a space with one further app, of all of them.
 * @param every not of all, but of one in so many
 */
export function together(people: People, every = 1): People {
  const [organization] = people.organizations;
  const common = { id: TOGETHER, name: TOGETHER };
  return {
    ...people,
    applications: [...people.applications, { ...common, description: null, customData: null, enabled: true }],
    spaces: [...people.spaces, { ...common, organization: organization?.id ?? "" }],
    apps: [...people.apps, { ...common, space: TOGETHER, started: true, instances: 1, memory: 64, buildpack: null }],
    users: people.users.map((user, n) =>
      n % every > 0
        ? user
        : {
            ...user,
            applications: [...user.applications, TOGETHER],
            roles: [...user.roles, { space: TOGETHER, role: "DEVELOPER" }],
          },
    ),
  };
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
