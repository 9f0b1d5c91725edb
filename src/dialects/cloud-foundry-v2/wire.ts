/** One object as the service tells it, checked for its guid alone: everything else is read where it is needed. */
export interface Resource {
  readonly metadata: { readonly guid: string; readonly [field: string]: unknown };
  readonly entity?: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NO_FIELDS: Fields = {};

/** An object of the service; undefined for what has no guid, and so cannot be told from any other. */
export function readResource(value: unknown): Resource | undefined {
  const metadata = isFields(value) ? value["metadata"] : undefined;
  const guid = isFields(metadata) ? metadata["guid"] : undefined;
  if (typeof guid !== "string" || guid === "") return undefined;
  return value as Resource;
}

/** What an object tells beside its metadata. */
export function fieldsOf({ entity }: Resource): Fields {
  return isFields(entity) ? entity : NO_FIELDS;
}

/** The objects of a list that lies inside another object; undefined where it did not come along. */
export function readInlined(resource: Resource, relation: string): readonly Resource[] | undefined {
  const list = fieldsOf(resource)[relation];
  // A list that was too long has no key at all. The elements were checked when the answer came.
  return Array.isArray(list) ? (list as readonly Resource[]) : undefined;
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
  return compare(readText(a["created_at"]) ?? "", readText(b["created_at"]) ?? "") || compare(a.guid, b.guid);
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function readText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A text that can name something. */
export function readName(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function readBoolean(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

/** A whole number that GraphQL can carry: 32 bits. */
export function readInteger(value: unknown): number | null {
  return typeof value === "number" && (value | 0) === value ? value : null;
}

/** `2016-06-08T16:41:37Z`, also with a fraction or another zone. */
const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** An instant as ISO 8601 in UTC with milliseconds; further digits are cut off. Null for what is no instant. */
export function readInstant(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const [, date, time, fraction = "", zone] = INSTANT.exec(value) ?? [];
  if (date === undefined || time === undefined || zone === undefined) return null;
  const local = `${date}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  // `Date` takes 30 February for 1 March, and 24:00 for the next day: such a text would not come back as it was.
  if (toUtc(`${local}Z`) !== `${local}Z`) return null;
  return zone === "Z" ? `${local}Z` : toUtc(local + zone);
}

function toUtc(text: string): string | null {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return null;
  const iso = instant.toISOString();
  // Another zone may push an instant out of the years of four digits.
  return iso.length === 24 ? iso : null;
}
