import type { Problem } from "../../domain/errors.ts";
import { DEEPEST, isDeep } from "./custom-data.ts";
import { isLonger, LONGEST_TEXT } from "./text-length.ts";

const SHORTEST_PASSWORD = 7;

/** RFC 5321: a path has 256 octets at most, its angle brackets included. */
const LONGEST_EMAIL = 254;

/** Each part ends where the next begins: no text makes it try again and again. */
const EMAIL = /^[^\s@]+@[^\s@.]+\.[^\s@]+$/;

/** Keys that E2 drops from custom data without a word; the second, sent alone, clears it. */
export const EMPTY_KEY = "_empty_";
const DROPPED: readonly string[] = ["", EMPTY_KEY];

/** What a new user and a changed one have in common. What is left out or null is not looked at. */
export interface UserFields {
  readonly email?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly customData?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What is wrong with fields in every edition; a path is the field's name. */
export function checkFields(fields: UserFields): readonly Problem[] {
  const problems: Problem[] = [];
  const email = fields.email?.trim();
  if (email !== undefined && isLonger(email, LONGEST_EMAIL)) {
    problems.push(invalid("email", `\`email\` must have ${LONGEST_EMAIL} characters at most.`));
  } else if (email !== undefined && !EMAIL.test(email)) {
    problems.push(invalid("email", "`email` must be an email address."));
  }
  const password = fields.password?.trim();
  if (password !== undefined && !isLonger(password, SHORTEST_PASSWORD - 1)) {
    const sentence = `\`password\` must have at least ${SHORTEST_PASSWORD} characters, blanks at both ends aside.`;
    problems.push(invalid("password", sentence));
  }
  for (const field of ["password", "name"] as const) {
    if (!isLonger(fields[field] ?? "", LONGEST_TEXT)) continue;
    problems.push(invalid(field, `\`${field}\` must have ${LONGEST_TEXT} characters at most.`));
  }
  if (isDeep(fields.customData)) {
    problems.push(invalid("customData", `\`customData\` must have ${DEEPEST} levels at most.`));
  }
  return problems;
}

/** Whether E2 would drop a part of the custom data. */
export function isDataDropped({ customData }: UserFields): boolean {
  return customData != null && DROPPED.some((key) => Object.hasOwn(customData, key));
}

export const DATA_DROPPED = invalid(
  "customData",
  `This edition of the service does not keep the keys \`\` and \`${EMPTY_KEY}\`.`,
);

function invalid(field: keyof UserFields, message: string): Problem {
  return { code: "INVALID", path: [field], message };
}
