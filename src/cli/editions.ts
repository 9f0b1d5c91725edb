import { InvalidArgumentError } from "commander";
import { dialects } from "../dialects/registry.ts";

/** Which edition each service of the sandbox plays, by the service's name; its default where left out. */
export type Editions = Readonly<Record<string, string>>;

/** Reads `directory=E2`, once for each service. */
export function readEdition(text: string, editions: Editions = {}): Editions {
  const [name, edition, ...rest] = text.split("=");
  const known = dialects.find(({ sandbox }) => sandbox.name === name)?.sandbox.editions;
  if (name !== undefined && edition !== undefined && rest.length === 0 && known?.includes(edition))
    return { ...editions, [name]: edition };
  const all = dialects.map(({ sandbox }) => `${sandbox.name}=${sandbox.editions.join("|")}`);
  throw new InvalidArgumentError(`expected one of ${all.join(", ")}.`);
}
