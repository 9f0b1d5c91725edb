import type { Coordinates } from "../../domain/ask.ts";
import type { Group, GroupKind } from "../../domain/group.ts";
import { EMPTY_PAGE, findSource, hasMore, readPosition, type Page, type PageRequest } from "../../domain/page.ts";
import { PERHAPS, upTo } from "../../domain/plan/bounds.ts";
import { expectPage } from "../../domain/plan/expected.ts";
import { BOTH_KINDS } from "./group-list.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import type { PlannedLookUp } from "./planned-look-up.ts";
import type { PlannedParts } from "./planned-parts.ts";
import { nameOf, type PlannedRecords } from "./planned-records.ts";
import { LISTED_IN_E2 } from "./reader.ts";
import { getGroupsOfApplication, getOrganizations } from "./requests.ts";

const MANY_GROUPS = "more groups than the service lists";

/** What the lists of groups would ask. */
export class PlannedGroupLists {
  readonly #calls: PlannedCalls;
  readonly #records: PlannedRecords;
  readonly #groups: PlannedLookUp;
  readonly #applications: PlannedLookUp;

  constructor({ calls, records, groups, applications }: PlannedParts) {
    this.#calls = calls;
    this.#records = records;
    this.#groups = groups;
    this.#applications = applications;
  }

  list(page: PageRequest, kind: GroupKind | null, asks: Coordinates): Page<Group> {
    switch (kind) {
      case "GROUP":
        return this.#listGroups(page, asks);
      case "ORGANIZATION":
        return this.#listOrganizations(page, asks);
      case "SPACE":
        return EMPTY_PAGE;
      case null:
        return this.#listBoth(page, asks);
    }
  }

  /** As `listGroups`: E2's list is cut, and what is behind the cut its applications tell. */
  #listGroups(page: PageRequest, asks: Coordinates): Page<Group> {
    this.#groups.list(asks);
    const behind = () => this.#expectBehindCut(asks);
    if (page.after !== null || page.first > LISTED_IN_E2) behind();
    const items = [this.#some("GROUP", page)];
    return expectPage(items, page.first === LISTED_IN_E2 ? { hasNext: behind } : {});
  }

  #expectBehindCut(asks: Coordinates): void {
    const { edition, plan } = this.#calls;
    if (edition.hasOrganizations === false) return;
    this.#applications.list(asks, { calls: PERHAPS, assumes: MANY_GROUPS });
    // Only where that list is whole.
    const count = upTo(LISTED_IN_E2 - 1);
    const request = getGroupsOfApplication(plan.some("applications listed", count), asks);
    this.#calls.add(request, { calls: count, assumes: MANY_GROUPS });
  }

  #listOrganizations(page: PageRequest, asks: Coordinates): Page<Group> {
    const offset = page.after === null ? 0 : readPosition(page.after);
    const { hasOrganizations } = this.#calls.edition;
    if (hasOrganizations === false) return EMPTY_PAGE;
    const expectation = hasOrganizations ? {} : { calls: PERHAPS, assumes: this.#calls.assumesEdition };
    this.#calls.add(getOrganizations(page.first + 1, offset, asks), expectation);
    return expectPage([this.#some("ORGANIZATION", page)]);
  }

  /** Groups first, then organizations, for as much of the page as the groups leave. */
  #listBoth(page: PageRequest, asks: Coordinates): Page<Group> {
    const { at, after } = findSource(BOTH_KINDS, page.after);
    if (at === 1) {
      const organizations = this.#listOrganizations({ first: page.first, after }, asks);
      return { ...organizations, total: () => this.#countGroups(asks) };
    }
    const groups = this.#listGroups({ first: page.first, after }, asks);
    if (this.#calls.edition.hasOrganizations === false) return groups;
    const rest = { calls: PERHAPS, assumes: "a page that groups do not fill" };
    // How many organizations it takes, and so which call it is, the groups decide.
    this.#calls.add(getOrganizations(page.first + 1, 0, asks), { ...rest, which: `behind groups ${nameOf(page)}` });
    return {
      ...groups,
      items: [...groups.items, this.#some("ORGANIZATION", page)],
      hasNext: async () => {
        await hasMore(groups);
        this.#calls.add(getOrganizations(2, 0, asks), { ...rest, assumes: "a page that groups fill" });
        return false;
      },
    };
  }

  /** Nobody says how many there are; but the groups before the page are asked. */
  #countGroups(asks: Coordinates): Promise<null> {
    this.#groups.list(asks);
    return Promise.resolve(null);
  }

  #some(kind: "GROUP" | "ORGANIZATION", page: PageRequest): Group {
    const id = this.#calls.plan.some(`${kind} listed ${nameOf(page)}`, upTo(page.first));
    return this.#records.group({ kind, id });
  }
}
