import type { Application, ApplicationStatus } from "../../domain/application.ts";
import type { CloudFoundryApplication } from "../../domain/facets/cloud-foundry.ts";
import type { GroupReference } from "../../domain/group.ts";
import { pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { ResourceRecord } from "./resource-record.ts";

export class ApplicationRecord extends ResourceRecord implements Application, CloudFoundryApplication {
  protected get collection() {
    return "/v2/apps";
  }

  protected get type() {
    return "app";
  }

  get status(): ApplicationStatus | null {
    const state = this.text("entity.state", this.entity["state"]);
    return state === null || state === "STARTED" || state === "STOPPED" ? state : "UNKNOWN";
  }

  get space(): GroupReference | null {
    return this.reference("SPACE", "entity.space_guid", this.entity["space_guid"]);
  }

  get instances(): number | null {
    return this.integer("entity.instances", this.entity["instances"]);
  }

  get memory(): number | null {
    return this.integer("entity.memory", this.entity["memory"]);
  }

  get diskQuota(): number | null {
    return this.integer("entity.disk_quota", this.entity["disk_quota"]);
  }

  get buildpack(): string | null {
    return this.text("entity.buildpack", this.entity["buildpack"]);
  }

  /** Itself: what only Cloud Foundry knows fails field by field, too. */
  get cloudFoundry(): CloudFoundryApplication {
    return this;
  }

  groups(page: PageRequest): Page<GroupReference> {
    const { space } = this;
    return pageByPosition(space === null ? [] : [space], page);
  }
}
