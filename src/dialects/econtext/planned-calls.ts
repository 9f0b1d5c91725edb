import { ONCE, PERHAPS, upTo, type Bounds } from "../../domain/plan/bounds.ts";
import type { Kind, ServicePlan } from "../../domain/plan/plan.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isAddressable } from "./address.ts";
import type { Edition } from "./edition.ts";

/** For people: why there may be calls that nobody can be sure of. */
export const EDITION_UNKNOWN = "edition unknown";

/** What is expected of a call. */
export interface Expectation {
  /** Once, where left out. */
  readonly calls?: Bounds;
  readonly assumes?: string | undefined;
  /** Instead of the request's own values, where these are not those that will be sent. */
  readonly which?: string;
}

/** The part of a plan that one opened directory writes, in requests as they would be sent. */
export class PlannedCalls {
  readonly plan: ServicePlan;
  readonly edition: Edition;
  #haveRead = false;

  constructor(plan: ServicePlan, edition: Edition) {
    this.plan = plan;
    this.edition = edition;
  }

  add(request: UpstreamRequest, { calls = ONCE, assumes, which }: Expectation = {}): void {
    const { method, route, params, query } = request;
    this.#haveRead ||= method === "GET";
    this.plan.call({
      method,
      route,
      for: request.for,
      which: which ?? JSON.stringify([params, query]),
      calls,
      ...(assumes !== undefined && { assumes }),
    });
  }

  /** Whether something would be asked for by these ids: those that stand for others are what the service has given out. */
  isAsked(...ids: readonly string[]): boolean {
    return isAddressable(...ids.filter((id) => !this.plan.isUnknown(id)));
  }

  /** Those that would be asked for, each once. */
  asked(ids: readonly string[]): readonly string[] {
    return [...new Set(ids)].filter((id) => this.isAsked(id));
  }

  /** Whether this one is asked for whatever the data are. */
  isSure(kind: Kind, id: string): boolean {
    return this.plan.countOf(kind, id).min > 0;
  }

  /**
   * Adds a call that an organization may get: none does in an edition without.
   * @param isFirst whether nobody waits for other answers before
   */
  addOfOrganization(id: string, request: UpstreamRequest, isFirst = true): void {
    const { hasOrganizations } = this.edition;
    if (hasOrganizations === false) return;
    const count = this.plan.countOf("group", id);
    const calls = hasOrganizations === true && isFirst ? count : upTo(count.max);
    this.add(request, { calls, assumes: this.assumesEdition });
  }

  /** How often something is read that other answers may have brought along: for certain only where there were none. */
  get unlessMet(): Bounds {
    return this.#haveRead ? PERHAPS : ONCE;
  }

  /** Under which condition there is what depends on the edition. */
  get assumesEdition(): string | undefined {
    return this.edition.hasOrganizations === undefined ? EDITION_UNKNOWN : undefined;
  }
}
