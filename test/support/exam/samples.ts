import type { Problem } from "../../../src/domain/errors.ts";
import type { EcontextNewUser } from "../../../src/domain/facets/econtext.ts";
import type { Family } from "../../../src/domain/facets/family.ts";
import type { NewUser, User, UserChange } from "../../../src/domain/user.ts";
import { expect } from "vitest";
import { ASK_USER, nameOf, WHOLE, type Shown, type World } from "./asking.ts";
import type { Examinee } from "./examinee.ts";

/** What is refused, and why. */
export interface Refused<What> {
  readonly what: string;
  readonly value: What;
  readonly problems: readonly Pick<Problem, "code" | "path">[];
}

export interface SampleChange {
  readonly field: string;
  readonly change: UserChange;
  readonly shows: Partial<Shown>;
  /** Proves what no record shows. */
  readonly prove?: (examinee: Examinee, user: User) => Promise<void>;
}

/** Drafts and changes of one family of services: the one thing in the exam that cannot be asked of the port. */
export interface Samples {
  /** A user whom nobody has yet, with as little as there may be. */
  plain(serial: string): NewUser;
  /** With everything, and what is then to be read. */
  full(
    serial: string,
    world: World,
  ): {
    readonly draft: NewUser;
    readonly shows: Partial<Shown>;
    readonly applications: readonly string[];
    readonly memberships: readonly string[];
    readonly secrets: readonly string[];
  };
  /** Refused before anything is sent. */
  readonly invalidDrafts: readonly Refused<NewUser>[];
  /** Refused by the service, which has all but one thing of what is named. */
  unknownIn(world: World): readonly Refused<NewUser>[];
  /** A draft of what an existing user holds alone. */
  taken(user: User): Refused<NewUser>;
  readonly stranger: NewUser;
  changes(world: World): readonly SampleChange[];
  /** Each field made null. */
  readonly clearings: readonly { readonly field: string; readonly change: UserChange }[];
  readonly invalidChanges: readonly Refused<UserChange>[];
  readonly refusedChanges: (other: User) => readonly Refused<UserChange>[];
  /** Changes nothing. */
  readonly nothing: readonly UserChange[];
  readonly strangerChange: UserChange;
  /** What a refusal to delete a user may ask for: after this change there must be none. Null: none may be. */
  readonly retirement: UserChange | null;
}

const PASSWORD = "correct horse battery";
const NEW_PASSWORD = "a 100% new: horse";

function plainEcontext(serial: string, more: Partial<EcontextNewUser> = {}): { readonly econtext: EcontextNewUser } {
  return {
    econtext: {
      email: `newcomer.${serial}@example.com`,
      password: PASSWORD,
      name: `Newcomer ${serial}`,
      customData: null,
      applications: [],
      groups: [],
      organization: null,
      ...more,
    },
  };
}

