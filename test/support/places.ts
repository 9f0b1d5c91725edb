import type { Family } from "../../src/domain/facets/family.ts";
import type { GroupKind } from "../../src/domain/group.ts";
import type { IdType, Place } from "./random-operations.ts";

/** A service of a world, and the global ids of what is in it. */
export interface Home {
  readonly name: string;
  readonly family: Family;
  readonly ids: Readonly<Record<IdType, readonly string[]>>;
}

/** Ids that a client may well send, and no service gives out. */
const STRANGE = ["..", ".", "a/b", "\u0000user", "x".repeat(5000), "%2E", "漢字", "'; --", "\u{10ffff}", "*"];
const KINDS: readonly GroupKind[] = ["GROUP", "ORGANIZATION", "SPACE"];
/** The home that a number chooses. */
export function homeAt(homes: readonly Home[], index: number): Home {
  const home = homes[index % homes.length];
  if (home === undefined) throw new Error("A world has a service.");
  return home;
}

/** The global id of what is at a place. */
export function globalIdAt(home: Home, { type, index, kind, is }: Place): string {
  const pool = home.ids[type].filter((id) => kind === null || id.split(":")[2] === kind.toLowerCase());
  const missing = missingId(home, type, kind ?? KINDS[index % KINDS.length] ?? "GROUP", index);
  const known = pool[index % pool.length] ?? missing;
  switch (is) {
    case "there":
      return known;
    case "missing":
      return missing;
    case "shouted":
      return withOwnId(known, ownId(known).toUpperCase());
    case "strange":
      return withOwnId(missing, STRANGE[index % STRANGE.length] ?? "");
  }
}

function missingId({ name }: Home, type: IdType, kind: GroupKind, index: number): string {
  const between = type === "Group" ? [kind.toLowerCase()] : type === "ApiKey" ? ["nobody"] : [];
  return [type, name, ...between, `missing-${index % 7}`].join(":");
}

/** The arguments that name a place: of a field that takes these. */
export function argumentsAt(home: Home, place: Place, taken: readonly string[]): Readonly<Record<string, string>> {
  const id = globalIdAt(home, place);
  const own = ownId(id);
  if (!place.bare || own.includes(":") || !taken.includes("service")) return { id };
  const kind = place.type === "Group" ? (id.split(":")[2] ?? "").toUpperCase() : undefined;
  const tellsKind = kind !== undefined && place.tellsKind && taken.includes("kind");
  return { id: own, service: home.name, ...(tellsKind && { kind }) };
}

/** The upstream's own id in a global one. */
export function ownId(global: string): string {
  return decodeURIComponent(global.slice(global.lastIndexOf(":") + 1));
}

function withOwnId(global: string, last: string): string {
  return global.slice(0, global.lastIndexOf(":") + 1) + encodeURIComponent(last);
}
