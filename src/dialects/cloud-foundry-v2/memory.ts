import type { CloudGroupKind } from "./relations.ts";
import type { ApplicationRecord } from "./application-record.ts";
import type { OrganizationRecord, SpaceRecord } from "./group-records.ts";
import type { SkeletonUser } from "./skeleton-user.ts";
import type { UserRecord } from "./user-record.ts";

/** What one caller has met in one operation, by guid. */
export class Memory {
  readonly users = new Met<UserRecord>();
  /** Of whom no more is known than their relations: apart, so that nobody takes them for the records. */
  readonly skeletons = new Map<string, SkeletonUser>();
  readonly organizations = new Met<OrganizationRecord>();
  readonly spaces = new Met<SpaceRecord>();
  readonly applications = new Met<ApplicationRecord>();
  /** Whether the caller may read all users; undefined: nobody asked. */
  readsAllUsers: Promise<boolean> | undefined;

  groups(kind: CloudGroupKind): Met<OrganizationRecord> | Met<SpaceRecord> {
    return kind === "ORGANIZATION" ? this.organizations : this.spaces;
  }

  /** A write may have changed any of it: a user's roles are told by groups and spaces, too, and the caller is a user. */
  clear(): void {
    this.users.clear();
    this.skeletons.clear();
    this.organizations.clear();
    this.spaces.clear();
    this.applications.clear();
    this.readsAllUsers = undefined;
  }
}

/** The records of one type. */
export class Met<Record> {
  /** Null: there is none. */
  readonly #records = new Map<string, Record | null>();
  readonly #asked = new Map<string, Promise<Record | null>>();

  get(guid: string): Record | undefined {
    return this.#records.get(guid) ?? undefined;
  }

  /** Whether it was asked for already, or came along. */
  has(guid: string): boolean {
    return this.#records.has(guid) || this.#asked.has(guid);
  }

  set(guid: string, record: Record): Record {
    this.#records.set(guid, record);
    return record;
  }

  /** The record, asked for once. A failure is not remembered. */
  async ask(guid: string, read: () => Promise<Record | null>): Promise<Record | null> {
    const known = this.#records.get(guid);
    return known === undefined ? (this.#asked.get(guid) ?? this.askAgain(guid, read)) : known;
  }

  /** The record as it is read now, with more inside than the one that is known. */
  askAgain(guid: string, read: () => Promise<Record | null>): Promise<Record | null> {
    const asked = this.#ask(guid, read);
    this.#asked.set(guid, asked);
    return asked;
  }

  clear(): void {
    this.#records.clear();
    this.#asked.clear();
  }

  async #ask(guid: string, read: () => Promise<Record | null>): Promise<Record | null> {
    try {
      const record = await read();
      this.#records.set(guid, record);
      return record;
    } finally {
      this.#asked.delete(guid);
    }
  }
}
