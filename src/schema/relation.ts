import type { GraphQLResolveInfo } from "graphql";
import type { GroupRole } from "../domain/group.ts";
import { isUnknown } from "../domain/plan/plan.ts";
import { EMPTY_PAGE, type Page, type PageRequest } from "../domain/page.ts";
import { pathless } from "../execution/pathless.ts";
import type { OpenService } from "../services/open-service.ts";
import { connect, pageRequest, type Connection, type ListName, type PageArguments } from "./connection.ts";
import type { NodeBudget, SchemaContext } from "./context.ts";
import { coordinateOf, type Lazy } from "./lazy.ts";

/** How the lists of one field are come by, which hang on something. */
export interface Relation<Record, Owner extends Lazy<Record>, Args extends PageArguments, Item, Node> {
  /** What makes several lists of one field: its filters. */
  readonly filters?: (args: Args) => readonly (string | null | undefined)[];
  /** One page of what came along with the record; undefined where it did not. */
  readonly here?: (record: Record, page: PageRequest, args: Args) => Page<Item> | undefined;
  /** One page from the service; null where the owner is not there. */
  readonly ask: (
    owner: Owner,
    page: PageRequest,
    asker: string,
    args: Args,
    info: GraphQLResolveInfo,
  ) => Promise<Page<Item> | null>;
  readonly wrap: (home: OpenService, item: Item) => Node;
  readonly roleOf?: (item: Item) => GroupRole;
}

/**
 * A resolver for one page of a relation: what came along, at once, else what the service tells. Null where its owner is
 * not there.
 */
export function relation<Record, Owner extends Lazy<Record>, Args extends PageArguments, Item, Node>(
  relation: Relation<Record, Owner, Args, Item, Node>,
) {
  const { filters, here, ask, wrap, roleOf } = relation;
  return pathless((
    owner: Owner,
    args: Args,
    { nodes }: SchemaContext,
    info: GraphQLResolveInfo,
  ): Connection<Node> | Promise<Connection<Node>> | null => {
    const list = new RelatedList(owner, filters?.(args), info);
    const page = pageRequest(isUnknown(owner.id) ? null : list, args);
    const { record } = owner;
    if (record === null) return null;
    const known = record === undefined ? undefined : here?.(record, page, args);
    const { home } = owner;
    if (known !== undefined) return connect(nodes, list, page, known, home, wrap, roleOf);
    const asked = ask(owner, page, coordinateOf(info), args, info);
    return connectOnceAsked(asked, nodes, list, page, home, wrap, roleOf);
  });
}

/** By itself, since V8 makes room for what a function made in a resolver remembers whenever that is called. */
function connectOnceAsked<Item, Node>(
  asked: Promise<Page<Item> | null>,
  nodes: NodeBudget,
  list: ListName,
  page: PageRequest,
  home: OpenService,
  wrap: (home: OpenService, item: Item) => Node,
  roleOf: ((item: Item) => GroupRole) | undefined,
): Promise<Connection<Node>> {
  // An owner that has gone since it was read has nothing any more.
  return asked.then((found) => connect(nodes, list, page, found ?? EMPTY_PAGE, home, wrap, roleOf));
}

class RelatedList implements ListName {
  readonly #owner: Lazy<unknown>;
  readonly #filters: readonly (string | null | undefined)[];
  readonly #info: GraphQLResolveInfo;

  constructor(
    owner: Lazy<unknown>,
    filters: readonly (string | null | undefined)[] = NO_FILTERS,
    info: GraphQLResolveInfo,
  ) {
    this.#owner = owner;
    this.#filters = filters;
    this.#info = info;
  }

  get name(): string {
    const { home, key } = this.#owner;
    return `${coordinateOf(this.#info)} ${home.service.name} ${key} ${this.#filters.join(" ")}`;
  }
}

const NO_FILTERS: readonly string[] = [];
