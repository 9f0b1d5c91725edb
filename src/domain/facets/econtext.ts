import type { GroupReference } from "../group.ts";

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
