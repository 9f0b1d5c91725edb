import type { Family } from "../domain/facets/family.ts";
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

  /** For messages. */
  names(among: readonly OpenService[] = this.all): string {
    return among.map((one) => `\`${one.service.name}\``).join(", ");
  }
}
