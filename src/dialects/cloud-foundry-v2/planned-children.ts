import type { Coordinates } from "../../domain/ask.ts";
import type { PageRequest } from "../../domain/page.ts";
import { upTo } from "../../domain/plan/bounds.ts";
import type { Lineage } from "./children.ts";
import type { PlannedSession } from "./planned-session.ts";

/**
 * What `readChildren` would read. Which parents come in one batch is partly luck: any two may, and each may be alone.
 */
export class PlannedChildren {
  readonly #session: PlannedSession;
  /** Who was asked for his children, by the question. */
  readonly #parents = new Map<string, Set<string>>();

  constructor(session: PlannedSession) {
    this.#session = session;
  }

  read({ ofOne, ofAll }: Lineage, ids: readonly string[], page: PageRequest, asks: Coordinates): void {
    const { plan } = this.#session;
    for (const guid of ids) {
      const { max } = plan.countOf("group", guid);
      this.#session.page({ route: ofOne, guid, for: asks, calls: upTo(max) }, page);
    }
    if (page.after !== null) return;
    const question = `${ofAll} ${page.first}`;
    const parents = this.#parents.get(question) ?? new Set();
    this.#parents.set(question, parents);
    for (const id of ids) parents.add(id);
    const { max } = plan.count("group", parents);
    if (max !== null && max < 2) return;
    // A list of the children of many is read as long as it takes no more parts than there are parents.
    this.#session.parts(question, { route: ofAll, for: asks }, upTo(max));
  }
}
