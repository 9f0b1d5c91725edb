import type { GraphQLResolveInfo } from "graphql";
import type { GroupRole } from "../domain/group.ts";
import { isUnknown } from "../domain/plan/plan.ts";
import { EMPTY_PAGE, type Page, type PageRequest } from "../domain/page.ts";
import { connect, pageRequest, type Connection, type PageArguments } from "./connection.ts";
import type { SchemaContext } from "./context.ts";
import { coordinateOf, type Lazy } from "./lazy.ts";

/** How a list that hangs on something is come by. */
export interface Relation<Record, Item, Node> {
  /** What makes several lists of one field: its filters. */
  readonly filters?: readonly (string | null)[];
  /** One page of what came along with the record; undefined where it did not. */
  readonly here?: (record: Record, page: PageRequest) => Page<Item> | undefined;
  /** One page from the service; null where the owner is not there. */
  readonly ask: (page: PageRequest, asker: string) => Promise<Page<Item> | null>;
  readonly wrap: (item: Item) => Node;
  readonly roleOf?: (item: Item) => GroupRole;
}

/** One page of a relation: what came along, at once, else what the service tells. Null where its owner is not there. */
export function relation<Record, Item, Node>(
  owner: Lazy<Record>,
  args: PageArguments,
  { nodes }: SchemaContext,
  info: GraphQLResolveInfo,
  { filters = [], here, ask, wrap, roleOf }: Relation<Record, Item, Node>,
): Connection<Node> | Promise<Connection<Node>> | null {
  const asker = coordinateOf(info);
  const list = () => `${asker} ${owner.home.service.name} ${owner.key} ${filters.join(" ")}`;
  const page = pageRequest(isUnknown(owner.id) ? null : list, args);
  const { record } = owner;
  if (record === null) return null;
  const known = record === undefined ? undefined : here?.(record, page);
  return connect(nodes, list, page, known ?? orEmpty(ask(page, asker)), wrap, roleOf);
}

/** An owner that has gone since it was read has nothing any more. */
async function orEmpty<Item>(page: Promise<Page<Item> | null>): Promise<Page<Item>> {
  return (await page) ?? EMPTY_PAGE;
}
