import type { Handler } from "../call.ts";
import { crash } from "../errors.ts";
import { showUser } from "../render.ts";

/**
 * Characters that Lucene reads as syntax. Some of them make a valid query; here each fails that is neither in a phrase
 * nor escaped with a backslash, so that whoever forgets to escape hears of it.
 */
const SYNTAX = /[!(){}[\]^"~*?:/\\]|&&|\|\||(?:^|\s)[+-]/;

/** What is escaped, and phrases. */
const ESCAPED_OR_PHRASE = /\\.|"((?:[^"\\]|\\.)*)"/gsu;

/**
 * Whole words and phrases, any of them, in a user's user name, email or name, or in the name of the user's organization;
 * or the text as it stands inside the id of an API key.
 */
export const searchUsers: Handler = (store, { ids: [text] }) => {
  const wanted = readQuery(text);
  const matches = (value: unknown) => {
    if (typeof value !== "string") return false;
    const found = words(value);
    return wanted.some((phrase) => found.some((_, at) => phrase.every((word, index) => found[at + index] === word)));
  };
  const organizations = new Set(
    [...store.organizations.values()].filter(({ name }) => matches(name)).map(({ id }) => id),
  );
  const users = [...store.users.values()].filter(
    (user) =>
      matches(user.username) ||
      matches(user.email) ||
      matches(user.name) ||
      (user.organization !== null && organizations.has(user.organization)) ||
      store.apiKeysOf(user.id).some((key) => key.id.includes(text)),
  );
  return { users: users.map((user) => showUser(store, user, { organization: true, memberships: true })) };
};

/** The query as phrases, each of one word or more. A phrase without any word finds nothing. */
function readQuery(text: string): readonly (readonly string[])[] {
  const phrases: (readonly string[])[] = [];
  const rest = text.replace(ESCAPED_OR_PHRASE, (token, phrase?: string) => {
    if (phrase === undefined) return token;
    phrases.push(words(phrase.replace(/\\(.)/gsu, "$1")));
    return " ";
  });
  if (SYNTAX.test(rest.replace(/\\./gsu, ""))) {
    const cause = `org.apache.lucene.queryparser.classic.ParseException: Cannot parse '${text}'`;
    throw crash(`Failed to invoke procedure \`db.index.fulltext.queryNodes\`: Caused by: ${cause}`);
  }
  phrases.push(...words(rest.replaceAll("\\", "")).map((word) => [word]));
  return phrases.filter((phrase) => phrase.length > 0);
}

/** The index's analyzer keeps runs of letters, in lower case, and nothing else. */
function words(text: string): readonly string[] {
  return (text.match(/\p{L}+/gu) ?? []).map(lower);
}

/** Letter by letter, so that each stays one: `İ` becomes `i`, and `Σ` at the end of a word `σ`. */
function lower(word: string): string {
  return Array.from(word, (letter) => Array.from(letter.toLowerCase())[0]).join("");
}
