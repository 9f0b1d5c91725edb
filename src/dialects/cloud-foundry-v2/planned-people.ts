import type { ServicePlan } from "../../domain/plan/plan.ts";
import type { Inlining } from "./inlining.ts";

/** How users come to be known. */
export interface Arrival {
  /** What came inside. */
  readonly inlining: Inlining;
  /** What came where the caller turned out not to read all users; undefined: the same. */
  readonly unproven?: Inlining;
  /** The list that brought them, where several fields may share it; null: none, or their own. */
  readonly list: string | null;
  /** They were looked for late, so that whoever came along elsewhere by then was taken as he was. */
  readonly isLate?: boolean;
}

interface Wish {
  readonly wanted: Inlining;
  readonly arrival: Arrival;
  /** Adds the calls of reading these users again. */
  readonly readAgain: () => void;
}

/**
 * Who will be known, and with what inside. One user may come from several lists, and who asks first for a list that two
 * fields share decides what comes inside of its users: then what one of the fields was promised has to be read again.
 */
export class PlannedPeople {
  readonly #known = new Map<string, Arrival>();
  readonly #arrivals = new Map<string, Arrival>();
  readonly #wishes: Wish[] = [];

  /** Whether nobody can be known as yet. */
  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  get(id: string): Arrival | undefined {
    return this.#known.get(id);
  }

  /** @param id of one, or of what stands for many */
  set(id: string, arrival: Arrival): void {
    this.#known.set(id, arrival);
    const name = JSON.stringify([arrival.list, arrival.inlining.query]);
    if (this.#arrivals.has(name)) return;
    this.#arrivals.set(name, arrival);
    for (const wish of this.#wishes) if (mayLack(wish, arrival)) wish.readAgain();
  }

  /** Somebody relies on what came inside of users, as they arrived. */
  rely(wish: Wish): void {
    this.#wishes.push(wish);
    if ([...this.#arrivals.values()].some((arrival) => mayLack(wish, arrival))) wish.readAgain();
  }
}

/** Whether users who should have arrived in one way are known without what is wanted, since they came in the other. */
function mayLack({ wanted, arrival }: Wish, other: Arrival): boolean {
  if (other.inlining.covers(wanted)) return other.unproven !== undefined && arrival.isLate === true;
  const isShared = arrival.list !== null && arrival.list === other.list;
  // Of two records of one user the later is kept, unless the earlier has all of it.
  return isShared || arrival.isLate === true || !arrival.inlining.covers(other.inlining);
}

const known = new WeakMap<ServicePlan, PlannedPeople>();

/** Those of one part of a plan. Where nothing of it is certain, the same are known: in the operation itself it is one. */
export function peopleOf({ perhaps }: ServicePlan): PlannedPeople {
  const people = known.get(perhaps) ?? new PlannedPeople();
  known.set(perhaps, people);
  return people;
}
