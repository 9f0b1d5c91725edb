import type { ApiKey } from "../../domain/api-key.ts";
import type { Application } from "../../domain/application.ts";
import type { MembershipFilter, UserNeeds } from "../../domain/ask.ts";
import type { EcontextUser } from "../../domain/facets/econtext.ts";
import type { GroupReference, GroupRole, Membership } from "../../domain/group.ts";
import { EMPTY_PAGE, pageByKey } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserStatus } from "../../domain/user.ts";
import { readHref, userPath } from "./address.ts";
import { ApiKeyRecord } from "./api-key.ts";
import { readElement, readElements } from "./calls.ts";
import { isPair, leaveOutMixedIn, readPairs } from "./custom-data.ts";
import type { Pair } from "./custom-data.ts";
import type { EcontextGroupKind } from "./group.ts";
import { isComplete, isEmptinessBelieved } from "./loaded.ts";
import type { Relation } from "./loaded.ts";
import { wantsGroups, wantsOrganization } from "./memberships.ts";
import type { Memory, Origin } from "./memory.ts";
import { AMONG_GROUPS, keyOf, keyOfElement, orderOfElements, pageOfElements } from "./order.ts";
import { RecordView } from "./record-view.ts";
import { idOf, isElement, isObject, isRecord, isUserWithOrganization, readStatus } from "./wire.ts";
import type { WireElement, WireUser } from "./wire.ts";

const STATUSES = ["ENABLED", "UNVERIFIED", "DISABLED"] as const;

type ListRelation = Exclude<Relation, "organization">;

/** Written out, so that nothing is put together for lists that are right. */
const PLACES: Readonly<Record<Relation, string>> = {
  applications: "user.applications",
  groups: "user.groups",
  apikeys: "user.apikeys",
  organization: "user.organization",
};

/** One edge before its group is looked at. */
interface Place {
  readonly kind: EcontextGroupKind;
  readonly role: GroupRole;
  readonly element: WireElement;
}

export class UserRecord extends RecordView<WireUser> implements User, EcontextUser {
  readonly origin: Origin;
  readonly #memory: Memory;

  constructor(wire: WireUser, origin: Origin, memory: Memory) {
    super(wire, origin.request, memory.service);
    this.origin = origin;
    this.#memory = memory;
  }

  protected get type() {
    return "user";
  }

  get href(): string {
    return readHref(this.wire.href, userPath(this.id), this.service.url);
  }

  get username(): string | null {
    return this.filledText("username", this.wire.username);
  }

  get email(): string | null {
    return this.filledText("email", this.wire.email);
  }

  get status(): UserStatus | null {
    return readStatus(this.text("status", this.wire.status), STATUSES);
  }

