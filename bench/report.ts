import type { Outcome } from "./load.ts";
import { median } from "./statistics.ts";

export interface Row {
  readonly gateway: string;
  /** Calls of the services for one request. */
  readonly calls: number;
  /** One a round: those of all rows with the same index ran one after the other. */
  readonly slices: readonly Outcome[];
}

const HEAD = ["gateway", "requests/s", "of floor", "of day-one", "p50 ms", "p99 ms", "calls", "CPU ms"];

/**
 * A table in Markdown. Every number is the median over the rounds, the ratios that of the rounds' own.
 * @param rows with the gateways `floor` and `day-one` among them
 */
export function tableOf(rows: readonly Row[]): string {
  const slicesOf = (name: string) => rows.find(({ gateway }) => gateway === name)?.slices ?? [];
  return markdown(
    HEAD,
    rows.map(({ gateway, calls, slices }) => [
      gateway,
      write(median(slices.map(({ perSecond }) => perSecond))),
      ratio(slices, slicesOf("floor")).toFixed(2),
      ratio(slices, slicesOf("day-one")).toFixed(2),
      write(median(slices.map(({ p50 }) => p50))),
      write(median(slices.map(({ p99 }) => p99))),
      write(calls),
      write(median(slices.map(({ processorPerRequest }) => processorPerRequest ?? NaN))),
    ]),
  );
}

/** What is known without load: for each workload, the calls for one request. */
export function callsTable(gateways: readonly string[], rows: ReadonlyMap<string, readonly number[]>): string {
  return markdown(
    ["calls for one request", ...gateways],
    [...rows].map(([workload, calls]) => [workload, ...calls.map(write)]),
  );
}

function ratio(slices: readonly Outcome[], others: readonly Outcome[]): number {
  return median(slices.map(({ perSecond }, round) => perSecond / (others[round]?.perSecond ?? NaN)));
}

/** With as many digits as one would say: three, but never less than the whole number. */
function write(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (Number.isInteger(value) || value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** Numbers stand on the right, below their column's name. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => "-".repeat(width - (column === 0 ? 0 : 1)) + (column === 0 ? "" : ":"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
