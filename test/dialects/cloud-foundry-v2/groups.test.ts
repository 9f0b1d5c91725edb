import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Membership } from "../../../src/domain/group.ts";
import { hasMore, countAll, type Page } from "../../../src/domain/page.ts";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import { RELATIONS } from "../../../src/dialects/cloud-foundry-v2/relations.ts";
import { found } from "./foundation.ts";
import { ASK, asking, EVERY, fault, first, guids, listOf, play, replay, wire } from "./scripted-send.ts";

const ORGANIZATION = "1c0e6074-777f-450e-9abc-c42f39d9b75b";
const SPACE = "bc8d3381-390d-4bd7-8c71-25309900a2e3";

describe("Groups", () => {
  it("have the roles of their kind, that which is given by default first", () => {
    expect(play(() => ({ status: 500 })).groups.roles).toEqual({
      ORGANIZATION: ["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR"],
      SPACE: ["DEVELOPER", "MANAGER", "AUDITOR"],
    });
  });
});

describe("A group", () => {
  it("is an organization as it was recorded", async () => {
    const { groups } = replay("organizations-retrieve_a_particular_organization");
    const [organization] = await groups.byRefs([{ kind: "ORGANIZATION", id: ORGANIZATION }], ASK);
    expect(organization).toMatchObject({
      kind: "ORGANIZATION",
      id: ORGANIZATION,
      href: `https://api.cf.example.com/v2/organizations/${ORGANIZATION}`,
      name: "name-1716",
      description: null,
      status: "ACTIVE",
      customData: null,
      createdAt: "2016-06-08T16:41:33.000Z",
      updatedAt: "2016-06-08T16:41:26.000Z",
      application: null,
      parent: null,
    });
  });

  it("is a space as it was recorded, inside an organization", async () => {
    const { groups } = replay("spaces-retrieve_a_particular_space");
    const [space] = await groups.byRefs([{ kind: "SPACE", id: SPACE }], ASK);
    expect(space).toMatchObject({
      kind: "SPACE",
      id: SPACE,
      href: `https://api.cf.example.com/v2/spaces/${SPACE}`,
      name: "name-2064",
      status: null,
      createdAt: "2016-06-08T16:41:40.000Z",
      parent: { kind: "ORGANIZATION", id: "6e1ca5aa-55f1-4110-a97f-1f3473e771b9", record: undefined },
    });
  });

  it.each([
    ["active", "ACTIVE"],
    ["suspended", "SUSPENDED"],
    ["deleting", "UNKNOWN"],
    [null, null],
  ])("of status %j is %s", async (status, expected) => {
    const { groups } = play(() => ({ body: wire("o", { status }) }));
    expect(await groups.byRefs([{ kind: "ORGANIZATION", id: "o" }], ASK)).toMatchObject([{ status: expected }]);
  });

  it("is asked for once, and not at all where the kind does not exist here", async () => {
    const { groups, calls } = play((path) => ({ body: wire(path.slice(-1)) }));
    const refs = [
      { kind: "SPACE", id: "x" },
      { kind: "ORGANIZATION", id: "x" },
      { kind: "GROUP", id: "x" },
      { kind: "SPACE", id: "x" },
    ] as const;
    const answers = await groups.byRefs(refs, ASK);
    expect(answers.map((group) => (group === null || group instanceof Error ? group : group.kind))).toEqual([
      "SPACE",
      "ORGANIZATION",
      null,
      "SPACE",
    ]);
    await groups.byRefs(refs, ASK);
    expect(calls).toEqual(["GET /v2/spaces/x", "GET /v2/organizations/x"]);
  });

  it("that was inlined is known", async () => {
    const { users, groups, calls } = play(() => ({
      body: wire("u", { organizations: [wire("o", { name: "air" })], spaces: [wire("s", { organization_guid: "o" })] }),
    }));
    await users.byIds(["u"], asking({ groups: [EVERY] }));
    const [space] = await groups.byRefs([{ kind: "SPACE", id: "s" }], ASK);
    expect(space).toMatchObject({ parent: { id: "o", record: { name: "air" } } });
    expect(calls).toHaveLength(1);
  });
});

