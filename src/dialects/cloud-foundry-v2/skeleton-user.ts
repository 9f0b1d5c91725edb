import type { UserNeeds } from "../../domain/ask.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { Inlining } from "./inlining.ts";
import { DEVELOPED_SPACES } from "./relations.ts";
import type { Relation } from "./relations.ts";
import type { Session } from "./session.ts";
import { UserRecord } from "./user-record.ts";
import { MOST_INLINED, resourcesIn, sortByCreation } from "./wire.ts";
import type { Resource } from "./wire.ts";

/** The groups of one user by relation, each list whole and in the order of the service's lists. */
export type GroupsOfUser = ReadonlyMap<Relation, readonly Resource[]>;

/**
 * A user of whom the lists of groups told that there is one, and in which of them: in the order, and with the cursors,
 * that a read of the user would have given, so that pages of both fit together. The user's own fields nobody told.
 */
export class SkeletonUser extends UserRecord {
  readonly isSkeleton = true;

  /** @param request with whose answer some of it came: of that one is told what is wrong with any of it */
  constructor(guid: string, groups: GroupsOfUser, request: UpstreamRequest, session: Session, inlined: Inlining) {
    const entity: Record<string, readonly Resource[]> = {};
    for (const relation of inlined.relations) entity[relation.name] = inOrderOfReads(groups.get(relation) ?? []);
    // The apps of so many spaces would have been read from their own list, whose order is another.
    const withApps = inlined.apps && (groups.get(DEVELOPED_SPACES)?.length ?? 0) <= MOST_INLINED;
    const told = withApps === inlined.apps ? inlined : new Inlining(inlined.relations);
    super({ metadata: { guid }, entity }, request, session, told);
  }

  override groupsIn(relation: Relation): readonly Resource[] | undefined {
    return this.inlined.relations.includes(relation) ? resourcesIn(this.resource, relation.name) : undefined;
  }

  override tells(needs: UserNeeds): boolean {
    return !needs.record && super.tells(needs);
  }
}

/** What comes inside a user is put in order by us; what is too long for that is read from its own list, in its order. */
function inOrderOfReads(groups: readonly Resource[]): readonly Resource[] {
  return groups.length > MOST_INLINED ? groups : sortByCreation(groups);
}
