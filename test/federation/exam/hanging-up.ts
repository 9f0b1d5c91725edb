import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { globally } from "../../support/truth.ts";
import { ask } from "../asking.ts";
import { ADA } from "../callers.ts";
import type { Sitting } from "../router-exam.ts";

/** How long a call that is not given up is watched. */
const WATCHED_MS = 300;

export function examineHangingUp(sit: () => Sitting): void {
  const query = `{ user(id: "${globally("directory").user("user-007")}") { name } }`;
  const answer = { data: { user: { name: "User 007 for ada" } } };

  it("is the end of nothing but what they asked", async () => {
    const { router, subgraphs, candidate } = sit();
    const { directory } = subgraphs.customers;
    const [before, givenUpBefore] = [directory.requests.length, directory.givenUp()];
    const release = directory.hold();
    onTestFinished(release);
    const client = new AbortController();
    const gone = ask(router.url, query, { by: ADA, signal: client.signal }).catch((error: unknown) => error);
    await expect.poll(() => directory.requests.length, { timeout: 10_000 }).toBe(before + 1);
    client.abort();
    expect(await gone).toMatchObject({ name: "AbortError" });
    if (candidate.cancels) await expect.poll(directory.givenUp, { timeout: 10_000 }).toBe(givenUpBefore + 1);
    else {
      await sleep(WATCHED_MS);
      expect(directory.givenUp()).toBe(givenUpBefore);
    }
    release();
    expect((await ask(router.url, query, { by: ADA })).body).toEqual(answer);
  });

  it("does not take along who asks the same", async () => {
    const { router, subgraphs } = sit();
    const { directory } = subgraphs.customers;
    const { requests } = subgraphs.usergraph;
    const before = directory.requests.length;
    const release = directory.hold();
    onTestFinished(release);
    const client = new AbortController();
    const gone = ask(router.url, query, { by: ADA, signal: client.signal }).catch((error: unknown) => error);
    await expect.poll(() => directory.requests.length, { timeout: 10_000 }).toBe(before + 1);
    const usergraphBefore = requests.length;
    const others = [1, 2].map(() => ask(router.url, query, { by: ADA }));
    if (sit().candidate.joins) await sleep(WATCHED_MS);
    else await expect.poll(() => requests.length, { timeout: 10_000 }).toBe(usergraphBefore + others.length);
    client.abort();
    expect(await gone).toMatchObject({ name: "AbortError" });
    release();
    for (const { body } of await Promise.all(others)) expect(body).toEqual(answer);
  });
}
