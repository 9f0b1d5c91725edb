import { refuse, type Refusal } from "../domain/errors.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { parseGlobalId, type GlobalId } from "./global-id.ts";

/** What an id argument names. */
export interface Found<Type extends GlobalId["type"]> {
  readonly home: OpenService;
  /** Undefined: the id was the upstream's own. */
  readonly global: Extract<GlobalId, { type: Type }> | undefined;
  /** The upstream's own id. */
  readonly id: string;
}

/**
 * Reads an `id` argument: a global id of this type, or, with no colon in it, the upstream's own in the service that
 * `service` names or in the only one.
 * @throws Refusal for everything else
 */
export function find<Type extends "User" | "Application" | "Group">(
  services: Services,
  type: Type,
  id: string,
  serviceName: string | null | undefined,
): Found<Type> {
  const named = serviceName == null ? undefined : service(services, serviceName);
  if (!id.includes(":")) {
    const home = named ?? (services.all.length === 1 ? services.all[0] : undefined);
    if (id === "" || !id.isWellFormed()) throw mistaken(["id"], "an id", id);
    if (home === undefined) {
      throw refuse(
        "INVALID",
        ["id"],
        `\`id\` has no service in it: give a global id (\`${type}:<service>:<id>\`), or say with \`service\` which of ${services.names()} is meant.`,
      );
    }
    return { home, global: undefined, id };
  }
  const { home, global } = globalId(services, id, ["id"]);
  if (global.type !== type) throw mistaken(["id"], `the id of ${article(type)}`, id);
  if (named !== undefined && named !== home)
    throw mistaken(["id"], `an id of the service \`${named.service.name}\``, id);
  return { home, global: global as Extract<GlobalId, { type: Type }>, id: global.id };
}

const ANY_GLOBAL_ID =
  "a global id (`User:<service>:<id>`, `Application:<service>:<id>` or `Group:<service>:<group, organization or space>:<id>`)";

/** @throws Refusal for a text that is no global id, or one of a service that is not configured */
export function globalId(
  services: Services,
  id: string,
  path: readonly string[],
): { readonly home: OpenService; readonly global: GlobalId } {
  const global = parseGlobalId(id);
  if (global === undefined) throw mistaken(path, ANY_GLOBAL_ID, id);
  const home = services.named(global.service);
  if (home === undefined) throw mistaken(path, `an id of a configured service (${services.names()})`, id);
  return { home, global };
}

/**
 * Reads a global id inside an input.
 * @throws Refusal for everything else, the upstream's own id too: only a global id tells the service
 */
export function inputId<Type extends GlobalId["type"]>(
  services: Services,
  type: Type,
  id: string,
  path: readonly string[],
): Found<Type> & { readonly global: Extract<GlobalId, { type: Type }> } {
  const global = parseGlobalId(id);
  if (global?.type !== type) throw mistaken(path, `the global id of ${article(type)}`, id);
  const home = services.named(global.service);
  if (home === undefined) throw mistaken(path, `an id of a configured service (${services.names()})`, id);
  return { home, global: global as Extract<GlobalId, { type: Type }>, id: global.id };
}

/** @throws Refusal for a name that is not configured */
export function service(services: Services, name: string): OpenService {
  const home = services.named(name);
  if (home === undefined) throw mistaken(["service"], `one of ${services.names()}`, name);
  return home;
}

export function mistaken(path: readonly string[], expected: string, found: unknown): Refusal {
  return refuse("INVALID", path, `\`${path.join(".")}\` must be ${expected}; found ${describe(found)}.`);
}

function describe(found: unknown): string {
  if (typeof found === "string") return quote(found);
  if (found == null) return "nothing";
  return Array.isArray(found) ? "a list" : `a value of type ${typeof found}`;
}

export function article(type: GlobalId["type"]): string {
  return `${type === "Application" || type === "ApiKey" ? "an" : "a"} ${type}`;
}

/** The caller's own words, short enough for a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
