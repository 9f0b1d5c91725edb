import type { Problem, ProblemCode } from "../../domain/errors.ts";
import type { EcontextUserChange } from "../../domain/facets/econtext.ts";
import { sayNone } from "./outcomes.ts";
import { checkFields, DATA_DROPPED, EMPTY_KEY, isDataDropped } from "./user-fields.ts";

/** What every user has. */
const REQUIRED = ["email", "password", "status"] as const;

/** What is wrong with a change in every edition. */
export function checkChange(change: EcontextUserChange): readonly Problem[] {
  const problems = REQUIRED.filter((field) => change[field] === null).map((field) =>
    problem("UNSUPPORTED", field, `\`${field}\` can be changed, and not cleared.`),
  );
  problems.push(...checkFields(change));
  if (change.status === "UNKNOWN") {
    problems.push(problem("INVALID", "status", "`status` must be ENABLED, UNVERIFIED or DISABLED."));
  }
  return problems.map(tell);
}

/** Whether what is wrong with a change, or how it is sent, depends on the edition. */
export function dependsOnEdition(change: EcontextUserChange): boolean {
  return isMisread(change) || change.name === null || change.status === "UNVERIFIED";
}

/** Whether one edition would make something else of it than another does, without a word. */
export function isMisread(change: EcontextUserChange): boolean {
  const { email } = change;
  return clearsData(change) || isDataDropped(change) || (email != null && email !== email.toLowerCase());
}

/** What is wrong with a change in this edition alone. */
export function checkChangeForEdition(change: EcontextUserChange, hasOrganizations: boolean): readonly Problem[] {
  if (!hasOrganizations) return [];
  const problems: Problem[] = [];
  if (change.status === "UNVERIFIED") {
    problems.push(problem("UNSUPPORTED", "status", "This edition of the service has no status UNVERIFIED."));
  }
  if (isDataDropped(change)) problems.push(DATA_DROPPED);
  return problems.map(tell);
}

/**
 * The body of the PUT: what is sent changes, and nothing else. E2 fails at a null; there a user without a name has an
 * empty one, and an empty object clears no custom data. E0 and E1 keep emails in lower case, and take one that differs
 * from the user's own for another user's.
 */
export function writeUserChange(
  change: EcontextUserChange,
  hasOrganizations: boolean,
): Readonly<Record<string, unknown>> {
  const { email, password, name, status, customData } = change;
  return {
    ...(email != null && { email: hasOrganizations ? email.trim() : email.trim().toLowerCase() }),
    ...(password != null && { password }),
    ...(name !== undefined && { name: name ?? (hasOrganizations ? "" : null) }),
    ...(status != null && { status }),
    ...(customData !== undefined && {
      custom_data: hasOrganizations && clearsData(change) ? { [EMPTY_KEY]: true } : customData,
    }),
  };
}

function clearsData({ customData }: EcontextUserChange): boolean {
  return customData === null || (customData !== undefined && Object.keys(customData).length === 0);
}

function problem(code: ProblemCode, field: string, message: string): Problem {
  return { code, path: [field], message };
}

/** As the mutation's input holds it. */
function tell(one: Problem): Problem {
  return sayNone("updateUser", { ...one, path: ["econtext", ...one.path] });
}
