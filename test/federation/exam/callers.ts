import { expect, it, onTestFinished } from "vitest";
import { globally } from "../../support/truth.ts";
import { ask, type Answer } from "../asking.ts";
import { ADA, BRAM, CALLERS, SECRETS } from "../callers.ts";
import type { Sitting } from "../router-exam.ts";

/** How often each asks the same at the same moment. */
const TIMES = 5;

export function examineCallers(sit: () => Sitting): void {
  const id = globally("directory").user("user-003");
  const query = `query ($id: ID!) { user(id: $id) { name label } }`;

  it("who ask at the same time see each what is theirs", async () => {
    const books = ["directory", "new", "cloud", "directory"];
    const asked = CALLERS.flatMap((by) => books.map((book) => ({ by, book })));
    const answers = await Promise.all(
      asked.map(({ by, book }) => {
        const owners = `query ($book: String!) { orders(first: 5, book: $book) { nodes { owner { username } } } }`;
        return ask(sit().router.url, owners, { by, variables: { book } });
      }),
    );
    expect(answers.map(({ body }) => body)).toEqual(
      asked.map(({ by }) => ({
        data: {
          orders: {
            nodes: [0, 1, 2, 3, 4].map((n) => ({ owner: { username: `user.00${n}@${by.name}.example.com` } })),
          },
        },
      })),
    );
  });

  it("who ask the very same at the same time are not taken for one", async () => {
    const { router, subgraphs, candidate } = sit();
    const { directory } = subgraphs.customers;
    const { requests } = subgraphs.usergraph;
    const [usergraphBefore, serviceBefore] = [requests.length, directory.requests.length];
    const release = directory.hold();
    onTestFinished(release);
    const asked = CALLERS.flatMap((by) => Array.from({ length: TIMES }, () => by));
    const under = `{ user(id: "${id}") { name } }`;
    const answers = Promise.all(asked.map((by) => ask(router.url, under, { by })));
    const flights = candidate.joins ? CALLERS.length : asked.length;
    await expect.poll(() => requests.length - usergraphBefore, { timeout: 10_000 }).toBe(flights);
    await expect.poll(() => directory.requests.length - serviceBefore, { timeout: 10_000 }).toBe(CALLERS.length);
    release();
    expect((await answers).map(({ body }) => body)).toEqual(
      asked.map(({ name }) => ({ data: { user: { name: `User 003 for ${name}` } } })),
    );
    // Where answers are joined, those who joined get no headers of the subgraph.
    if (!candidate.joins) for (const answer of await answers) expect(cachingOf(answer)).toContain("no-store");
    expect(requests.length - usergraphBefore).toBe(flights);
    expect(directory.requests.length - serviceBefore).toBe(CALLERS.length);
  });

  it("bring usergraph what is meant for it, and the other subgraph nothing of it", async () => {
    const { router, subgraphs } = sit();
    const { usergraph, orders } = subgraphs;
    usergraph.requests.length = 0;
    for (const by of [ADA, BRAM]) {
      const { body } = await ask(router.url, query, { by, variables: { id } });
      expect(body.errors).toBeUndefined();
      expect(usergraph.requests.at(-1)).toMatchObject(by.headers);
    }
    // Of all that was asked in this exam.
    expect(orders.requests.length).toBeGreaterThan(10);
    const told = JSON.stringify(orders.requests);
    for (const secret of SECRETS) expect(told).not.toContain(secret);
    for (const headers of orders.requests) expect(headers).not.toHaveProperty("authorization");
  });

  it.each(["POST", "GET"] as const)("find an answer to a %s in no cache on the way", async (method) => {
    const ours = `{ user(id: "${id}") { name } }`;
    const across = `{ orders(first: 1, book: "directory") { nodes { owner { name } } } services { name } }`;
    for (const asked of [ours, across]) {
      const answer = await ask(sit().router.url, asked, { by: ADA, method });
      expect(answer.body.errors).toBeUndefined();
      expect(cachingOf(answer)).toContain("no-store");
      expect(cachingOf(answer)).not.toContain("public");
    }
  });
}

function cachingOf({ headers }: Answer): readonly string[] {
  return (headers.get("cache-control") ?? "").split(/, */);
}
