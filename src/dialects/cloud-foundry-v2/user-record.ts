import type { ApiKey } from "../../domain/api-key.ts";
import type { Application } from "../../domain/application.ts";
import type { MembershipFilter, UserNeeds } from "../../domain/ask.ts";
import type { CloudFoundryUser } from "../../domain/facets/cloud-foundry.ts";
import type { Membership } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User, UserStatus } from "../../domain/user.ts";
import { Inlining } from "./inlining.ts";
import { pageOfLists } from "./pages.ts";
import type { WholeList } from "./pages.ts";
import { DEVELOPED_SPACES, selectRelations } from "./relations.ts";
import type { Relation } from "./relations.ts";
import { referenceTo, ResourceRecord } from "./resource-record.ts";
import type { Session } from "./session.ts";
import { readBoolean, readInlined, readText, sortByCreation } from "./wire.ts";
import type { Resource } from "./wire.ts";

export class UserRecord extends ResourceRecord implements User {
  /** What was asked to come along. Of that, lists with over 50 elements are missing. */
  readonly inlined: Inlining;

  constructor(resource: Resource, session: Session, inlined: Inlining) {
    super(resource, session);
    this.inlined = inlined;
  }

  protected get collection() {
    return "/v2/users";
  }

  /** Missing where UAA does not know the guid, or did not answer. */
  get username(): string | null {
    return readText(this.entity["username"]);
  }

  override get name(): null {
    return null;
  }

  get email(): null {
    return null;
  }

  get status(): UserStatus | null {
    const active = readBoolean(this.entity["active"]);
    return active === null ? null : active ? "ENABLED" : "UNVERIFIED";
  }

  get econtext(): null {
    return null;
  }

  get cloudFoundry(): CloudFoundryUser {
    return {
      admin: readBoolean(this.entity["admin"]),
      active: readBoolean(this.entity["active"]),
      defaultSpace: referenceTo("SPACE", this.entity["default_space_guid"], this.session),
    };
  }

  /** The groups of one relation; undefined where they did not come along. */
  groupsIn(relation: Relation): readonly Resource[] | undefined {
    // What was not asked for was not checked either.
    if (!this.inlined.relations.includes(relation)) return undefined;
    const groups = readInlined(this.resource, relation.name);
    return groups && sortByCreation(groups);
  }

  /** The apps of one of the user's spaces; undefined where they did not come along. */
  appsIn(space: Resource): readonly Resource[] | undefined {
    const apps = this.inlined.apps ? readInlined(space, "apps") : undefined;
    return apps && sortByCreation(apps);
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
    return pageOfLists(lists, page, (group, list) => membership(relations[list] as Relation, group, this.session));
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
    return pageOfLists(lists, page, (app) => this.session.application(app));
  }

  apiKeys(): readonly Reference<ApiKey>[] {
    return [];
  }

  /** Lists with over 50 elements did not come, whatever was asked for. */
  tells(needs: UserNeeds): boolean {
    const wanted = Inlining.of(needs);
    if (!this.inlined.covers(wanted)) return false;
    return wanted.relations.every((relation) => {
      const groups = readInlined(this.resource, relation.name);
      if (groups === undefined || !wanted.apps || relation !== DEVELOPED_SPACES) return groups !== undefined;
      return groups.every((space) => readInlined(space, "apps") !== undefined);
    });
  }
}

export function membership(relation: Relation, group: Resource, session: Session): Membership {
  return { role: relation.role, group: session.group(relation.kind, group) };
}

/** A space's name in cursors, whatever its guid holds. */
export function spaceKey(guid: string): string {
  return encodeURIComponent(guid.toWellFormed()).replaceAll("~", "%7E");
}
