import type { Directory } from "../../domain/directory.ts";
import type { ServicePlan } from "../../domain/plan/plan.ts";
import type { Limits } from "./limits.ts";
import { NO_API_KEYS } from "./no-api-keys.ts";
import { PlannedApplications } from "./planned-applications.ts";
import { PlannedChildren } from "./planned-children.ts";
import { PlannedGroups } from "./planned-groups.ts";
import { PlannedReads } from "./planned-reads.ts";
import { PlannedSession } from "./planned-session.ts";
import { PlannedUsers } from "./planned-users.ts";

/**
 * The directory of a plan: it adds the calls that the stores would make, by the same needs, limits and words, and sends
 * nothing. Each of its files stands beside the one whose reads it foretells: whoever changes the one changes the other.
 * @param limits as far as the attachment knows them by now
 */
export function planDirectory(plan: ServicePlan, limits: Limits): Directory {
  const session = new PlannedSession(plan, limits);
  const reads = new PlannedReads(session);
  const children = new PlannedChildren(session);
  return {
    users: new PlannedUsers(session, reads),
    groups: new PlannedGroups(session, reads, children),
    applications: new PlannedApplications(session, reads, children),
    apiKeys: NO_API_KEYS,
  };
}
