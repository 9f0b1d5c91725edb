import type { Application, ApplicationStatus } from "../../domain/application.ts";
import type { CloudFoundryApplication } from "../../domain/facets/cloud-foundry.ts";
import type { GroupReference } from "../../domain/group.ts";
import { pageByPosition } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { referenceTo, ResourceRecord } from "./resource-record.ts";
import { readInteger, readText } from "./wire.ts";

export class ApplicationRecord extends ResourceRecord implements Application {
  protected get collection() {
    return "/v2/apps";
  }

  get status(): ApplicationStatus | null {
    const state = readText(this.entity["state"]);
    return state === null || state === "STARTED" || state === "STOPPED" ? state : "UNKNOWN";
  }

  get space(): GroupReference | null {
    return referenceTo("SPACE", this.entity["space_guid"], this.session);
  }

  get cloudFoundry(): CloudFoundryApplication {
    return {
      instances: readInteger(this.entity["instances"]),
      memory: readInteger(this.entity["memory"]),
      diskQuota: readInteger(this.entity["disk_quota"]),
      buildpack: readText(this.entity["buildpack"]),
      space: this.space,
    };
  }

  groups(page: PageRequest): Page<GroupReference> {
    const { space } = this;
    return pageByPosition(space === null ? [] : [space], page);
  }
}
