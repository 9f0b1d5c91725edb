import type { Coordinates } from "../../domain/ask.ts";
import { isSuccess } from "../../http/send.ts";
import type { Application } from "../../domain/application.ts";
import type { ServiceFailure } from "../../domain/errors.ts";
import type { GroupReference } from "../../domain/group.ts";
import type { Reference } from "../../domain/reference.ts";
import type { Service } from "../../domain/service.ts";
import { invalidResponse, kindOf } from "../../http/failures.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { ApplicationRecord } from "./application-record.ts";
import { failureFor, faultOf, requestIdOf } from "./errors.ts";
import type { Fault } from "./errors.ts";
import { OrganizationRecord, SpaceRecord } from "./group-records.ts";
import { NOTHING } from "./inlining.ts";
import type { Inlining } from "./inlining.ts";
import type { Limits } from "./limits.ts";
import { Memory } from "./memory.ts";
import type { CloudGroupKind } from "./relations.ts";
import { UserRecord } from "./user-record.ts";
import { fieldsOf, isFields, isResource, resourcesIn } from "./wire.ts";
import type { Fields, Resource } from "./wire.ts";

/** A GET, as the stores word it. */
export interface Question {
  /** Below the service's URL: `/v2/users/{guid}`. */
  readonly route: string;
  readonly guid?: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  /** What the service says when that of which we ask is not there. */
  readonly missing?: Fault;
  readonly for: Coordinates;
  readonly keys: number;
}

/** A body that came with a success. */
export interface Reply {
  readonly body: Fields;
  readonly request: UpstreamRequest;
  /** What was asked to come along, as far as the service took it. */
  readonly inlined: Inlining;
}

/** One caller's talk with one service. */
export class Session {
  readonly service: Service;
  readonly send: Send;
  readonly limits: Limits;
  readonly memory = new Memory();
  /** What the service calls a request: of an answer that is understood too late, to say which it was. */
  readonly #requestIds = new WeakMap<UpstreamRequest, string>();

  constructor(service: Service, send: Send, limits: Limits) {
    this.service = service;
    this.send = send;
    this.limits = limits;
  }

  /**
   * @returns null when that of which we ask is not there
   * @throws ServiceFailure
   */
  async get(question: Question, wanted: Inlining = NOTHING): Promise<Reply | null> {
    const ask = () => this.#get(question, wanted);
    return this.limits.depth.explore(wanted.depth, ask, () => nameQuestion(question, wanted));
  }

  async #get(question: Question, wanted: Inlining): Promise<Reply | null> {
    const { depth } = this.limits;
    const first = wanted.within(depth.most);
    for (let inlined = first; ; inlined = inlined.within(inlined.depth - 1)) {
      const request = wordRequest(question, inlined);
      const response = await this.#ask(request);
      const fault = faultOf(response);
      // Too deep, perhaps: the error has other reasons, too, so only a success without the depth tells.
      if (fault === "BadQueryParameter" && inlined.depth > 0) continue;
      if (fault !== undefined && fault === question.missing) return null;
      if (!isSuccess(response)) throw failureFor(this.service, request, response);
      if (!isFields(response.json)) throw this.invalid(request, "", "object", response.json);
      depth.learn(first.depth, inlined.depth);
      return { body: response.json, request, inlined };
    }
  }

  /** Sends a write: whatever comes of it, what was read before may no longer be true. */
  async write(request: UpstreamRequest): Promise<UpstreamResponse> {
    try {
      return await this.#ask(request);
    } finally {
      this.memory.clear();
    }
  }

  async #ask(request: UpstreamRequest): Promise<UpstreamResponse> {
    const response = await this.send(request);
    const requestId = requestIdOf(response);
    if (requestId !== undefined) this.#requestIds.set(request, requestId);
    return response;
  }

  invalid(request: UpstreamRequest, where: string, expected: string, found: unknown): ServiceFailure {
    return this.strange(request, where, expected, kindOf(found));
  }

  /** @param found in words that tell nothing of the value itself */
  strange(request: UpstreamRequest, where: string, expected: string, found: string): ServiceFailure {
    return invalidResponse(this.service, request, where, expected, found, this.#requestIds.get(request));
  }

  /** @param place of the object in the body, with a dot at its end; empty: it is the body */
  withoutGuid(request: UpstreamRequest, place: string, value: unknown): ServiceFailure {
    const metadata = isFields(value) ? value["metadata"] : undefined;
    const guid = isFields(metadata) ? metadata["guid"] : undefined;
    return this.invalid(request, `${place}metadata.guid`, "text that is not empty", guid);
  }

  /** Remembers a user that came complete, and everything inside that can be read. */
  meetUser(resource: Resource, { request, inlined }: Omit<Reply, "body">): UserRecord {
    this.meetNamed(resource, { request, inlined });
    const known = this.memory.users.get(resource.metadata.guid);
    if (known?.inlined.covers(inlined) === true) return known;
    for (const relation of inlined.relations) {
      for (const group of resourcesIn(resource, relation.name)) {
        this.meetGroup(relation.kind, group, request);
        if (!inlined.apps) continue;
        for (const app of resourcesIn(group, "apps")) this.meetApplication(app, request);
      }
    }
    return this.memory.users.set(resource.metadata.guid, new UserRecord(resource, request, this, inlined));
  }

  /** Remembers what an object that was asked for names, where that came along, and gives the object back. */
  meetNamed(resource: Resource, { request, inlined: { named } }: Omit<Reply, "body">): Resource {
    const other = named === null ? undefined : fieldsOf(resource)[named];
    if (isResource(other)) this.meetGroup(named === "organization" ? "ORGANIZATION" : "SPACE", other, request);
    return resource;
  }

  /** @param request with whose answer it came, here and in what follows */
  meetGroup(kind: CloudGroupKind, resource: Resource, request: UpstreamRequest): OrganizationRecord | SpaceRecord {
    return kind === "ORGANIZATION" ? this.meetOrganization(resource, request) : this.meetSpace(resource, request);
  }

  meetOrganization(resource: Resource, request: UpstreamRequest): OrganizationRecord {
    const { guid } = resource.metadata;
    const { organizations } = this.memory;
    return organizations.get(guid) ?? organizations.set(guid, new OrganizationRecord(resource, request, this));
  }

  meetSpace(resource: Resource, request: UpstreamRequest): SpaceRecord {
    const { guid } = resource.metadata;
    const { spaces } = this.memory;
    return spaces.get(guid) ?? spaces.set(guid, new SpaceRecord(resource, request, this));
  }

  meetApplication(resource: Resource, request: UpstreamRequest): ApplicationRecord {
    const { guid } = resource.metadata;
    const { applications } = this.memory;
    return applications.get(guid) ?? applications.set(guid, new ApplicationRecord(resource, request, this));
  }

  group(kind: CloudGroupKind, resource: Resource, request: UpstreamRequest): GroupReference {
    return { kind, id: resource.metadata.guid, record: this.meetGroup(kind, resource, request) };
  }

  application(resource: Resource, request: UpstreamRequest): Reference<Application> {
    return { id: resource.metadata.guid, record: this.meetApplication(resource, request) };
  }
}

/** One text for one question, whoever asks, and for what. */
export function nameQuestion({ route, guid, query = [] }: Question, { query: inlined }: Inlining): string {
  return JSON.stringify([route, guid, query, inlined]);
}

function wordRequest(question: Question, inlined: Inlining): UpstreamRequest {
  const { route, guid, query = [], keys } = question;
  const words = { method: "GET" as const, route, query: [...query, ...inlined.query], for: question.for, keys };
  return guid === undefined ? words : { ...words, params: { guid } };
}
