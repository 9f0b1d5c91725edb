import { isMapping } from "./document.ts";
import { formatPath, type Report } from "./problems.ts";
import { readDuration } from "./quantities.ts";
import { DEFAULT_SERVICE } from "./settings.ts";

type Mapping = Readonly<Record<string, unknown>>;

const KINDS = ["forward", "basic", "bearer"];
const ONE_KIND = "exactly one of `forward`, `basic` and `bearer`";

/**
 * How the services must fit together. Reads the file as it is, so that these problems are told along with those of the
 * single values; what is not of its shape is passed over here.
 */
export function checkServices(services: Mapping, report: Report): void {
  const names = Object.keys(services);
  if (names.length === 0) report(["services"], "at least one service", "none");
  for (const [name, service] of Object.entries(services)) {
    checkName(name, report);
    if (!isMapping(service)) continue;
    checkTimes(name, service, report);
    checkCredentials(name, service["credentials"], names.length > 1, report);
  }
  checkSharing(services, report);
}

/**
 * Any text could be escaped in a global id, but people read and build these ids: `User:directory:a3bc`. A letter comes
 * first, since JavaScript would move a name of digits to the front, and the order of the services is the caller's.
 */
function checkName(name: string, report: Report): void {
  if (/^[A-Za-z][A-Za-z0-9._-]*$/.test(name)) return;
  report(["services", name], "a name of letters, digits, `.`, `_` and `-`, a letter first", "another one");
}

function checkTimes(name: string, service: Mapping, report: Report): void {
  const timeoutMs = service["timeout"] === undefined ? DEFAULT_SERVICE.timeoutMs : readDuration(service["timeout"]);
  const deadlineMs = service["deadline"] === undefined ? DEFAULT_SERVICE.deadlineMs : readDuration(service["deadline"]);
  if (timeoutMs === undefined || deadlineMs === undefined || deadlineMs >= timeoutMs) return;
  const found = service["deadline"] === undefined ? `the default of ${deadlineMs / 1000}s` : "a shorter time";
  report(["services", name, "deadline"], "at least the `timeout` of one attempt", found);
}

/** A credential must never reach a service that it was not meant for: with several services, each has to say which. */
function checkCredentials(name: string, credentials: unknown, several: boolean, report: Report): void {
  const path = ["services", name, "credentials"];
  if (credentials === undefined && several) report(path, `${ONE_KIND}, as there are several services`, "nothing");
  if (!isMapping(credentials)) return;
  const kinds = KINDS.filter((kind) => Object.hasOwn(credentials, kind));
  if (kinds.length !== 1) report(path, ONE_KIND, kinds.length === 0 ? "none of them" : `${kinds.length} of them`);
  if (Object.hasOwn(credentials, "shared") && !kinds.includes("forward")) {
    report([...path, "shared"], "it beside `forward`", "it without");
  }
}

/** Both services have to agree to get the same header: neither can take part in the other's credential by itself. */
function checkSharing(services: Mapping, report: Report): void {
  const firstOf = new Map<string, string>();
  const alone = (name: string) => {
    const { credentials } = services[name] as { readonly credentials: Mapping };
    return String(credentials["shared"]) !== "true";
  };
  for (const [name, service] of Object.entries(services)) {
    const credentials = isMapping(service) ? service["credentials"] : undefined;
    if (!isMapping(credentials) || typeof credentials["forward"] !== "string") continue;
    const header = credentials["forward"].toLowerCase();
    const first = firstOf.get(header);
    if (first === undefined) {
      firstOf.set(header, name);
    } else if (alone(first) || alone(name)) {
      const other = formatPath(["services", first]);
      const expected = `a header that ${other} does not forward, or \`shared: true\` beside \`forward\` in both`;
      report(["services", name, "credentials", "forward"], expected, `the header of ${other}`);
    }
  }
}
