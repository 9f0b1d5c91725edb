import { parseArgs } from "node:util";
import { WORKLOADS, type WorkloadName } from "./workloads.ts";

export interface Options {
  /** Of one slice. */
  readonly seconds: number;
  /** Slices of each gateway in each workload. */
  readonly rounds: number;
  /** Requests at once, each on a connection of its own. */
  readonly concurrency: number;
  readonly workloads: readonly WorkloadName[];
  readonly verifyOnly: boolean;
}

export const USAGE = `npm run bench -- [options]
  --seconds 5         how long each slice lasts
  --rounds 5          how many slices each gateway gets in each workload
  --concurrency 16    how many requests are under way at once, 256 at most
  --workloads ${WORKLOADS.join(",")}
  --verify-only       check the answers, measure nothing
`;

/** Of more at once usergraph turns some away. */
const MOST_AT_ONCE = 256;

/** An option that cannot be read. Its message is for who typed it. */
export class OptionError extends Error {}

/**
 * @returns "help" where that is asked for.
 * @throws OptionError
 */
export function readOptions(args: readonly string[]): Options | "help" {
  const values = parse(args);
  if (values.help) return "help";
  return {
    seconds: readNumber("seconds", values.seconds),
    rounds: readWholeNumber("rounds", values.rounds),
    concurrency: readWholeNumber("concurrency", values.concurrency, MOST_AT_ONCE),
    workloads: readWorkloads(values.workloads),
    verifyOnly: values["verify-only"],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: "string", default: "5" },
        rounds: { type: "string", default: "5" },
        concurrency: { type: "string", default: "16" },
        workloads: { type: "string", default: WORKLOADS.join(",") },
        "verify-only": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
}

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new OptionError(`--${name}: expected a number above 0, found "${text}".`);
}

function readWholeNumber(name: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (value > 0 && Number.isSafeInteger(value) && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? "above 0" : `from 1 to ${most}`;
  throw new OptionError(`--${name}: expected a whole number ${range}, found "${text}".`);
}

/** In our order, each once. */
function readWorkloads(text: string): readonly WorkloadName[] {
  const names = text.split(",");
  const stranger = names.find((name) => !(WORKLOADS as readonly string[]).includes(name));
  if (stranger !== undefined)
    throw new OptionError(`--workloads: expected some of ${WORKLOADS.join(",")}, found "${stranger}".`);
  return WORKLOADS.filter((name) => names.includes(name));
}
