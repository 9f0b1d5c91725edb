import { ServiceFailure } from "../../domain/errors.ts";
import type { Problem, ProblemCode } from "../../domain/errors.ts";
import type { UpstreamResponse } from "../../http/send.ts";
import { isObject, readText } from "./wire.ts";

/** Why a read found nothing: what it names is not there, or this edition has no such path. */
export type Absence = "NOTHING" | "NO_PATH";

/**
 * What a read's answer says is missing; undefined where it says something else. An unknown group in E1 is a 500 that
 * cannot be told from a fault, and stays one.
 */
export function absenceOf(response: UpstreamResponse): Absence | undefined {
  switch (response.status) {
    case 404:
      // The service leaves the body empty. A page would be a proxy's, which knows nothing of the service's paths.
      return response.text.trimStart().startsWith("<") ? undefined : "NO_PATH";
    case 400:
      return /not (?:be )?found\W*$/.test(readComplaint(response).sentence) ? "NOTHING" : undefined;
    case 500:
      return MISSING_IN_E2.test(readComplaint(response).sentence) ? "NOTHING" : undefined;
    default:
      return undefined;
  }
}

/** The second: an API key that outlived its user. */
const MISSING_IN_E2 = /^(?:(?:User|Application|Group|ApiKey) .* not found$|\(UserDoesNotExist\()/s;

/** Whether the service did answer, and wrongly, which has nothing to do with who asked. */
export function isFaultyAnswer(error: unknown): error is ServiceFailure {
  return (
    error instanceof ServiceFailure && (error.code === "UPSTREAM_ERROR" || error.code === "UPSTREAM_INVALID_RESPONSE")
  );
}

const fault = (code: ProblemCode, path: readonly string[], message: string): Problem => ({ code, path, message });

const EMAIL = fault("INVALID", ["email"], "The service does not take this for an email address.");
const EMAIL_TAKEN = fault("TAKEN", ["email"], "The service already has a user with this email.");
const PASSWORD = fault("INVALID", ["password"], "The service does not accept this password: it may be too short.");
const NAME = fault("INVALID", ["name"], "The service does not accept this name.");
const CUSTOM_DATA = fault("INVALID", ["customData"], "The service does not accept this custom data.");
const ORGANIZATION = fault("NOT_FOUND", ["organization"], "The service has no such organization.");
const SOMETHING = fault("INVALID", [], "The service does not accept these values.");
const CONFLICT = fault("CONFLICT", [], "The service's present state forbids it.");

/** Which of the ids it does not have, the service may say or not. */
export const UNKNOWN_RELATION = fault(
  "NOT_FOUND",
  [],
  "The service does not have all of these applications and groups.",
);

/** E2 makes an organization for a new user, whose name `customData.company_name` or the user's gives. */
export const ORGANIZATION_TAKEN = fault(
  "TAKEN",
  ["name"],
  "The service already has an organization of the name that it would give to a new one: give `organization` or another `customData.company_name`.",
);

interface Rule {
  readonly status: number;
  readonly says: RegExp;
  /** Look for it in all that the service says, its stack too. */
  readonly anywhere?: boolean;
  readonly fault: Problem;
}

/** How a refused creation is worded: E1 answers 400, E2 raises bare exceptions. The first rule that fits counts. */
const RULES: readonly Rule[] = [
  { status: 400, says: /Couldn't find (?:application|group)\b/i, fault: UNKNOWN_RELATION },
  { status: 400, says: /already exists/, anywhere: true, fault: EMAIL_TAKEN },
  { status: 400, says: /Password must be at least/, fault: PASSWORD },
  { status: 400, says: /Invalid email address|^The "'?email'?" parameter is/, fault: EMAIL },
  { status: 400, says: /^The "'?password'?" parameter is/, fault: PASSWORD },
  { status: 400, says: /^The "'?name'?" parameter is/, fault: NAME },
  { status: 400, says: /^The "'?custom_data'?" parameter is/, fault: CUSTOM_DATA },
  { status: 400, says: /^The ".+" parameter is/, fault: SOMETHING },
  { status: 409, says: /\S/, fault: CONFLICT },
  { status: 500, says: /^Organization not found/, fault: ORGANIZATION },
  { status: 500, says: /^Object of type set is not JSON serializable/, fault: UNKNOWN_RELATION },
  { status: 500, says: /^Password must be /, fault: PASSWORD },
  { status: 500, says: /^(?:A valid email address is required|Attempting to deflate property 'email')/, fault: EMAIL },
  { status: 500, says: /already exists with label `Organization`/, fault: ORGANIZATION_TAKEN },
  { status: 500, says: /already exists/, anywhere: true, fault: EMAIL_TAKEN },
];

/** Why a user was not created; undefined where the answer does not show that it was refused. */
export function faultOf(response: UpstreamResponse): Problem | undefined {
  const { sentence, everything } = readComplaint(response);
  return RULES.find(
    ({ status, says, anywhere }) => status === response.status && says.test(anywhere === true ? everything : sentence),
  )?.fault;
}

/** Words of the service's: to be matched, never to be passed on, for they may hold password hashes and stacks. */
export interface Complaint {
  /** What it has to say: the exception's text in a 500, whose `traceback` is a stack; else a sentence for people. */
  readonly sentence: string;
  readonly everything: string;
}

/** Takes `error` as text or as object, inside the envelope or, as in a 401, without one. */
export function readComplaint({ status, json }: UpstreamResponse): Complaint {
  const body = isObject(json) && isObject(json.econtext) ? json.econtext : json;
  if (!isObject(body)) return { sentence: "", everything: "" };
  const error = readText(isObject(body.error) ? body.error.message : body.error) ?? "";
  const traceback = readText(body.traceback) ?? "";
  return { sentence: status === 500 || traceback === "" ? error : traceback, everything: `${error}\n${traceback}` };
}