  /**
   * The user's own. In E2 `data` tells it, for `custom_data` may hold three keys of the organization's, which hide stored
   * values of the same name.
   */
  get customData(): Record<string, unknown> | null {
    const { data, custom_data: customData, organization } = this.wire;
    if (data !== undefined && data !== null) return this.object("data", readPairs(this.#pairs(data)));
    const shown = this.object("custom_data", customData);
    return shown !== null && isObject(organization) ? leaveOutMixedIn(shown) : shown;
  }

  /** Itself: what only eContext knows fails field by field, too. */
  get econtext(): EcontextUser {
    return this;
  }

  get organization(): GroupReference | null | undefined {
    const organization = this.#organization();
    return organization === undefined || organization === null
      ? organization
      : this.#refer("ORGANIZATION", organization);
  }

  get organizationAdmin(): boolean | null {
    return this.boolean("org_admin", this.wire.org_admin);
  }

  get passwordModifiedAt(): string | null {
    return this.instant("password_modified_at", this.wire.password_modified_at);
  }

  get cloudFoundry(): null {
    return null;
  }

  /** Its place in a list by email. */
  get keyByEmail(): string {
    return keyOf(this.wire.email, this.id);
  }

  /** Whether the record is of an edition with organizations: E2. */
  get showsOrganizations(): boolean {
    return isUserWithOrganization(this.wire);
  }

  groups(page: PageRequest, filter: MembershipFilter): Page<Membership> | undefined {
    const inGroups = wantsGroups(filter);
    const inOrganization = wantsOrganization(filter);
    if (!inGroups && !inOrganization) return EMPTY_PAGE;
    const groups = inGroups ? this.#list("groups") : [];
    const organization = inOrganization ? this.#organization() : null;
    if (groups === undefined || organization === undefined) return undefined;
    if (organization === null) {
      const order = orderOfElements(groups, page.after);
      const prefix = `${order}${AMONG_GROUPS}` as const;
      // A cursor from behind them is of a time when there was an organization.
      if (page.after === null || page.after.startsWith(prefix)) {
        return pageOfElements(groups, page, order, prefix, (element) => ({
          role: "MEMBER",
          group: this.#refer("GROUP", element),
        }));
      }
    }
    const places = groups.map((element): Place => ({ kind: "GROUP", role: "MEMBER", element }));
    if (organization !== null) places.push(...this.#placesIn(organization, filter.role));
    const order = orderOfElements(
      places.map(({ element }) => element),
      page.after,
    );
    return pageByKey(
      places,
      page,
      order,
      (place) => rankOf(place) + keyOfElement(place.element, order),
      ({ kind, role, element }) => ({ role, group: this.#refer(kind, element) }),
    );
  }

  applications(page: PageRequest): Page<Reference<Application>> | undefined {
    const elements = this.#list("applications");
    if (elements === undefined) return undefined;
    const order = orderOfElements(elements, page.after);
    return pageOfElements(elements, page, order, order, (element) => ({
      id: idOf(element),
      record:
        typeof element === "string"
          ? this.#memory.application(element)
          : this.#memory.meetApplication(element, this.request),
    }));
  }

  apiKeys(): readonly Reference<ApiKey>[] | undefined {
    return this.#list("apikeys")?.map((element) => ({
      id: idOf(element),
      record: typeof element === "string" ? undefined : new ApiKeyRecord(element, this.id, this.request, this.service),
    }));
  }

  /** Undefined: nobody can tell from here. */
  isInApplication(id: string): boolean | undefined {
    return this.#list("applications")?.some((element) => idOf(element) === id);
  }

  /** Whether all of this came along. */
  tells(needs: UserNeeds): boolean {
    return (
      (!needs.applications || this.#isLoaded("applications")) &&
      (!needs.apiKeys || this.#isLoaded("apikeys")) &&
      needs.groups.every(
        (filter) =>
          (!wantsGroups(filter) || this.#isLoaded("groups")) &&
          (!wantsOrganization(filter) || this.#isOrganizationLoaded()),
      )
    );
  }

  /** Whether any of what E2 searches fits. What cannot be read may: the service found the user. */
  mentions(text: RegExp): boolean {
    const { username, email, name, organization } = this.wire;
    return [username, email, name, isObject(organization) ? organization.name : null].some((one) =>
      typeof one === "string" ? text.test(one) : one !== null && one !== undefined,
    );
  }

  /** Lets the memory meet everything that is embedded here. */
  introduce(): void {
    const { applications, groups, organization } = this.wire;
    const { request } = this;
    for (const wire of recordsIn(applications)) this.#memory.meetApplication(wire, request);
    for (const wire of recordsIn(groups)) this.#memory.meetGroup("GROUP", wire, request);
    if (isRecord(organization)) this.#memory.meetGroup("ORGANIZATION", organization, request);
  }

  /** So is what cannot be read: asking for it again would not mend it. */
  #isLoaded(relation: ListRelation): boolean {
    const list = this.wire[relation];
    if (list === undefined || list === null) return false;
    if (!Array.isArray(list) || list.length > 0) return true;
    return !this.showsOrganizations || isEmptinessBelieved(this.origin.source, relation);
  }

  #list(relation: ListRelation): readonly WireElement[] | undefined {
    if (!this.#isLoaded(relation)) return undefined;
    const list = this.wire[relation];
    if (!Array.isArray(list)) throw this.wrong(relation, "a list", list);
    return readElements(this.service, this.request, list, PLACES[relation], isElement);
  }

  /** As `#isLoaded`. */
  #isOrganizationLoaded(): boolean {
    const { organization } = this.wire;
    if (organization !== undefined && organization !== null) return true;
    if (!this.showsOrganizations || isComplete(this.origin.source)) return true;
    return organization === null && isEmptinessBelieved(this.origin.source, "organization");
  }

  /** Null: none. Undefined: it did not come along. */
  #organization(): WireElement | null | undefined {
    const { organization } = this.wire;
    if (organization === undefined || organization === null) return this.#isOrganizationLoaded() ? null : undefined;
    return readElement(this.service, this.request, organization, PLACES.organization);
  }

  #pairs(data: unknown): readonly Pair[] {
    if (!Array.isArray(data)) throw this.wrong("data", "a list", data);
    const pairs: readonly unknown[] = data;
    if (pairs.every(isPair)) return pairs;
    const at = pairs.findIndex((pair) => !isPair(pair));
    const pair = pairs[at];
    throw isObject(pair)
      ? this.wrong(`data[${at}].key`, "text", pair.key)
      : this.wrong(`data[${at}]`, "an object", pair);
  }

  *#placesIn(organization: WireElement, role: GroupRole | null): Generator<Place> {
    const kind = "ORGANIZATION";
    if (role !== "MANAGER") yield { kind, role: "MEMBER", element: organization };
    if (role !== "MEMBER" && this.organizationAdmin === true) yield { kind, role: "MANAGER", element: organization };
  }

  #refer(kind: EcontextGroupKind, element: WireElement): GroupReference {
    const record =
      typeof element === "string"
        ? this.#memory.group(kind, element)
        : this.#memory.meetGroup(kind, element, this.request);
    return { kind, id: idOf(element), record };
  }
}

/** Groups first, then the organization, as member and as manager. */
function rankOf({ kind, role }: Place): string {
  return kind === "GROUP" ? AMONG_GROUPS : role === "MEMBER" ? "2" : "3";
}

function recordsIn(list: unknown) {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
