import type { RecordNeeds, UserNeeds } from "../../domain/ask.ts";
import { DEVELOPED_SPACES, RELATIONS, selectRelations } from "./relations.ts";
import type { CloudGroupKind, Relation } from "./relations.ts";

/** One other object that a user, an app or a space names: the key of the inlined one. */
export type Named = "default_space" | "space" | "organization";

/** What a read brings along inside of users, apps or spaces. */
export class Inlining {
  /** In the order of the table. */
  readonly relations: readonly Relation[];
  /** Whether the spaces bring their apps. */
  readonly apps: boolean;
  /** What may be met on the way: it is no part of what a record tells. */
  readonly named: Named | null;

  constructor(relations: Iterable<Relation>, apps = false, named: Named | null = null) {
    const wanted = new Set(relations);
    if (apps) wanted.add(DEVELOPED_SPACES);
    this.relations = RELATIONS.filter((relation) => wanted.has(relation));
    this.apps = apps;
    this.named = named;
  }

  static of(needs: UserNeeds): Inlining {
    const named = needs.named === true ? "default_space" : null;
    if (needs.groups.length === 0 && !needs.applications && named === null) return NOTHING;
    return new Inlining(needs.groups.flatMap(selectRelations), needs.applications, named);
  }

  /** An app brings its space. */
  static ofApplication(needs: RecordNeeds): Inlining {
    return needs.named === true ? WITH_SPACE : NOTHING;
  }

  /** A space brings its organization. */
  static ofGroup(kind: CloudGroupKind, needs: RecordNeeds): Inlining {
    return needs.named === true && kind === "SPACE" ? WITH_ORGANIZATION : NOTHING;
  }

  /** How many levels down the objects lie: users, their groups, the apps of these. */
  get depth(): number {
    return this.apps ? 2 : this.relations.length > 0 || this.named !== null ? 1 : 0;
  }

  /** As much of it as a depth allows. */
  within(depth: number): Inlining {
    if (depth >= this.depth) return this;
    return depth === 1 ? new Inlining(this.relations, false, this.named) : NOTHING;
  }

  /** Whether records that were read with this one tell all that those with the other do. */
  covers(other: Inlining): boolean {
    return (this.apps || !other.apps) && other.relations.every((relation) => this.relations.includes(relation));
  }

  and(other: Inlining): Inlining {
    return new Inlining([...this.relations, ...other.relations], this.apps || other.apps, this.named ?? other.named);
  }

  /** What it leaves of users whose relations the caller may see in part. */
  get withoutRelations(): Inlining {
    return this.named === null ? NOTHING : new Inlining([], false, this.named);
  }

  get query(): readonly (readonly [string, string])[] {
    if (this.depth === 0) return [];
    const names: string[] = this.relations.map(({ name }) => name);
    if (this.apps) names.push("apps");
    if (this.named !== null) names.push(this.named);
    return [
      ["inline-relations-depth", String(this.depth)],
      // Without it all relations of all levels would come: domains, routes, security groups.
      ["include-relations", names.join(",")],
    ];
  }
}

export const NOTHING = new Inlining([]);
const WITH_SPACE = new Inlining([], false, "space");
const WITH_ORGANIZATION = new Inlining([], false, "organization");
export const EVERYTHING = new Inlining(RELATIONS, true);
