import type { ServiceFailure } from "../../domain/errors.ts";
import type { GroupReference } from "../../domain/group.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import type { CloudGroupKind } from "./relations.ts";
import type { Session } from "./session.ts";
import { fieldsOf, isFields, isInteger, readInstant } from "./wire.ts";
import type { Fields, Resource } from "./wire.ts";

/**
 * What every object has; a view over what the service told, read field by field when asked. What is missing or null reads
 * as null; a value that the service never sends there is the failure of that field, and the others are shown.
 */
export abstract class ResourceRecord {
  readonly id: string;
  /** With whose answer it came. */
  readonly request: UpstreamRequest;
  protected readonly resource: Resource;
  protected readonly session: Session;
  /** The path of all objects of this type. */
  protected abstract readonly collection: string;
  /** What one of them is called. */
  protected abstract readonly type: string;

  constructor(resource: Resource, request: UpstreamRequest, session: Session) {
    this.id = resource.metadata.guid;
    this.request = request;
    this.resource = resource;
    this.session = session;
  }

  get href(): string {
    // Of our own making, as our calls are: `metadata.url` holds the guid as it is, slashes and all.
    return `${this.session.service.url}${this.collection}/${encodeURIComponent(this.id.toWellFormed())}`;
  }

  get name(): string | null {
    return this.text("entity.name", this.entity["name"]);
  }

  get description(): null {
    return null;
  }

  get customData(): null {
    return null;
  }

  get createdAt(): string | null {
    return this.instant("metadata.created_at", this.resource.metadata["created_at"]);
  }

  get updatedAt(): string | null {
    return this.instant("metadata.updated_at", this.resource.metadata["updated_at"]);
  }

  /** What it tells beside its metadata. */
  protected get entity(): Fields {
    const { entity } = this.resource;
    if (entity === undefined || entity === null || isFields(entity)) return fieldsOf(this.resource);
    throw this.wrong("entity", "object", entity);
  }

  protected text(place: string, value: unknown): string | null {
    if (typeof value === "string") return value;
    if (value === undefined || value === null) return null;
    throw this.wrong(place, "text", value);
  }

  protected boolean(place: string, value: unknown): boolean | null {
    if (typeof value === "boolean") return value;
    if (value === undefined || value === null) return null;
    throw this.wrong(place, "true or false", value);
  }

  protected integer(place: string, value: unknown): number | null {
    if (isInteger(value)) return value;
    if (value === undefined || value === null) return null;
    throw this.wrong(place, "whole number below 2^31", value);
  }

  protected instant(place: string, value: unknown): string | null {
    if (value === undefined || value === null) return null;
    const instant = readInstant(value);
    if (instant === undefined) throw this.wrong(place, "instant", value);
    return instant;
  }

  /** The group that a field names, with its record where it was met. */
  protected reference(kind: CloudGroupKind, place: string, guid: unknown): GroupReference | null {
    const id = this.text(place, guid);
    return id === null || id === "" ? null : { kind, id, record: this.session.memory.groups(kind).get(id) };
  }

  protected wrong(place: string, expected: string, value: unknown): ServiceFailure {
    return this.session.invalid(this.request, `${this.type}.${place}`, expected, value);
  }
}
