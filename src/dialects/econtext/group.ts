import type { Application } from "../../domain/application.ts";
import type { Group, GroupKind, GroupStatus } from "../../domain/group.ts";
import { EMPTY_PAGE, pageByKey } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { groupPath, organizationPath, readHref } from "./address.ts";
import type { Memory } from "./memory.ts";
import { RecordView } from "./record-view.ts";
import { readStatus } from "./wire.ts";
import type { WireGroup } from "./wire.ts";

export type EcontextGroupKind = Exclude<GroupKind, "SPACE">;

const STATUSES = ["ENABLED", "DISABLED"] as const;

/** A group of an application, or an organization (E2). */
export class GroupRecord extends RecordView<WireGroup> implements Group {
  readonly kind: EcontextGroupKind;
  readonly #memory: Memory;

  /** @param request with whose answer it came */
  constructor(kind: EcontextGroupKind, wire: WireGroup, request: UpstreamRequest, memory: Memory) {
    super(wire, request, memory.service);
    this.kind = kind;
    this.#memory = memory;
  }

  protected get type() {
    return this.kind === "GROUP" ? "group" : "organization";
  }

  get href(): string {
    const path = this.kind === "GROUP" ? groupPath(this.id) : organizationPath(this.id);
    return readHref(this.wire.href, path, this.service.url);
  }

  get description(): string | null {
    return this.text("description", this.wire.description);
  }

  get status(): GroupStatus | null {
    return readStatus(this.text("status", this.wire.status), STATUSES);
  }

  get customData(): Record<string, unknown> | null {
    return this.object("custom_data", this.wire.custom_data);
  }

  get application(): Reference<Application> | null {
    const id = this.kind === "GROUP" ? this.filledText("application", this.wire.application) : null;
    return id === null ? null : { id, record: this.#memory.application(id) };
  }

  /** As far as it can be read: one record that cannot leaves the others of the application whole. */
  isOf(application: string): boolean {
    return this.kind === "GROUP" && this.wire.application === application;
  }

  get parent(): null {
    return null;
  }

  applications(page: PageRequest): Page<Reference<Application>> {
    const { application } = this;
    if (application === null) return EMPTY_PAGE;
    return pageByKey([application], page, "i", ({ id }) => id);
  }
}
