import type { Group, GroupReference, GroupStatus } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page } from "../../domain/page.ts";
import { ResourceRecord } from "./resource-record.ts";

export class OrganizationRecord extends ResourceRecord implements Group {
  get kind() {
    return "ORGANIZATION" as const;
  }

  protected get collection() {
    return "/v2/organizations";
  }

  protected get type() {
    return "organization";
  }

  get status(): GroupStatus | null {
    const status = this.text("entity.status", this.entity["status"]);
    return status === null ? null : status === "active" ? "ACTIVE" : status === "suspended" ? "SUSPENDED" : "UNKNOWN";
  }

  get application(): null {
    return null;
  }

  get parent(): null {
    return null;
  }

  applications(): Page<never> {
    return EMPTY_PAGE;
  }
}

export class SpaceRecord extends ResourceRecord implements Group {
  get kind() {
    return "SPACE" as const;
  }

  protected get collection() {
    return "/v2/spaces";
  }

  protected get type() {
    return "space";
  }

  get status(): null {
    return null;
  }

  get application(): null {
    return null;
  }

  get parent(): GroupReference | null {
    return this.reference("ORGANIZATION", "entity.organization_guid", this.entity["organization_guid"]);
  }

  applications(): undefined {
    return undefined;
  }
}
