import type { ApiKey } from "../api-key.ts";
import type { Application } from "../application.ts";
import type { CloudFoundryApplication, CloudFoundryUser } from "../facets/cloud-foundry.ts";
import type { EcontextUser } from "../facets/econtext.ts";
import type { Group, GroupRef } from "../group.ts";
import type { Page } from "../page.ts";
import type { User } from "../user.ts";

/** What stands for a user of whom nothing is known, but what would come along. */
export interface ExpectedUser extends Partial<Pick<User, "groups" | "applications" | "apiKeys" | "tells">> {
  readonly econtext?: EcontextUser;
  readonly cloudFoundry?: CloudFoundryUser;
}

/** A user in a plan: its own fields read as null, its relations as `told`, and those that are left out did not come. */
export function expectUser(id: string, told: ExpectedUser): User {
  return {
    id,
    href: null,
    username: null,
    name: null,
    email: null,
    status: null,
    customData: null,
    createdAt: null,
    updatedAt: null,
    econtext: told.econtext ?? null,
    cloudFoundry: told.cloudFoundry ?? null,
    groups: told.groups ?? (() => undefined),
    applications: told.applications ?? (() => undefined),
    apiKeys: told.apiKeys ?? (() => undefined),
    tells: told.tells ?? (() => false),
  };
}

export interface ExpectedApplication extends Partial<Pick<Application, "groups">> {
  readonly cloudFoundry?: CloudFoundryApplication;
}

/** As `expectUser`. */
export function expectApplication(id: string, { groups, cloudFoundry }: ExpectedApplication = {}): Application {
  return {
    id,
    href: null,
    name: null,
    description: null,
    status: null,
    customData: null,
    createdAt: null,
    updatedAt: null,
    cloudFoundry: cloudFoundry ?? null,
    groups: groups ?? (() => undefined),
  };
}

export type ExpectedGroup = Partial<Pick<Group, "application" | "parent" | "applications">>;

/** As `expectUser`. */
export function expectGroup({ kind, id }: GroupRef, { application, parent, applications }: ExpectedGroup = {}): Group {
  return {
    kind,
    id,
    href: null,
    name: null,
    description: null,
    status: null,
    customData: null,
    createdAt: null,
    updatedAt: null,
    application: application ?? null,
    parent: parent ?? null,
    applications: applications ?? (() => undefined),
  };
}

/** As `expectUser`. */
export function expectApiKey(id: string): ApiKey {
  return { id, name: null, description: null, status: null, href: null, createdAt: null, updatedAt: null };
}

interface Afterwards {
  /** Called where somebody wants to know whether there is more, and only a further call can tell. */
  readonly hasNext?: () => void;
  /** The same of the number of all. */
  readonly total?: () => void;
}

/** A page of what stands for its items. */
export function expectPage<T>(items: readonly T[], { hasNext, total }: Afterwards = {}): Page<T> {
  return {
    items,
    cursor: () => "",
    hasNext:
      hasNext === undefined
        ? false
        : () => {
            hasNext();
            return Promise.resolve(false);
          },
    total:
      total === undefined
        ? null
        : () => {
            total();
            return Promise.resolve(null);
          },
  };
}
