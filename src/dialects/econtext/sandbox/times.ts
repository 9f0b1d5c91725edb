/**
 * Times as the server shows them, `str()` of a Python datetime: `2017-04-20 15:55:08.339000+00:00`, with no fraction at
 * all when it is zero. Records keep that text; `""` is a time that was never set.
 */

/** @param unit the smallest that is kept: E0 and E1 keep thousandths of a second, E2 millionths */
export function showTime(milliseconds: number, unit: "ms" | "us"): string {
  const micros = unit === "ms" ? Math.floor(milliseconds) * 1000 : Math.floor(milliseconds * 1000);
  const fraction = micros % 1_000_000;
  const seconds = new Date(micros / 1000).toISOString().slice(0, 19).replace("T", " ");
  return `${seconds}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}+00:00`;
}

/**
 * E2 shows a time that this very request stored without its zone; the next GET shows the same digits with `+00:00`.
 */
export function withoutZone(time: string): string {
  return time.replace(/\+00:00$/, "");
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{3}(?:\d{3})?)?)?)([+-]\d{2}:\d{2})?)?$/;

/**
 * A time that a creator sends to E2: ISO text or seconds since 1970. Anything else, a `Z` at the end too, is unreadable
 * to the server and passed over in silence.
 */
export function readTime(value: unknown): { readonly time: string; readonly zoned: boolean } | undefined {
  if (typeof value === "number") return { time: showTime(value * 1000, "us"), zoned: false };
  const [, date, time = "00:00", zone] = (typeof value === "string" && ISO.exec(value)) || [];
  const milliseconds = Date.parse(`${date ?? ""}T${time}${zone ?? "Z"}`);
  return Number.isNaN(milliseconds) ? undefined : { time: showTime(milliseconds, "us"), zoned: zone !== undefined };
}
