import type { PlannedCalls } from "./planned-calls.ts";
import type { PlannedLookUp } from "./planned-look-up.ts";
import type { PlannedRecords } from "./planned-records.ts";
import type { PlannedUserLookUp } from "./planned-user-look-up.ts";

/** What the stores of one planned directory share, as those of a real one share its reader. */
export interface PlannedParts {
  readonly calls: PlannedCalls;
  readonly records: PlannedRecords;
  readonly users: PlannedUserLookUp;
  readonly applications: PlannedLookUp;
  readonly groups: PlannedLookUp;
  /** Groups that were asked for by their id alone: each may be an organization as well. */
  readonly kindless: Set<string>;
}
