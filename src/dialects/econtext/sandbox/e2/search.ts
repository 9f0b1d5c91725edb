import type { Handler } from "../call.ts";
import { crash } from "../errors.ts";
import { showUser } from "../render.ts";

/**
 * Characters that Lucene reads as syntax. Some of them make a valid query; here each fails that is not escaped with a
 * backslash, so that whoever forgets to escape hears of it.
 */
const SYNTAX = /[!(){}[\]^"~*?:/\\]|&&|\|\||(?:^|\s)[+-]/;

/**
 * Whole words, any of them, in a user's user name, email or name, or in the name of the user's organization; or the text
 * as it stands inside the id of an API key.
 */
export const searchUsers: Handler = (store, { ids: [text] }) => {
  if (SYNTAX.test(text.replace(/\\./gsu, ""))) {
    const cause = `org.apache.lucene.queryparser.classic.ParseException: Cannot parse '${text}'`;
    throw crash(`Failed to invoke procedure \`db.index.fulltext.queryNodes\`: Caused by: ${cause}`);
  }
  const wanted = new Set(words(text.replaceAll("\\", "")));
  const matches = (value: unknown) => typeof value === "string" && words(value).some((word) => wanted.has(word));
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

/** The index's analyzer keeps runs of letters, in lower case, and nothing else. */
function words(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}
