import { beforeAll, describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { isDirectoryError, ServiceFailure } from "../../../src/domain/errors.ts";
import { failureOf } from "../../../src/http/failures.ts";
import { ASK_USER, BY, survey } from "./asking.ts";
import { everyRead, everyWrite, type Deed, type Objects } from "./deeds.ts";
import { readFlags, sit } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";
import { FOREIGN, GARBAGE, MARK, PAGES, type Strange } from "./strangers.ts";
import { expectOurWords } from "./words.ts";

export function examineStrangeAnswers(dialect: Dialect, edition: string): void {
  const examinee = sit(dialect, edition, { retries: 0 });
  let reads: readonly Deed[] = [];
  let writes: readonly Deed[] = [];

  beforeAll(async () => {
    const directory = examinee().open();
    const { applications, groups } = await survey(directory);
    const { id: user } = await directory.users.create(SAMPLES[dialect.family].plain("strange"), ASK_USER.for);
    const key = await directory.apiKeys.writer?.create(user, { name: "a key", description: null }, BY);
    const objects: Objects = {
      user,
      application: applications[0]?.id ?? "",
      groups: Object.fromEntries(groups.map(({ kind, id }) => [kind, id])),
      apiKey: key?.key.id ?? "some",
    };
    const flags = readFlags(dialect);
    reads = everyRead(flags, objects);
    writes = everyWrite(dialect.family, flags, objects);
  });

  /** How each deed ends that asks anything while somebody else answers. */
  const ends = async (deeds: readonly Deed[], { answer }: Strange, which: "everything" | "writes") => {
    const found: { readonly what: string; readonly outcome: unknown }[] = [];
    for (const { what, run } of deeds) {
      let outcome: unknown;
      const asked = await examinee().asked(async () => {
        outcome = await examinee()
          .replacing(which, answer, () => run(examinee().open()))
          .catch((error: unknown) => error);
      });
      if (outcome instanceof Error && !isDirectoryError(outcome)) throw outcome;
      const first: unknown = Array.isArray(outcome) ? outcome[0] : outcome;
      if (asked.length > 0) found.push({ what, outcome: first });
    }
    expect(found.length).toBeGreaterThan(0);
    return found;
  };

  describe.each(PAGES)("$what", (page) => {
    it("is no word of the service: nothing is known of what was asked for", async () => {
      const response = { status: page.status, header: () => undefined, json: undefined, text: "" };
      for (const [deeds, method] of [
        [reads, "GET"],
        [writes, "POST"],
      ] as const) {
        const request = { method, route: "/", for: BY, keys: 1 };
        const { code } = failureOf(page.status, response, examinee().service, { request, write: method !== "GET" });
        for (const { what, outcome } of await ends(deeds, page, "everything")) {
          expect({ what, outcome }).toMatchObject({ what, outcome: { name: "ServiceFailure", code } });
          expectDiscreet(outcome);
        }
      }
    });
  });

  describe.each(FOREIGN)("$what", (foreign) => {
    it("is not repeated to anyone", async () => {
      for (const { outcome } of await ends(reads, foreign, "everything")) expectDiscreet(outcome);
      for (const { what, outcome } of await ends(writes, foreign, "writes")) {
        // That it conflicts may mean that all is as it was wanted.
        if (foreign.status !== 409) expect([what, isDirectoryError(outcome)]).toEqual([what, true]);
        expectDiscreet(outcome);
      }
    });
  });

  describe.each(GARBAGE)("$what where an answer should be", (garbage) => {
    it("is told as an answer that we do not understand", async () => {
      for (const { what, outcome } of await ends(reads, garbage, "everything")) {
        expect({ what, outcome }).toMatchObject({
          what,
          outcome: { name: "ServiceFailure", code: "UPSTREAM_INVALID_RESPONSE", outcomeUnknown: false },
        });
        expectDiscreet(outcome);
      }
    });

    it("does not let a write say that it was refused", async () => {
      for (const { what, outcome } of await ends(writes, garbage, "writes")) {
        // Some services' successes are known by their status alone.
        if (isDirectoryError(outcome)) expect({ what, outcome }).toMatchObject({ outcome: { name: "ServiceFailure" } });
        expectDiscreet(outcome);
      }
    });
  });
}

/** Neither what clients read nor what the log says holds a word of what came. */
function expectDiscreet(outcome: unknown): void {
  if (!isDirectoryError(outcome)) return;
  const messages = outcome instanceof ServiceFailure ? [outcome.message] : outcome.problems.map((it) => it.message);
  for (const message of messages) expectOurWords(message);
  expect(JSON.stringify([messages, outcome instanceof ServiceFailure && outcome.detail])).not.toContain(MARK);
}
