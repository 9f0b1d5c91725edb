import type { People } from "../../../sandbox/people.ts";
import { seed } from "./seed.ts";
import { showTime } from "./times.ts";

/** E0: the first documentation. E1: tag 1.0.4. E2: tag 2.0.1. */
export type Edition = "E0" | "E1" | "E2";

export type CustomData = Readonly<Record<string, unknown>>;

/** What all records have. `unknown` is what E1 stores as it comes, of whatever type. */
interface Stored {
  readonly id: string;
  name: unknown;
  status: unknown;
  readonly createdAt: string;
  modifiedAt: string;
}

export interface UserRecord extends Stored {
  email: string;
  username: unknown;
  /** As it was sent, for there is nobody to protect here. */
  password: string;
  customData: CustomData | null;
  passwordModifiedAt: string;
  readonly organization: string | null;
  readonly orgAdmin: unknown;
  readonly applications: Set<string>;
  readonly groups: Set<string>;
}

export interface ApplicationRecord extends Stored {
  description: unknown;
  customData: CustomData | null;
  jwtSecret: unknown;
  readonly parameters: readonly CustomData[];
}

export interface GroupRecord extends Stored {
  description: unknown;
  customData: CustomData | null;
  readonly application: string;
}

export interface OrganizationRecord extends Stored {
  customData: CustomData | null;
}

export interface ApiKeyRecord extends Stored {
  description: unknown;
  readonly secret: string;
  readonly user: string;
}

/** The records of one server, in the order of their creation. */
export class Store {
  readonly edition: Edition;
  readonly users = new Map<string, UserRecord>();
  readonly applications = new Map<string, ApplicationRecord>();
  readonly groups = new Map<string, GroupRecord>();
  readonly organizations = new Map<string, OrganizationRecord>();
  readonly apiKeys = new Map<string, ApiKeyRecord>();
  /** The application that cannot be deleted; none where the people have none of its name. */
  readonly systemApplication: string | undefined;

  constructor(people: People, edition: Edition) {
    this.edition = edition;
    this.systemApplication = people.applications.find((application) => application.name === "eContext Auth")?.id;
    seed(this, people);
  }

  now(): string {
    return this.time(performance.timeOrigin + performance.now());
  }

  time(milliseconds: number): string {
    return showTime(milliseconds, this.edition === "E2" ? "us" : "ms");
  }

  /** E1 knows callers and users that log in by their email, E2 by the user name. */
  userNamed(login: string): UserRecord | undefined {
    const key = this.edition === "E2" ? "username" : "email";
    return [...this.users.values()].find((user) => user[key] === login);
  }

  usersOf(relation: "applications" | "groups", id: string): UserRecord[] {
    return [...this.users.values()].filter((user) => user[relation].has(id));
  }

  usersOfOrganization(id: string): UserRecord[] {
    return [...this.users.values()].filter((user) => user.organization === id);
  }

  groupsOf(application: string): GroupRecord[] {
    return [...this.groups.values()].filter((group) => group.application === application);
  }

  apiKeysOf(user: string): ApiKeyRecord[] {
    return [...this.apiKeys.values()].filter((key) => key.user === user);
  }
}
