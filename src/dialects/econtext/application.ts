import type { Application, ApplicationStatus } from "../../domain/application.ts";
import type { Service } from "../../domain/service.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { applicationPath, readHref } from "./address.ts";
import { checkDepth } from "./custom-data.ts";
import { readInstant } from "./instant.ts";
import { readObject, readStatus, readText } from "./wire.ts";
import type { WireApplication } from "./wire.ts";

const STATUSES = ["ENABLED", "DISABLED"] as const;

export class ApplicationRecord implements Application {
  readonly #wire: WireApplication;
  readonly #request: UpstreamRequest;
  readonly #service: Service;

  /** @param request with whose answer it came */
  constructor(wire: WireApplication, request: UpstreamRequest, service: Service) {
    this.#wire = wire;
    this.#request = request;
    this.#service = service;
  }

  get id(): string {
    return this.#wire.id;
  }

  get href(): string {
    return readHref(this.#wire.href, applicationPath(this.id), this.#service.url);
  }

  get name(): string | null {
    return readText(this.#wire.name);
  }

  get description(): string | null {
    return readText(this.#wire.description);
  }

  get status(): ApplicationStatus | null {
    return readStatus(this.#wire.status, STATUSES);
  }

  get customData(): Record<string, unknown> | null {
    return checkDepth(readObject(this.#wire.custom_data), this.#service, this.#request, "application.custom_data");
  }

  get createdAt(): string | null {
    return readInstant(this.#wire.created_at);
  }

  get updatedAt(): string | null {
    return readInstant(this.#wire.modified_at);
  }

  get cloudFoundry(): null {
    return null;
  }

  groups(): undefined {
    return undefined;
  }
}
