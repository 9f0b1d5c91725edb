import { createHmac } from "node:crypto";
import type { Handler } from "./call.ts";
import { readBody } from "./call.ts";
import { crash } from "./errors.ts";
import type { Body } from "./python.ts";
import { isObject, str } from "./python.ts";
import { showUser } from "./render.ts";
import type { ApplicationRecord, Store, UserRecord } from "./store.ts";

const REFUSAL_MS = 300_000;

interface Attempt {
  readonly type: unknown;
  readonly username: unknown;
  readonly password: unknown;
  readonly application: unknown;
  readonly ipAddress: unknown;
}

/**
 * `POST /authenticate`: always 200, and never a reason. It remembers failures as one process of the server does: from
 * tag 1.0.4 on the same type, name and password is refused unseen after the third one, for 300 s, and after a single
 * one that carried an `ip_address` everything is refused.
 */
export function authenticateWithMemory(): Handler {
  const failures = new Map<string, { count: number; last: number }>();
  let poisoned = false;
  return (store, call) => {
    const attempt = readAttempt(readBody(call));
    const key = JSON.stringify([attempt.type, attempt.username, attempt.password]);
    const known = failures.get(key);
    const remembers = store.edition !== "E0";
    const refused = poisoned || (known && known.count >= 3 && Date.now() - known.last < REFUSAL_MS);
    const login = remembers && refused ? undefined : logIn(store, attempt);
    if (login === undefined && !refused) {
      failures.set(key, { count: (known?.count ?? 0) + 1, last: Date.now() });
      poisoned ||= Boolean(attempt.ipAddress);
    }
    const authenticated = login !== undefined;
    switch (store.edition) {
      case "E0":
        return { authenticated };
      case "E1":
        return login
          ? { authenticated, user: showUser(store, login.user), access_token: sign(store, login) }
          : { authenticated, user: null };
      case "E2":
        return {
          authenticated,
          user: login ? showUser(store, login.user) : null,
          access_token: login ? sign(store, login) : null,
        };
    }
  };
}

interface Login {
  readonly user: UserRecord;
  readonly application: ApplicationRecord;
}

function readAttempt(body: Body): Attempt {
  const type = item(body, "type");
  const credential = item(body, "credential");
  const username = item(credential, "username");
  const password = item(credential, "password");
  return { type, username, password, application: item(body, "application"), ipAddress: body["ip_address"] };
}

function item(value: unknown, key: string): unknown {
  if (!isObject(value) || !Object.hasOwn(value, key)) throw crash(`'${key}'`);
  return value[key];
}

function logIn(store: Store, attempt: Attempt): Login | undefined {
  const { type, username, password, application: id } = attempt;
  if (typeof username !== "string" || typeof password !== "string" || typeof id !== "string") return undefined;
  const key = type === "apikey" ? store.apiKeys.get(username) : undefined;
  if (key && isDisabled(key.status)) return undefined;
  const user = type === "username" ? store.userNamed(username) : key && store.users.get(key.user);
  if (user === undefined || isDisabled(user.status)) return undefined;
  // E2 trims what it compares.
  if ((store.edition === "E2" ? password.trim() : password) !== (key ? key.secret : user.password)) return undefined;
  const application = user.applications.has(id) ? store.applications.get(id) : undefined;
  return application && application.status !== "DISABLED" ? { user, application } : undefined;
}

function isDisabled(status: unknown): boolean {
  return !status || str(status).toUpperCase() === "DISABLED";
}

/** A JWT that is good for one day; null where the application has no secret. */
function sign(store: Store, { user, application }: Login): string | null {
  const secret = typeof application.jwtSecret === "string" ? application.jwtSecret.trim() : "";
  if (secret === "") return null;
  const now = Math.floor(Date.now() / 1000);
  const organization = user.organization === null ? undefined : store.organizations.get(user.organization);
  const claims = {
    exp: now + 86_400,
    nbf: now,
    iat: now,
    iss: "https://auth.econtext.com/api/authenticate",
    sub: user.id,
    aud: application.id,
    groups: store.groupsOf(application.id).flatMap(({ id, name }) => (user.groups.has(id) ? [name] : [])),
    name: user.name,
    ...(organization && { org: { organization_id: organization.id, name: organization.name } }),
  };
  const signed = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
