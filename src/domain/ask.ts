import type { GroupKind, GroupRole } from "./group.ts";

/** The schema coordinates that ask, such as `User.groups`: for the ledger. */
export type Coordinates = readonly string[];

/**
 * What a read is told beside its keys. The needs let a dialect choose the cheapest calls; they are a forecast, never a
 * limit: what they left out can still be asked for, at the price of a further call.
 */
export interface Ask<Needs> {
  readonly needs: Needs;
  readonly for: Coordinates;
}

export interface MembershipFilter {
  /** Null: of every kind. */
  readonly kind: GroupKind | null;
  /** Null: in every role. */
  readonly role: GroupRole | null;
}

/** What will be asked of users once they are read. */
export interface UserNeeds {
  /** Anything that only the user's own record tells. */
  readonly record: boolean;
  /** The memberships that will be asked for; empty: none. */
  readonly groups: readonly MembershipFilter[];
  readonly applications: boolean;
  readonly apiKeys: boolean;
  /** The record of the group that the user's own record names: Cloud Foundry's default space. Left out: it will not be. */
  readonly named?: boolean;
}

/** What will be asked of an application or a group once it is read. */
export interface RecordNeeds {
  readonly record: boolean;
  /** The records of what its own record names: an app's space, a space's organization. Left out: they will not be. */
  readonly named?: boolean;
}

export const RECORD: RecordNeeds = { record: true };
export const USER_RECORD: UserNeeds = { record: true, groups: [], applications: false, apiKeys: false };

function isSame(a: MembershipFilter, b: MembershipFilter): boolean {
  return a.kind === b.kind && a.role === b.role;
}

export function mergeUserNeeds(a: UserNeeds, b: UserNeeds): UserNeeds {
  if (a === b) return a;
  return {
    record: a.record || b.record,
    groups: [...a.groups, ...b.groups.filter((one) => !a.groups.some((other) => isSame(one, other)))],
    applications: a.applications || b.applications,
    apiKeys: a.apiKeys || b.apiKeys,
    ...((a.named === true || b.named === true) && { named: true }),
  };
}

export function mergeRecordNeeds(a: RecordNeeds, b: RecordNeeds): RecordNeeds {
  if (a === b) return a;
  return { record: a.record || b.record, ...((a.named === true || b.named === true) && { named: true }) };
}
