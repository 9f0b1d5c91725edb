import type { Dialect } from "../../src/dialects/dialect.ts";
import type { GroupKind, GroupRole } from "../../src/domain/group.ts";
import type { People, SeedRole } from "../../src/sandbox/people.ts";

/** What a service has to show, as its people tell. */
export interface Truth {
  readonly users: readonly string[];
  readonly applications: readonly string[];
  readonly groups: readonly { readonly kind: GroupKind; readonly name: string }[];
  /** Every membership, in whatever kind and role. */
  readonly memberships: readonly {
    readonly user: string;
    readonly role: GroupRole;
    readonly kind: GroupKind;
    readonly group: string;
  }[];
  readonly userApplications: readonly Pair[];
  readonly applicationGroups: readonly Pair[];
  readonly children: readonly Pair[];
}

/** The left and the right side of a relation. */
export type Pair = readonly [string, string];

/** How names are written in a truth. */
export interface Spelling {
  user(id: string): string;
  application(id: string): string;
  group(kind: GroupKind, id: string): string;
}

/** As global ids of a service of this name. */
export function globally(service: string): Spelling {
  const global = (type: string, ...ids: readonly string[]) => [type, service, ...ids].map(encodeURIComponent).join(":");
  return {
    user: (id) => global("User", id),
    application: (id) => global("Application", id),
    group: (kind, id) => global("Group", kind.toLowerCase(), id),
  };
}

/** What only some dialects of the family eContext tell of the people. A dialect that is not named here: nothing of it. */
interface Traits {
  /** Each group belongs to the application that the people say. */
  readonly groupsOfApplications?: boolean;
  /** The editions that show the users' organizations, as groups of that kind. */
  readonly organizationsIn?: readonly string[];
}

const TRAITS: Readonly<Record<string, Traits>> = {
  econtext: { groupsOfApplications: true, organizationsIn: ["E2"] },
};

export interface Told {
  readonly dialect: Dialect;
  readonly edition: string;
  readonly people: People;
}

export function tell({ dialect, edition, people }: Told, { user, application, group }: Spelling): Truth {
  const groupsOf = (kind: GroupKind, seeds: readonly { readonly id: string }[]) =>
    seeds.map(({ id }) => ({ kind, name: group(kind, id) }));

  if (dialect.family === "econtext") {
    const { groupsOfApplications = false, organizationsIn = [] } = TRAITS[dialect.name] ?? {};
    const organizations = organizationsIn.includes(edition) ? people.organizations : [];
    const isShown = (id: string | null): id is string => organizations.some((one) => one.id === id);
    return {
      users: people.users.map(({ id }) => user(id)),
      applications: people.applications.map(({ id }) => application(id)),
      groups: [...groupsOf("GROUP", people.groups), ...groupsOf("ORGANIZATION", organizations)],
      memberships: people.users.flatMap(({ id, groups, organization }) => [
        ...groups.map((one) => ({
          user: user(id),
          role: "MEMBER" as const,
          kind: "GROUP" as const,
          group: group("GROUP", one),
        })),
        ...[organization].filter(isShown).map((one) => ({
          user: user(id),
          role: "MEMBER" as const,
          kind: "ORGANIZATION" as const,
          group: group("ORGANIZATION", one),
        })),
      ]),
      userApplications: people.users.flatMap(({ id, applications }) =>
        applications.map((one): Pair => [user(id), application(one)]),
      ),
      applicationGroups: groupsOfApplications
        ? people.groups.map((one) => [application(one.application), group("GROUP", one.id)])
        : [],
      children: [],
    };
  }

  const users = people.users.flatMap(({ guid, roles }) => (guid === null ? [] : [{ guid, roles }]));
  return {
    users: users.map(({ guid }) => user(guid)),
    applications: people.apps.map(({ id }) => application(id)),
    groups: [...groupsOf("ORGANIZATION", people.organizations), ...groupsOf("SPACE", people.spaces)],
    memberships: users.flatMap(({ guid, roles }) =>
      roles.map((held) => {
        const [kind, id] = placeOf(held);
        return { user: user(guid), role: held.role, kind, group: group(kind, id) };
      }),
    ),
    userApplications: users.flatMap(({ guid, roles }) => {
      const developed = new Set(
        roles.flatMap((held) => ("space" in held && held.role === "DEVELOPER" ? [held.space] : [])),
      );
      return people.apps
        .filter(({ space }) => developed.has(space))
        .map(({ id }): Pair => [user(guid), application(id)]);
    }),
    applicationGroups: people.apps.map(({ id, space }) => [application(id), group("SPACE", space)]),
    children: people.spaces.map(({ id, organization }) => [group("ORGANIZATION", organization), group("SPACE", id)]),
  };
}

function placeOf(held: SeedRole): readonly [GroupKind, string] {
  return "space" in held ? ["SPACE", held.space] : ["ORGANIZATION", held.organization];
}
