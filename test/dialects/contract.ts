import { describe } from "vitest";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { examineApiKeys } from "../support/exam/api-keys.ts";
import { examineApplicationMembers } from "../support/exam/application-members.ts";
import { examineCreation } from "../support/exam/creation.ts";
import { serves, type SittingOptions } from "../support/exam/examinee.ts";
import { examineLikeness } from "../support/exam/likeness.ts";
import { examineLists } from "../support/exam/lists.ts";
import { examineLostAnswers } from "../support/exam/lost-answers.ts";
import { examineOwners } from "../support/exam/owners.ts";
import { examinePlans } from "../support/exam/plans.ts";
import { examineMemberships } from "../support/exam/memberships.ts";
import { examineProbe } from "../support/exam/probe.ts";
import { examineReads } from "../support/exam/reads.ts";
import { examineRelations } from "../support/exam/relations.ts";
import { examineRemoval } from "../support/exam/removal.ts";
import { examineSkeletons } from "../support/exam/skeletons.ts";
import { examineStrangeAnswers } from "../support/exam/strange-answers.ts";
import { examineSwitchedOff } from "../support/exam/switched-off.ts";
import { examineUpdate } from "../support/exam/update.ts";

type Examine = (dialect: Dialect, edition: string, options?: SittingOptions) => void;

/** What the port promises, subject by subject. Each has a sandbox of its own. */
const READS: readonly (readonly [title: string, examine: Examine])[] = [
  ["A read by id", examineReads],
  ["A list", examineLists],
  ["The relations", examineRelations],
  ["An owner of users", examineOwners],
  ["A read of nothing but relations", examineSkeletons],
  ["The records", examineLikeness],
  ["A plan", examinePlans],
];
const WRITES: typeof READS = [
  ["A creation", examineCreation],
  ["An update", examineUpdate],
  ["A membership", examineMemberships],
  ["The members of an application", examineApplicationMembers],
  ["The API keys", examineApiKeys],
  ["A removal", examineRemoval],
];
/** What has to be found out on the way, where nobody has asked the service before. */
const COLD: typeof READS = [
  ["An owner of users", examineOwners],
  ["A read of nothing but relations", examineSkeletons],
  ["A plan", examinePlans],
  ...WRITES,
];
const SERVICE: typeof READS = [
  ["The answers that get lost", examineLostAnswers],
  ["The answers of somebody else", examineStrangeAnswers],
  ["A probe", examineProbe],
];

/**
 * The exam of a dialect in one edition of its sandbox: through real sockets and all of our own pipeline, as a service
 * would be asked. What can be done, the dialect's own flags say, and what is true, the people of its sandbox; only what
 * drafts and changes look like is the family's.
 */
export function examine(dialect: Dialect, edition: string): void {
  describe(`${dialect.name} ${edition}`, async () => {
    if (!(await serves(dialect, edition))) {
      describe("Switched off", () => examineSwitchedOff(dialect, edition));
      return;
    }
    for (const [title, examineSubject] of [...READS, ...WRITES, ...SERVICE]) {
      describe(title, () => examineSubject(dialect, edition));
    }
    // What a service has not shown yet, a dialect has to find out, or do without.
    for (const [title, examineSubject] of COLD) {
      describe(`${title}, first of all`, () => examineSubject(dialect, edition, { cold: true }));
    }
  });
}
