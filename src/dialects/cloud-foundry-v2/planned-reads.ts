import { RECORD } from "../../domain/ask.ts";
import type { Coordinates, RecordNeeds } from "../../domain/ask.ts";
import type { GroupRef } from "../../domain/group.ts";
import { ONCE, PERHAPS, upTo } from "../../domain/plan/bounds.ts";
import { COLLECTIONS, isCloudKind } from "./collections.ts";
import { Inlining } from "./inlining.ts";
import { peopleOf } from "./planned-people.ts";
import type { PlannedPeople } from "./planned-people.ts";
import type { PlannedSession } from "./planned-session.ts";
import { KINDS } from "./relations.ts";
import type { CloudGroupKind } from "./relations.ts";
import { PROOF } from "./rights.ts";

/** What the single look-ups of `reads.ts` would ask, of ids that can stand in an address. */
export class PlannedReads {
  readonly people: PlannedPeople;
  readonly #session: PlannedSession;
  /** Ids of groups that were found without their kind. */
  readonly #ofAnyKind = new Set<string>();

  constructor(session: PlannedSession) {
    this.#session = session;
    this.people = peopleOf(session.plan);
  }

  /**
   * As `readUser`.
   * @param isLate something else is asked before, so that by then the user may have come along elsewhere
   */
  user(guid: string, inlining: Inlining, asks: Coordinates, isLate = false): void {
    if (this.people.get(guid) !== undefined) return;
    const { plan } = this.#session;
    const count = plan.countOf("user", guid);
    const calls = isLate ? upTo(count.max) : count;
    this.#session.get({ route: ROUTE, guid, for: asks, calls }, inlining);
    this.people.set(guid, { inlining: this.#within(inlining), list: null, isLate });
    plan.doubt("user", [guid]);
  }

  /** As `readUserWith`. */
  userWith(guid: string, inlining: Inlining, asks: Coordinates): void {
    const arrival = this.people.get(guid);
    if (arrival === undefined) {
      this.user(guid, inlining, asks);
      return;
    }
    const wanted = this.#within(inlining);
    const calls = upTo(this.#session.plan.countOf("user", guid).max);
    if (arrival.unproven !== undefined) {
      const alone = { route: ROUTE, guid, for: asks, calls, assumes: "a caller who may not read all users" };
      this.#session.get(alone, arrival.unproven.and(inlining));
    }
    if (!arrival.inlining.covers(wanted)) {
      // Whoever needs something else at the same time reads again, too.
      this.#session.get({ route: ROUTE, guid, for: asks, calls }, arrival.inlining.and(inlining));
      return;
    }
    const question = { route: ROUTE, guid, for: asks, calls, assumes: "users who come from several lists" };
    const readAgain = () => {
      this.#session.some(`again ${JSON.stringify(wanted.query)}`, question, ONCE);
    };
    this.people.rely({ wanted, arrival, readAgain });
  }

  /** As `readsAllUsers`. */
  rights(isCertain: boolean, asks: Coordinates): void {
    this.#session.get({ ...PROOF, for: asks, calls: isCertain ? ONCE : PERHAPS });
  }

  group({ kind, id }: GroupRef, asks: Coordinates, needs: RecordNeeds = RECORD): void {
    if (!isCloudKind(kind)) return;
    const { plan } = this.#session;
    const route = `${COLLECTIONS[kind].path}/{guid}`;
    this.#session.get({ route, guid: id, for: asks, calls: plan.countOf("group", id) }, Inlining.ofGroup(kind, needs));
    plan.doubt("group", [id]);
  }

  application(guid: string, asks: Coordinates, needs: RecordNeeds = RECORD): void {
    const { plan } = this.#session;
    // Those that an answer holds come with their records.
    if (plan.isUnknown(guid)) return;
    const question = { route: "/v2/apps/{guid}", guid, for: asks, calls: plan.countOf("application", guid) };
    this.#session.get(question, Inlining.ofApplication(needs));
    plan.doubt("application", [guid]);
  }

  /** From now on a group of this id may be of any kind, whatever its reference says. */
  forgetKind(id: string): void {
    this.#ofAnyKind.add(id);
  }

  /** Which kinds a group may be of; none where nobody is asked for it. */
  kindsOf({ kind, id }: GroupRef): readonly CloudGroupKind[] {
    if (!isCloudKind(kind) || this.#session.isNameless(id)) return [];
    return this.#ofAnyKind.has(id) ? KINDS : [kind];
  }

  #within(inlining: Inlining): Inlining {
    return inlining.within(this.#session.limits.depth.most);
  }
}

const ROUTE = "/v2/users/{guid}";
