import type { Ask, Coordinates, MembershipFilter, RecordNeeds } from "../../domain/ask.ts";
import type { Answer } from "../../domain/errors.ts";
import type {
  Group,
  GroupKind,
  GroupRef,
  GroupReference,
  GroupStore,
  Membership,
  MembershipRef,
} from "../../domain/group.ts";
import { EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { PERHAPS, product, upTo } from "../../domain/plan/bounds.ts";
import { expectPage } from "../../domain/plan/expected.ts";
import type { Reference } from "../../domain/reference.ts";
import type { User } from "../../domain/user.ts";
import { SPACES_OF_ORGANIZATIONS } from "./children.ts";
import { COLLECTIONS, nameGroup } from "./collections.ts";
import { Inlining, NOTHING } from "./inlining.ts";
import { planChain } from "./planned-chain.ts";
import type { PlannedSource } from "./planned-chain.ts";
import type { PlannedChildren } from "./planned-children.ts";
import { answer, planEach } from "./planned-answers.ts";
import type { PlannedReads } from "./planned-reads.ts";
import type { PlannedQuestion, PlannedSession } from "./planned-session.ts";
import { plannedApplication, plannedGroup, someGroups } from "./planned-things.ts";
import { planAddition, planRemoval } from "./planned-writes.ts";
import { KINDS, ROLES, selectRelations } from "./relations.ts";
import type { Relation } from "./relations.ts";

/** What `Groups` would read and write. */
export class PlannedGroups implements GroupStore {
  readonly counts = true;
  readonly kinds = KINDS;
  readonly roles = ROLES;
  readonly #session: PlannedSession;
  readonly #reads: PlannedReads;
  readonly #children: PlannedChildren;

  constructor(session: PlannedSession, reads: PlannedReads, children: PlannedChildren) {
    this.#session = session;
    this.#reads = reads;
    this.#children = children;
  }

  byRefs(refs: readonly GroupRef[], { for: asks, needs }: Ask<RecordNeeds>): Promise<readonly Answer<Group | null>[]> {
    return planEach(
      refs,
      (ref) => {
        const kinds = this.#reads.kindsOf(ref);
        for (const kind of kinds) this.#reads.group({ kind, id: ref.id }, asks, needs);
        return kinds.length === 0 ? null : plannedGroup(this.#session.plan, ref, kinds);
      },
      nameGroup,
    );
  }

  /** As `findByKind`: the second kind is asked for where the first has none. */
  byId(id: string, { for: asks, needs }: Ask<RecordNeeds>): Promise<Group | null> {
    return answer(() => {
      if (this.#session.isNameless(id)) return null;
      const { plan } = this.#session;
      for (const kind of KINDS) this.#reads.group({ kind, id }, asks, needs);
      // Nobody knows its kind: what stands for it has any.
      const found = plan.some(`group ${id}`, PERHAPS);
      this.#reads.forgetKind(id);
      this.#reads.forgetKind(found);
      return plannedGroup(plan, { kind: "ORGANIZATION", id: found }, KINDS);
    });
  }

  list(page: PageRequest, kind: GroupKind | null, { for: asks, needs }: Ask<RecordNeeds>): Promise<Page<Group>> {
    return answer(() => {
      const kinds = KINDS.filter((one) => kind === null || kind === one);
      if (kinds.length === 0) return EMPTY_PAGE;
      const sources = kinds.map((one) => {
        const question = { route: COLLECTIONS[one].path, for: asks };
        const key = one === "ORGANIZATION" ? "organizations" : "spaces";
        return this.#source(key, question, Inlining.ofGroup(one, needs));
      });
      const whence = JSON.stringify(["list", page.first, page.after]);
      const items = kinds.map((one) => someGroups(this.#session.plan, one, whence, upTo(page.first)));
      return planChain(sources, page, items);
    });
  }

  ofUsers(
    userIds: readonly string[],
    page: PageRequest,
    filter: MembershipFilter,
    { for: asks }: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<Membership>>[]> {
    const relations = selectRelations(filter);
    if (relations.length === 0) return Promise.resolve(userIds.map(() => EMPTY_PAGE));
    const inlining = new Inlining(relations);
    return planEach(userIds, (id) => {
      if (this.#session.isNameless(id)) return EMPTY_PAGE;
      this.#reads.userWith(id, inlining, asks);
      const sources = relations.map((relation) => this.#listOfUser(id, relation, asks));
      return planChain(sources, page, this.#memberships(id, relations, page));
    });
  }

  /** Read where it does not come inside of the user. */
  #listOfUser(guid: string, { name }: Relation, asks: Coordinates): PlannedSource {
    const { plan, limits } = this.#session;
    const calls = upTo(plan.countOf("user", guid).max);
    const question = { route: `/v2/users/{guid}/${name}`, guid, for: asks, calls };
    const assumes = "a relation of more than 50 members";
    return this.#source(name, limits.depth.most > 0 ? { ...question, assumes } : question);
  }

  /** One for all groups of a kind. */
  #memberships(user: string, relations: readonly Relation[], page: PageRequest): readonly Membership[] {
    const { plan } = this.#session;
    const whence = JSON.stringify([user, relations.map(({ name }) => name), page.first, page.after]);
    const count = product(plan.countOf("user", user), upTo(page.first));
    return KINDS.flatMap((kind) =>
      relations
        .filter((relation) => relation.kind === kind)
        .slice(0, 1)
        .map(({ role }) => ({ role, group: refer(someGroups(plan, kind, whence, count)) })),
    );
  }

  #source(key: string, question: PlannedQuestion, wanted = NOTHING): PlannedSource {
    return {
      key,
      page: (request) => {
        this.#session.page(question, request, wanted);
      },
      beginning: (atMost, chain) => {
        this.#session.beginning(chain, question, atMost, wanted);
      },
    };
  }

  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    { for: asks }: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]> {
    return planEach(applicationIds, (id) => {
      if (this.#session.isNameless(id)) return EMPTY_PAGE;
      this.#reads.application(id, asks);
      return plannedApplication(this.#session.plan, id).groups(page) ?? EMPTY_PAGE;
    });
  }

  childrenOf(
    refs: readonly GroupRef[],
    page: PageRequest,
    { for: asks }: Ask<RecordNeeds>,
  ): Promise<readonly Answer<Page<GroupReference>>[]> {
    return answer(() => {
      const { plan } = this.#session;
      const parents = refs.filter((ref) => this.#reads.kindsOf(ref).includes("ORGANIZATION")).map(({ id }) => id);
      this.#children.read(SPACES_OF_ORGANIZATIONS, parents, page, asks);
      return refs.map((ref) => {
        if (!parents.includes(ref.id)) return EMPTY_PAGE;
        const whence = JSON.stringify(["children", ref.id, page.first, page.after]);
        const count = product(plan.countOf("group", ref.id), upTo(page.first));
        return expectPage([refer(someGroups(plan, "SPACE", whence, count))]);
      });
    });
  }

  addMember(membership: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return answer(() => planAddition(this.#session, membership, asks));
  }

  removeMember(membership: MembershipRef, asks: Coordinates): Promise<Reference<User>> {
    return answer(() => planRemoval(this.#session, membership, asks));
  }
}

/** A group that came with its record. */
function refer(group: Group): GroupReference {
  return { kind: group.kind, id: group.id, record: group };
}
