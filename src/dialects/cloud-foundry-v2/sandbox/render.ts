import type { Caller } from "./caller.ts";
import { KINDS } from "./kinds.ts";
import type { KindName, ListedKind } from "./kinds.ts";
import type { Query } from "./query.ts";
import type { Row, UserRow } from "./store.ts";

/** A to-many relation with more members is left out. */
const MAX_INLINE = 50;

export interface Rendered {
  readonly metadata: {
    readonly guid: string;
    readonly url: string;
    readonly created_at: string;
    readonly updated_at: string | null;
  };
  readonly entity: Record<string, unknown>;
}

/** Objects by their guids, each once, in the place of inlined ones. */
export type Orphans = Record<string, Rendered>;

interface View {
  readonly caller: Caller;
  readonly query: Query;
  readonly orphans: Orphans | undefined;
}

/**
 * An object with its relations as links and, as far as the query asks for it, inlined.
 * @param more stands in the entity behind its own attributes
 * @param orphans collects what would be inlined
 */
export function render(
  kind: ListedKind,
  row: Row,
  caller: Caller,
  query: Query,
  more?: Readonly<Record<string, unknown>>,
  orphans?: Orphans,
): Rendered {
  return present(kind, row, { caller, query, orphans }, [], more);
}

/** A user with the name that the UAA knows, if it does. Inlined users have none. */
export function named(user: UserRow, caller: Caller): { readonly username?: string } {
  const username = caller.store.usernameOf(user.guid);
  return username === undefined ? {} : { username };
}

function present(kind: KindName, row: Row, view: View, above: readonly KindName[], more?: object): Rendered {
  const { caller } = view;
  const { attributes, toOne, toMany } = KINDS[kind];
  const url = `/v2/${kind}/${row.guid}`;
  const entity: Record<string, unknown> = { ...attributes(row, caller), ...more };
  const way = [...above, kind];
  for (const relation of toOne) {
    const other = relation.row(row, caller);
    if (other === null || !KINDS[relation.kind].visible(other, caller)) continue;
    entity[`${relation.name}_url`] = `/v2/${relation.kind}/${other.guid}`;
    if (!inlines(relation, view, way)) continue;
    const inner = inline(relation.kind, other, view, way);
    // With orphans the server writes no key here: the guid is in the attributes.
    if (!view.orphans) entity[relation.name] = inner;
  }
  for (const relation of toMany) {
    entity[`${relation.name}_url`] = `${url}/${relation.name}`;
    if (relation.linkOnly || !inlines(relation, view, way)) continue;
    const { kind: inner } = relation;
    const members = inner === null ? [] : relation.rows(row, caller).filter((one) => KINDS[inner].visible(one, caller));
    if (members.length > MAX_INLINE) continue;
    entity[relation.name] = inner === null ? [] : members.map((member) => inline(inner, member, view, way));
  }
  return { metadata: { guid: row.guid, url, created_at: row.createdAt, updated_at: row.updatedAt }, entity };
}

function inlines(
  relation: { readonly name: string; readonly kind: KindName | null },
  { query }: View,
  way: readonly KindName[],
): boolean {
  return (
    way.length <= (query.depth ?? 0) &&
    (query.include?.includes(relation.name) ?? true) &&
    !query.exclude?.includes(relation.name) &&
    (relation.kind === null || !way.includes(relation.kind))
  );
}

function inline(kind: KindName, row: Row, view: View, way: readonly KindName[]): Rendered | string {
  const { orphans } = view;
  if (!orphans) return present(kind, row, view, way);
  // Rendered where it is met first: one that is met at the last level first has no inner lists.
  orphans[row.guid] ??= present(kind, row, view, way);
  return row.guid;
}
