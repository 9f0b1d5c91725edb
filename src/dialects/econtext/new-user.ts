import type { Problem, ProblemCode } from "../../domain/errors.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import { isAddressable } from "./address.ts";
import { DEEPEST, isDeep } from "./custom-data.ts";

const SHORTEST_PASSWORD = 7;

/** Of passwords and names. */
const LONGEST_TEXT = 1000;

/** RFC 5321: a path has 256 octets at most, its angle brackets included. */
const LONGEST_EMAIL = 254;

/** Of applications, and of groups. */
const MOST_RELATIONS = 100;

/** Keys that E2 drops from custom data without a word. */
const DROPPED: readonly string[] = ["", "_empty_"];

/** Whatever is refused, the caller wants to know that nothing was done. */
export const NOT_CREATED = "No user was created.";

function problem(code: ProblemCode, path: readonly string[], sentence: string): Problem {
  return { code, path, message: `${sentence} ${NOT_CREATED}` };
}

/** What is wrong with a draft in every edition. */
export function checkDraft(draft: EcontextNewUser): readonly Problem[] {
  const problems: Problem[] = [];
  const email = draft.email.trim();
  if (isLonger(email, LONGEST_EMAIL)) {
    problems.push(problem("INVALID", ["email"], `\`email\` must have ${LONGEST_EMAIL} characters at most.`));
  } else if (!EMAIL.test(email)) {
    problems.push(problem("INVALID", ["email"], "`email` must be an email address."));
  }
  if (!isLonger(draft.password.trim(), SHORTEST_PASSWORD - 1)) {
    const sentence = `\`password\` must have at least ${SHORTEST_PASSWORD} characters, blanks at both ends aside.`;
    problems.push(problem("INVALID", ["password"], sentence));
  }
  for (const field of ["password", "name"] as const) {
    if (!isLonger(draft[field] ?? "", LONGEST_TEXT)) continue;
    problems.push(problem("INVALID", [field], `\`${field}\` must have ${LONGEST_TEXT} characters at most.`));
  }
  if (isDeep(draft.customData)) {
    problems.push(problem("INVALID", ["customData"], `\`customData\` must have ${DEEPEST} levels at most.`));
  }
  for (const list of ["applications", "groups"] as const) {
    if (draft[list].length > MOST_RELATIONS) {
      problems.push(problem("INVALID", [list], `\`${list}\` must have ${MOST_RELATIONS} ids at most.`));
      continue;
    }
    draft[list].forEach((id, index) => {
      if (!isAddressable(id)) problems.push(problem("INVALID", [list, String(index)], NO_ID));
    });
  }
  if (draft.organization !== null && !isAddressable(draft.organization)) {
    problems.push(problem("INVALID", ["organization"], NO_ID));
  }
  return problems;
}

/** Each part ends where the next begins: no text makes it try again and again. */
const EMAIL = /^[^\s@]+@[^\s@.]+\.[^\s@]+$/;

const NO_ID = "This cannot be an id of this service.";

/** Whether what is wrong with a draft depends on the edition. */
export function dependsOnEdition(draft: EcontextNewUser): boolean {
  return draft.organization !== null || namesNoOrganization(draft) || isDataDropped(draft);
}

/** What is wrong with a draft in this edition alone. */
export function checkDraftForEdition(draft: EcontextNewUser, hasOrganizations: boolean): readonly Problem[] {
  if (!hasOrganizations) {
    if (draft.organization === null) return [];
    return [problem("UNSUPPORTED", ["organization"], "This edition of the service has no organizations.")];
  }
  const problems: Problem[] = [];
  if (namesNoOrganization(draft)) {
    const sentence =
      "This edition of the service names an organization after the user: give `name`, `organization` or `customData.company_name`.";
    problems.push(problem("INVALID", ["name"], sentence));
  }
  if (isDataDropped(draft)) {
    const sentence = "This edition of the service does not keep the keys `` and `_empty_`.";
    problems.push(problem("INVALID", ["customData"], sentence));
  }
  return problems;
}

/** Whether E2 would make an organization, named after the user, or look for one that a failed attempt left behind. */
export function namesOrganizationAfterUser(draft: EcontextNewUser): boolean {
  return draft.organization === null && !hasText(draft.customData?.company_name);
}

/** The body of the POST. Lists are always there: E1 requires `applications`. */
export function writeNewUser(draft: EcontextNewUser): Readonly<Record<string, unknown>> {
  return {
    email: draft.email.trim(),
    password: draft.password,
    applications: [...new Set(draft.applications)],
    groups: [...new Set(draft.groups)],
    ...(draft.name !== null && { name: draft.name }),
    ...(draft.customData !== null && { custom_data: draft.customData }),
    ...(draft.organization !== null && { organization: draft.organization }),
  };
}

function namesNoOrganization(draft: EcontextNewUser): boolean {
  return namesOrganizationAfterUser(draft) && !hasText(draft.name);
}

function isDataDropped({ customData }: EcontextNewUser): boolean {
  return customData !== null && DROPPED.some((key) => Object.hasOwn(customData, key));
}

/** In characters, of which there are never more than code units. */
function isLonger(text: string, characters: number): boolean {
  return text.length > characters && Array.from(text).length > characters;
}

function hasText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
