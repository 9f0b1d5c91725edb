import type { GroupKind, GroupRole } from "../../src/domain/group.ts";
import type { SeedRole } from "../../src/sandbox/people.ts";
import type { SandboxOfService } from "./gateway.ts";

/** What the graph has to show of one service, as its people tell: names are global ids. */
export interface Truth {
  readonly counts: boolean;
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

/** @param service its edition counts: only the newest eContext has organizations */
export function tell({ name, dialect, edition, people }: Required<SandboxOfService>): Truth {
  const global = (type: string, ...ids: readonly string[]) => [type, name, ...ids].map(encodeURIComponent).join(":");
  const user = (id: string) => global("User", id);
  const application = (id: string) => global("Application", id);
  const group = (kind: GroupKind, id: string) => global("Group", kind.toLowerCase(), id);
  const groupsOf = (kind: GroupKind, seeds: readonly { readonly id: string }[]) =>
    seeds.map(({ id }) => ({ kind, name: group(kind, id) }));

  if (dialect.family === "econtext") {
    const organizations = edition === "E2" ? people.organizations : [];
    const isShown = (id: string | null): id is string => organizations.some((one) => one.id === id);
    return {
      counts: false,
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
      applicationGroups: people.groups.map((one) => [application(one.application), group("GROUP", one.id)]),
      children: [],
    };
  }

  const users = people.users.flatMap(({ guid, roles }) => (guid === null ? [] : [{ guid, roles }]));
  return {
    counts: true,
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