describe("The list of groups", () => {
  const script = (path: string) => {
    const url = new URL(path, "http://cf");
    const all = url.pathname === "/v2/spaces" ? guids("s", 3) : guids("o", 2);
    const size = Number(url.searchParams.get("results-per-page"));
    const start = (Number(url.searchParams.get("page")) - 1) * size;
    return {
      body: listOf(
        all.slice(start, start + size).map((guid) => wire(guid)),
        all.length,
      ),
    };
  };

  it("is that of organizations, then that of spaces", async () => {
    const { groups, calls } = play(script);
    expect(groups.kinds).toEqual(["ORGANIZATION", "SPACE"]);
    const page = await groups.list({ ...first(4) }, null, ASK);
    expect(page.items.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      "ORGANIZATION o-0",
      "ORGANIZATION o-1",
      "SPACE s-0",
      "SPACE s-1",
    ]);
    expect([page.hasNext, await countAll(page), page.cursor(3)]).toEqual([true, 5, "spaces~2"]);
    const rest = await groups.list(first(4, "spaces~2"), null, ASK);
    expect([rest.items.map(({ id }) => id), rest.hasNext]).toEqual([["s-2"], false]);
    expect(calls).toHaveLength(3);
  });

  it("of one kind asks for that kind", async () => {
    const { groups, calls } = play(script);
    const page = await groups.list({ ...first(1) }, "SPACE", ASK);
    expect([page.total, page.items[0]?.id]).toEqual([3, "s-0"]);
    expect(calls).toEqual(["GET /v2/spaces?results-per-page=1&page=1&order-direction=asc"]);
  });

  it("of a kind that does not exist here is empty, and nobody is asked", async () => {
    const { groups, calls } = play(script);
    expect(await groups.list(first(5), "GROUP", ASK)).toMatchObject({ items: [], hasNext: false, total: 0 });
    expect(calls).toEqual([]);
  });
});

