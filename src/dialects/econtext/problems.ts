import type { Problem, ProblemCode } from "../../domain/errors.ts";

/** What the service can find wrong, in our words. Paths are relative to what holds the field. */

const problem = (code: ProblemCode, path: readonly string[], message: string): Problem => ({ code, path, message });

/** What a write names by its id and the service does not have. */
export type Named = "User" | "Group" | "Application" | "ApiKey";

const NOT_THERE: Readonly<Record<Named, string>> = {
  User: "The service has no such user.",
  Group: "The service has no such group.",
  Application: "The service has no such application.",
  ApiKey: "The user has no such API key.",
};

export function notThere(named: Named, field: string): Problem {
  return problem("NOT_FOUND", [field], NOT_THERE[named]);
}

export const EMAIL = problem("INVALID", ["email"], "The service does not take this for an email address.");
export const EMAIL_TAKEN = problem("TAKEN", ["email"], "The service already has a user with this email.");
export const PASSWORD = problem(
  "INVALID",
  ["password"],
  "The service does not accept this password: it may be too short.",
);
export const NAME = problem("INVALID", ["name"], "The service does not accept this name.");
export const STATUS = problem("INVALID", ["status"], "The service does not accept this status.");
export const CUSTOM_DATA = problem("INVALID", ["customData"], "The service does not accept this custom data.");
export const ORGANIZATION = problem("NOT_FOUND", ["organization"], "The service has no such organization.");
export const SOMETHING = problem("INVALID", [], "The service does not accept these values.");
export const CONFLICT = problem("CONFLICT", [], "The service's present state forbids it.");

/** Which of the ids it does not have, the service may say or not. */
export const UNKNOWN_RELATION = problem(
  "NOT_FOUND",
  [],
  "The service does not have all of these applications and groups.",
);

/** E2 makes an organization for a new user, whose name `customData.company_name` or the user's gives. */
export const ORGANIZATION_TAKEN = problem(
  "TAKEN",
  ["name"],
  "The service already has an organization of the name that it would give to a new one: give `organization` or another `customData.company_name`.",
);

export const USER_IN_USE = problem(
  "CONFLICT",
  ["id"],
  "The service deletes disabled users only: set the user's `status` to DISABLED with `updateUser` first.",
);
/** E2 checks the whole record: what an older edition stored may no longer do. */
export const UNFIT_RECORD = problem(
  "CONFLICT",
  ["id"],
  "The service no longer takes the email or the status that the user has: give `email` and `status` along.",
);
export const API_KEY_IN_USE = problem(
  "CONFLICT",
  ["id"],
  "The service deletes disabled API keys only: set the key's `status` to DISABLED with `updateApiKey` first.",
);
export const OUTSIDE_APPLICATION = problem(
  "CONFLICT",
  ["group"],
  "The user is not in the group's application: add the user to it with `addUserToApplication` first.",
);
export const LAST_APPLICATION = problem(
  "CONFLICT",
  ["application"],
  "The service keeps every user in one application at least: add the user to another with `addUserToApplication` first.",
);
