import type { Ask, Coordinates, RecordNeeds } from "./ask.ts";
import type { Answer } from "./errors.ts";
import type { CloudFoundryApplication } from "./facets/cloud-foundry.ts";
import type { GroupRef, GroupReference } from "./group.ts";
import type { Page, PageRequest } from "./page.ts";
import type { Reference } from "./reference.ts";
import type { User } from "./user.ts";

export type ApplicationStatus = "ENABLED" | "DISABLED" | "STARTED" | "STOPPED" | "UNKNOWN";

/** An eContext application, or a Cloud Foundry app. */
export interface Application {
  /** The upstream's own id. */
  readonly id: string;
  /** As a user's. */
  readonly href: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly status: ApplicationStatus | null;
  readonly customData: Record<string, unknown> | null;
  /** ISO 8601 in UTC with milliseconds. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly cloudFoundry: CloudFoundryApplication | null;
  /** One page of the application's groups where the record itself tells them; undefined: they have to be asked for. */
  groups(page: PageRequest): Page<GroupReference> | undefined;
}

/** Puts users into applications and takes them out. */
export interface ApplicationMembers {
  /**
   * A user who is in the application already stays there.
   * @returns the user as the service holds it afterwards; without its record where it did not come along
   * @throws Refusal when nothing was changed and the caller can mend it; the path is `["user"]` or `["application"]`
   * @throws ServiceFailure with `outcomeUnknown` when nobody can tell what was changed
   */
  add(member: ApplicationMemberRef, asks: Coordinates): Promise<Reference<User>>;
  /** A user who is not in the application is no error. As `add` otherwise. */
  remove(member: ApplicationMemberRef, asks: Coordinates): Promise<Reference<User>>;
}

/** A user in an application, by the upstream's own ids. */
export interface ApplicationMemberRef {
  readonly user: string;
  readonly application: string;
}

/** The applications of one service, asked for one caller. */
export interface ApplicationStore {
  /** Whether the service says how many applications there are. */
  readonly counts: boolean;
  /** Null: the service's applications have no users of their own. */
  readonly members: ApplicationMembers | null;
  /** In the order asked, null for an application that does not exist, an error for that key alone. */
  byIds(ids: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly Answer<Application | null>[]>;
  list(page: PageRequest, ask: Ask<RecordNeeds>): Promise<Page<Application>>;
  /**
   * eContext: the user's applications. Cloud Foundry: the apps of the spaces in which the user is a developer.
   * This and all other relations are empty, and nobody is asked, where the service has no such relation.
   */
  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]>;
  /** eContext: the application that a group belongs to. Cloud Foundry: a space's apps. Empty where there is none. */
  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    ask: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Reference<Application>>>[]>;
}