const econtext: Samples = {
  plain: (serial) => plainEcontext(serial),
  full(serial, { applications, groups }) {
    const group = groups.find(({ kind }) => kind === "GROUP");
    const organization = groups.find(({ kind }) => kind === "ORGANIZATION");
    // Where groups belong to applications, the user is in the group's; else in any two.
    const own = group?.application?.id ?? applications[0]?.id;
    const other = applications.find(({ id }) => id !== own)?.id;
    if (group === undefined || own === undefined || other === undefined) throw new Error("The people are too few.");
    const customData = { "green eggs": ["and", { ham: null }], seats: 2.5, __proto_: "no" };
    return {
      draft: plainEcontext(serial, {
        customData,
        applications: [own, other],
        groups: [group.id],
        organization: organization?.id ?? null,
      }),
      shows: {
        name: `Newcomer ${serial}`,
        email: `newcomer.${serial}@example.com`,
        customData,
        organization: organization ? nameOf(organization) : null,
      },
      applications: [own, other].sort(),
      memberships: [group, ...(organization ? [organization] : [])].map((one) => `MEMBER ${nameOf(one)}`).sort(),
      secrets: [PASSWORD],
    };
  },
  invalidDrafts: [
    {
      what: "no email address",
      value: plainEcontext("invalid", { email: "newcomer" }),
      problems: [{ code: "INVALID", path: ["email"] }],
    },
    {
      what: "a short password",
      value: plainEcontext("invalid", { password: "a" }),
      problems: [{ code: "INVALID", path: ["password"] }],
    },
    {
      what: "ids that cannot be asked for",
      value: plainEcontext("invalid", { applications: ["fine", ".."], groups: [""] }),
      problems: [
        { code: "INVALID", path: ["applications", "1"] },
        { code: "INVALID", path: ["groups", "0"] },
      ],
    },
    {
      what: "two things at once",
      value: plainEcontext("invalid", { email: "", password: "" }),
      problems: [
        { code: "INVALID", path: ["email"] },
        { code: "INVALID", path: ["password"] },
      ],
    },
  ],
  unknownIn({ applications, groups }) {
    const [application] = applications;
    const hasOrganizations = groups.some(({ kind }) => kind === "ORGANIZATION");
    return [
      {
        what: "an application",
        value: plainEcontext("unknown-1", { applications: [application?.id ?? "", "nothing"] }),
        problems: [{ code: "NOT_FOUND", path: ["applications", "1"] }],
      },
      {
        what: "a group",
        value: plainEcontext("unknown-2", { groups: ["nothing"] }),
        problems: [{ code: "NOT_FOUND", path: ["groups", "0"] }],
      },
      {
        what: "an organization",
        value: plainEcontext("unknown-3", { organization: "nothing" }),
        problems: [{ code: hasOrganizations ? "NOT_FOUND" : "UNSUPPORTED", path: ["organization"] }],
      },
    ];
  },
  taken: ({ email }) => ({
    what: "an email",
    value: plainEcontext("taken", { email: email ?? "" }),
    problems: [{ code: "TAKEN", path: ["email"] }],
  }),
  stranger: { cloudFoundry: { guid: "stranger", admin: null, defaultSpace: null } },
  changes: () => [
    { field: "name", change: { econtext: { name: "Somebody Else" } }, shows: { name: "Somebody Else" } },
    {
      field: "email",
      change: { econtext: { email: "somebody.else@example.com" } },
      shows: { email: "somebody.else@example.com" },
    },
    { field: "status", change: { econtext: { status: "DISABLED" } }, shows: { status: "DISABLED" } },
    { field: "status back", change: { econtext: { status: "ENABLED" } }, shows: { status: "ENABLED" } },
    {
      field: "customData",
      change: { econtext: { customData: { only: ["this", { is: 4 }] } } },
      shows: { customData: { only: ["this", { is: 4 }] } },
    },
    { field: "password", change: { econtext: { password: NEW_PASSWORD } }, shows: {}, prove: logsIn },
    {
      field: "several at once",
      change: { econtext: { name: "Yet Another", customData: { again: true }, status: "DISABLED" } },
      shows: { name: "Yet Another", customData: { again: true }, status: "DISABLED" },
    },
  ],
  clearings: (["email", "password", "name", "status", "customData"] as const).map((field) => ({
    field,
    change: { econtext: { [field]: null } },
  })),
  invalidChanges: [
    {
      what: "no email address",
      value: { econtext: { email: "nobody" } },
      problems: [{ code: "INVALID", path: ["econtext", "email"] }],
    },
    {
      what: "a short password",
      value: { econtext: { password: "a" } },
      problems: [{ code: "INVALID", path: ["econtext", "password"] }],
    },
    {
      what: "two things at once",
      value: { econtext: { email: "", password: "" } },
      problems: [
        { code: "INVALID", path: ["econtext", "email"] },
        { code: "INVALID", path: ["econtext", "password"] },
      ],
    },
  ],
  refusedChanges: ({ email }) => [
    {
      what: "an email that is taken",
      value: { econtext: { email } },
      problems: [{ code: "TAKEN", path: ["econtext", "email"] }],
    },
  ],
  nothing: [{ econtext: {} }, { econtext: { name: undefined, status: undefined } }],
  strangerChange: { cloudFoundry: { admin: true } },
  retirement: { econtext: { status: "DISABLED" } },
};

/**
 * The service lets in whoever has the password: by email or by user name, which is each edition's own choice. One that
 * lets nobody in by a password has no door to prove it at.
 */
