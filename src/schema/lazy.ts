import type { FieldNode, GraphQLResolveInfo } from "graphql";
import type { ApiKey } from "../domain/api-key.ts";
import type { Application } from "../domain/application.ts";
import { RECORD, USER_RECORD, type RecordNeeds } from "../domain/ask.ts";
import type { Group, GroupKind, GroupReference } from "../domain/group.ts";
import type { Reference } from "../domain/reference.ts";
import type { User } from "../domain/user.ts";
import { isUnknown } from "../domain/plan/plan.ts";
import { Deferred, type Waiter } from "../execution/deferred.ts";
import { pathless } from "../execution/pathless.ts";
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
  /** While it is being loaded. */
  #loading: Loading<Record> | undefined;

  constructor(home: OpenService, id: string, record: Record | null | undefined) {
    this.home = home;
    this.id = id;
    this.#record = record;
  }

  /** As the graph calls it. */
  get upstreamId(): string {
    return this.id;
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
    return new Reading(this.#loadFor(info), pick);
  }

  /** Loads it, once for all who ask while it is on its way; but each field that asks is told to the loader. */
  #loadFor(info: GraphQLResolveInfo): Loading<Record> {
    const known = this.#loading;
    if (known !== undefined) {
      if (!known.isAskedBy(info.fieldNodes)) this.join(coordinateOf(info), RECORD);
      return known;
    }
    const loaded = this.fetch(coordinateOf(info), RECORD);
    const loading = new Loading<Record>(info.fieldNodes);
    this.#loading = loading;
    loaded.then(
      (record) => {
        this.#record = record;
        this.#loading = undefined;
        loading.end(record);
      },
      (error: unknown) => {
        this.#loading = undefined;
        loading.fail(error);
      },
    );
    return loading;
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

  /** While it is being loaded, for somebody else who asks. */
  protected abstract join(asker: string, needs: RecordNeeds): void;
}

/** A record on its way, and those who wait for it. */
class Loading<Record> {
  /** By their nodes: the items of a list share these. */
  readonly #fields: (readonly FieldNode[])[];
  readonly #waiting: Waiter<Record | null>[] = [];

  constructor(field: readonly FieldNode[]) {
    this.#fields = [field];
  }

  /** @returns whether this field asked before; from now on it has */
  isAskedBy(field: readonly FieldNode[]): boolean {
    if (this.#fields.includes(field)) return true;
    this.#fields.push(field);
    return false;
  }

  wait(waiter: Waiter<Record | null>): void {
    this.#waiting.push(waiter);
  }

  end(record: Record | null): void {
    for (const waiter of this.#waiting) waiter.onValue(record);
  }

  fail(error: unknown): void {
    for (const waiter of this.#waiting) waiter.onError(error);
  }
}

/** One field of a record that is on its way. */
class Reading<Record, Value> extends Deferred<Value | null> implements Waiter<Record | null> {
  readonly #loading: Loading<Record>;
  readonly #pick: (record: Record) => Value;
  #waiter: Waiter<Value | null> | undefined;

  constructor(loading: Loading<Record>, pick: (record: Record) => Value) {
    super();
    this.#loading = loading;
    this.#pick = pick;
  }

  settle(waiter: Waiter<Value | null>): void {
    this.#waiter = waiter;
    this.#loading.wait(this);
  }

  onValue(record: Record | null): void {
    let value: Value | null;
    try {
      value = record === null ? null : this.#pick(record);
    } catch (error) {
      this.onError(error);
      return;
    }
    this.#waiter?.onValue(value);
  }

  onError(error: unknown): void {
    this.#waiter?.onError(error);
  }
}

export class LazyUser extends Lazy<User> {
  protected override hasFields({ isSkeleton }: User): boolean {
    return isSkeleton !== true;
  }

  protected override fetch(asker: string): Promise<User | null> {
    return this.home.loaders.users.load(this.id, USER_RECORD, asker);
  }

  protected override join(asker: string): void {
    this.home.loaders.users.join(this.id, USER_RECORD, asker);
  }
}

export class LazyApplication extends Lazy<Application> {
  protected override fetch(asker: string, needs: RecordNeeds): Promise<Application | null> {
    return this.home.loaders.applications.load(this.id, needs, asker);
  }

  protected override join(asker: string, needs: RecordNeeds): void {
    this.home.loaders.applications.join(this.id, needs, asker);
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

  protected override join(asker: string, needs: RecordNeeds): void {
    this.home.loaders.groups.join({ kind: this.kind, id: this.id }, needs, asker);
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

  protected override join(asker: string, needs: RecordNeeds): void {
    this.home.loaders.apiKeys.join({ user: this.user, id: this.id }, needs, asker);
  }
}

export function lazyUser(home: OpenService, user: User): LazyUser {
  return new LazyUser(home, user.id, user);
}

/**
 * What is named is one object wherever it is named, as long as what was read is believed: a page of users names the same
 * few again and again.
 */
export function lazyApplication(home: OpenService, { id, record }: Reference<Application>): LazyApplication {
  // In plans, ids that nobody knows stand for different things.
  if (isUnknown(id)) return new LazyApplication(home, id, record);
  const made = home.loaders.madeOf<Application | string, LazyApplication>("Application");
  let application = made.get(record ?? id);
  if (application === undefined) made.set(record ?? id, (application = new LazyApplication(home, id, record)));
  return application;
}

/** As `lazyApplication`. */
export function lazyGroup(home: OpenService, { kind, id, record }: GroupReference): LazyGroup {
  if (isUnknown(id)) return new LazyGroup(home, kind, id, record);
  const made = home.loaders.madeOf<Group | string, LazyGroup>(kind);
  let group = made.get(record ?? id);
  if (group === undefined) made.set(record ?? id, (group = new LazyGroup(home, kind, id, record)));
  return group;
}

/** A resolver that reads the record. */
export function from<Record, Value>(pick: (record: Record) => Value) {
  return pathless((lazy: Lazy<Record>, _args: object, _context: unknown, info: GraphQLResolveInfo) =>
    lazy.read(pick, info),
  );
}

/** The schema coordinate of the field that is being resolved: `User.groups`. */
export function coordinateOf(info: GraphQLResolveInfo): string {
  return `${info.parentType.name}.${info.fieldName}`;
}
