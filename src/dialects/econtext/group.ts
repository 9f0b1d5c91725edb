import type { Application } from "../../domain/application.ts";
import type { Group, GroupKind, GroupStatus } from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Reference } from "../../domain/reference.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { groupPath, organizationPath, readHref } from "./address.ts";
import { checkDepth } from "./custom-data.ts";
import { readInstant } from "./instant.ts";
import type { Memory } from "./memory.ts";
import { pageInOrder } from "./order.ts";
import { readFilledText, readObject, readStatus, readText } from "./wire.ts";
import type { WireGroup } from "./wire.ts";

export type EcontextGroupKind = Exclude<GroupKind, "SPACE">;

const STATUSES = ["ENABLED", "DISABLED"] as const;

/** A group of an application, or an organization (E2). */
export class GroupRecord implements Group {
  readonly kind: EcontextGroupKind;
  readonly #wire: WireGroup;
  readonly #request: UpstreamRequest;
  readonly #memory: Memory;

  /** @param request with whose answer it came */
  constructor(kind: EcontextGroupKind, wire: WireGroup, request: UpstreamRequest, memory: Memory) {
    this.kind = kind;
    this.#wire = wire;
    this.#request = request;
    this.#memory = memory;
  }

  get id(): string {
    return this.#wire.id;
  }

  get href(): string {
    const path = this.kind === "GROUP" ? groupPath(this.id) : organizationPath(this.id);
    return readHref(this.#wire.href, path, this.#memory.service.url);
  }

  get name(): string | null {
    return readText(this.#wire.name);
  }

  get description(): string | null {
    return readText(this.#wire.description);
  }

  get status(): GroupStatus | null {
    return readStatus(this.#wire.status, STATUSES);
  }

  get customData(): Record<string, unknown> | null {
    const place = this.kind === "GROUP" ? "group.custom_data" : "organization.custom_data";
    return checkDepth(readObject(this.#wire.custom_data), this.#memory.service, this.#request, place);
  }

  get createdAt(): string | null {
    return readInstant(this.#wire.created_at);
  }

  get updatedAt(): string | null {
    return readInstant(this.#wire.modified_at);
  }

  get application(): Reference<Application> | null {
    const id = this.applicationId;
    return id === null ? null : { id, record: this.#memory.application(id) };
  }

  /** Null for an organization. */
  get applicationId(): string | null {
    return this.kind === "GROUP" ? readFilledText(this.#wire.application) : null;
  }

  get parent(): null {
    return null;
  }

  applications(page: PageRequest): Page<Reference<Application>> {
    const { application } = this;
    if (application === null) return EMPTY_PAGE;
    return pageInOrder([application], page, "i", ({ id }) => id);
  }
}