describe("The memberships of a user", () => {
  it("take one call for each user, with all relations inside", async () => {
    const ids = guids("u", 50);
    const relations = Object.fromEntries(ids.map((id) => [id, { organizations: ["o"], managed_spaces: ["s"] }]));
    const { groups, calls } = play(found({ users: ids, relations, apps: {} }));
    const pages = await groups.ofUsers(ids, first(20), EVERY, ASK);
    expect(pages.every((page) => describePage(page).join() === "MEMBER o,MANAGER s")).toBe(true);
    await groups.ofUsers(ids, first(20), { kind: "SPACE", role: "MANAGER" }, ASK);
    expect(calls).toHaveLength(50);
  });

  it("are read again, with more inside, where less is known", async () => {
    const relations = { u: { organizations: ["o"], spaces: ["s"] } };
    const { users, groups, calls } = play(found({ users: ["u"], relations, apps: {} }));
    await users.byIds(["u"], asking({ groups: [{ kind: "ORGANIZATION", role: "MEMBER" }] }));
    const [page] = await groups.ofUsers(["u"], first(5), { kind: null, role: "DEVELOPER" }, ASK);
    expect(describePage(page)).toEqual(["DEVELOPER s"]);
    await groups.ofUsers(["u"], first(5), { kind: null, role: "MEMBER" }, ASK);
    expect(calls.slice(1)).toEqual(["GET /v2/users/u?inline-relations-depth=1&include-relations=organizations,spaces"]);
  });

  it("over 50 come from their own list, as far as the page needs", async () => {
    const relations = { u: { organizations: ["o"], audited_organizations: guids("a", 60), spaces: ["s"] } };
    const { groups, calls } = play(found({ users: ["u"], relations, apps: {} }));
    const [page] = await groups.ofUsers(["u"], first(10), EVERY, ASK);
    expect(describePage(page)).toHaveLength(10);
    expect(calls.slice(1)).toEqual([
      "GET /v2/users/u/audited_organizations?results-per-page=9&page=1&order-direction=asc",
    ]);
    const [start] = await groups.ofUsers(["u"], first(1), { kind: "SPACE", role: null }, ASK);
    expect(describePage(start)).toEqual(["DEVELOPER s"]);
    expect(calls).toHaveLength(2);
  });

  it("of nobody are none, and of one user's failure the others know nothing", async () => {
    const { groups } = play((path) =>
      path.startsWith("/v2/users/nobody")
        ? fault(404, 20003, "CF-UserNotFound")
        : path.startsWith("/v2/users/secret")
          ? fault(403, 10003, "CF-NotAuthorized")
          : { body: wire("u", { organizations: [wire("o")] }) },
    );
    const filter = { kind: null, role: "MEMBER" } as const;
    const [nobody, secret, user] = await groups.ofUsers(["nobody", "secret", "u"], first(5), filter, ASK);
    expect(describePage(nobody)).toEqual([]);
    expect(secret).toMatchObject({ code: "FORBIDDEN" });
    expect(describePage(user)).toEqual(["MEMBER o"]);
  });

  it.each([
    { kind: "GROUP", role: null },
    { kind: "ORGANIZATION", role: "DEVELOPER" },
    { kind: "SPACE", role: "MEMBER" },
  ] as const)("that no relation can be are none, and nobody is asked: %j", async (filter) => {
    const { groups, calls } = play(() => ({ status: 500 }));
    const pages = await groups.ofUsers(["u", "v"], first(5), filter, ASK);
    expect(pages.map(describePage)).toEqual([[], []]);
    expect(calls).toEqual([]);
  });

  it("are each told once, inlined or listed, by the record or by the store", async () => {
    const lengths = fc.tuple(
      ...RELATIONS.map(() => fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 45, max: 120 }))),
    );
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 1 }),
        async (counts, size, depth) => {
          const lists = RELATIONS.map(({ name, role }, index) => ({
            name,
            role,
            groups: guids(name, counts[index] ?? 0),
          }));
          const relations = { u: Object.fromEntries(lists.map(({ name, groups }) => [name, groups])) };
          const script = found({ users: ["u"], relations, apps: {} });
          const met: string[] = [];
          let after: string | null = null;
          do {
            // Each page is another operation, as it is for a client.
            const limits = new Limits();
            limits.depth.learn(2, depth);
            const { users, groups } = play(script, limits);
            const answers: readonly unknown[] = await groups.ofUsers(["u"], first(size, after), EVERY, ASK);
            const page = answers[0] as Page<Membership>;
            const [user] = await users.byIds(["u"], ASK);
            if (user === null || user === undefined || user instanceof Error) throw new Error("No user.");
            const along = user.groups(first(size, after), EVERY);
            if (along !== undefined) {
              expect(describePage(along)).toEqual(describePage(page));
              expect(along.hasNext).toBe(await hasMore(page));
              expect(along.items.map((_, index) => along.cursor(index))).toEqual(
                page.items.map((_, index) => page.cursor(index)),
              );
            }
            met.push(...describePage(page));
            after = (await hasMore(page)) ? page.cursor(page.items.length - 1) : null;
          } while (after !== null);
          expect(met).toEqual(lists.flatMap(({ role, groups }) => groups.map((group) => `${role} ${group}`)));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("The group of an app", () => {
  it("is its space, with the record where it was met", async () => {
    const { groups, calls } = play((path) => ({
      body: path.startsWith("/v2/apps/") ? wire("a", { space_guid: "s" }) : wire("s", { name: "staging" }),
    }));
    const [page] = await groups.ofApplications(["a"], first(5), ASK);
    expect(page).toMatchObject({ items: [{ kind: "SPACE", id: "s", record: undefined }], hasNext: false });
    await groups.byRefs([{ kind: "SPACE", id: "s" }], ASK);
    const [again] = await groups.ofApplications(["a"], first(5), ASK);
    expect(again).toMatchObject({ items: [{ record: { name: "staging" } }] });
    expect(calls).toHaveLength(2);
  });

  it("is none where there is no app, or no space", async () => {
    const { groups } = play((path) =>
      path.endsWith("/gone") ? fault(404, 100004, "CF-AppNotFound") : { body: wire("a") },
    );
    const pages = await groups.ofApplications(["gone", "a"], first(5), ASK);
    expect(pages).toMatchObject([{ items: [] }, { items: [] }]);
  });
});

describe("The children of a group", () => {
  const children = (path: string) => {
    const url = new URL(path, "http://cf");
    if (url.pathname === "/v2/organizations") return { body: listOf([wire("o1"), wire("o2"), wire("o3")]) };
    if (url.pathname === "/v2/spaces") {
      return { body: listOf([wire("s2", { organization_guid: "o2" }), wire("s1", { organization_guid: "o1" })]) };
    }
    return url.pathname.includes("gone")
      ? fault(404, 30003, "CF-OrganizationNotFound")
      : { body: listOf([wire("s9")]) };
  };

  it("are an organization's spaces; a space has none, and nobody is asked", async () => {
    const { groups, calls } = play(children);
    const refs = [
      { kind: "SPACE", id: "s" },
      { kind: "ORGANIZATION", id: "o9" },
      { kind: "ORGANIZATION", id: "gone" },
    ] as const;
    const pages = await groups.childrenOf(refs, first(5), ASK);
    expect(pages).toMatchObject([{ items: [] }, { items: [{ kind: "SPACE", id: "s9" }] }, { items: [] }]);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toBe("GET /v2/organizations/o9/spaces?results-per-page=5&page=1&order-direction=asc");
  });

  it("of several organizations that were met are read together", async () => {
    const { groups, calls, requests } = play(children);
    const { items } = await groups.list(first(3), "ORGANIZATION", ASK);
    const pages = await groups.childrenOf(items, first(5), ASK);
    expect(pages).toMatchObject([{ items: [{ id: "s1" }] }, { items: [{ id: "s2" }] }, { items: [] }]);
    expect(calls.slice(1)).toEqual([
      "GET /v2/spaces?q=organization_guid IN o1,o2,o3&results-per-page=100&page=1&order-direction=asc",
    ]);
    expect(requests[1]?.keys).toBe(3);
  });
});

function describePage(page: Page<Membership> | Error | undefined): readonly string[] {
  if (page === undefined || page instanceof Error) throw new Error("No page.", { cause: page });
  return page.items.map(({ role, group }) => `${role} ${group.id}`);
}
