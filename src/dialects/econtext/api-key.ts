import type { ApiKey, ApiKeyStatus } from "../../domain/api-key.ts";
import type { Service } from "../../domain/service.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { apiKeyPath, readHref } from "./address.ts";
import { RecordView } from "./record-view.ts";
import type { WireApiKey } from "./wire.ts";

/** E1 gives out any key below any user, and only the key's `href` names the owner. */
export function isKeyOf({ href }: WireApiKey, user: string): boolean {
  const owner = typeof href === "string" ? /users\/user\/([^/]+)\/apikey\//.exec(href)?.[1] : undefined;
  return owner === undefined || owner === user || owner === encodeURIComponent(user);
}

/** An API key, which never shows its secret. */
export class ApiKeyRecord extends RecordView<WireApiKey> implements ApiKey {
  readonly #user: string;

  /** @param request with whose answer it came */
  constructor(wire: WireApiKey, user: string, request: UpstreamRequest, service: Service) {
    super(wire, request, service);
    this.#user = user;
  }

  protected get type() {
    return "apikey";
  }

  get description(): string | null {
    return this.text("description", this.wire.description);
  }

  /** Null for a status that we do not know: keys have no UNKNOWN. */
  get status(): ApiKeyStatus | null {
    const status = this.text("status", this.wire.status);
    return status === "ENABLED" || status === "DISABLED" ? status : null;
  }

  get href(): string {
    return readHref(this.wire.href, apiKeyPath(this.#user, this.id), this.service.url);
  }
}
