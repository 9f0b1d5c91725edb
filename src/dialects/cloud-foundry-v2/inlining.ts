import type { UserNeeds } from "../../domain/ask.ts";
import { DEVELOPED_SPACES, RELATIONS, selectRelations } from "./relations.ts";
import type { Relation } from "./relations.ts";

/** What a read of users brings along inside of them. */
export class Inlining {
  /** In the order of the table. */
  readonly relations: readonly Relation[];
  /** Whether the spaces bring their apps. */
  readonly apps: boolean;

  constructor(relations: Iterable<Relation>, apps = false) {
    const wanted = new Set(relations);
    if (apps) wanted.add(DEVELOPED_SPACES);
    this.relations = RELATIONS.filter((relation) => wanted.has(relation));
    this.apps = apps;
  }

  static of(needs: UserNeeds): Inlining {
    if (needs.groups.length === 0 && !needs.applications) return NOTHING;
    return new Inlining(needs.groups.flatMap(selectRelations), needs.applications);
  }

  /** How many levels down the objects lie: users, their groups, the apps of these. */
  get depth(): number {
    return this.apps ? 2 : this.relations.length > 0 ? 1 : 0;
  }

  /** As much of it as a depth allows. */
  within(depth: number): Inlining {
    if (depth >= this.depth) return this;
    return depth === 1 ? new Inlining(this.relations) : NOTHING;
  }

  covers(other: Inlining): boolean {
    return (this.apps || !other.apps) && other.relations.every((relation) => this.relations.includes(relation));
  }

  and(other: Inlining): Inlining {
    return new Inlining([...this.relations, ...other.relations], this.apps || other.apps);
  }

  get query(): readonly (readonly [string, string])[] {
    if (this.depth === 0) return [];
    const names = this.relations.map(({ name }) => name);
    if (this.apps) names.push("apps");
    return [
      ["inline-relations-depth", String(this.depth)],
      // Without it all relations of all levels would come: domains, routes, security groups.
      ["include-relations", names.join(",")],
    ];
  }
}

export const NOTHING = new Inlining([]);
export const EVERYTHING = new Inlining(RELATIONS, true);
