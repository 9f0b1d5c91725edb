import { refuse } from "../../domain/errors.ts";

const LONGEST = 500;

/** The service takes request lines of 4094 bytes. */
const LONGEST_ENCODED = 3500;

/**
 * A text as the search of this edition finds it literally.
 *
 * E0 and E1 take a regular expression of RE2's: everything with a meaning there is escaped. They find whoever has the
 * text anywhere in email, name, id, the id of an API key or `custom_data.company_name`, each letter in either case
 * (`ß` is `ẞ`, and not `ss`) and in the same Unicode form. Of users without a name they look at the email alone before
 * they give them up.
 *
 * E2 takes a Lucene query: a phrase, where only `"` and `\` have a meaning. It finds whoever has the text's words, whole
 * and one right after the other, in user name, email, name or the organization's name; of these we keep those who have
 * the text itself there. A word is a run of letters, in either case, since the index is made with the analyzer `simple`:
 * what stands between words (blanks, digits, punctuation, combining marks) only parts them, and a text without any
 * letter would find nobody, whoever has it. Ids of API keys, which E2 compares with the query as it stands, are not
 * found: they have no quotes in them.
 * @param hasOrganizations asked only for a text that can be searched for
 * @throws Refusal for a text that cannot be asked for
 */
export async function writeSearch(text: string, hasOrganizations: () => Promise<boolean>): Promise<string> {
  if (text.trim() === "") throw refused("`search` must not be empty.");
  if (text.length > LONGEST) throw refused(`\`search\` must have ${LONGEST} characters at most.`);
  // `%2F` does not pass the service's router.
  if (text.includes("/")) throw refused("This service cannot search for a text with `/` in it.");
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) throw refused("`search` must not have control characters in it.");
  const expression = escapeExpression(text);
  const phrase = `"${text.replace(/["\\]/g, "\\$&")}"`;
  if (Math.max(lengthInPath(expression), lengthInPath(phrase)) > LONGEST_ENCODED) {
    throw refused("`search` is too long.");
  }
  if (!(await hasOrganizations())) return expression;
  if (!hasWords(text)) throw refused("This service searches for words: `search` must have a letter in it.");
  return phrase;
}

/** Whether E2 could find anybody by it. */
export function hasWords(text: string): boolean {
  return /\p{L}/u.test(text);
}

/** A text as a regular expression that fits nothing else, RE2's or ours. */
export function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function lengthInPath(text: string): number {
  return encodeURIComponent(text).length;
}

function refused(message: string) {
  return refuse("INVALID", ["search"], message);
}
