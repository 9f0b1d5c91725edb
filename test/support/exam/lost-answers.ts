import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import { ASK_USER, BY, readUser, showUser, survey } from "./asking.ts";
import { everyWrite } from "./deeds.ts";
import { readFlags, sit } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";
import { expectOurWords } from "./words.ts";

/** Enough to see what is repeated, and soon over. */
const RETRIES = 1;

export function examineLostAnswers(dialect: Dialect, edition: string): void {
  const examinee = sit(dialect, edition, { retries: RETRIES });

  it("leave open what happened, say so, and are not asked for by doing twice what may be done but once", async () => {
    const directory = examinee().open();
    const world = await survey(directory);
    const { id: user } = await directory.users.create(SAMPLES[dialect.family].plain("lost"), ASK_USER.for);
    const key = await directory.apiKeys.writer?.create(user, { name: "a key", description: null }, BY);
    // In another application too, so that the first can be left again.
    const [first, second] = world.applications;
    if (second !== undefined) await directory.applications.members?.add({ user, application: second.id }, BY);
    const groups = Object.fromEntries(
      world.groups
        .filter(
          ({ application }) => application === null || application.id === first?.id || application.id === second?.id,
        )
        .map(({ kind, id }) => [kind, id]),
    );
    const objects = { user, application: first?.id ?? "", groups, apiKey: key?.key.id ?? "" };
    for (const { what, run } of everyWrite(dialect.family, readFlags(dialect), objects)) {
      const same = examinee().open();
      await readUser(same, user);
      const asked = await examinee().asked(() =>
        examinee().losingAnswers(async () => {
          const error: unknown = await run(same).then(
            () => "no error",
            (reason: unknown) => reason,
          );
          if (!(error instanceof ServiceFailure)) throw new Error(`${what}: a failure was expected.`, { cause: error });
          expect([what, error.outcomeUnknown]).toEqual([what, true]);
          expectOurWords(error.message);
        }),
      );
      const writes = asked.filter(({ method }) => method !== "GET");
      expect([what, writes.length]).toEqual([what, timesOf(what, writes[0]?.method)]);
      // It did happen, and what was read before answers no more.
      const [here, there] = [await readUser(same, user), await readUser(examinee().open(), user)];
      expect([what, here && showUser(here)]).toEqual([what, there && showUser(there)]);
    }
    expect(await readUser(examinee().open(), user)).toBeNull();
  });

  it("of reads are asked for again and then told as a failure in which nothing is unknown", async () => {
    const [user] = (await survey(examinee().open())).users;
    const answers = await examinee().failingAt(user?.id ?? "", () =>
      examinee()
        .open()
        .users.byIds([user?.id ?? ""], ASK_USER),
    );
    expect(answers).toMatchObject([
      { code: "UPSTREAM_ERROR", outcomeUnknown: false, service: examinee().service.name },
    ]);
  });
}

/** How often a write may be sent that does not know of its success. What takes away is its dialect's to judge. */
function timesOf(what: string, method: string | undefined): unknown {
  if (method === "POST" || what === "users.remove" || what === "apiKeys.remove") return 1;
  return method === "PUT" ? RETRIES + 1 : expect.toSatisfy((times) => times === 1 || times === RETRIES + 1);
}
