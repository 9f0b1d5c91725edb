import type { GroupReference } from "../group.ts";
import type { UserStatus } from "../user.ts";

/** What only eContext knows of a user. */
export interface EcontextUser {
  /** Null: the user has none, or the edition has no organizations. Undefined: it did not come along. */
  readonly organization: GroupReference | null | undefined;
  readonly organizationAdmin: boolean | null;
  /** ISO 8601 in UTC with milliseconds. */
  readonly passwordModifiedAt: string | null;
}

/** An eContext user to create. Ids are the upstream's own. */
export interface EcontextNewUser {
  readonly email: string;
  /** Never logged, never echoed. */
  readonly password: string;
  readonly name: string | null;
  readonly customData: Record<string, unknown> | null;
  readonly applications: readonly string[];
  readonly groups: readonly string[];
  readonly organization: string | null;
}

/** What to change of an eContext user: what is left out stays, null clears where the service can. */
export interface EcontextUserChange {
  readonly email?: string | null | undefined;
  /** Never logged, never echoed. */
  readonly password?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly status?: UserStatus | null | undefined;
  /** Takes the place of all that there was. */
  readonly customData?: Record<string, unknown> | null | undefined;
}
