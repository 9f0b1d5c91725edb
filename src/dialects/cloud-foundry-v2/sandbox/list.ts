import type { Caller } from "./caller.ts";
import { ApiError } from "./errors.ts";
import { LIST_KINDS } from "./kinds.ts";
import type { ListKind, ListedKind } from "./kinds.ts";
import { checkList, pageUrl } from "./query.ts";
import type { Query } from "./query.ts";
import { named, render } from "./render.ts";
import type { Orphans } from "./render.ts";
import type { Row, UserRow } from "./store.ts";

/** Which rows a list has, and where it is asked for. */
export interface Listed {
  readonly kind: ListedKind;
  readonly path: string;
  readonly rows: Iterable<Row>;
  /** Further keys of each user's entity. */
  readonly more?: (user: UserRow) => Readonly<Record<string, unknown>>;
}

/** Every object of a kind that the caller may see. */
export function listKind(kind: ListedKind, rows: Iterable<Row>, caller: Caller, query: Query): object {
  const { order } = query;
  if (order !== undefined && !LIST_KINDS[kind].sortable.includes(order)) {
    throw new ApiError("OrderByParameterInvalid", order);
  }
  return listRelated({ kind, path: `/v2/${kind}`, rows }, caller, query);
}

/** The objects below another one that the caller may see. What they are ordered by is not checked. */
export function listRelated(listed: Listed, caller: Caller, query: Query): object {
  const conditions = query.filters.flatMap((filter) => readFilter(LIST_KINDS[listed.kind], filter));
  const { visible } = LIST_KINDS[listed.kind];
  const rows = [...listed.rows].filter(
    (row) => visible(row, caller) && conditions.every((holds) => holds(row, caller)),
  );
  return listRows({ ...listed, rows }, caller, query);
}

/** One page of these rows, whatever `q` says. */
export function listRows({ kind, path, rows, more }: Listed, caller: Caller, query: Query): object {
  checkList(query);
  const sorted = sortRows(LIST_KINDS[kind], [...rows], caller, query);
  const { page, pageSize } = query;
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize));
  const orphans: Orphans | undefined = query.orphans === 1 ? {} : undefined;
  const extras = (row: Row) =>
    kind === "users" ? { ...named(row as UserRow, caller), ...more?.(row as UserRow) } : undefined;
  return {
    total_results: sorted.length,
    total_pages: pages,
    // Past the end too, and always one page back.
    prev_url: page > 1 ? pageUrl(path, query, page - 1) : null,
    next_url: page < pages ? pageUrl(path, query, page + 1) : null,
    resources: sorted
      .slice((page - 1) * pageSize, page * pageSize)
      .map((row) => render(kind, row, caller, query, extras(row), orphans)),
    ...(orphans && { orphans }),
  };
}

function sortRows(kind: ListKind, rows: Row[], caller: Caller, { order = "id", direction }: Query): Row[] {
  const column = Object.hasOwn(kind.columns, order) ? kind.columns[order] : undefined;
  if (column === undefined) throw new ApiError("DatabaseError");
  const sign = direction === "desc" ? -1 : 1;
  return rows.sort((a, b) => {
    const left = column(a, caller);
    const right = column(b, caller);
    return left < right ? -sign : left > right ? sign : 0;
  });
}

type Condition = (row: Row, caller: Caller) => boolean;

/** One `q`: conditions with `;` between them, `;;` for a `;` that is meant. */
function readFilter(kind: ListKind, filter: string): Condition[] {
  return filter
    .replaceAll(";;", MEANT)
    .split(";")
    .filter((segment) => segment !== "")
    .map((segment) => readCondition(kind, segment.replaceAll(MEANT, ";")));
}

/** Holds the place of a `;` that does not separate. */
const MEANT = "\0";

function readCondition(kind: ListKind, segment: string): Condition {
  const [, key = segment, operator = "", value = ""] = /^(.*?)(:|>=|<=|<|>| IN )(.*)$/s.exec(segment) ?? [];
  const values = Object.hasOwn(kind.filters, key) ? kind.filters[key] : undefined;
  if (values === undefined || operator === "") throw new ApiError("BadQueryParameter", key);
  const holds = comparison(operator, value, key.endsWith("_guid"));
  return (row, caller) => values(row, caller).some(holds);
}

function comparison(operator: string, wanted: string, isGuid: boolean): (value: string) => boolean {
  if (operator === " IN ") {
    const any = new Set(wanted.split(","));
    return (value) => any.has(value);
  }
  // What is asked of a guid is looked up by equality, whatever the operator.
  switch (isGuid ? ":" : operator) {
    case ">":
      return (value) => value > wanted;
    case "<":
      return (value) => value < wanted;
    case ">=":
      return (value) => value >= wanted;
    case "<=":
      return (value) => value <= wanted;
    default:
      return (value) => value === wanted;
  }
}
