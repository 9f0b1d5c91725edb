import { findSource, hasMore, countAll, type Page, type PageRequest } from "../domain/page.ts";
import type { OpenService } from "./open-service.ts";
import { PlannedService } from "./planned-service.ts";
import { Services } from "./services.ts";

/** The configured services in a plan. */
export class PlannedServices extends Services {
  /** The first list is read; the ones behind it where it does not fill the page, which nobody knows. */
  override async chain<Item, Node>(
    homes: readonly OpenService[],
    request: PageRequest,
    read: (home: OpenService, part: PageRequest) => Promise<Page<Item>>,
    wrap: (home: OpenService, item: Item) => Node,
  ): Promise<Page<Node>> {
    const { at, after } = findSource(
      homes.map(({ service }) => ({ key: service.name })),
      request.after,
    );
    const others = homes.filter((home) => home !== homes[at]);
    const parts = new Map(others.map((home) => [home, home instanceof PlannedService ? home.behind() : home]));
    const readBehind = (home: OpenService, first: number) => read(parts.get(home) ?? home, { first, after: null });
    const behind = homes.slice(at + 1);
    const items: Node[] = [];
    const pages: Page<Item>[] = [];
    for (const [index, home] of homes.slice(at).entries()) {
      const page =
        index === 0 ? await read(home, { first: request.first, after }) : await readBehind(home, request.first);
      pages.push(page);
      items.push(...page.items.map((item) => wrap(home, item)));
    }
    return {
      items,
      cursor: () => "",
      hasNext: async () => {
        for (const page of pages) await hasMore(page);
        for (const home of behind) await hasMore(await readBehind(home, 1));
        return false;
      },
      total: async () => {
        for (const page of pages) await countAll(page);
        for (const home of homes) if (home !== homes[at]) await countAll(await readBehind(home, 1));
        return null;
      },
    };
  }
}
