import type { ApiKey } from "../../domain/api-key.ts";
import type { Application } from "../../domain/application.ts";
import type { MembershipFilter, UserNeeds } from "../../domain/ask.ts";
import type { EcontextUser } from "../../domain/facets/econtext.ts";
import type { Group, GroupRef, GroupReference, Membership } from "../../domain/group.ts";
import { EMPTY_PAGE, type Page, type PageRequest } from "../../domain/page.ts";
import { product, upTo } from "../../domain/plan/bounds.ts";
import { expectApiKey, expectApplication, expectGroup, expectPage, expectUser } from "../../domain/plan/expected.ts";
import type { ServicePlan } from "../../domain/plan/plan.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import type { Edition } from "./edition.ts";
import { isEmptinessBelieved, type Relation, type UserSource } from "./loaded.ts";
import { wantsGroups, wantsOrganization } from "./memberships.ts";

/**
 * What stands for the service's records, with what comes along in every edition that it may be. What comes along in some
 * alone is left out: asked for, it makes calls that may not be made.
 */
export class PlannedRecords {
  readonly #plan: ServicePlan;
  readonly #edition: Edition;

  constructor(plan: ServicePlan, edition: Edition) {
    this.#plan = plan;
    this.#edition = edition;
  }

  user(id: string, source: UserSource): User {
    const comes = (relation: Relation) => this.#comesAlong(relation, source);
    const comesFor = (filter: MembershipFilter) =>
      (!wantsGroups(filter) || comes("groups")) && (!wantsOrganization(filter) || comes("organization"));
    return expectUser(id, {
      groups: (page, filter) => (comesFor(filter) ? this.memberships(id, page, filter) : undefined),
      applications: (page) => (comes("applications") ? this.applications(id, page) : undefined),
      apiKeys: () => (comes("apikeys") ? this.apiKeys(id) : undefined),
      tells: ({ applications, apiKeys, groups }: UserNeeds) =>
        (!applications || comes("applications")) && (!apiKeys || comes("apikeys")) && groups.every(comesFor),
      econtext: this.#facet(id, comes("organization")),
    });
  }

  /** Users of a list, as one. */
  users(what: string, count: Parameters<ServicePlan["some"]>[1], source: UserSource): Page<User> {
    return expectPage([this.user(this.#plan.some(what, count), source)]);
  }

  memberships(user: string, page: PageRequest, filter: MembershipFilter): Page<Membership> {
    const inGroups = wantsGroups(filter);
    const inOrganization = wantsOrganization(filter) && this.#edition.hasOrganizations !== false;
    if (!inGroups && !inOrganization) return EMPTY_PAGE;
    const users = this.#plan.countOf("user", user);
    const groups: GroupReference[] = [];
    if (inGroups) {
      const id = this.#plan.some(`groups of ${user}, ${nameOf(page)}`, product(users, upTo(page.first)));
      groups.push(this.#embeddedGroup(id));
    }
    if (inOrganization) groups.push(this.#organizationOf(user));
    return expectPage(groups.map((group) => ({ role: "MEMBER", group })));
  }

  applications(user: string, page: PageRequest): Page<Reference<Application>> {
    const count = product(this.#plan.countOf("user", user), upTo(page.first));
    const id = this.#plan.some(`applications of ${user}, ${nameOf(page)}`, count);
    return expectPage([{ id, record: this.#edition.embedsRecords === true ? expectApplication(id) : undefined }]);
  }

  /** Nothing bounds how many keys a user has. */
  apiKeys(user: string): readonly Reference<ApiKey>[] {
    const count = product(this.#plan.countOf("user", user), upTo(null));
    const id = this.#plan.some(`keys of ${user}`, count);
    return [{ id, record: this.#edition.embedsRecords === true ? expectApiKey(id) : undefined }];
  }

  /** @param application where it is known whose group it is */
  group(ref: GroupRef, application?: string): Group {
    if (ref.kind !== "GROUP") return expectGroup(ref, { applications: () => EMPTY_PAGE });
    const one: Reference<Application> = { id: application ?? this.#applicationOf(ref.id), record: undefined };
    return expectGroup(ref, { application: one, applications: () => expectPage([one]) });
  }

  #applicationOf(group: string): string {
    return this.#plan.some(`application of ${group}`, upTo(this.#plan.countOf("group", group).max));
  }

  #embeddedGroup(id: string): GroupReference {
    const ref = { kind: "GROUP", id } as const;
    return { ...ref, record: this.#edition.embedsRecords === true ? this.group(ref) : undefined };
  }

  /** Wherever there is one, it comes as an object. */
  #organizationOf(user: string): GroupReference {
    const count = upTo(this.#plan.countOf("user", user).max);
    const ref = { kind: "ORGANIZATION", id: this.#plan.some(`organization of ${user}`, count) } as const;
    return { ...ref, record: this.group(ref) };
  }

  #facet(user: string, comesAlong: boolean): EcontextUser {
    const { hasOrganizations } = this.#edition;
    const organization = hasOrganizations === false ? null : comesAlong ? this.#organizationOf(user) : undefined;
    return { organization, organizationAdmin: null, passwordModifiedAt: null };
  }

  /** Before E2 users bring everything wherever they come from. */
  #comesAlong(relation: Relation, source: UserSource): boolean {
    return this.#edition.hasOrganizations === false || isEmptinessBelieved(source, relation);
  }
}

/** Tells a page from others of its list. */
export function nameOf({ first, after }: PageRequest): string {
  return JSON.stringify([first, after]);
}
