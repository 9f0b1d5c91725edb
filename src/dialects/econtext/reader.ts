import { invalidResponse } from "../../http/failures.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isAddressable } from "./address.ts";
import type { ApplicationRecord } from "./application.ts";
import { readElements, readRecord, readRecords } from "./calls.ts";
import type { Calls, WireResult } from "./calls.ts";
import type { Absence } from "./errors.ts";
import type { GroupRecord } from "./group.ts";
import { isComplete } from "./loaded.ts";
import type { UserSource } from "./loaded.ts";
import type { Memory } from "./memory.ts";
import type { UserRecord } from "./user.ts";
import { isRecord, isRecordWithData, isUserWithOrganization } from "./wire.ts";
import type { WireOrganization, WireRecord } from "./wire.ts";

/** The schema coordinates that ask: for the ledger. */
export type Coordinates = readonly string[];

/** A list as far as the service tells it. */
export interface WholeList<T> {
  readonly records: readonly T[];
  /** Whether what is not in it does not exist: E2 lists its first 25 applications and groups, and no more. */
  readonly complete: boolean;
}

export const LISTED_IN_E2 = 25;

export interface Organization {
  readonly record: GroupRecord;
  /** Everyone in it, and those who manage it; undefined where the answer does not list them. */
  users(): readonly UserRecord[] | undefined;
  managers(): readonly UserRecord[] | undefined;
}

/** Reads records, remembers whom it met, and learns which edition they show. */
export class Reader {
  readonly calls: Calls;
  readonly memory: Memory;
  readonly #users = new Map<string, Promise<UserRecord | null>>();
  readonly #applications = new Once<WholeList<ApplicationRecord>>();
  readonly #groups = new Once<WholeList<GroupRecord>>();

  constructor(calls: Calls, memory: Memory) {
    this.calls = calls;
    this.memory = memory;
  }

  /** After a write nothing that was read before can be trusted. */
  forget(): void {
    this.memory.clear();
    this.#users.clear();
    this.#applications.forget();
    this.#groups.forget();
  }

