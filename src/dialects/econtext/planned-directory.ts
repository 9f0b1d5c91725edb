import type { Directory } from "../../domain/directory.ts";
import type { ServicePlan } from "../../domain/plan/plan.ts";
import type { Edition } from "./edition.ts";
import { PlannedApiKeys } from "./planned-api-keys.ts";
import { PlannedApplications } from "./planned-applications.ts";
import { PlannedCalls } from "./planned-calls.ts";
import { PlannedGroups } from "./planned-groups.ts";
import { planApplications, planGroups } from "./planned-look-up.ts";
import type { PlannedParts } from "./planned-parts.ts";
import { PlannedRecords } from "./planned-records.ts";
import { PlannedUserLookUp } from "./planned-user-look-up.ts";
import { PlannedUsers } from "./planned-users.ts";

/** A directory that asks nobody, and writes down what would be asked by what is known of the edition. */
export function planDirectory(plan: ServicePlan, edition: Edition): Directory {
  const calls = new PlannedCalls(plan, edition);
  const parts: PlannedParts = {
    calls,
    records: new PlannedRecords(plan, edition),
    users: new PlannedUserLookUp(calls),
    applications: planApplications(calls),
    groups: planGroups(calls),
    kindless: new Set(),
  };
  return {
    users: new PlannedUsers(parts),
    applications: new PlannedApplications(parts),
    groups: new PlannedGroups(parts),
    apiKeys: new PlannedApiKeys(parts),
  };
}
