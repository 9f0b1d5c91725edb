import type { ApiKey } from "../../domain/api-key.ts";
import type { Application } from "../../domain/application.ts";
import type { MembershipFilter, UserNeeds } from "../../domain/ask.ts";
import type { CloudFoundryUser } from "../../domain/facets/cloud-foundry.ts";
import type { GroupReference, Membership } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserStatus } from "../../domain/user.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { Inlining } from "./inlining.ts";
import { pageOfLists } from "./pages.ts";
import type { WholeList } from "./pages.ts";
import { DEVELOPED_SPACES, selectRelations } from "./relations.ts";
import type { Relation } from "./relations.ts";
import { ResourceRecord } from "./resource-record.ts";
import type { Session } from "./session.ts";
import { inlinedIn, isResource, resourcesIn, sortByCreation } from "./wire.ts";
import type { Resource } from "./wire.ts";

export class UserRecord extends ResourceRecord implements User, CloudFoundryUser {
  /** What was asked to come along. Of that, lists with over 50 elements are missing. */
  readonly inlined: Inlining;

  constructor(resource: Resource, request: UpstreamRequest, session: Session, inlined: Inlining) {
    super(resource, request, session);
    this.inlined = inlined;
  }

  protected get collection() {
    return "/v2/users";
  }

  protected get type() {
    return "user";
  }

  /** Missing where UAA does not know the guid, or did not answer. */
  get username(): string | null {
    return this.text("entity.username", this.entity["username"]);
  }

  override get name(): null {
    return null;
  }

  get email(): null {
    return null;
  }

  get status(): UserStatus | null {
    const { active } = this;
    return active === null ? null : active ? "ENABLED" : "UNVERIFIED";
  }

  get econtext(): null {
    return null;
  }

  get admin(): boolean | null {
    return this.boolean("entity.admin", this.entity["admin"]);
  }

  get active(): boolean | null {
    return this.boolean("entity.active", this.entity["active"]);
  }

  get defaultSpace(): GroupReference | null {
    return this.reference("SPACE", "entity.default_space_guid", this.entity["default_space_guid"]);
  }

  /** Itself: what only Cloud Foundry knows fails field by field, too. */
  get cloudFoundry(): CloudFoundryUser {
    return this;
  }

  /** The groups of one relation; undefined where they did not come along. */
  groupsIn(relation: Relation): readonly Resource[] | undefined {
    // What was not asked for is not believed.
    return this.inlined.relations.includes(relation) ? this.#inside("user", this.resource, relation.name) : undefined;
  }

  /** The apps of one of the user's spaces; undefined where they did not come along. */
  appsIn(space: Resource): readonly Resource[] | undefined {
    return this.inlined.apps ? this.#inside("space", space, "apps") : undefined;
  }

  /** @throws ServiceFailure where it came along and cannot be read */
  #inside(type: string, resource: Resource, relation: string): readonly Resource[] | undefined {
    const list = inlinedIn(resource, relation);
    if (list === undefined) return undefined;
    const place = `${type}.entity.${relation}`;
    if (!Array.isArray(list)) throw this.session.invalid(this.request, place, "list", list);
    const resources: readonly unknown[] = list;
    if (resources.every(isResource)) return sortByCreation(resources);
    const at = resources.findIndex((value) => !isResource(value));
    throw this.session.withoutGuid(this.request, `${place}[${at}].`, resources[at]);
  }

  groups(page: PageRequest, filter: MembershipFilter): Page<Membership> | undefined {
    const relations = selectRelations(filter);
    if (relations.length === 0) return EMPTY_PAGE;
    const lists: WholeList<Resource>[] = [];
    for (const relation of relations) {
      const items = this.groupsIn(relation);
      if (items === undefined) return undefined;
      lists.push({ key: relation.name, items });
    }
    return pageOfLists(lists, page, (group, list) =>
      membership(relations[list] as Relation, group, this.request, this.session),
    );
  }

  applications(page: PageRequest): Page<Reference<Application>> | undefined {
    const spaces = this.groupsIn(DEVELOPED_SPACES);
    if (spaces === undefined) return undefined;
    const lists: WholeList<Resource>[] = [];
    for (const space of spaces) {
      const items = this.appsIn(space);
      if (items === undefined) return undefined;
      lists.push({ key: spaceKey(space.metadata.guid), items });
    }
    return pageOfLists(lists, page, (app) => this.session.application(app, this.request));
  }

  apiKeys(): readonly Reference<ApiKey>[] {
    return [];
  }

  /** Lists with over 50 elements did not come, whatever was asked for. What cannot be read did: it is not mended so. */
  tells(needs: UserNeeds): boolean {
    const wanted = Inlining.of(needs);
    if (!this.inlined.covers(wanted)) return false;
    return wanted.relations.every((relation) => {
      if (inlinedIn(this.resource, relation.name) === undefined) return false;
      if (!wanted.apps || relation !== DEVELOPED_SPACES) return true;
      return resourcesIn(this.resource, relation.name).every((space) => inlinedIn(space, "apps") !== undefined);
    });
  }
}

export function membership(
  relation: Relation,
  group: Resource,
  request: UpstreamRequest,
  session: Session,
): Membership {
  return { role: relation.role, group: session.group(relation.kind, group, request) };
}

/** A space's name in cursors, whatever its guid holds. */
export function spaceKey(guid: string): string {
  return encodeURIComponent(guid.toWellFormed()).replaceAll("~", "%7E");
}
