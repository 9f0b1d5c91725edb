import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { DEFAULT_SERVER } from "../../src/config/settings.ts";
import { ask, type Answer } from "./asking.ts";
import { ADA, BRAM } from "./callers.ts";
import { startHiveGateway, type Router } from "./routers.ts";
import { startSubgraphs, type Subgraphs, type SubgraphsOptions } from "./subgraphs.ts";

const PLAIN = { ...DEFAULT_SERVER.subgraph, compose: false };

/**
 * What keeps the answers of usergraph out of a cache that is shared. The header does not reach who is joined to the request
 * of another.
 */
const PROTECTIONS: readonly (readonly [title: string, options: SubgraphsOptions, config: string])[] = [
  ["told by `@cacheControl` alone", { uncontrolled: true }, "shared-cache.config.ts"],
  ["told by the header `Cache-Control` alone", { server: { subgraph: PLAIN } }, "unjoined-cache.config.ts"],
];

/** What shows something of people, if only that there are some, or none. */
const OF_PEOPLE = [
  `{ user(id: "User:directory:user-003") { name } }`,
  `{ u: user(id: "User:directory:user-003") { n: name } }`,
  `{ user(id: "User:directory:user-003") { groups { nodes { name } } } }`,
  `{ user(id: "User:directory:user-003") { service { name } } }`,
  `{ user(id: "User:directory:nobody") { name } }`,
  `{ u: user(id: "User:directory:nobody") { name } }`,
  `{ users(service: "directory") { nodes { username } } }`,
  `{ u: users(service: "directory") { totalCount } }`,
  `{ u: users(service: "directory") { pageInfo { endCursor } } }`,
  `{ u: users(service: "directory") { edges { cursor } } }`,
  `{ u: users(service: "directory", search: "nobody at all") { nodes { name } } }`,
  `{ a: application(id: "Application:directory:none") { name } }`,
  `{ a: applications(service: "cloud") { edges { cursor } } }`,
  `{ orders(first: 3, book: "directory") { nodes { o: owner { n: name } } } }`,
  `{ orders(first: 3, book: "directory") { nodes { o: owner { l: label } } } }`,
] as const;

/** What the other subgraph alone is asked. */
const OF_ORDERS = `{ orders(first: 3, book: "directory") { nodes { id placedAt } } }`;

describe.each(PROTECTIONS)("Hive Gateway's response cache for all callers, %s", (_title, options, config) => {
  let router: Router;
  let subgraphs: Subgraphs;
  beforeAll(async () => {
    subgraphs = await startSubgraphs(options);
    router = await startHiveGateway(subgraphs.all, config);
  }, 60_000);
  afterAll(async () => {
    await router.close();
    await subgraphs.close();
  });

  it.each(OF_PEOPLE)("keeps nothing of %s", async (query) => {
    for (const by of [ADA, BRAM, ADA]) {
      const { body } = await ask(router.url, query, { by });
      expect(body.errors).toBeUndefined();
      expect(cachingOf(body)).toEqual({ hit: false, didCache: false });
    }
  });

  it("keeps what the other subgraph answers, which may be kept", async () => {
    expect(cachingOf((await ask(router.url, OF_ORDERS, { by: ADA })).body)).toMatchObject({ didCache: true });
    expect(cachingOf((await ask(router.url, OF_ORDERS, { by: BRAM })).body)).toMatchObject({ hit: true });
  });

  it("tells callers who ask the same at the same time from each other", async () => {
    const { directory } = subgraphs.customers;
    const before = directory.requests.length;
    const release = directory.hold();
    onTestFinished(release);
    const asked = [ADA, BRAM, ADA, BRAM];
    const answers = Promise.all(asked.map((by) => ask(router.url, OF_PEOPLE[0], { by })));
    await expect.poll(() => directory.requests.length - before, { timeout: 10_000 }).toBe(2);
    release();
    expect((await answers).map(({ body }) => body.data)).toEqual(
      asked.map(({ name }) => ({ user: { name: `User 003 for ${name}` } })),
    );
    // Nor is one given what the others shared.
    for (const by of [BRAM, ADA]) {
      const { body } = await ask(router.url, OF_PEOPLE[0], { by });
      expect([body.data, cachingOf(body)]).toEqual([
        { user: { name: `User 003 for ${by.name}` } },
        { hit: false, didCache: false },
      ]);
    }
  });
});

function cachingOf({ extensions }: Answer["body"]): unknown {
  return extensions?.["responseCache"];
}
