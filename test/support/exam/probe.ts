import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Health } from "../../../src/domain/health.ts";
import { sit } from "./examinee.ts";
import { GARBAGE, MARK, PAGES } from "./strangers.ts";
import { expectOurWords } from "./words.ts";

export function examineProbe(dialect: Dialect, edition: string): void {
  const examinee = sit(dialect, edition, { retries: 0 });

  it("finds a service that answers and takes the credentials, and nothing wrong", async () => {
    const asked = await examinee().asked(async () => {
      expect(await examinee().probe()).toMatchObject({ answers: true, credentials: "accepted", problems: [] });
    });
    expect(asked[0]?.authorization, "who it is has to be clear before credentials are sent").toBeNull();
  });

  it("tries no credentials where callers bring their own", async () => {
    const asked = await examinee().asked(async () => {
      expect(await examinee().probe(null)).toMatchObject({ answers: true, credentials: "forwarded", problems: [] });
    });
    expect(asked.length).toBeGreaterThan(0);
    for (const { authorization } of asked) expect(authorization).toBeNull();
  });

  it("says that credentials are refused", async () => {
    const { credentials } = dialect.sandbox;
    const wrong = "basic" in credentials ? { basic: { username: "nobody", password: "wrong" } } : { bearer: "wrong" };
    const health = await examinee().probe(wrong);
    expect(health).toMatchObject({ answers: true, credentials: "refused" });
    expectProblems(health);
  });

  it.each([...PAGES, ...GARBAGE])(
    "takes $what for no answer of the service, and gives it no credentials",
    async (it) => {
      const asked = await examinee().asked(async () => {
        const health = await examinee().replacing("everything", it.answer, () => examinee().probe());
        expect(health).toMatchObject({ answers: false, credentials: "unknown" });
        expectProblems(health);
      });
      for (const { authorization } of asked) expect(authorization).toBeNull();
    },
  );
}

function expectProblems({ problems, details, notes }: Health): void {
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expectOurWords(problem);
  expect(JSON.stringify([problems, details, notes])).not.toContain(MARK);
}
