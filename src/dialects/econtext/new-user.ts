import type { Problem, ProblemCode } from "../../domain/errors.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import { isAddressable } from "./address.ts";
import { sayNone } from "./outcomes.ts";
import { checkFields, DATA_DROPPED, isDataDropped } from "./user-fields.ts";

/** Of applications, and of groups. */
const MOST_RELATIONS = 100;

const NO_ID = "This cannot be an id of this service.";

function problem(code: ProblemCode, path: readonly string[], message: string): Problem {
  return { code, path, message };
}

const sayNotCreated = (one: Problem) => sayNone("createUser", one);

/** What is wrong with a draft in every edition. */
export function checkDraft(draft: EcontextNewUser): readonly Problem[] {
  const problems = [...checkFields(draft)];
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
  return problems.map(sayNotCreated);
}

/** Whether what is wrong with a draft depends on the edition. */
export function dependsOnEdition(draft: EcontextNewUser): boolean {
  return draft.organization !== null || namesNoOrganization(draft) || isDataDropped(draft);
}

/** What is wrong with a draft in this edition alone. */
export function checkDraftForEdition(draft: EcontextNewUser, hasOrganizations: boolean): readonly Problem[] {
  return (hasOrganizations ? checkForE2(draft) : checkBeforeE2(draft)).map(sayNotCreated);
}

function checkBeforeE2({ organization }: EcontextNewUser): readonly Problem[] {
  if (organization === null) return [];
  return [problem("UNSUPPORTED", ["organization"], "This edition of the service has no organizations.")];
}

function checkForE2(draft: EcontextNewUser): readonly Problem[] {
  const problems: Problem[] = [];
  if (namesNoOrganization(draft)) {
    const sentence =
      "This edition of the service names an organization after the user: give `name`, `organization` or `customData.company_name`.";
    problems.push(problem("INVALID", ["name"], sentence));
  }
  if (isDataDropped(draft)) problems.push(DATA_DROPPED);
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

function hasText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}
