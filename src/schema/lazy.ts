import type { GraphQLResolveInfo } from "graphql";
import type { ApiKey } from "../domain/api-key.ts";
import type { Application } from "../domain/application.ts";
import { RECORD, USER_RECORD, type RecordNeeds } from "../domain/ask.ts";
import type { Group, GroupKind, GroupReference } from "../domain/group.ts";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";

/**
 * Something of which the id is known and free; the rest is loaded when a field asks for it, once. A record that came
 * along is read at once, without a promise: a page of users is thousands of fields.
 */
export abstract class Lazy<Record> {
  readonly home: OpenService;
  /** The upstream's own id. */
  readonly id: string;
  /** Undefined: not loaded yet. Null: the service knows none. */
  #record: Record | null | undefined;

  constructor(home: OpenService, id: string, record: Record | null | undefined) {
    this.home = home;
    this.id = id;
    this.#record = record;
  }

  /** Tells it from all others of its type and service. */
  get key(): string {
    return this.id;
  }

  /** What a record says, or null where there is no record. */
  read<Value>(pick: (record: Record) => Value, info: GraphQLResolveInfo): Value | null | Promise<Value | null> {
    const record = this.#record;
    if (record === null) return null;
    if (record !== undefined && this.hasFields(record)) return pick(record);
    return this.load(coordinateOf(info)).then((loaded) => (loaded === null ? null : pick(loaded)));
  }

  /** The record if it is here already; of a skeleton, the relations alone are to be believed. */
  get record(): Record | null | undefined {
    return this.#record;
  }

  /** @param needs what will be asked of it; the record alone, where left out */
  async load(asker: string, needs: RecordNeeds = RECORD): Promise<Record | null> {
    if (this.#record === undefined || (this.#record !== null && !this.hasFields(this.#record))) {
      this.#record = await this.fetch(asker, needs);
    }
    return this.#record;
  }

  /** Whether a record is more than the relations of something: see `User.isSkeleton`. */
  protected hasFields(record: Record): boolean {
    return record !== undefined;
  }

  protected abstract fetch(asker: string, needs: RecordNeeds): Promise<Record | null>;
}

export class LazyUser extends Lazy<User> {
  protected override hasFields({ isSkeleton }: User): boolean {
    return isSkeleton !== true;
  }

  protected override fetch(asker: string): Promise<User | null> {
    return this.home.loaders.users.load(this.id, USER_RECORD, asker);
  }
}

export class LazyApplication extends Lazy<Application> {
  protected override fetch(asker: string, needs: RecordNeeds): Promise<Application | null> {
    return this.home.loaders.applications.load(this.id, needs, asker);
  }
}

export class LazyGroup extends Lazy<Group> {
  readonly kind: GroupKind;

  constructor(home: OpenService, kind: GroupKind, id: string, record: Group | null | undefined) {
    super(home, id, record);
    this.kind = kind;
  }

  override get key(): string {
    return `${this.kind} ${this.id}`;
  }

  protected override fetch(asker: string, needs: RecordNeeds): Promise<Group | null> {
    return this.home.loaders.groups.load({ kind: this.kind, id: this.id }, needs, asker);
  }
}

export class LazyApiKey extends Lazy<ApiKey> {
  /** The upstream's own id of the user that the key belongs to. */
  readonly user: string;

  constructor(home: OpenService, user: string, id: string, record: ApiKey | null | undefined) {
    super(home, id, record);
    this.user = user;
  }

  override get key(): string {
    return `${this.user} ${this.id}`;
  }

  protected override fetch(asker: string, needs: RecordNeeds): Promise<ApiKey | null> {
    return this.home.loaders.apiKeys.load({ user: this.user, id: this.id }, needs, asker);
  }
}

export function lazyUser(home: OpenService, user: User): LazyUser {
  return new LazyUser(home, user.id, user);
}

export function lazyApplication(home: OpenService, application: Reference<Application>): LazyApplication {
  return new LazyApplication(home, application.id, application.record);
}

export function lazyGroup(home: OpenService, group: GroupReference): LazyGroup {
  return new LazyGroup(home, group.kind, group.id, group.record);
}

/** A resolver that reads the record. */
export function from<Record, Value>(pick: (record: Record) => Value) {
  return (lazy: Lazy<Record>, _args: object, _context: unknown, info: GraphQLResolveInfo) => lazy.read(pick, info);
}

/** The schema coordinate of the field that is being resolved: `User.groups`. */
export function coordinateOf(info: GraphQLResolveInfo): string {
  return `${info.parentType.name}.${info.fieldName}`;
}
