import type { UpstreamRequest } from "../../http/send.ts";
import type { Service } from "../../domain/service.ts";
import { ApplicationRecord } from "./application.ts";
import { GroupRecord } from "./group.ts";
import type { EcontextGroupKind } from "./group.ts";
import { completeness } from "./loaded.ts";
import type { UserSource } from "./loaded.ts";
import { UserRecord } from "./user.ts";
import type { WireApplication, WireGroup, WireUser } from "./wire.ts";

/** Which answer a record came with. */
export interface Origin {
  readonly source: UserSource;
  readonly request: UpstreamRequest;
}

/**
 * What one operation has met, one record for each id. What is embedded in a user is as complete as its own GET, so
 * users bring applications and groups along for free.
 */
export class Memory {
  readonly service: Service;
  readonly #users = new Map<string, UserRecord>();
  readonly #applications = new Map<string, ApplicationRecord>();
  readonly #groups = { GROUP: new Map<string, GroupRecord>(), ORGANIZATION: new Map<string, GroupRecord>() };
  /** Users whose embedded records nobody has looked for yet. */
  #unsearched: UserRecord[] = [];

  constructor(service: Service) {
    this.service = service;
  }

  user(id: string): UserRecord | undefined {
    return this.#users.get(id);
  }

  application(id: string): ApplicationRecord | undefined {
    return find(this.#applications, id) ?? (this.#search() ? find(this.#applications, id) : undefined);
  }

  group(kind: EcontextGroupKind, id: string): GroupRecord | undefined {
    const groups = this.#groups[kind];
    return find(groups, id) ?? (this.#search() ? find(groups, id) : undefined);
  }

  /** A user that was met with more inside stays as it is. */
  meetUser(wire: WireUser, origin: Origin): UserRecord {
    const known = this.#users.get(wire.id);
    if (known !== undefined && completeness(known.origin.source) >= completeness(origin.source)) return known;
    const user = new UserRecord(wire, origin, this);
    this.#users.set(wire.id, user);
    this.#unsearched.push(user);
    return user;
  }

  meetApplication(wire: WireApplication, request: UpstreamRequest): ApplicationRecord {
    const known = this.#applications.get(wire.id);
    if (known !== undefined) return known;
    const application = new ApplicationRecord(wire, request, this.service);
    this.#applications.set(wire.id, application);
    return application;
  }

  meetGroup(kind: EcontextGroupKind, wire: WireGroup, request: UpstreamRequest): GroupRecord {
    const known = this.#groups[kind].get(wire.id);
    if (known !== undefined) return known;
    const group = new GroupRecord(kind, wire, request, this);
    this.#groups[kind].set(wire.id, group);
    return group;
  }

  clear(): void {
    this.#users.clear();
    this.#applications.clear();
    this.#groups.GROUP.clear();
    this.#groups.ORGANIZATION.clear();
    this.#unsearched = [];
  }

  /** Meets what is embedded in the users, put off until somebody asks for an id. */
  #search(): boolean {
    if (this.#unsearched.length === 0) return false;
    for (const user of this.#unsearched) user.introduce();
    this.#unsearched = [];
    return true;
  }
}

/** A list of users names hundreds of ids before anything of them was met: in what is empty none is worth a hash. */
function find<T>(met: ReadonlyMap<string, T>, id: string): T | undefined {
  return met.size === 0 ? undefined : met.get(id);
}
