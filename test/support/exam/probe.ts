import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { sit } from "./examinee.ts";

export function examineProbe(dialect: Dialect, edition: string): void {
  const examinee = sit(dialect, edition);

  it("finds a service that answers and takes the credentials, and nothing wrong", async () => {
    expect(await examinee().probe()).toMatchObject({ answers: true, credentials: "accepted", problems: [] });
  });

  it("tries no credentials where callers bring their own", async () => {
    expect(await examinee().probe(null)).toMatchObject({ answers: true, credentials: "forwarded", problems: [] });
  });

  it("says that credentials are refused", async () => {
    const { credentials } = dialect.sandbox;
    const wrong = "basic" in credentials ? { basic: { username: "nobody", password: "wrong" } } : { bearer: "wrong" };
    const { problems, ...health } = await examinee().probe(wrong);
    expect(health).toMatchObject({ answers: true, credentials: "refused" });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/^[A-Z`].*\.$/);
  });
}
