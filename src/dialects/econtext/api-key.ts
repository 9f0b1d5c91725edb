import type { ApiKey, ApiKeyStatus } from "../../domain/api-key.ts";
import type { Service } from "../../domain/service.ts";
import { apiKeyPath, readHref } from "./address.ts";
import { readInstant } from "./instant.ts";
import { readText } from "./wire.ts";
import type { WireApiKey } from "./wire.ts";

/** E1 gives out any key below any user, and only the key's `href` names the owner. */
export function isKeyOf({ href }: WireApiKey, user: string): boolean {
  const owner = typeof href === "string" ? /users\/user\/([^/]+)\/apikey\//.exec(href)?.[1] : undefined;
  return owner === undefined || owner === user || owner === encodeURIComponent(user);
}

/** An API key, which never shows its secret. */
export class ApiKeyRecord implements ApiKey {
  readonly #wire: WireApiKey;
  readonly #user: string;
  readonly #service: Service;

  constructor(wire: WireApiKey, user: string, service: Service) {
    this.#wire = wire;
    this.#user = user;
    this.#service = service;
  }

  get id(): string {
    return this.#wire.id;
  }

  get name(): string | null {
    return readText(this.#wire.name);
  }

  get description(): string | null {
    return readText(this.#wire.description);
  }

  get status(): ApiKeyStatus | null {
    const { status } = this.#wire;
    return status === "ENABLED" || status === "DISABLED" ? status : null;
  }

  get href(): string {
    return readHref(this.#wire.href, apiKeyPath(this.#user, this.id), this.#service.url);
  }

  get createdAt(): string | null {
    return readInstant(this.#wire.created_at);
  }

  get updatedAt(): string | null {
    return readInstant(this.#wire.modified_at);
  }
}
