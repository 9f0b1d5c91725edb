import type { GroupKind, GroupRef } from "../domain/group.ts";

/** A global id, taken apart: `<Type>:<service>:<upstream id>`, each part as `encodeURIComponent` writes it. */
export type GlobalId =
  | { readonly type: "User" | "Application"; readonly service: string; readonly id: string }
  | { readonly type: "Group"; readonly service: string; readonly kind: GroupKind; readonly id: string }
  | { readonly type: "ApiKey"; readonly service: string; readonly user: string; readonly id: string };

/** What clients are told of every global id. */
export const GLOBAL_ID = "Global id: stable, and other systems may build it.";

const KINDS: Readonly<Record<string, GroupKind>> = { group: "GROUP", organization: "ORGANIZATION", space: "SPACE" };

export function userId(service: string, id: string): string {
  return join("User", service, id);
}

export function applicationId(service: string, id: string): string {
  return join("Application", service, id);
}

export function groupId(service: string, ref: GroupRef): string {
  return join("Group", service, ref.kind.toLowerCase(), ref.id);
}

export function apiKeyId(service: string, user: string, id: string): string {
  return join("ApiKey", service, user, id);
}

/** Takes a global id apart; undefined where it is none. */
export function parseGlobalId(text: string): GlobalId | undefined {
  const parts = split(text);
  if (parts === undefined) return undefined;
  const [type, service, third, fourth] = parts as [string, string, string, string | undefined];
  if (parts.length === 3 && (type === "User" || type === "Application")) return { type, service, id: third };
  if (parts.length !== 4 || fourth === undefined) return undefined;
  if (type === "ApiKey") return { type, service, user: third, id: fourth };
  const kind = Object.hasOwn(KINDS, third) ? KINDS[third] : undefined;
  if (type === "Group" && kind !== undefined) return { type, service, kind, id: fourth };
  return undefined;
}

function join(type: string, ...parts: readonly string[]): string {
  let id = type;
  for (const part of parts) id += `:${escape(part)}`;
  return id;
}

/** Most ids need no escape, and looking is cheaper than escaping. */
function escape(part: string): string {
  return /^[\w.~-]*$/.test(part) ? part : encodeURIComponent(part.toWellFormed());
}

function split(text: string): readonly string[] | undefined {
  const parts = text.split(":");
  // A lone surrogate is no text: it could not be written down again.
  if (parts.length < 3 || parts.includes("") || !text.isWellFormed()) return undefined;
  try {
    const decoded = parts.map(decodeURIComponent);
    // One spelling for each: whoever compares ids, or keeps something under them, must not meet two.
    return decoded.every((part, index) => escape(part) === parts[index]) ? decoded : undefined;
  } catch {
    return undefined; // a `%` that begins no escape
  }
}
