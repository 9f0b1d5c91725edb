/** One object as the service tells it, checked for its guid alone: everything else is when it is read. */
export interface Resource {
  readonly metadata: { readonly guid: string; readonly [field: string]: unknown };
  readonly entity?: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NO_FIELDS: Fields = {};

/** Whether it is an object of the service: what has no guid cannot be told from any other. */
export function isResource(value: unknown): value is Resource {
  const metadata = isFields(value) ? value["metadata"] : undefined;
  const guid = isFields(metadata) ? metadata["guid"] : undefined;
  return typeof guid === "string" && guid !== "";
}

/** What an object tells beside its metadata, as far as it can be read. */
export function fieldsOf({ entity }: Resource): Fields {
  return isFields(entity) ? entity : NO_FIELDS;
}

/** A list with more elements does not come along inside of an object. */
export const MOST_INLINED = 50;

/** The list that lies inside an object, unchecked; undefined where it did not come along: one too long has no key. */
export function inlinedIn(resource: Resource, relation: string): unknown {
  return fieldsOf(resource)[relation] ?? undefined;
}

/** What can be read of it, which need not be all. */
export function resourcesIn(resource: Resource, relation: string): readonly Resource[] {
  const list = inlinedIn(resource, relation);
  if (!Array.isArray(list)) return [];
  return list.every(isResource) ? list : list.filter(isResource);
}

/**
 * Puts the elements of an inlined list in an order of their own, since the service promises none: that of their creation,
 * which is also that of its lists (`order-by=id`), and of guids where they were created in the same second.
 */
export function sortByCreation(list: readonly Resource[]): readonly Resource[] {
  const isSorted = list.every((resource, at) => at === 0 || compareCreation(list[at - 1] as Resource, resource) <= 0);
  return isSorted ? list : list.toSorted(compareCreation);
}

function compareCreation({ metadata: a }: Resource, { metadata: b }: Resource): number {
  return compare(sortable(a["created_at"]), sortable(b["created_at"])) || compare(a.guid, b.guid);
}

/** What is no text sorts as if it were not there. */
function sortable(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether it is a whole number that GraphQL can carry: 32 bits. */
export function isInteger(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

/** `2016-06-08T16:41:37Z`, also with a fraction or another zone. */
const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** An instant as ISO 8601 in UTC with milliseconds; further digits are cut off. Undefined for what is no instant. */
export function readInstant(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const [, date, time, fraction = "", zone] = INSTANT.exec(value) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return undefined;
  const local = `${date}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  // `Date` takes 30 February for 1 March, and 24:00 for the next day: such a text would not come back as it was.
  if (toUtc(`${local}Z`) !== `${local}Z`) return undefined;
  return zone === "Z" ? `${local}Z` : toUtc(local + zone);
}

function toUtc(text: string): string | undefined {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return undefined;
  const iso = instant.toISOString();
  // Another zone may push an instant out of the years of four digits.
  return iso.length === 24 ? iso : undefined;
}
