import type { Handler } from "../call.ts";
import { crash } from "../errors.ts";
import { showUser } from "../render.ts";

/** A case-insensitive regular expression, anywhere in a user's email, name, id, key ids or company name. */
export const searchUsers: Handler = (store, { ids: [text] }) => {
  const expression = readExpression(text);
  const matches = (value: unknown) => typeof value === "string" && expression.test(value);
  const users = [...store.users.values()].filter(
    (user) =>
      matches(user.email) ||
      // The database gives a user up when it comes to a name that is null, before it looks at the id.
      (user.name !== null && (matches(user.name) || matches(user.id))) ||
      matches(user.customData?.["company_name"]) ||
      store.apiKeysOf(user.id).some((key) => matches(key.id)),
  );
  return { users: users.map((user) => showUser(store, user)) };
};

/** RE2 looks neither around nor back, and folds case as Unicode does. */
function readExpression(text: string): RegExp {
  try {
    if (!/\(\?<?[=!]|\\[1-9]/.test(text.replace(/\\[^1-9]/gsu, ""))) return new RegExp(text, "iu");
  } catch {
    // Told below.
  }
  throw crash(`Error in regexp \`(?i)${text}\``);
}
