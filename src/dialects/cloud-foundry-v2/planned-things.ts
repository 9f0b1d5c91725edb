import { expectApplication, expectGroup, expectUser } from "../../domain/plan/expected.ts";
import { upTo } from "../../domain/plan/bounds.ts";
import type { Bounds } from "../../domain/plan/bounds.ts";
import type { ServicePlan } from "../../domain/plan/plan.ts";
import type { Application } from "../../domain/application.ts";
import type { UserNeeds } from "../../domain/ask.ts";
import type { Group, GroupKind, GroupRef, GroupReference } from "../../domain/group.ts";
import { EMPTY_PAGE, pageByPosition } from "../../domain/page.ts";
import type { User } from "../../domain/user.ts";
import type { CloudGroupKind } from "./relations.ts";

/** What stands for the records that a service would answer with. */

/**
 * A user whose groups and applications have to be asked for: the stores know whether they came along.
 * @param tells as `User.tells`
 */
export function plannedUser(plan: ServicePlan, id: string, tells: (needs: UserNeeds) => boolean = () => false): User {
  const defaultSpace = referTo(plan, "SPACE", `default of ${id}`, plan.countOf("user", id));
  return expectUser(id, {
    cloudFoundry: { admin: null, active: null, defaultSpace },
    apiKeys: () => [],
    tells,
  });
}

/** @param kinds of which it may be, where its reference does not tell */
export function plannedGroup(plan: ServicePlan, ref: GroupRef, kinds: readonly GroupKind[] = [ref.kind]): Group {
  if (!kinds.includes("SPACE")) return expectGroup(ref, { applications: () => EMPTY_PAGE });
  return expectGroup(ref, { parent: referTo(plan, "ORGANIZATION", `of ${ref.id}`, plan.countOf("group", ref.id)) });
}

export function plannedApplication(plan: ServicePlan, id: string): Application {
  const space = spaceOf(plan, id);
  return expectApplication(id, {
    cloudFoundry: { instances: null, memory: null, diskQuota: null, buildpack: null, space },
    groups: (page) => pageByPosition([space], page),
  });
}

/** The space in which an app runs. */
export function spaceOf(plan: ServicePlan, application: string): GroupReference {
  return referTo(plan, "SPACE", `of ${application}`, plan.countOf("application", application));
}

/** Some groups that come with their records. */
export function someGroups(plan: ServicePlan, kind: CloudGroupKind, whence: string, count: Bounds): Group {
  return plannedGroup(plan, { kind, id: plan.some(`${kind} ${whence}`, upTo(count.max)) });
}

/** What a field names: at most one for each, and perhaps met before. */
function referTo(plan: ServicePlan, kind: CloudGroupKind, whence: string, { max }: Bounds): GroupReference {
  return { kind, id: plan.some(`${kind} ${whence}`, upTo(max)), record: undefined };
}
