import { refuse } from "../../domain/errors.ts";

/** The service takes request lines of 4094 bytes. */
const LONGEST_ENCODED = 3500;

/**
 * A text as the search of this edition finds it literally: E0 and E1 take a regular expression, E2 a Lucene query.
 * @param hasOrganizations asked only for a text that can be searched for
 * @throws Refusal for a text that cannot be asked for safely
 */
export async function writeSearch(text: string, hasOrganizations: () => Promise<boolean>): Promise<string> {
  if (text.trim() === "") throw refused("`search` must not be empty.");
  if (text.length > 500) throw refused("`search` must have 500 characters at most.");
  // `%2F` does not pass the service's router.
  if (text.includes("/")) throw refused("This service cannot search for a text with `/` in it.");
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) throw refused("`search` must not have control characters in it.");
  const written = (await hasOrganizations())
    ? `"${text.replace(/["\\]/g, "\\$&")}"`
    : text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  if (encodeURIComponent(written).length > LONGEST_ENCODED) throw refused("`search` is too long.");
  return written;
}

function refused(message: string) {
  return refuse("INVALID", ["search"], message);
}
