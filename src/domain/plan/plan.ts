import { randomUUID } from "node:crypto";
import type { Coordinates } from "../ask.ts";
import type { Service } from "../service.ts";
import { larger, NONE, ONCE, sum, upTo, type Bounds } from "./bounds.ts";

/** The upstream calls that an operation would make, where every service answers. A call that fails ends what hangs on it. */
export interface Plan {
  readonly calls: Bounds;
  readonly steps: readonly PlanStep[];
}

/** Calls of one route, as `extensions.plan` shows them: the template, never a value. */
export interface PlanStep {
  readonly service: string;
  readonly method: string;
  readonly route: string;
  /** The schema coordinates that ask. */
  readonly for: Coordinates;
  readonly calls: Bounds;
  /** Under which condition there are any, or as many, for people. */
  readonly assumes?: string;
}

/** A call that would be made, or several alike. */
export interface PlannedCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly route: string;
  readonly for: Coordinates;
  /**
   * What tells it from others of its route: the values of the template and the query, or the keys that stand for them.
   * Calls that are alike in all of this are one, however often they are planned.
   */
  readonly which: string;
  /** Once, where left out. The lower bound counts what is called whatever the data may be, and nothing else. */
  readonly calls?: Bounds;
  /** As of a step: "edition unknown". */
  readonly assumes?: string;
}

/** The plan of one operation in the making. */
export class PlanDraft {
  readonly #steps = new Map<string, StepDraft>();
  readonly #parts = new Map<string, { readonly step: StepDraft; calls: Bounds }>();

  add(service: Service, call: PlannedCall, epoch: number): void {
    const { method, route, assumes } = call;
    const calls = call.calls ?? ONCE;
    if (calls.max === 0) return;
    const name = JSON.stringify([service.name, epoch, method, route, call.which]);
    const known = this.#parts.get(name);
    if (known !== undefined) {
      known.calls = larger(known.calls, calls);
      known.step.askers = new Set([...known.step.askers, ...call.for]);
      return;
    }
    const key = JSON.stringify([service.name, method, route, call.for, assumes]);
    let step = this.#steps.get(key);
    if (step === undefined) {
      step = { service: service.name, method, route, assumes, askers: new Set(call.for), parts: [] };
      this.#steps.set(key, step);
    }
    const part = { step, calls };
    step.parts.push(part);
    this.#parts.set(name, part);
  }

  get plan(): Plan {
    const steps = [...this.#steps.values()].map(({ service, method, route, askers, parts, assumes }) => ({
      service,
      method,
      route,
      for: [...askers],
      calls: sum(parts.map(({ calls }) => calls)),
      ...(assumes !== undefined && { assumes }),
    }));
    return { calls: sum(steps.map(({ calls }) => calls)), steps };
  }
}

interface StepDraft {
  readonly service: string;
  readonly method: string;
  readonly route: string;
  readonly assumes: string | undefined;
  askers: ReadonlySet<string>;
  readonly parts: { calls: Bounds }[];
}

/** What kinds of things a plan counts: ids of different kinds may be equal. */
export type Kind = "user" | "application" | "group" | "apiKey";

/** What all parts of one service's plan know, as long as the plan is made. */
export class Knowledge {
  /** Whether what is planned now would be called whatever the answers before it are. */
  isSure = true;
  /** Whether a list is read behind others: where these need no call, it is on its way before look-ups are made. */
  isListedBehind = false;
  /** For how many things each unknown id stands. */
  readonly unknowns = new Map<string, Bounds>();
  /** Of what the caller names: what may not be there. */
  readonly doubted = new Set<string>();
}

/** Of a part of a plan where nothing is certain. */
interface Unsure {
  /** Stands in what tells its calls from others; left out: they may be the same. */
  readonly mark?: string;
  /** The part of which it is one; left out: it is that itself. */
  readonly perhaps?: ServicePlan;
}

/**
 * One service's part of a plan, as its dialect writes it. A dialect plans each read of the port: it adds the calls that
 * the read would make, and answers what stands for the answer. What an answer will hold is not known, so one thing stands
 * for all of a kind in it, under an id of our own (`some`), and it is kept in mind for how many.
 */
export class ServicePlan {
  readonly service: Service;
  /** The same part, where nothing is certain: what is planned with it may not be asked at all. */
  readonly perhaps: ServicePlan;
  readonly #draft: PlanDraft;
  readonly #epoch: number;
  readonly #knowledge: Knowledge;
  readonly #unsure: Unsure | undefined;

  /**
   * @param epoch the number of writes before: what was asked before a write is asked again behind it
   * @param unsure given where nothing is certain
   */
  constructor(service: Service, draft: PlanDraft, epoch: number, knowledge = new Knowledge(), unsure?: Unsure) {
    this.service = service;
    this.#draft = draft;
    this.#epoch = epoch;
    this.#knowledge = knowledge;
    this.#unsure = unsure;
    this.perhaps =
      unsure === undefined ? new ServicePlan(service, draft, epoch, knowledge, {}) : (unsure.perhaps ?? this);
  }

  /**
   * As `perhaps`, where it is not known either what is asked: no call is the same as one that is planned elsewhere, however
   * alike they look.
   * @param mark of this part alone
   */
  apart(mark: string): ServicePlan {
    const unsure = { mark, perhaps: this.perhaps };
    return new ServicePlan(this.service, this.#draft, this.#epoch, this.#knowledge, unsure);
  }

  /** Whether a list that a look-up could wait for may be on its way, though no plan of it is at hand. */
  get isListedBehind(): boolean {
    return this.#knowledge.isListedBehind;
  }

  /** Adds a call. */
  call(call: PlannedCall): void {
    const calls = call.calls ?? ONCE;
    const { mark } = this.#unsure ?? {};
    const which = mark === undefined ? call.which : `${mark} ${call.which}`;
    const isSure = this.#unsure === undefined && this.#knowledge.isSure;
    this.#draft.add(this.service, { ...call, which, calls: isSure ? calls : upTo(calls.max) }, this.#epoch);
  }

  /**
   * An id that stands for what an answer will hold.
   * @param what whence it comes: the same text gives the same id, since asking twice for the same gives the same
   */
  some(what: string, count: Bounds): string {
    const id = `${UNKNOWN}${what}`;
    this.#knowledge.unknowns.set(id, count);
    return id;
  }

  /** As the function of this name. */
  isUnknown(id: string): boolean {
    return isUnknown(id);
  }

  /** How many things the ids stand for: each of the caller's own for one, or for none where it may not be there. */
  count(kind: Kind, ids: Iterable<string>): Bounds {
    return sum(Array.from(new Set(ids), (id) => this.countOf(kind, id)));
  }

  /** As `count`, of one id. */
  countOf(kind: Kind, id: string): Bounds {
    if (this.isUnknown(id)) return this.#knowledge.unknowns.get(id) ?? NONE;
    return this.#knowledge.doubted.has(`${kind} ${id}`) ? upTo(1) : ONCE;
  }

  /** From now on there may be no such thing: it was looked for, and what hangs on it may not be asked. */
  doubt(kind: Kind, ids: Iterable<string>): void {
    for (const id of ids) this.#knowledge.doubted.add(`${kind} ${id}`);
  }
}

/** Whether an id of a plan stands for others. One that does not is the caller's own. */
export function isUnknown(id: string): boolean {
  return id.startsWith(UNKNOWN);
}

/** No id of a service begins so, for it could not stand in an address; and none that a caller makes up can. */
const UNKNOWN = `\u0000${randomUUID()} `;
