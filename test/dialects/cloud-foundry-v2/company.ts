import fc from "fast-check";
import type { GroupRef, GroupRole } from "../../../src/domain/group.ts";
import type { People, SeedRole, SeedUser } from "../../../src/sandbox/people.ts";
import { gather } from "../../support/random-people.ts";

/** A company, and what is true of it. */
export class Company {
  readonly people: People;
  readonly users: ReadonlyMap<string, SeedUser>;
  readonly apps: ReadonlyMap<string, People["apps"][number]>;
  readonly organizations: ReadonlyMap<string, People["organizations"][number]>;
  readonly spaces: ReadonlyMap<string, People["spaces"][number]>;
  readonly #members: ReadonlyMap<string, readonly { readonly role: GroupRole; readonly user: string }[]>;

  constructor(people: People) {
    this.people = people;
    this.users = new Map(people.users.flatMap((user) => (user.guid === null ? [] : [[user.guid, user] as const])));
    this.apps = new Map(people.apps.map((app) => [app.id, app]));
    this.organizations = new Map(people.organizations.map((organization) => [organization.id, organization]));
    this.spaces = new Map(people.spaces.map((space) => [space.id, space]));
    const all = [...this.users].flatMap(([user, { roles }]) =>
      roles.map((held) => ({ user, role: held.role, group: groupOf(held) })),
    );
    this.#members = Map.groupBy(all, ({ group }) => `${group.kind} ${group.id}`);
  }

  has({ kind, id }: GroupRef): boolean {
    return kind === "ORGANIZATION" ? this.organizations.has(id) : kind === "SPACE" && this.spaces.has(id);
  }

  /** `MEMBER ORGANIZATION org-1`, of one user, in the relations that pass. */
  membershipsOf(user: string, passes: (kind: string, role: string) => boolean): ReadonlySet<string> {
    const held = (this.users.get(user)?.roles ?? []).map((role) => ({ role: role.role, ...groupOf(role) }));
    return new Set(
      held.filter(({ kind, role }) => passes(kind, role)).map(({ kind, id, role }) => `${role} ${kind} ${id}`),
    );
  }

  /** `MEMBER user-1`, of one group. */
  membersOf(group: GroupRef, role: GroupRole | null): ReadonlySet<string> {
    const members = this.#members.get(`${group.kind} ${group.id}`) ?? [];
    return new Set(members.filter((one) => role === null || one.role === role).map((one) => `${one.role} ${one.user}`));
  }

  developersOf(space: string): ReadonlySet<string> {
    const members = this.membersOf({ kind: "SPACE", id: space }, "DEVELOPER");
    return new Set([...members].map((member) => member.slice("DEVELOPER ".length)));
  }

  appsOf(spaces: ReadonlySet<string>): ReadonlySet<string> {
    return new Set(this.people.apps.filter(({ space }) => spaces.has(space)).map(({ id }) => id));
  }

  spacesDevelopedBy(user: string): ReadonlySet<string> {
    const roles = this.users.get(user)?.roles ?? [];
    return new Set(roles.flatMap((held) => ("space" in held && held.role === "DEVELOPER" ? [held.space] : [])));
  }
}

function groupOf(held: SeedRole) {
  return "space" in held
    ? ({ kind: "SPACE", id: held.space } as const)
    : ({ kind: "ORGANIZATION", id: held.organization } as const);
}

/**
 * Companies in which users have over 50 groups, groups over 50 users, spaces over 50 apps, and others none at all. Most
 * users can stand in a filter.
 */
export const companies: fc.Arbitrary<Company> = fc
  .record({
    users: fc.noBias(fc.nat(110)),
    applications: fc.constant(0),
    groups: fc.constant(0),
    organizations: fc.oneof({ weight: 3, arbitrary: fc.noBias(fc.nat(8)) }, { weight: 1, arbitrary: fc.nat(60) }),
    spaces: fc.oneof({ weight: 3, arbitrary: fc.noBias(fc.nat(8)) }, { weight: 1, arbitrary: fc.nat(60) }),
    apps: fc.nat(120),
    rarity: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 12 })),
    salt: fc.nat(1000),
  })
  .map((sizes) => {
    const people = gather(sizes);
    const users = people.users.map((user, n) => {
      if (n % 7 === 3) return user;
      const id = `user-${n}`;
      return { ...user, id, guid: user.guid === null ? null : id };
    });
    return new Company({ ...people, users });
  });
