import { randomUUID } from "node:crypto";
import { ApiError } from "./errors.ts";

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 100;
const MAX_DEPTH = 2;

/** What the query string asks of any request. Of a repeated name, the last one counts; `q` may be repeated. */
export interface Query {
  readonly page: number;
  readonly pageSize: number;
  readonly order: string | undefined;
  readonly direction: string;
  readonly filters: readonly string[];
  readonly depth: number | undefined;
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly orphans: number | undefined;
  readonly recursive: boolean;
}

/** @throws ApiError for a number that is none */
export function readQuery(search: string): Query {
  // A raw `;` ends a parameter just as `&` does.
  const parameters = new URLSearchParams(search.replaceAll(";", "&"));
  const last = (name: string) => parameters.getAll(name).at(-1);
  const integer = (name: string) => {
    const value = last(name);
    if (value === undefined) return undefined;
    if (!/^[+-]?\d+$/.test(value)) throw new ApiError("UnknownError");
    return Number(value);
  };
  const names = (name: string) =>
    last(name)
      ?.split(",")
      .filter((one) => one !== "");
  return {
    page: integer("page") ?? 1,
    pageSize: integer("results-per-page") ?? DEFAULT_PAGE_SIZE,
    order: last("order-by"),
    direction: last("order-direction") ?? "asc",
    filters: parameters.getAll("q"),
    depth: integer("inline-relations-depth"),
    include: names("include-relations"),
    exclude: names("exclude-relations"),
    orphans: integer("orphan-relations"),
    recursive: last("recursive") === "true",
  };
}

/** @throws ApiError for more levels than the server is willing to load */
export function checkDepth({ depth = 0 }: Query): void {
  if (depth > MAX_DEPTH) throw new ApiError("BadQueryParameter", `inline_relations_depth must be <= ${MAX_DEPTH}`);
}

/** @throws ApiError in the order in which the server finds fault */
export function checkList(query: Query): void {
  const { page, pageSize, direction } = query;
  if (pageSize > MAX_PAGE_SIZE) {
    throw new ApiError("BadQueryParameter", `results_per_page must be <= ${MAX_PAGE_SIZE}`);
  }
  checkDepth(query);
  if (direction !== "asc" && direction !== "desc") {
    throw new ApiError("BadQueryParameter", `order_direction must be 'asc' or 'desc' but was '${direction}'`);
  }
  if (page < 1 || pageSize < 1) throw new ApiError("UnknownError");
}

/**
 * The URL of another page of the same list, as the server writes it: names in alphabetical order, and two faults. A list
 * of relation names comes out as repeated parameters, of which only the last will be read; and where a filter had `;;`,
 * there is a UUID now, which the server had put in its place while splitting.
 */
export function pageUrl(path: string, query: Query, page: number): string {
  const mark = randomUUID();
  const parameters: readonly (readonly [name: string, values: readonly (string | number | undefined)[]])[] = [
    ["exclude-relations", query.exclude ?? []],
    ["include-relations", query.include ?? []],
    ["inline-relations-depth", [query.depth]],
    ["order-by", [query.order]],
    ["order-direction", [query.direction]],
    ["orphan-relations", [query.orphans]],
    ["page", [page]],
    ["q", query.filters.map((filter) => filter.replaceAll(";;", mark))],
    ["results-per-page", [query.pageSize]],
  ];
  const pairs = parameters.flatMap(([name, values]) =>
    values.flatMap((value) => (value === undefined ? [] : [`${name}=${encode(String(value))}`])),
  );
  return `${encodeURI(path)}?${pairs.join("&")}`;
}

/** Leaves alone what RFC 3986 allows in a query, but for what would cut it in two. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll(/%(?:3A|2C|3D|40|2F|3F|24)/g, decodeURIComponent);
}
