import type { GroupReference } from "../../domain/group.ts";
import type { CloudGroupKind } from "./relations.ts";
import type { Session } from "./session.ts";
import { fieldsOf, readInstant, readName, readText } from "./wire.ts";
import type { Fields, Resource } from "./wire.ts";

/** What every object has; a view over what the service told, read field by field when asked. */
export abstract class ResourceRecord {
  readonly id: string;
  protected readonly resource: Resource;
  protected readonly entity: Fields;
  protected readonly session: Session;
  /** The path of all objects of this type. */
  protected abstract readonly collection: string;

  constructor(resource: Resource, session: Session) {
    this.id = resource.metadata.guid;
    this.resource = resource;
    this.entity = fieldsOf(resource);
    this.session = session;
  }

  get href(): string {
    // Of our own making, as our calls are: `metadata.url` holds the guid as it is, slashes and all.
    return `${this.session.service.url}${this.collection}/${encodeURIComponent(this.id.toWellFormed())}`;
  }

  get name(): string | null {
    return readText(this.entity["name"]);
  }

  get description(): null {
    return null;
  }

  get customData(): null {
    return null;
  }

  get createdAt(): string | null {
    return readInstant(this.resource.metadata["created_at"]);
  }

  get updatedAt(): string | null {
    return readInstant(this.resource.metadata["updated_at"]);
  }
}

/** The group that a field names, with its record where it was met. */
export function referenceTo(kind: CloudGroupKind, guid: unknown, session: Session): GroupReference | null {
  const id = readName(guid);
  return id === null ? null : { kind, id, record: session.memory.groups(kind).get(id) };
}
