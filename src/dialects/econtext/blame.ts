import { describeCall } from "../../http/failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { readComplaint } from "./complaint.ts";
import { isRefusal } from "./errors.ts";

/**
 * How Python, its libraries and the databases complain of an id or a value that the server did not check. E1 checks most
 * of them, and fails over some; E2 checks next to nothing.
 */
const SLIPS: readonly RegExp[] = [
  // A key that is missing, a value of another type, an id too few or too many.
  /^'\w+'$/,
  /^'\w+' object has no attribute '\w+'$/,
  /^[\w.]+\(\) (?:missing|got an unexpected|takes) /,
  // E2's object mapper: a property that is missing or unfit, and something that is not there.
  /^property '\w+' on objects of class /,
  /^Attempting to deflate property /,
  /^\(\w+DoesNotExist\(/,
  // The error about an unknown application cannot be written.
  /^Object of type \w+ is not JSON serializable/,
  // Text that is no Unicode, or that bcrypt does not take; numbers and depths beyond what a database takes.
  /^'[\w-]+' codec can't (?:en|de)code /,
  /\b(?:NUL|null) (?:byte|character)s?\b/i,
  /^Integer .* out of (?:range|bounds)/,
  /^(?:maximum recursion depth exceeded|Nesting depth limit)/,
  // RethinkDB takes ids of 127 bytes, and fails even where one only asks for a longer one.
  /^Primary key too long/,
];

/**
 * Where the caller's mistake has no words of its own. Of an unknown group E1 answers with whatever fails while it builds
 * the error. A search text is a query of the database's, which complains of it in words that nobody has written down.
 */
const UNTOLD: ReadonlySet<string> = new Set(["GET /groups/group/{id}", "GET /users/search/{text}"]);

/**
 * Whether a 5xx is about what this one caller asked: E2 answers most mistakes with a bare exception, and so do E0 and E1
 * some. It has to be in the service's words, which a proxy's page is not, and to answer a request that holds something of
 * the caller's: lists and probes hold nothing. What no table knows is the service's fault, be it its database's or that
 * of its own code.
 *
 * The words tell no edition, and some fit a fault of the service's as well: then the caller is blamed all the same, for
 * the others must not be shut out. A service that is ill says so in answers to others, too.
 */
export function blamesCaller(request: UpstreamRequest, response: UpstreamResponse): boolean {
  if (response.status !== 500 || (request.params === undefined && request.body === undefined)) return false;
  const { sentence } = readComplaint(response);
  if (sentence === "") return false;
  return UNTOLD.has(describeCall(request)) || isRefusal(response) || SLIPS.some((slip) => slip.test(sentence));
}
