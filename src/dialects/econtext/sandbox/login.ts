import type { Store } from "./store.ts";

/** The sandbox's own account, which is in no list. The real service knows none like it. */
export const OPERATOR = { username: "operator", password: "sandbox operator" };

/**
 * Whether an `Authorization` header is the login of the operator or of any user. The real service also asks that the
 * user belong to its system application; a disabled user may call there too, and API keys may not.
 */
export function isLogin(store: Store, header: string | null): boolean {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return false;
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  if (name === undefined || password === undefined) return false;
  const username = unquote(name);
  const user = username === OPERATOR.username ? OPERATOR : store.userNamed(username);
  return user !== undefined && user.password === unquote(password);
}

/** Percent-decodes as Python does, leniently: the server does so with both parts, whether they were encoded or not. */
function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString());
}
