import type { Caller } from "./caller.ts";
import { ApiError } from "./errors.ts";
import { LIST_KINDS } from "./kinds.ts";
import type { ListedKind } from "./kinds.ts";
import { checkDepth } from "./query.ts";
import type { Query } from "./query.ts";
import { named, render } from "./render.ts";
import type { GroupKind } from "./roles.ts";
import type { GroupRow, Row, UserRow } from "./store.ts";

/** One request, taken apart. */
export interface Call {
  readonly caller: Caller;
  readonly query: Query;
  /** The body as it came. */
  readonly text: string;
  /** `/v2/users/:guid` */
  readonly guid: string;
  /** `/v2/users/:guid/spaces/:other` */
  readonly other: string;
}

export interface Reply {
  readonly status: number;
  /** Goes out as JSON. */
  readonly body?: object;
  readonly location?: string;
}

/** One object with what the query inlines. */
export function show(kind: ListedKind, row: Row, { caller, query }: Call): Reply {
  checkDepth(query);
  const more = kind === "users" ? named(row as UserRow, caller) : undefined;
  return { status: 200, body: render(kind, row, caller, query, more) };
}

/** @throws ApiError where there is none, and then where the caller may not read it */
export function findReadable(kind: ListedKind, { caller, guid }: Call): Row {
  const row = find(kind, caller, guid);
  if (!LIST_KINDS[kind].readable(row, caller)) throw new ApiError("NotAuthorized");
  return row;
}

export function findUser({ caller, guid }: Call): UserRow {
  return find("users", caller, guid) as UserRow;
}

export function findGroup(kind: GroupKind, caller: Caller, guid: string): GroupRow {
  return find(kind, caller, guid) as GroupRow;
}

function find(kind: ListedKind, { store }: Caller, guid: string): Row {
  const row = store[kind].get(guid);
  if (row === undefined) throw new ApiError(LIST_KINDS[kind].notFound, guid);
  return row;
}
