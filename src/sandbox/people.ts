/**
 * The people of the sandbox: a small company as every dialect can tell it. A dialect's sandbox turns this into its own
 * records and lists; nothing here knows a wire.
 *
 * Two families share it. What is marked "eContext" any dialect of that family shows, and what is marked "Cloud Foundry"
 * any of the other; the rest is for both. Ids and names stay as they are, for the exam holds what a dialect reads against
 * them. What a service has no place for its sandbox leaves out, the same of everybody.
 */
export interface People {
  /** eContext applications: what users log in to. */
  readonly applications: readonly SeedApplication[];
  /** eContext groups, each of one application, where the service knows such a thing. */
  readonly groups: readonly SeedGroup[];
  /** Cloud Foundry organizations, and eContext's in editions that have some. */
  readonly organizations: readonly SeedOrganization[];
  /** Cloud Foundry spaces, each of one organization. */
  readonly spaces: readonly SeedSpace[];
  /** Cloud Foundry apps, each of one space. */
  readonly apps: readonly SeedApp[];
  readonly users: readonly SeedUser[];
}

export interface SeedApplication {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly customData: Readonly<Record<string, unknown>> | null;
  readonly enabled: boolean;
}

export interface SeedGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** An application's id. */
  readonly application: string;
  readonly customData: Readonly<Record<string, unknown>> | null;
}

export interface SeedOrganization {
  readonly id: string;
  readonly name: string;
}

export interface SeedSpace {
  readonly id: string;
  readonly name: string;
  /** An organization's id. */
  readonly organization: string;
}

export interface SeedApp {
  readonly id: string;
  readonly name: string;
  /** A space's id. */
  readonly space: string;
  readonly started: boolean;
  readonly instances: number;
  /** MiB */
  readonly memory: number;
  readonly buildpack: string | null;
}

export type SeedRole =
  | { readonly organization: string; readonly role: "MEMBER" | "MANAGER" | "BILLING_MANAGER" | "AUDITOR" }
  | { readonly space: string; readonly role: "DEVELOPER" | "MANAGER" | "AUDITOR" };

export interface SeedUser {
  /** The eContext id and, unless `guid` says otherwise, the Cloud Foundry guid. */
  readonly id: string;
  /** Null: not a user of the Cloud Foundry service. */
  readonly guid: string | null;
  /** eContext; Cloud Foundry v2 has no names. */
  readonly name: string;
  /** eContext; Cloud Foundry's username. */
  readonly email: string;
  /** eContext, where users may log in to the service itself. At least 7 characters. */
  readonly password: string;
  /** eContext. A service that knows nobody as unverified takes them for enabled. */
  readonly status: "ENABLED" | "UNVERIFIED" | "DISABLED";
  /** eContext */
  readonly customData: Readonly<Record<string, unknown>> | null;
  /** ISO 8601 */
  readonly createdAt: string;
  /** Ids of applications; eContext. */
  readonly applications: readonly string[];
  /** Ids of groups; eContext. */
  readonly groups: readonly string[];
  /** Names of API keys; eContext. */
  readonly apiKeys: readonly string[];
  /** eContext: the organization that an edition with organizations shows; null: none. */
  readonly organization: string | null;
  /** Cloud Foundry: whether a token was ever used. */
  readonly active: boolean;
  /** Cloud Foundry */
  readonly admin: boolean;
  /** Cloud Foundry: roles in organizations and spaces. */
  readonly roles: readonly SeedRole[];
  /** Cloud Foundry: a space's id. */
  readonly defaultSpace: string | null;
  /** Cloud Foundry: whether the user carries labels, which only API v3 shows and removes, and which forbid a deletion. */
  readonly labeled: boolean;
}

const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const ROSTER = "ec48dad3-ca61-4d74-a584-3ee3db4708ef";
const AUTH = "aa136fbd-26cc-448f-af0a-cf98fe165cc6";
const PILOTS = "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf";
const DISPATCH = "16191e59-85e8-416f-826d-9cf8106c8cad";
const PORTAL_ADMINS = "7Pmrb9Leujmf8gcspoRvje";
const AIR = "a7aff246-5f5b-4cf8-87d8-f316053e4a20";
const CARGO = "1c0e6074-777f-450e-9abc-c42f39d9b75b";
const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";
const STAGING = "bc8d3381-390d-4bd7-8c71-25309900a2e3";
const FREIGHT = "9881c79e-d269-4a53-9d77-cb21b745356e";

