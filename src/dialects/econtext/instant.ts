/** What nearly every instant looks like: `2017-04-20 15:55:08.339000+00:00`, and not at the end of a month. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}\+00:00$/;

/** Whatever else `str()` of a Python datetime gives, and its ISO spelling. The zone may be missing. */
const ANY = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * An instant in any of the upstream's spellings, as ISO 8601 in UTC with milliseconds; further digits are cut off.
 * Without a zone UTC is meant: E2 shows the same digits with `+00:00` in its next answer.
 * @returns null for one that was never set: `""`, `"None"`, null, or nothing at all; undefined for what is no instant
 */
export function readInstant(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === "" || value === "None") return null;
  if (typeof value !== "string") return undefined;
  if (USUAL.test(value)) return `${value.slice(0, 10)}T${value.slice(11, 23)}Z`;
  const [, date, time, fraction = "", zone = "Z"] = ANY.exec(value) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const local = `${date}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  // `Date` takes 30 February for 2 March, and 24:00 for the next day: such a text would not come back as it was.
  if (toUtc(`${local}Z`) !== `${local}Z`) return undefined;
  return toUtc(local + zone);
}

function toUtc(text: string): string | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const instant = new Date(milliseconds).toISOString();
  // Another zone may push an instant out of the years of four digits.
  return instant.length === 24 ? instant : undefined;
}
