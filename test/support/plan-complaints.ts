import type { Plan } from "../../src/domain/plan/plan.ts";
import type { LedgerEntry } from "../../src/http/ledger.ts";
import type { SeenRequest } from "./upstream.ts";

export interface Ran {
  readonly calls: number;
  readonly ledger: readonly Pick<LedgerEntry, "service" | "method" | "route" | "for" | "attempts">[];
  /**
   * Something of the operation failed for a service or a limit. What hangs on a call that failed is not asked, however
   * certain it was; but nothing makes more calls than the plan has.
   */
  readonly failed: boolean;
}

/** How what ran does not lie within what was planned. */
export function complaintsAbout({ calls, steps }: Plan, { calls: made, ledger, failed }: Ran): readonly string[] {
  const complaints: string[] = [];
  const within = (what: string, count: number, min: number, max: number | null) => {
    if (max !== null && count > max) complaints.push(`${what}: ${count} calls, and at most ${max} were planned`);
    if (!failed && count < min) complaints.push(`${what}: ${count} calls, and at least ${min} were planned`);
  };
  within("in all", made, calls.min, calls.max);
  if (made !== ledger.length) complaints.push(`${made} calls, and ${ledger.length} of them in the ledger`);

  for (const route of new Set([...steps, ...ledger].map(nameOf))) {
    const planned = steps.filter((step) => nameOf(step) === route);
    const ran = ledger.filter((entry) => nameOf(entry) === route);
    if (planned.length === 0) complaints.push(`${route}: ${ran.length} calls that were not planned`);
    const min = planned.reduce((sum, step) => sum + step.calls.min, 0);
    const max = planned.reduce<number | null>(
      (sum, step) => (sum === null || step.calls.max === null ? null : sum + step.calls.max),
      0,
    );
    if (planned.length > 0) within(route, ran.length, min, max);
    // Of the whole service: a batch of look-ups, of several kinds of groups, is for all who asked in one moment.
    const askers = new Set(steps.filter(({ service }) => route.startsWith(`${service}: `)).flatMap((step) => step.for));
    for (const asker of new Set(ran.flatMap((entry) => entry.for))) {
      if (planned.length > 0 && !askers.has(asker)) complaints.push(`${route}: asked for ${asker}, as nobody planned`);
    }
  }
  return complaints;
}

function nameOf({ service, method, route }: { service: string; method: string; route: string }): string {
  return `${service}: ${method} ${route}`;
}

/** With what a service is asked which edition it is, which no ledger holds. No field of the graph asks so. */
const PROBE = "/organizations?limit=1";

/**
 * How what a service saw is not what the ledger says of it.
 * @param path below which the service serves
 */
export function complaintsAboutLedger(
  ledger: Ran["ledger"],
  service: string,
  path: string,
  requests: readonly SeenRequest[],
): readonly string[] {
  const targets = requests.map(({ method, target }) => ({ method, target: target.slice(path.length) }));
  const seen = targets.filter(({ target }) => target !== PROBE);
  const probes = targets.length - seen.length;
  const missing: string[] = [];
  for (const entry of ledger.filter((one) => one.service === service)) {
    const pattern = new RegExp(`^${entry.route.replace(/\{\w+\}/g, "[^/?]+")}(\\?.*)?$`);
    for (let attempt = 0; attempt < entry.attempts; attempt++) {
      const at = seen.findIndex(({ method, target }) => method === entry.method && pattern.test(target));
      if (at < 0) missing.push(`${service}: ${entry.method} ${entry.route} is in the ledger, and was not seen`);
      else seen.splice(at, 1);
    }
  }
  const further = seen.map(
    ({ method, target }) => `${service}: ${method} ${target} was seen, and is not in the ledger`,
  );
  if (probes > 1) further.push(`${service}: was asked for its edition more than once`);
  return [...missing, ...further];
}
