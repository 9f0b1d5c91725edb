import type { ServiceFailure } from "../../domain/errors.ts";
import type { Service } from "../../domain/service.ts";
import { invalidResponse, kindOf } from "../../http/failures.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { DEEPEST, isDeep } from "./custom-data.ts";
import { readInstant } from "./instant.ts";
import { keyOf } from "./order.ts";
import { isObject } from "./wire.ts";
import type { WireRecord } from "./wire.ts";

/**
 * A record as the service told it, each field read when it is asked for. What is missing or null reads as null; a value
 * that no edition sends there is the failure of that field, and the others are shown.
 */
export abstract class RecordView<Wire extends WireRecord> {
  /** Out of sight of whoever writes records down: an application has its `jwt_secret` in there. */
  readonly #wire: Wire;
  readonly #request: UpstreamRequest;
  readonly #service: Service;

  /** @param request with whose answer it came */
  constructor(wire: Wire, request: UpstreamRequest, service: Service) {
    this.#wire = wire;
    this.#request = request;
    this.#service = service;
  }

  /** As the service calls it where it answers one: `user`. */
  protected abstract get type(): string;

  protected get wire(): Wire {
    return this.#wire;
  }

  protected get request(): UpstreamRequest {
    return this.#request;
  }

  protected get service(): Service {
    return this.#service;
  }

  get id(): string {
    return this.#wire.id;
  }

  get name(): string | null {
    return this.text("name", this.#wire.name);
  }

  get createdAt(): string | null {
    return this.instant("created_at", this.#wire.created_at);
  }

  get updatedAt(): string | null {
    return this.instant("modified_at", this.#wire.modified_at);
  }

  /** Its place in a list by name. */
  get keyByName(): string {
    return keyOf(this.#wire.name, this.id);
  }

  protected text(field: string, value: unknown): string | null {
    if (typeof value === "string") return value;
    if (value === null || value === undefined) return null;
    throw this.wrong(field, "text", value);
  }

  /** Text that is never empty but where it got lost: the seed has `""` for lost emails and links. */
  protected filledText(field: string, value: unknown): string | null {
    return value === "" ? null : this.text(field, value);
  }

  protected boolean(field: string, value: unknown): boolean | null {
    if (typeof value === "boolean") return value;
    if (value === null || value === undefined) return null;
    throw this.wrong(field, "true or false", value);
  }

  protected instant(field: string, value: unknown): string | null {
    const instant = readInstant(value);
    if (instant === undefined) throw this.wrong(field, "an instant", value);
    return instant;
  }

  /** An object that can be written as JSON: one that is too deep for that is a failure, too. */
  protected object(field: string, value: unknown): Record<string, unknown> | null {
    if (value === null || value === undefined) return null;
    if (!isObject(value)) throw this.wrong(field, "an object", value);
    if (isDeep(value)) throw this.#strange(field, `${DEEPEST} levels at most`, "more");
    return value;
  }

  protected wrong(field: string, expected: string, value: unknown): ServiceFailure {
    return this.#strange(field, expected, kindOf(value));
  }

  /** @param found in words that tell nothing of the value itself */
  #strange(field: string, expected: string, found: string): ServiceFailure {
    return invalidResponse(this.#service, this.#request, `${this.type}.${field}`, expected, found);
  }
}
