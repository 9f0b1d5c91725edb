import type { ApiKey, ApiKeyRef } from "../../domain/api-key.ts";
import type { Coordinates } from "../../domain/ask.ts";
import { settle } from "../../domain/answers.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import { invalidResponse, kindOf } from "../../http/failures.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isAddressable } from "./address.ts";
import { ApiKeyRecord, isKeyOf } from "./api-key.ts";
import type { ApplicationRecord } from "./application.ts";
import { readElements, readRecordAsked, readRecords } from "./calls.ts";
import type { Calls, RequestById, WireResult } from "./calls.ts";
import { isOfRequestAlone } from "./errors.ts";
import type { Absence } from "./errors.ts";
import type { GroupRecord } from "./group.ts";
import { isComplete } from "./loaded.ts";
import type { UserSource } from "./loaded.ts";
import type { Memory } from "./memory.ts";
import type { UserRecord } from "./user.ts";
import { Once } from "./once.ts";
import {
  getApiKey,
  getApplication,
  getApplications,
  getGroup,
  getGroups,
  getGroupsOfApplication,
  getOrganization,
  getOrganizations,
  getUser,
  getUsers,
} from "./requests.ts";
import { editionOfRecord, editionOfUser, embedRecords, isRecord, isRecordWithData } from "./wire.ts";
import type { WireOrganization, WireRecord } from "./wire.ts";

/** A list as far as the service tells it. */
export interface WholeList<T> {
  readonly records: readonly T[];
  /** Whether it goes on as far as there is anything: E2 lists its first 25 applications and groups, and no more. */
  readonly complete: boolean;
}

export const LISTED_IN_E2 = 25;

