/** Percent-encoded, all ids of one path together: the service takes request lines of 4094 bytes. */
const LONGEST = 3500;

/**
 * Whether these ids can stand in one path. What cannot be asked for names nothing: `%2F` does not pass the service's
 * router, `.` and `..` would name another path, and whoever stands before the service may take `\` for `/`.
 */
export function isAddressable(...ids: readonly string[]): boolean {
  return ids.every(isSegment) && ids.reduce((sum, id) => sum + encodeURIComponent(id).length, 0) <= LONGEST;
}

function isSegment(id: string): boolean {
  return id !== "" && id !== "." && id !== ".." && id.length <= 1000 && id.isWellFormed() && !/[/\\\p{Cc}]/u.test(id);
}

export const userPath = (id: string): string => `/users/user/${encodeURIComponent(id)}`;
export const applicationPath = (id: string): string => `/applications/application/${encodeURIComponent(id)}`;
export const groupPath = (id: string): string => `/groups/group/${encodeURIComponent(id)}`;
export const organizationPath = (id: string): string => `/organizations/organization/${encodeURIComponent(id)}`;
export const apiKeyPath = (user: string, id: string): string => `${userPath(user)}/apikey/${encodeURIComponent(id)}`;

/**
 * Where a resource is served: as the service says, or as its configured URL lets us reckon, for `href` may be empty,
 * relative, without scheme (`localhost:8000/api/...`) or torn (`api_url:users/user/ID`). Another host is believed with
 * `https` and without a port alone: other addresses are of the service's own network, which is nobody's business.
 */
export function readHref(href: unknown, path: string, serviceUrl: string): string {
  return typeof href === "string" && href.endsWith(path) && isPublic(href) ? href : serviceUrl + path;
}

/** Of the web, and without user information, query or fragment. */
function isPublic(href: string): boolean {
  return /^https:\/\/[^\s\\/?#@:]+\/[^\s\\?#]*$/i.test(href) && URL.canParse(href);
}
