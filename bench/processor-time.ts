import { readFileSync } from "node:fs";

/** The kernel tells times in these to every program, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/**
 * What a process and all its threads have used so far, in milliseconds.
 * @returns undefined where there is no `/proc`, or no such process.
 */
export function processorTime(pid: number): number | undefined {
  let line;
  try {
    line = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name before may hold anything, also spaces and brackets.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
