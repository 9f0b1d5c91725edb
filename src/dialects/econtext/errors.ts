import { ServiceFailure } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { UpstreamResponse } from "../../http/send.ts";
import { readComplaint } from "./complaint.ts";
import type { Complaint } from "./complaint.ts";
import type { Write } from "./outcomes.ts";
import {
  API_KEY_IN_USE,
  CONFLICT,
  CUSTOM_DATA,
  EMAIL,
  EMAIL_TAKEN,
  LAST_APPLICATION,
  NAME,
  notThere,
  ORGANIZATION,
  ORGANIZATION_TAKEN,
  OUTSIDE_APPLICATION,
  PASSWORD,
  SOMETHING,
  STATUS,
  UNFIT_RECORD,
  UNKNOWN_RELATION,
  USER_IN_USE,
} from "./problems.ts";
import type { Named } from "./problems.ts";

/**
 * Why a read found nothing: what it names is not there, or this edition has no such path. UNSAYABLE: E1 failed while it
 * built an error, as it does of an unknown group; by itself that is not to be told from a fault.
 */
export type Absence = "NOTHING" | "NO_PATH" | "UNSAYABLE";

/** What a read's answer says is missing; undefined where it says something else. */
export function absenceOf(response: UpstreamResponse): Absence | undefined {
  switch (response.status) {
    case 404:
      // The service leaves the body empty. A page would be a proxy's, which knows nothing of the service's paths.
      return response.text.trimStart().startsWith("<") ? undefined : "NO_PATH";
    case 400:
      return /not (?:be )?found\W*$/.test(readComplaint(response).sentence) ? "NOTHING" : undefined;
    case 500:
      return missingAt500(readComplaint(response).sentence);
    default:
      return undefined;
  }
}

