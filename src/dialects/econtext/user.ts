import type { ApiKey } from "../../domain/api-key.ts";
import type { Application } from "../../domain/application.ts";
import type { MembershipFilter, UserNeeds } from "../../domain/ask.ts";
import type { EcontextUser } from "../../domain/facets/econtext.ts";
import type { GroupReference, GroupRole, Membership } from "../../domain/group.ts";
import { EMPTY_PAGE, mapPage } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserStatus } from "../../domain/user.ts";
import { readHref, userPath } from "./address.ts";
import { ApiKeyRecord } from "./api-key.ts";
import { readElements } from "./calls.ts";
import { checkDepth } from "./custom-data.ts";
import type { EcontextGroupKind } from "./group.ts";
import { readInstant } from "./instant.ts";
import { isComplete, isEmptinessBelieved } from "./loaded.ts";
import type { Relation } from "./loaded.ts";
import { wantsGroups, wantsOrganization } from "./memberships.ts";
import type { Memory, Origin } from "./memory.ts";
import { keyOfElement, orderOfElements, pageInOrder } from "./order.ts";
import {
  idOf,
  isElement,
  isRecord,
  isUserWithOrganization,
  readFilledText,
  readStatus,
  readText,
  readUserData,
} from "./wire.ts";
import type { WireElement, WireUser } from "./wire.ts";

const STATUSES = ["ENABLED", "UNVERIFIED", "DISABLED"] as const;

type ListRelation = Exclude<Relation, "organization">;

/** One edge before its group is looked at. */
interface Place {
  readonly kind: EcontextGroupKind;
  readonly role: GroupRole;
  readonly element: WireElement;
}

export class UserRecord implements User {
  readonly origin: Origin;
  readonly #wire: WireUser;
  readonly #memory: Memory;

  constructor(wire: WireUser, origin: Origin, memory: Memory) {
    this.#wire = wire;
    this.origin = origin;
    this.#memory = memory;
  }

  get id(): string {
    return this.#wire.id;
  }

  get href(): string {
    return readHref(this.#wire.href, userPath(this.id), this.#memory.service.url);
  }

  get username(): string | null {
    return readFilledText(this.#wire.username);
  }

  get name(): string | null {
    return readText(this.#wire.name);
  }

  get email(): string | null {
    return readFilledText(this.#wire.email);
  }

  get status(): UserStatus | null {
    return readStatus(this.#wire.status, STATUSES);
  }

  get customData(): Record<string, unknown> | null {
    return checkDepth(readUserData(this.#wire), this.#memory.service, this.origin.request, "user.custom_data");
  }

  get createdAt(): string | null {
    return readInstant(this.#wire.created_at);
  }

  get updatedAt(): string | null {
    return readInstant(this.#wire.modified_at);
  }

  get econtext(): EcontextUser {
    const organization = this.#organization();
    return {
      organization:
        organization === undefined || organization === null ? organization : this.#refer("ORGANIZATION", organization),
      organizationAdmin: typeof this.#wire.org_admin === "boolean" ? this.#wire.org_admin : null,
      passwordModifiedAt: readInstant(this.#wire.password_modified_at),
    };
  }

  get cloudFoundry(): null {
    return null;
  }

  /** Whether the record is of an edition with organizations: E2. */
  get showsOrganizations(): boolean {
    return isUserWithOrganization(this.#wire);
  }

  groups(page: PageRequest, filter: MembershipFilter): Page<Membership> | undefined {
    const inGroups = wantsGroups(filter);
    const inOrganization = wantsOrganization(filter);
    if (!inGroups && !inOrganization) return EMPTY_PAGE;
    const groups = inGroups ? this.#list("groups") : [];
    const organization = inOrganization ? this.#organization() : null;
    if (groups === undefined || organization === undefined) return undefined;
    const places = groups.map((element): Place => ({ kind: "GROUP", role: "MEMBER", element }));
    if (organization !== null) places.push(...this.#placesIn(organization, filter.role));
    const order = orderOfElements(
      places.map(({ element }) => element),
      page.after,
    );
    return mapPage(
      pageInOrder(places, page, order, (place) => rankOf(place) + keyOfElement(place.element, order)),
      ({ kind, role, element }) => ({ role, group: this.#refer(kind, element) }),
    );
  }

  applications(page: PageRequest): Page<Reference<Application>> | undefined {
    const elements = this.#list("applications");
    if (elements === undefined) return undefined;
    const order = orderOfElements(elements, page.after);
    return mapPage(
      pageInOrder(elements, page, order, (element) => keyOfElement(element, order)),
      (element) => ({
        id: idOf(element),
        record:
          typeof element === "string"
            ? this.#memory.application(element)
            : this.#memory.meetApplication(element, this.origin.request),
      }),
    );
  }

  apiKeys(): readonly Reference<ApiKey>[] | undefined {
    return this.#list("apikeys")?.map((element) => ({
      id: idOf(element),
      record: typeof element === "string" ? undefined : new ApiKeyRecord(element, this.id, this.#memory.service),
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
          (!wantsOrganization(filter) || this.#organization() !== undefined),
      )
    );
  }

  /** Whether any of what E2 searches fits. */
  mentions(text: RegExp): boolean {
    const organization = this.#organization();
    const name = typeof organization === "object" ? readText(organization?.name) : null;
    return [this.username, this.email, this.name, name].some((one) => one !== null && text.test(one));
  }

  /** Lets the memory meet everything that is embedded here. */
  introduce(): void {
    const { applications, groups, organization } = this.#wire;
    const { request } = this.origin;
    for (const wire of recordsIn(applications)) this.#memory.meetApplication(wire, request);
    for (const wire of recordsIn(groups)) this.#memory.meetGroup("GROUP", wire, request);
    if (isRecord(organization)) this.#memory.meetGroup("ORGANIZATION", organization, request);
  }

  #isLoaded(relation: ListRelation): boolean {
    const list = this.#wire[relation];
    if (!Array.isArray(list)) return false;
    return list.length > 0 || !this.showsOrganizations || isEmptinessBelieved(this.origin.source, relation);
  }

  #list(relation: ListRelation): readonly WireElement[] | undefined {
    if (!this.#isLoaded(relation)) return undefined;
    const list = this.#wire[relation] as readonly unknown[];
    return readElements(this.#memory.service, this.origin.request, list, relation, isElement);
  }

  /** Null: none. Undefined: it did not come along. */
  #organization(): WireElement | null | undefined {
    const { organization } = this.#wire;
    if (isElement(organization)) return organization;
    if (!this.showsOrganizations || isComplete(this.origin.source)) return null;
    return organization === null && isEmptinessBelieved(this.origin.source, "organization") ? null : undefined;
  }

  *#placesIn(organization: WireElement, role: GroupRole | null): Generator<Place> {
    const kind = "ORGANIZATION";
    if (role !== "MANAGER") yield { kind, role: "MEMBER", element: organization };
    if (role !== "MEMBER" && this.#wire.org_admin === true) yield { kind, role: "MANAGER", element: organization };
  }

  #refer(kind: EcontextGroupKind, element: WireElement): GroupReference {
    const record =
      typeof element === "string"
        ? this.#memory.group(kind, element)
        : this.#memory.meetGroup(kind, element, this.origin.request);
    return { kind, id: idOf(element), record };
  }
}

/** Groups first, then the organization, as member and as manager. */
function rankOf({ kind, role }: Place): string {
  return kind === "GROUP" ? "1" : role === "MEMBER" ? "2" : "3";
}

function recordsIn(list: unknown) {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