/** What a record shows of the edition; undefined: nothing. */
type EditionOf = (wire: WireRecord) => boolean | undefined;

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
  /** By path and query: many fields of one operation ask the same. */
  readonly #firstPage = new Once<readonly UserRecord[]>();
  readonly #introduced = new Once<unknown>();
  readonly #applications = new Once<WholeList<ApplicationRecord>>();
  readonly #groups = new Once<WholeList<GroupRecord>>();

  constructor(calls: Calls, memory: Memory) {
    this.calls = calls;
    this.memory = memory;
  }

  /** After a write nothing that was read before can be trusted. */
  forget(): void {
    this.memory.clear();
    this.#firstPage.forget();
    this.#introduced.forget();
    this.#applications.forget();
    this.#groups.forget();
  }

  /** A user with everything inside, from memory where one is there. */
  async user(id: string, asks: Coordinates): Promise<UserRecord | null> {
    const known = this.memory.user(id);
    if (known !== undefined && isComplete(known.origin.source)) return known;
    const request = getUser(id, asks);
    const wire = await this.#one(request, "user", editionOfUser, "NOTHING");
    if (wire === null) return null;
    this.calls.edition.learnWhetherRecordsAreEmbedded(embedRecords([wire]));
    return this.memory.meetUser(wire, { source: "one", request });
  }

  /**
   * Users of the whole list. In E2: in the service's order, `limit` of them from `offset` on. E0 and E1 answer everyone,
   * in no order, whatever page they are asked for: there the first answer is every page's, and who asks beside it waits
   * for it.
   * @param keys how many look-ups the list answers
   */
  async listUsers(limit: number, offset: number, asks: Coordinates, keys = 1): Promise<readonly UserRecord[]> {
    const request = getUsers(limit, offset, asks, keys);
    const read = async () => {
      const result = await this.calls.read(request);
      return this.#meetUsers(request, result, "list");
    };
    if (this.calls.edition.hasOrganizations !== true) {
      const users = await this.#firstPage.get(read);
      if (users[0]?.showsOrganizations === false) return distinct(users);
    }
    return read();
  }

  /**
   * Meets the first `limit` users of the whole list in E2, who may be among those that are wanted; once in an operation,
   * for the first ones are the same whoever is wanted. A list that the service fails at brings nobody.
   * @param keys how many are wanted
   */
  async introduceUsers(limit: number, keys: number, asks: Coordinates): Promise<void> {
    await this.#introduced.get(async () => {
      const users = await settle(() => this.listUsers(limit, 0, asks, keys));
      if (isDirectoryError(users) && !isOfRequestAlone(users)) throw users;
    });
  }

  /** A list of users. Null: there is nothing of which they could be, as far as `absences` accepts that. */
  async users(
    request: UpstreamRequest,
    source: UserSource,
    ...absences: readonly Absence[]
  ): Promise<readonly UserRecord[] | null> {
    const result = await this.#read(request, absences);
    if (result === null) return null;
    return distinct(this.#meetUsers(request, result, source));
  }

  async application(id: string, asks: Coordinates): Promise<ApplicationRecord | null> {
    const request = getApplication(id, asks);
    const wire = await this.#one(request, "application", editionOfRecord, "NOTHING");
    return wire && this.memory.meetApplication(wire, request);
  }

  /** @param isUnlisted whether a list has left it out: then what E1 says of an unknown group is believed */
  async group(id: string, asks: Coordinates, isUnlisted = false): Promise<GroupRecord | null> {
    const request = getGroup(id, asks);
    const absences = isUnlisted ? (["NOTHING", "UNSAYABLE"] as const) : (["NOTHING"] as const);
    const wire = await this.#one(request, "group", editionOfRecord, ...absences);
    return wire && this.memory.meetGroup("GROUP", wire, request);
  }

  /**
   * With the users that it shows inside. Null in editions without organizations, too; but that the path of one is
   * missing teaches nothing, for it may be a proxy that does not let this id or this caller pass.
   */
  async organization(id: string, asks: Coordinates): Promise<Organization | null> {
    if (this.calls.edition.hasOrganizations === false) return null;
    const request = getOrganization(id, asks);
    const wire: WireOrganization | null = await this.#one(request, "organization", () => true, "NOTHING", "NO_PATH");
    if (wire === null) return null;
    return {
      record: this.memory.meetGroup("ORGANIZATION", wire, request),
      users: () => this.#usersInside(request, wire.users, "organization.users"),
      managers: () => this.#usersInside(request, wire.admins, "organization.admins"),
    };
  }

  /** Organizations by name, from `offset` on. None in editions without. */
  async organizations(limit: number, offset: number, asks: Coordinates): Promise<readonly GroupRecord[]> {
    const { edition } = this.calls;
    if (edition.hasOrganizations === false) return [];
    const request = getOrganizations(limit, offset, asks);
    const result = await this.#read(request, this.#missingBeforeE2());
    if (result === null) {
      edition.learnThatOrganizationsAreMissing();
      return [];
    }
    const list = this.#list(request, result, "organizations", () => true);
    return list.map((wire) => this.memory.meetGroup("ORGANIZATION", wire, request));
  }

  /**
   * All applications, once in an operation.
   * @param keys how many look-ups the list answers
   */
  applications(asks: Coordinates, keys: number): Promise<WholeList<ApplicationRecord>> {
    return this.#applications.get(() =>
      this.#whole(getApplications(asks, keys), "applications", (wire, request) =>
        this.memory.meetApplication(wire, request),
      ),
    );
  }

  /** As `applications`. */
  groups(asks: Coordinates, keys: number): Promise<WholeList<GroupRecord>> {
    return this.#groups.get(() =>
      this.#whole(getGroups(asks, keys), "groups", (wire, request) => this.memory.meetGroup("GROUP", wire, request)),
    );
  }

  /** Whether the list was asked for, if it did not fail: asking again is free. */
  areListed(what: "applications" | "groups"): boolean {
    return (what === "applications" ? this.#applications : this.#groups).isAsked;
  }

  /** The groups of one application. Null: this edition has no such path. */
  async groupsOfApplication(id: string, asks: Coordinates): Promise<readonly GroupRecord[] | null> {
    const request = getGroupsOfApplication(id, asks);
    const reply = await this.calls.read(request, "NOTHING", ...this.#missingBeforeE2());
    if (reply === "NOTHING") return [];
    if (reply === "NO_PATH") {
      // Of an odd id it may be a proxy that does not let it pass: nothing for all callers to learn.
      if (/^[\w-]+$/.test(id)) this.calls.edition.learnThatGroupsOfApplicationsAreMissing();
      return null;
    }
    const list = this.#list(request, reply, "groups", editionOfRecord);
    return distinct(list.map((wire) => this.memory.meetGroup("GROUP", wire, request)));
  }

  /** The key of a user, from the user's record where that came along. Another user's is none: E1 gives it out, too. */
  async apiKey({ user, id }: ApiKeyRef, asks: Coordinates): Promise<ApiKey | null> {
    const ofUser = this.memory.user(user)?.apiKeys();
    const known = ofUser?.find((key) => key.id === id);
    if (known?.record !== undefined) return known.record;
    // A user's record tells all of its keys: there is no other list of them.
    if ((ofUser !== undefined && known === undefined) || !isAddressable(user, id)) return null;
    const request = getApiKey({ user, id }, asks);
    const wire = await this.#one(request, "apikey", () => undefined, "NOTHING");
    return wire && isKeyOf(wire, user) ? new ApiKeyRecord(wire, user, request, this.calls.service) : null;
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

  #meetUsers(request: UpstreamRequest, result: WireResult, source: UserSource): readonly UserRecord[] {
    const origin = { source, request };
    const list = this.#list(request, result, "users", editionOfUser);
    this.calls.edition.learnWhetherRecordsAreEmbedded(embedRecords(list));
    return list.map((wire) => this.memory.meetUser(wire, origin));
  }

  #usersInside(request: UpstreamRequest, list: unknown, place: string): readonly UserRecord[] | undefined {
    if (list === undefined || list === null) return undefined;
    const { service } = this.calls;
    if (!Array.isArray(list)) throw invalidResponse(service, request, place, "a list", kindOf(list));
    const origin = { source: "organization users", request } as const;
    const users = readElements(service, request, list, place, isRecord);
    return distinct(users.map((wire) => this.memory.meetUser(wire, origin)));
  }

  async #whole<T>(
    request: UpstreamRequest,
    key: string,
    meet: (wire: WireRecord, request: UpstreamRequest) => T,
  ): Promise<WholeList<T>> {
    const result = await this.calls.read(request);
    const list = this.#list(request, result, key, editionOfRecord);
    const [first] = list;
    const cut = list.length === LISTED_IN_E2 && first !== undefined && isRecordWithData(first);
    return { records: distinct(list.map((wire) => meet(wire, request))), complete: !cut };
  }

  async #one(
    request: RequestById,
    key: string,
    editionOf: EditionOf,
    ...absences: readonly Absence[]
  ): Promise<WireRecord | null> {
    const { service, edition } = this.calls;
    const result = await this.#read(request, absences);
    const wire = result && readRecordAsked(service, request, result, key);
    if (wire !== null) edition.learn(editionOf(wire));
    return wire;
  }

  #list(request: UpstreamRequest, result: WireResult, key: string, editionOf: EditionOf): readonly WireRecord[] {
    const list = readRecords(this.calls.service, request, result, key);
    if (list[0] !== undefined) this.calls.edition.learn(editionOf(list[0]));
    return list;
  }

  /** Null for what is not there. */
  async #read(request: UpstreamRequest, absences: readonly Absence[]): Promise<WireResult | null> {
    const reply = await this.calls.read(request, ...absences);
    return typeof reply === "string" ? null : reply;
  }

  /** E2 has all paths: where one is missing there, something else is wrong. */
  #missingBeforeE2(): readonly "NO_PATH"[] {
    return this.calls.edition.hasOrganizations === true ? [] : ["NO_PATH"];
  }
}

/** Each once, whatever an answer repeats: in memory a record is one object. Not for pages by offset, which count. */
function distinct<T>(records: readonly T[]): readonly T[] {
  return [...new Set(records)];
}