/** Kestrel Air, an airline of eight people. */
export const PEOPLE: People = {
  applications: [
    {
      id: AUTH,
      name: "eContext Auth",
      description: "eContext Authentication/Authorization Application",
      customData: null,
      enabled: true,
    },
    {
      id: PORTAL,
      name: "Crew Portal",
      description: "Schedules, swaps and messages for the crew",
      customData: { "green eggs": "and ham", seats: 250 },
      enabled: true,
    },
    { id: ROSTER, name: "Roster API", description: null, customData: null, enabled: true },
  ],
  groups: [
    {
      id: PILOTS,
      name: "Pilots",
      description: "Everyone who may fly",
      application: PORTAL,
      customData: { tier_depth: 9 },
    },
    {
      id: PORTAL_ADMINS,
      name: "Portal Admins",
      description: "May change anybody's schedule",
      application: PORTAL,
      customData: { tier_depth: 9999, _no_encrypt: true },
    },
    { id: DISPATCH, name: "Dispatch", description: "Flight dispatchers", application: ROSTER, customData: null },
  ],
  organizations: [
    { id: AIR, name: "kestrel-air" },
    { id: CARGO, name: "kestrel-cargo" },
  ],
  spaces: [
    { id: PRODUCTION, name: "production", organization: AIR },
    { id: STAGING, name: "staging", organization: AIR },
    { id: FREIGHT, name: "freight", organization: CARGO },
  ],
  apps: [
    {
      id: "69ebed50-222a-4880-b163-fb1bf7d60b0c",
      name: "crew-portal",
      space: PRODUCTION,
      started: true,
      instances: 3,
      memory: 1024,
      buildpack: "nodejs_buildpack",
    },
    {
      id: "d7133689-3df2-4907-b335-3621cbb21507",
      name: "roster-api",
      space: PRODUCTION,
      started: true,
      instances: 2,
      memory: 512,
      buildpack: "java_buildpack",
    },
    {
      id: "f8b1d5c2-6a7e-4b93-8d0e-2c9a4f7e1b35",
      name: "crew-portal-preview",
      space: STAGING,
      started: false,
      instances: 1,
      memory: 512,
      buildpack: null,
    },
    {
      id: "0c4fd2a9-91b7-4d4b-9a8e-7f6c5b3a2d10",
      name: "freight-tracker",
      space: FREIGHT,
      started: true,
      instances: 1,
      memory: 256,
      buildpack: "python_buildpack",
    },
  ],
  users: [
    person("a3bc334a-f9f2-4797-aaa2-1440811c0ec0", "Ada Moreno", {
      applications: [AUTH, PORTAL, ROSTER],
      groups: [PORTAL_ADMINS, PILOTS],
      apiKeys: ["roster export"],
      customData: { licence: "ATPL", base: "LIS" },
      organization: AIR,
      active: true,
      admin: true,
      roles: [
        { organization: AIR, role: "MEMBER" },
        { organization: AIR, role: "MANAGER" },
        { space: PRODUCTION, role: "DEVELOPER" },
        { space: PRODUCTION, role: "MANAGER" },
        { space: STAGING, role: "DEVELOPER" },
      ],
      defaultSpace: PRODUCTION,
    }),
    person("0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01", "Bram Okafor", {
      applications: [PORTAL],
      groups: [PILOTS],
      organization: AIR,
      active: true,
      roles: [
        { organization: AIR, role: "MEMBER" },
        { space: STAGING, role: "DEVELOPER" },
        { space: PRODUCTION, role: "AUDITOR" },
      ],
      defaultSpace: STAGING,
    }),
    person("1b7c9e52-0c1d-4a55-8f7e-3b2a1c0d9e02", "Chiara Lindqvist", {
      applications: [PORTAL, ROSTER],
      groups: [DISPATCH],
      customData: { desk: 4, languages: ["it", "sv"] },
      organization: AIR,
      active: true,
      roles: [
        { organization: AIR, role: "MEMBER" },
        { organization: AIR, role: "BILLING_MANAGER" },
        { organization: CARGO, role: "MEMBER" },
        { space: FREIGHT, role: "DEVELOPER" },
      ],
    }),
    person("2e8d7f63-1d2e-4b66-9a8f-4c3b2d1e0f03", "Daniel Haddad", {
      applications: [ROSTER],
      groups: [DISPATCH],
      status: "UNVERIFIED",
      organization: CARGO,
      roles: [
        { organization: CARGO, role: "MEMBER" },
        { organization: CARGO, role: "MANAGER" },
        { space: FREIGHT, role: "MANAGER" },
      ],
    }),
    person("3f9e8a74-2e3f-4c77-8b9a-5d4c3e2f1a04", "Esra Yilmaz", {
      applications: [PORTAL],
      organization: AIR,
      active: true,
      roles: [
        { organization: AIR, role: "MEMBER" },
        { organization: AIR, role: "AUDITOR" },
        { organization: CARGO, role: "AUDITOR" },
      ],
      labeled: true,
    }),
    person("4aaf9b85-3f4a-4d88-9cab-6e5d4f3a2b05", "Femi Castellanos", {
      applications: [PORTAL, ROSTER],
      groups: [PILOTS, DISPATCH],
      organization: AIR,
      roles: [{ organization: AIR, role: "MEMBER" }],
    }),
    person("5bb0ac96-4a5b-4e99-8dbc-7f6e5a4b3c06", "Greta Novak", {
      applications: [ROSTER],
      status: "DISABLED",
      organization: CARGO,
      guid: null,
    }),
    person("6cc1bda7-5b6c-4faa-9ecd-8a7f6b5c4d07", "Hiro Tanaka", {
      applications: [],
      status: "UNVERIFIED",
      roles: [],
    }),
  ],
};

/** A person of whom only what is remarkable has to be said. */
export function person(id: string, name: string, more: Partial<SeedUser> = {}): SeedUser {
  return {
    id,
    guid: id,
    name,
    email: `${name.toLowerCase().replaceAll(" ", ".")}@kestrel.example`,
    password: `${name.split(" ")[0]} flies at 7`,
    status: "ENABLED",
    customData: null,
    createdAt: "2017-05-08T19:21:13.381Z",
    applications: [],
    groups: [],
    apiKeys: [],
    organization: null,
    active: false,
    admin: false,
    roles: [],
    defaultSpace: null,
    labeled: false,
    ...more,
  };
}