  /** A user with everything inside, from memory where one is there. Who asks at the same time shares one call. */
  user(id: string, asks: Coordinates): Promise<UserRecord | null> {
    const known = this.memory.user(id);
    if (known !== undefined && isComplete(known.origin.source)) return Promise.resolve(known);
    const running = this.#users.get(id);
    if (running !== undefined) return running;
    const reading = this.#user(id, asks).finally(() => {
      if (this.#users.get(id) === reading) this.#users.delete(id);
    });
    this.#users.set(id, reading);
    return reading;
  }

  /** A list of users. Null: there is nothing of which they could be, as far as `absences` accepts that. */
  async users(
    request: UpstreamRequest,
    source: UserSource,
    ...absences: readonly Absence[]
  ): Promise<readonly UserRecord[] | null> {
    const result = await this.#read(request, absences);
    if (result === null) return null;
    const list = this.#list(request, result, "users", isUserWithOrganization);
    const origin = { source, request };
    return list.map((wire) => this.memory.meetUser(wire, origin));
  }

  async application(id: string, asks: Coordinates): Promise<ApplicationRecord | null> {
    const wire = await this.#one(
      { ...get("/applications/application/{id}", asks), params: { id } },
      "application",
      isRecordWithData,
      "NOTHING",
    );
    return wire && this.memory.meetApplication(wire);
  }

  async group(id: string, asks: Coordinates): Promise<GroupRecord | null> {
    const request = { ...get("/groups/group/{id}", asks), params: { id } };
    const wire = await this.#one(request, "group", isRecordWithData, "NOTHING");
    return wire && this.memory.meetGroup("GROUP", wire);
  }

  /** With the users that it shows inside. Null in editions without organizations, too. */
  async organization(id: string, asks: Coordinates): Promise<Organization | null> {
    if (this.calls.edition.hasOrganizations === false) return null;
    const request = { ...get("/organizations/organization/{id}", asks), params: { id } };
    const wire: WireOrganization | null = await this.#one(request, "organization", () => true, "NOTHING", "NO_PATH");
    if (wire === null) return null;
    return {
      record: this.memory.meetGroup("ORGANIZATION", wire),
      users: () => this.#usersInside(request, wire.users, "organization.users"),
      managers: () => this.#usersInside(request, wire.admins, "organization.admins"),
    };
  }

  /** Organizations by name, from `offset` on. None in editions without. */
  async organizations(limit: number, offset: number, asks: Coordinates): Promise<readonly GroupRecord[]> {
    if (this.calls.edition.hasOrganizations === false) return [];
    const request = { ...get("/organizations", asks), query: pageQuery(limit, offset) };
    const result = await this.#read(request, ["NO_PATH"]);
    if (result === null) return [];
    const list = this.#list(request, result, "organizations", () => true);
    return list.map((wire) => this.memory.meetGroup("ORGANIZATION", wire));
  }

  /**
   * All applications, once in an operation.
   * @param keys how many look-ups the list answers
   */
  applications(asks: Coordinates, keys: number): Promise<WholeList<ApplicationRecord>> {
    return this.#applications.get(() =>
      this.#whole(get("/applications", asks, keys), "applications", (wire) => this.memory.meetApplication(wire)),
    );
  }

  /** As `applications`. */
  groups(asks: Coordinates, keys: number): Promise<WholeList<GroupRecord>> {
    return this.#groups.get(() =>
      this.#whole(get("/groups", asks, keys), "groups", (wire) => this.memory.meetGroup("GROUP", wire)),
    );
  }

  /** Whether the list was asked for, if it did not fail: asking again is free. */
  areListed(what: "applications" | "groups"): boolean {
    return (what === "applications" ? this.#applications : this.#groups).isAsked;
  }

  /** The groups of one application. Null: this edition has no such path. */
  async groupsOfApplication(id: string, asks: Coordinates): Promise<readonly GroupRecord[] | null> {
    const request = { ...get("/applications/application/{id}/groups", asks), params: { id } };
    const reply = await this.calls.read(request, "NOTHING", "NO_PATH");
    if (reply === "NOTHING") return [];
    if (reply === "NO_PATH") {
      this.calls.edition.learnThatGroupsOfApplicationsAreMissing();
      return null;
    }
    return this.#list(request, reply, "groups", isRecordWithData).map((wire) => this.memory.meetGroup("GROUP", wire));
  }

  /** An API key as the service holds it, whosever it is. */
  async apiKey(user: string, id: string, asks: Coordinates): Promise<WireRecord | null> {
    const request = { ...get("/users/user/{user}/apikey/{id}", asks), params: { user, id } };
    const result = await this.#read(request, ["NOTHING"]);
    return result && readRecord(this.calls.service, request, result, "apikey");
  }

  /**
   * What a user's record tells: the one in memory where that does, else the user's own. Null where there is no such
   * user.
   * @param tell undefined: this did not come along
   */
  async askUser<T>(
    id: string,
    asks: Coordinates,
    relation: string,
    tell: (user: UserRecord) => T | undefined,
  ): Promise<T | null> {
    const known = this.memory.user(id);
    const atOnce = known && tell(known);
    if (atOnce !== undefined) return atOnce;
    const user = isAddressable(id) ? await this.user(id, asks) : null;
    if (user === null) return null;
    const told = tell(user);
    if (told !== undefined) return told;
    throw invalidResponse(this.calls.service, user.origin.request, `user.${relation}`, "a list", "none");
  }

  async #user(id: string, asks: Coordinates): Promise<UserRecord | null> {
    const request = { ...get("/users/user/{id}", asks), params: { id } };
    const wire = await this.#one(request, "user", isUserWithOrganization, "NOTHING");
    return wire && this.memory.meetUser(wire, { source: "one", request });
  }

  #usersInside(request: UpstreamRequest, list: unknown, place: string): readonly UserRecord[] | undefined {
    if (!Array.isArray(list)) return undefined;
    const origin = { source: "organization users", request } as const;
    return readElements(this.calls.service, request, list, place, isRecord).map((wire) =>
      this.memory.meetUser(wire, origin),
    );
  }

  async #whole<T>(request: UpstreamRequest, key: string, meet: (wire: WireRecord) => T): Promise<WholeList<T>> {
    const result = await this.calls.read(request);
    const list = this.#list(request, result, key, isRecordWithData);
    const [first] = list;
    const cut = list.length === LISTED_IN_E2 && first !== undefined && isRecordWithData(first);
    return { records: list.map(meet), complete: !cut };
  }

  async #one(
    request: UpstreamRequest,
    key: string,
    showsOrganizations: (wire: WireRecord) => boolean,
    ...absences: readonly Absence[]
  ): Promise<WireRecord | null> {
    const result = await this.#read(request, absences);
    const wire = result && readRecord(this.calls.service, request, result, key);
    if (wire !== null) this.calls.edition.learn(showsOrganizations(wire));
    return wire;
  }

  #list(
    request: UpstreamRequest,
    result: WireResult,
    key: string,
    showsOrganizations: (wire: WireRecord) => boolean,
  ): readonly WireRecord[] {
    const list = readRecords(this.calls.service, request, result, key);
    if (list[0] !== undefined) this.calls.edition.learn(showsOrganizations(list[0]));
    return list;
  }

  /** Null for what is not there. A path that is missing is one about organizations, which only E2 has. */
  async #read(request: UpstreamRequest, absences: readonly Absence[]): Promise<WireResult | null> {
    const reply = await this.calls.read(request, ...absences);
    if (reply === "NO_PATH") this.calls.edition.learn(false);
    return typeof reply === "string" ? null : reply;
  }
}

export function get(route: string, asks: Coordinates, keys = 1): UpstreamRequest {
  return { method: "GET", route, for: asks, keys };
}

export function pageQuery(limit: number, offset: number): readonly (readonly [string, string])[] {
  return [
    ["limit", String(limit)],
    ["offset", String(offset)],
  ];
}

/** Reads once, and again only after a failure. */
class Once<T> {
  #reading: Promise<T> | undefined;

  get isAsked(): boolean {
    return this.#reading !== undefined;
  }

  get(read: () => Promise<T>): Promise<T> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = read();
    this.#reading = reading;
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  forget(): void {
    this.#reading = undefined;
  }
}
