import { chainPages, mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { OpenService } from "./open-service.ts";

/** One page across services, one service after the other, each item with the service it came from. */
export function chainServices<Item, Node>(
  homes: readonly OpenService[],
  request: PageRequest,
  read: (home: OpenService, part: PageRequest) => Promise<Page<Item>>,
  wrap: (home: OpenService, item: Item) => Node,
): Promise<Page<Node>> {
  const sources = homes.map((home) => ({
    key: home.service.name,
    read: async (part: PageRequest) => mapPage(await read(home, part), (item) => wrap(home, item)),
  }));
  return chainPages(sources, request);
}
