import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { isDirectoryError, ServiceFailure } from "../../../src/domain/errors.ts";
import { everyRead, everyWrite } from "./deeds.ts";
import { readFlags, sit } from "./examinee.ts";

/** Of an edition that serves nothing: each read and write is one clear failure, after one call. */
export function examineSwitchedOff(dialect: Dialect, edition: string): void {
  const examinee = sit(dialect, edition);
  const flags = readFlags(dialect);
  const groups = Object.fromEntries(flags.groups.kinds.map((kind) => [kind, "some"]));
  const objects = { user: "some", application: "some", groups, apiKey: "some" };

  it.each([...everyRead(flags, objects), ...everyWrite(dialect.family, flags, objects)])(
    "fails clearly at $what, at once and for good",
    async ({ run }) => {
      let outcome: unknown;
      const asked = await examinee().asked(async () => {
        outcome = await run(examinee().open()).catch((error: unknown) => error);
      });
      if (asked.length === 0) {
        // There never is any, whatever is switched off.
        expect(isEmpty(outcome)).toBe(true);
        return;
      }
      expect(asked).toHaveLength(1);
      const failure: unknown = Array.isArray(outcome) ? outcome[0] : outcome;
      expect(failure).toBeInstanceOf(ServiceFailure);
      expect(failure).toMatchObject({
        code: "UPSTREAM_ERROR",
        service: examinee().service.name,
        retryable: false,
        outcomeUnknown: false,
        message: expect.stringMatching(new RegExp(`^The service \`${examinee().service.name}\`.*off.*\\.$`)),
      });
    },
  );

  it("says so when it is probed", async () => {
    const { problems } = await examinee().probe();
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/^[A-Z`].*\.$/);
  });
}

function isEmpty(outcome: unknown): boolean {
  if (isDirectoryError(outcome)) return false;
  const [answer] = Array.isArray(outcome) ? (outcome as unknown[]) : [outcome];
  if (answer === null || answer === undefined) return true;
  const items = Array.isArray(answer) ? answer : (answer as { readonly items?: readonly unknown[] }).items;
  return items?.length === 0;
}
