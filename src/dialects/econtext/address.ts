import { encode } from "../../http/route.ts";

/** Percent-encoded, all ids of one path together: the service takes request lines of 4094 bytes. */
const LONGEST = 3500;

/**
 * Whether these ids can stand in one path. What cannot be asked for names nothing: `%2F` does not pass the service's
 * router, `.` and `..` would name another path, and whoever stands before the service may take `\` for `/`.
 */
export function isAddressable(...ids: readonly string[]): boolean {
  return ids.every(isSegment) && ids.reduce((sum, id) => sum + encode(id).length, 0) <= LONGEST;
}

function isSegment(id: string): boolean {
  return id !== "" && id !== "." && id !== ".." && id.length <= 1000 && id.isWellFormed() && !/[/\\\p{Cc}]/u.test(id);
}

export const userPath = (id: string): string => `/users/user/${encode(id)}`;
export const applicationPath = (id: string): string => `/applications/application/${encode(id)}`;
export const groupPath = (id: string): string => `/groups/group/${encode(id)}`;
export const organizationPath = (id: string): string => `/organizations/organization/${encode(id)}`;
export const apiKeyPath = (user: string, id: string): string => `${userPath(user)}/apikey/${encode(id)}`;

/**
 * Where a resource is served: as the service says, or as its configured URL lets us reckon, for `href` may be empty,
 * relative, without scheme (`localhost:8000/api/...`), torn (`api_url:users/user/ID`), or the name by which the service
 * knows itself in a network that is nobody's business. Another host is believed where it is one of the web, and the rest
 * of the URL is what it has to be.
 */
export function readHref(href: unknown, path: string, serviceUrl: string): string {
  const reckoned = serviceUrl + path;
  if (typeof href !== "string" || href === reckoned || !href.endsWith(path)) return reckoned;
  // Dots for an id would name another path.
  if (path.endsWith("/.") || path.endsWith("/..")) return reckoned;
  return isPublic(href.slice(0, href.length - path.length), serviceUrl) ? href : reckoned;
}

/** A service writes the same before each of its paths. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 100;

/** Whether another host serves the paths of our service, by what stands before them. */
function isPublic(before: string, serviceUrl: string): boolean {
  const name = `${serviceUrl} ${before}`;
  let answer = known.get(name);
  if (answer === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, (answer = findPublic(`${before}/x`, `${serviceUrl}/x`)));
  }
  return answer;
}

function findPublic(href: string, reckoned: string): boolean {
  if (!URL.canParse(href)) return false;
  const { hostname, pathname } = new URL(href);
  const isWhole = href === `https://${hostname}${pathname}` && pathname === new URL(reckoned).pathname;
  return isWhole && PUBLIC_NAME.test(hostname);
}

/** A domain's name, none of the suffixes that stand for a network of one's own, and no address. */
const PUBLIC_NAME =
  /^(?:[\w-]+\.)+(?!(?:internal|intranet|local|localdomain|localhost|lan|corp|home|private|arpa|svc|cluster|test)$)[a-z]{2,}$/;
