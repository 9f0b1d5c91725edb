import type { Application, ApplicationStatus } from "../../domain/application.ts";
import { applicationPath, readHref } from "./address.ts";
import { RecordView } from "./record-view.ts";
import { readStatus } from "./wire.ts";
import type { WireApplication } from "./wire.ts";

const STATUSES = ["ENABLED", "DISABLED"] as const;

export class ApplicationRecord extends RecordView<WireApplication> implements Application {
  protected get type() {
    return "application";
  }

  get href(): string {
    return readHref(this.wire.href, applicationPath(this.id), this.service.url);
  }

  get description(): string | null {
    return this.text("description", this.wire.description);
  }

  get status(): ApplicationStatus | null {
    return readStatus(this.text("status", this.wire.status), STATUSES);
  }

  get customData(): Record<string, unknown> | null {
    return this.object("custom_data", this.wire.custom_data);
  }

  get cloudFoundry(): null {
    return null;
  }

  groups(): undefined {
    return undefined;
  }
}
