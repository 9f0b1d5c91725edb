import type { Problem, ProblemCode } from "../../domain/errors.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import { isAddressable } from "./address.ts";

const SHORTEST_PASSWORD = 7;

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
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(draft.email.trim())) {
    problems.push(problem("INVALID", ["email"], "`email` must be an email address."));
  }
  if (Array.from(draft.password.trim()).length < SHORTEST_PASSWORD) {
    const sentence = `\`password\` must have at least ${SHORTEST_PASSWORD} characters, blanks at both ends aside.`;
    problems.push(problem("INVALID", ["password"], sentence));
  }
  for (const list of ["applications", "groups"] as const) {
    draft[list].forEach((id, index) => {
      if (!isAddressable(id)) problems.push(problem("INVALID", [list, String(index)], NO_ID));
    });
  }
  if (draft.organization !== null && !isAddressable(draft.organization)) {
    problems.push(problem("INVALID", ["organization"], NO_ID));
  }
  return problems;
}

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

function hasText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
