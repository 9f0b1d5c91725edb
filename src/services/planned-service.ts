import type { Directory } from "../domain/directory.ts";
import type { Family } from "../domain/facets/family.ts";
import { Knowledge, PlanDraft, ServicePlan } from "../domain/plan/plan.ts";
import { Caller } from "../domain/principal.ts";
import type { Service } from "../domain/service.ts";
import { Loaders, OpenService } from "./open-service.ts";

/** Writes the directory of a dialect that plans, for one part of a plan. */
export type PlanDirectory = (plan: ServicePlan) => Directory;

/** The making of one operation's plan. */
export class Planning {
  readonly draft = new PlanDraft();
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** A number that nobody else was given. */
  count(): number {
    return this.#count++;
  }

  /**
   * Answers come one at a time, each in a moment of its own: so look-ups that hang on different calls are never
   * collected into one, which in the operation itself would be luck.
   */
  turn(): Promise<void> {
    const turn = this.#last.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    this.#last = turn;
    return turn;
  }
}

/** One service in a plan: asked as any other, it notes what would be asked. */
export class PlannedService extends OpenService {
  readonly #parts: Parts;
  readonly #openBehind: () => OpenService;

  constructor(service: Service, family: Family, planning: Planning, plan: PlanDirectory) {
    const nobody = new Caller(service.name, null);
    const parts = new Parts(service, planning.draft);
    super(service, family, nobody, () => inTurn(plan(parts.current), planning));
    this.#parts = parts;
    this.#openBehind = () => {
      const mark = `behind ${planning.count()}`;
      return new OpenService(service, family, nobody, () => inTurn(plan(parts.current.apart(mark)), planning));
    };
  }

  /** The same service for one list that is read behind others, if at all: how much of it, hangs on what these hold. */
  behind(): OpenService {
    this.#parts.knowledge.isListedBehind = true;
    return this.#openBehind();
  }

  protected override openLoaders(): Loaders {
    return new Loaders(this.directory, this.caller.principal, true);
  }

  /** A write is made. Whatever is read behind it is not, where the service refuses it. */
  override async write<T>(run: (directory: Directory) => Promise<T>): Promise<T> {
    const { knowledge } = this.#parts;
    knowledge.isSure = true;
    try {
      return await super.write(run);
    } finally {
      knowledge.isSure = false;
      this.#parts.close();
    }
  }
}

/** The parts of one service's plan, one after the other: what was asked before a write is asked again behind it. */
class Parts {
  readonly knowledge = new Knowledge();
  readonly #service: Service;
  readonly #draft: PlanDraft;
  #current: ServicePlan | undefined;
  #writes = 0;

  constructor(service: Service, draft: PlanDraft) {
    this.#service = service;
    this.#draft = draft;
  }

  get current(): ServicePlan {
    return (this.#current ??= new ServicePlan(this.#service, this.#draft, this.#writes, this.knowledge));
  }

  close(): void {
    this.#current = undefined;
    this.#writes++;
  }
}

function inTurn(directory: Directory, planning: Planning): Directory {
  const wait = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value === "object" && value !== null) return wait(value);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const answer: unknown = Reflect.apply(value, target, args);
          return answer instanceof Promise ? answer.finally(() => planning.turn()) : answer;
        };
      },
    });
  const { users, groups, applications, apiKeys } = directory;
  return { users: wait(users), groups: wait(groups), applications: wait(applications), apiKeys: wait(apiKeys) };
}
