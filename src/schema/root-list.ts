import type { GraphQLResolveInfo } from "graphql";
import type { Page, PageRequest } from "../domain/page.ts";
import type { OpenService } from "../services/open-service.ts";
import { connect, pageRequest, type Connection, type PageArguments } from "./connection.ts";
import type { SchemaContext } from "./context.ts";
import { service } from "./find.ts";
import { coordinateOf } from "./lazy.ts";

export interface RootListArguments extends PageArguments {
  readonly service?: string | null | undefined;
}

/** How a list of everything of one type is come by. */
export interface RootList<Item, Node> {
  /** What makes several lists of one field: its filters. */
  readonly filters?: readonly (string | null)[];
  /** Whether a service says how many there are. */
  readonly counts: (home: OpenService) => boolean;
  /** @throws Refusal where one of these services cannot answer: leaving it out would look like the truth */
  readonly check?: (homes: readonly OpenService[]) => void;
  readonly read: (home: OpenService, page: PageRequest, asker: string) => Promise<Page<Item>>;
  readonly wrap: (home: OpenService, item: Item) => Node;
}

/** One page of the list of one service, or of all, one service after the other in the order of the configuration. */
export async function rootList<Item, Node>(
  { services, nodes }: SchemaContext,
  args: RootListArguments,
  info: GraphQLResolveInfo,
  { filters = [], counts, check, read, wrap }: RootList<Item, Node>,
): Promise<Connection<Node>> {
  const asker = coordinateOf(info);
  const list = {
    get name() {
      return `${asker} ${args.service ?? ""} ${JSON.stringify(filters)}`;
    },
  };
  const homes = args.service == null ? services.all : [service(services, args.service)];
  const page = pageRequest(list, args);
  check?.(homes);
  const items = await services.chain(homes, page, (home, part) => read(home, part, asker), wrap);
  // Where one service does not count, nobody is asked for a sum that nobody can tell.
  const counted = homes.every(counts) ? items : { ...items, total: null };
  return connect(nodes, list, page, counted, null, (_, node) => node);
}