/** An API key that outlived its user. */
const ORPHAN = /^\(UserDoesNotExist\(/;

/** The error of falcon's that E1 builds takes a name, too, which it does not give it. */
const UNBUILT = /^__init__\(\) (?:missing|takes) /;

function missingAt500(sentence: string): Absence | undefined {
  if (/^(?:User|Application|Group|ApiKey) .* not found$/s.test(sentence) || ORPHAN.test(sentence)) return "NOTHING";
  return UNBUILT.test(sentence) ? "UNSAYABLE" : undefined;
}

/**
 * Whether others may be answered all the same: the service fails at this request, or what stands before it does not let
 * this one pass. The service itself forbids nothing to whoever may call it.
 */
export function isOfRequestAlone(error: unknown): error is ServiceFailure {
  return isFaultyAnswer(error) || (error instanceof ServiceFailure && error.code === "FORBIDDEN");
}

/** Whether the service did answer, and wrongly, which has nothing to do with who asked. */
export function isFaultyAnswer(error: unknown): error is ServiceFailure {
  return (
    error instanceof ServiceFailure && (error.code === "UPSTREAM_ERROR" || error.code === "UPSTREAM_INVALID_RESPONSE")
  );
}

/** How the service words a refusal; `anywhere`: look for it in all that it says, its stack too. */
type Row = readonly [status: number, says: RegExp, problem: Problem, where?: "anywhere"];

/** E1 answers 400, E2 raises bare exceptions. */
const USER_FIELDS: readonly Row[] = [
  [400, /already exists/, EMAIL_TAKEN, "anywhere"],
  [400, /Password must be at least/, PASSWORD],
  [400, /Invalid email address|^The "'?email'?" parameter is/, EMAIL],
  [400, /^The "'?password'?" parameter is/, PASSWORD],
  [400, /^The "'?name'?" parameter is/, NAME],
  [400, /^The "'?custom_data'?" parameter is/, CUSTOM_DATA],
  [400, /^The ".+" parameter is/, SOMETHING],
  [500, /^Password must be /, PASSWORD],
  [500, /^(?:A valid email address is required|Attempting to deflate property 'email')/, EMAIL],
  [500, /already exists/, EMAIL_TAKEN, "anywhere"],
];

const STATUS_OF_E2: Row = [500, /^Attempting to deflate property 'status'/, STATUS];

/** An API key that outlived its user. */
const ORPHAN_OF_E2: Row = [500, ORPHAN, notThere("ApiKey", "id")];

/** What each write can be told that the caller can mend. The first row that fits counts. */
const REFUSALS: Readonly<Record<Write, readonly Row[]>> = {
  createUser: [
    [400, /Couldn't find (?:application|group)\b/i, UNKNOWN_RELATION],
    [409, /\S/, CONFLICT],
    [500, /^Organization not found/, ORGANIZATION],
    [500, /^Object of type set is not JSON serializable/, UNKNOWN_RELATION],
    [500, /already exists with label `Organization`/, ORGANIZATION_TAKEN],
    ...USER_FIELDS,
  ],
  updateUser: [
    ...missing("User", "id"),
    ...under("econtext", [STATUS_OF_E2, ...USER_FIELDS]),
    [500, /^Attempting to deflate property '(?:email|status)'/, UNFIT_RECORD],
  ],
  deleteUser: [...missing("User", "id"), [409, /\S/, USER_IN_USE]],
  addToGroup: [
    ...missing("User", "user"),
    ...missing("Group", "group"),
    [400, /User is not a member the application\b/, OUTSIDE_APPLICATION],
    [500, /^'Group' object has no attribute 'id'$/, OUTSIDE_APPLICATION],
  ],
  removeFromGroup: [...missing("User", "user"), ...missing("Group", "group")],
  addToApplication: [...missing("User", "user"), ...missing("Application", "application")],
  removeFromApplication: [
    ...missing("User", "user"),
    ...missing("Application", "application"),
    [409, /\S/, LAST_APPLICATION],
  ],
  createApiKey: missing("User", "user"),
  updateApiKey: [...missing("User", "id"), ...missing("ApiKey", "id"), ORPHAN_OF_E2, STATUS_OF_E2],
  deleteApiKey: [...missing("User", "id"), ...missing("ApiKey", "id"), ORPHAN_OF_E2, [409, /\S/, API_KEY_IN_USE]],
};

/**
 * Why a write was refused; undefined where the answer does not show that it was.
 * @param given the fields of the user that a change holds: others cannot be what is wrong with it
 */
export function problemOf(write: Write, response: UpstreamResponse, given?: ReadonlySet<string>): Problem | undefined {
  const complaint = readComplaint(response);
  const row = REFUSALS[write].find(
    (one) => fits(one, response, complaint) && (given === undefined || isOfGiven(one, given)),
  );
  return row?.[2];
}

/** Whether some write is refused in these words. */
export function isRefusal(response: UpstreamResponse): boolean {
  const complaint = readComplaint(response);
  return Object.values(REFUSALS).some((rows) => rows.some((row) => fits(row, response, complaint)));
}

function fits([status, says, , where]: Row, response: UpstreamResponse, complaint: Complaint): boolean {
  return status === response.status && says.test(where === "anywhere" ? complaint.everything : complaint.sentence);
}

function isOfGiven([, , { path }]: Row, given: ReadonlySet<string>): boolean {
  return path[0] !== "econtext" || path[1] === undefined || given.has(path[1]);
}

/** E1 answers 400, and so does E2 of users; of the two things that a path names E2 says it with a 500. */
function missing(named: Named, field: string): readonly Row[] {
  const problem = notThere(named, field);
  return [
    [400, new RegExp(`\\b${named} (?:could )?not (?:be )?found\\W*$`), problem],
    [500, new RegExp(`^${named} .* not found$`, "s"), problem],
  ];
}

function under(place: string, rows: readonly Row[]): readonly Row[] {
  return rows.map(([status, says, problem, ...where]) => [
    status,
    says,
    { ...problem, path: [place, ...problem.path] },
    ...where,
  ]);
}
