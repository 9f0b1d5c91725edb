import type { Family } from "../domain/facets/family.ts";
import { chainPages, mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { OpenService } from "./open-service.ts";

/** The configured services, opened for one caller and one operation. */
export class Services {
  /** In the order of the configuration. */
  readonly all: readonly OpenService[];

  constructor(all: readonly OpenService[]) {
    this.all = all;
  }

  named(name: string): OpenService | undefined {
    return this.all.find((one) => one.service.name === name);
  }

  /** Those that show a facet. */
  of(family: Family): readonly OpenService[] {
    return this.all.filter((one) => one.family === family);
  }

  /** One page across services, one service after the other, each item with the service it came from. */
  chain<Item, Node>(
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

  /** For messages. */
  names(among: readonly OpenService[] = this.all): string {
    return among.map((one) => `\`${one.service.name}\``).join(", ");
  }
}