async function logsIn(examinee: Examinee, { email, username }: User): Promise<void> {
  const list = (names: readonly (string | null)[], password: string) =>
    Promise.any(
      names.map((name) =>
        examinee.open({ basic: { username: name ?? "", password } }).users.list(WHOLE, null, ASK_USER),
      ),
    );
  const refused = { errors: [{ code: "UNAUTHENTICATED" }, { code: "UNAUTHENTICATED" }] };
  const [someone] = (await examinee.open().users.list(WHOLE, null, ASK_USER)).items;
  const seed = examinee.people.users.find(({ id }) => id === someone?.id);
  if (someone === undefined || seed === undefined) throw new Error("The people are too few.");
  const door = await list([someone.email, someone.username], seed.password).catch((error: unknown) => error);
  if (door instanceof AggregateError) {
    expect(door).toMatchObject(refused);
    return;
  }
  expect((await list([email, username], NEW_PASSWORD)).items.length).toBeGreaterThan(0);
  await expect(list([email, username], PASSWORD)).rejects.toMatchObject(refused);
}

const plainCloudFoundry = (serial: string): NewUser => ({
  cloudFoundry: { guid: `newcomer ${serial}/ü+&?`, admin: null, defaultSpace: null },
});

const cloudFoundry: Samples = {
  plain: plainCloudFoundry,
  full(serial, { groups }) {
    const guid = `newcomer-${serial}`;
    const space = groups.find(({ kind }) => kind === "SPACE");
    if (space === undefined) throw new Error("The people are too few.");
    return {
      draft: { cloudFoundry: { guid, admin: true, defaultSpace: space.id } },
      shows: { id: guid, admin: true, active: false, status: "UNVERIFIED", defaultSpace: nameOf(space) },
      applications: [],
      memberships: [],
      secrets: [],
    };
  },
  invalidDrafts: [
    {
      what: "no guid",
      value: { cloudFoundry: { guid: " ", admin: null, defaultSpace: null } },
      problems: [{ code: "INVALID", path: ["guid"] }],
    },
    {
      what: "two guids that cannot be asked for",
      value: { cloudFoundry: { guid: "a\nb", admin: null, defaultSpace: ".." } },
      problems: [
        { code: "INVALID", path: ["guid"] },
        { code: "INVALID", path: ["defaultSpace"] },
      ],
    },
  ],
  unknownIn: () => [
    {
      what: "a space",
      value: { cloudFoundry: { guid: "unknown-1", admin: false, defaultSpace: "nothing" } },
      problems: [{ code: "NOT_FOUND", path: ["defaultSpace"] }],
    },
  ],
  taken: ({ id }) => ({
    what: "a guid",
    value: { cloudFoundry: { guid: id, admin: null, defaultSpace: null } },
    problems: [{ code: "TAKEN", path: ["guid"] }],
  }),
  stranger: plainEcontext("stranger"),
  changes({ groups }) {
    const spaces = groups.filter(({ kind }) => kind === "SPACE");
    return [
      { field: "admin", change: { cloudFoundry: { admin: true } }, shows: { admin: true } },
      { field: "admin back", change: { cloudFoundry: { admin: false } }, shows: { admin: false } },
      ...spaces.slice(0, 2).map((space) => ({
        field: `defaultSpace ${space.name ?? ""}`,
        change: { cloudFoundry: { defaultSpace: space.id } },
        shows: { defaultSpace: nameOf(space) },
      })),
      {
        field: "several at once",
        change: { cloudFoundry: { admin: true, defaultSpace: spaces[2]?.id } },
        shows: { admin: true, defaultSpace: spaces[2] && nameOf(spaces[2]) },
      },
    ];
  },
  clearings: (["admin", "defaultSpace"] as const).map((field) => ({
    field,
    change: { cloudFoundry: { [field]: null } },
  })),
  invalidChanges: [],
  refusedChanges: () => [
    {
      what: "a space that is not there",
      value: { cloudFoundry: { defaultSpace: "nothing" } },
      problems: [{ code: "NOT_FOUND", path: ["cloudFoundry", "defaultSpace"] }],
    },
  ],
  nothing: [{ cloudFoundry: {} }, { cloudFoundry: { admin: undefined } }],
  strangerChange: { econtext: { name: "Stranger" } },
  retirement: null,
};

export const SAMPLES: Readonly<Record<Family, Samples>> = { econtext, cloudFoundry };
