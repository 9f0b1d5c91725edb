/** Timers of Node take no more: a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const MS = { ms: 1, s: 1000, m: 60_000 };
const BYTES = { B: 1, KiB: 1024, MiB: 1024 * 1024 };

export const DURATION = "a duration such as `500ms`, `10s` or `1m`";
export const SIZE = "a size such as `256KiB` or `1MiB`";

/**
 * Reads `500ms`, `1.5s`, `1m`.
 * @returns whole milliseconds, at least 1; undefined for anything else
 */
export function readDuration(value: unknown): number | undefined {
  const ms = readQuantity(value, MS);
  return ms !== undefined && ms <= MAX_TIMER_MS ? ms : undefined;
}

/**
 * Reads `1024B`, `256KiB`, `1MiB`.
 * @returns bytes, at least 1; undefined for anything else
 */
export function readSize(value: unknown): number | undefined {
  return readQuantity(value, BYTES);
}

/** Reads a number that may also come as text, as from an environment variable. */
export function readWholeNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

/** What may be a port, 0 meaning any free one. */
export const PORT = "a whole number from 0 to 65535";

export function readPort(value: unknown): number | undefined {
  const port = readWholeNumber(value);
  return port !== undefined && port >= 0 && port <= 65_535 ? port : undefined;
}

function readQuantity(value: unknown, units: Readonly<Record<string, number>>): number | undefined {
  if (typeof value !== "string") return undefined;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(value) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) return undefined;
  const quantity = Math.round(Number(number) * factor);
  return quantity >= 1 && Number.isSafeInteger(quantity) ? quantity : undefined;
}
