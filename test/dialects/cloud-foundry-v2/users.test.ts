import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Refusal, ServiceFailure } from "../../../src/domain/errors.ts";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import type { GroupRole } from "../../../src/domain/group.ts";
import { EMPTY_PAGE, hasMore, type Page } from "../../../src/domain/page.ts";
import type { Member, NewUser, User } from "../../../src/domain/user.ts";
import { found } from "./foundation.ts";
import {
  ASK,
  asking,
  EVERY,
  exchange,
  fault,
  first,
  guids,
  listOf,
  play,
  replay,
  wire,
  type Scene,
} from "./scripted-send.ts";

const ALL_GROUPS = asking({ groups: [EVERY] });

describe("A user", () => {
  it("is read from the recorded list", async () => {
    const { users } = replay("users-list_all_users");
    const page = await users.list(first(2), null, ASK);
    expect(page.total).toBe(2);
    expect(page.hasNext).toBe(false);
    expect(page.items.map(tell)).toEqual([
      {
        id: "uaa-id-311",
        href: "https://api.cf.example.com/v2/users/uaa-id-311",
        username: "user@example.com",
        status: "UNVERIFIED",
        createdAt: "2016-06-08T16:41:37.000Z",
        updatedAt: "2016-06-08T16:41:26.000Z",
        cloudFoundry: {
          admin: false,
          active: false,
          defaultSpace: { kind: "SPACE", id: "1f51e694-9495-4df8-bc73-fefb63e1aa9f", record: undefined },
        },
        nothing: [null, null, null, null],
      },
      {
        id: "uaa-id-312",
        href: "https://api.cf.example.com/v2/users/uaa-id-312",
        username: null,
        status: "ENABLED",
        createdAt: "2016-06-08T16:41:37.000Z",
        updatedAt: "2016-06-08T16:41:26.000Z",
        cloudFoundry: { admin: false, active: true, defaultSpace: null },
        nothing: [null, null, null, null],
      },
    ]);
  });

  it("that was recorded before the user names has none, and is no error", async () => {
    const { users } = replay("users-retrieve_a_particular_user");
    const [user] = await users.byIds(["uaa-id-317"], ASK);
    expect(asUser(user).username).toBeNull();
    expect(asUser(user).createdAt).toBe("2016-06-08T16:41:37.000Z");
  });

  it("needs nothing but a guid: what is missing is null, and the address is of our own making", async () => {
    const url = "/v2/organizations/../../elsewhere";
    const odd = { metadata: { guid: "a/b ~", url, created_at: null }, entity: { active: null } };
    const { users } = play(() => ({ body: odd }));
    const user = asUser((await users.byIds(["a/b ~"], ASK))[0]);
    expect(user.href).toBe("https://api.cf.example.com/v2/users/a%2Fb%20~");
    expect([user.status, user.createdAt, user.updatedAt, user.username]).toEqual([null, null, null, null]);
    expect(user.cloudFoundry).toMatchObject({ admin: null, active: null, defaultSpace: null });
    expect(user.apiKeys()).toEqual([]);
  });

  it("whose default space was met shows its record", async () => {
    const body = wire("u", { default_space_guid: "s", spaces: [wire("s", { name: "production" })] });
    const { users } = play(() => ({ body }));
    const user = asUser((await users.byIds(["u"], asking({ groups: [{ kind: "SPACE", role: "DEVELOPER" }] })))[0]);
    expect(user.cloudFoundry?.defaultSpace?.record?.name).toBe("production");
  });
});

describe("Users by their guids", () => {
  it("take one call each, and equal ones one, since no list can be filtered by guid", async () => {
    const { users, calls, requests } = play(found({ users: ["a", "b"], relations: {}, apps: {} }));
    const answers = await users.byIds(["a", "b", "a"], ASK);
    expect(answers.map((user) => asUser(user).id)).toEqual(["a", "b", "a"]);
    expect(calls).toEqual(["GET /v2/users/a", "GET /v2/users/b"]);
    expect(requests[0]).toMatchObject({ route: "/v2/users/{guid}", for: ["Query.test"], keys: 1 });
    await users.byIds(["b", "a"], ASK);
    expect(calls).toHaveLength(2);
  });

  it("are 50 calls for 50 users with their groups and apps", async () => {
    const ids = guids("user", 50);
    const { users, calls } = play(found(company(ids)));
    const answers = await users.byIds(ids, asking({ groups: [EVERY], applications: true }));
    expect(calls).toHaveLength(50);
    expect(calls[0]).toBe(
      "GET /v2/users/user-0?inline-relations-depth=2&include-relations=organizations,managed_organizations," +
        "billing_managed_organizations,audited_organizations,spaces,managed_spaces,audited_spaces,apps",
    );
    expect(asUser(answers[7]).groups(first(20), EVERY)?.items).toHaveLength(3);
    expect(asUser(answers[7]).applications(first(20))?.items).toHaveLength(4);
  });

  it("bring along only the relations that will be asked for", async () => {
    const { users, calls } = play(found(company(["user-0"])));
    await users.byIds(["user-0"], asking({ groups: [{ kind: "SPACE", role: null }] }));
    expect(calls).toEqual([
      "GET /v2/users/user-0?inline-relations-depth=1&include-relations=spaces,managed_spaces,audited_spaces",
    ]);
  });

  it("bring along nothing for a filter that no relation passes", async () => {
    const { users, calls } = play(found(company(["user-0"])));
    await users.byIds(["user-0"], asking({ groups: [{ kind: "ORGANIZATION", role: "DEVELOPER" }] }));
    expect(calls).toEqual(["GET /v2/users/user-0"]);
  });

  it("are null where the service knows none, and that is asked once", async () => {
    const { users, calls } = play(() => fault(404, 20003, "CF-UserNotFound"));
    expect(await users.byIds(["nobody"], ASK)).toEqual([null]);
    expect(await users.byIds(["nobody"], ASK)).toEqual([null]);
    expect(calls).toHaveLength(1);
  });

  it("fail one by one, and a failure is not remembered", async () => {
    let healthy = false;
    const { users } = play((path) =>
      path.endsWith("/b") && !healthy ? { status: 500, body: {} } : { body: wire(path.slice(-1)) },
    );
    const [a, b] = await users.byIds(["a", "b"], ASK);
    expect(asUser(a).id).toBe("a");
    expect(b).toMatchObject({ code: "UPSTREAM_ERROR" });
    healthy = true;
    expect(asUser((await users.byIds(["b"], ASK))[0]).id).toBe("b");
  });

  it.each(["", ".", "..", "../organizations/x", "a\\b", "line\nfeed", "nul\0", "\ud800", "x".repeat(3201)])(
    "name nothing where they cannot stand in a path: %j",
    async (guid) => {
      const { users, groups, applications, calls } = play(() => ({ status: 500 }));
      expect(await users.byIds([guid], ASK)).toEqual([null]);
      expect(await groups.byRefs([{ kind: "SPACE", id: guid }], ASK)).toEqual([null]);
      expect(await applications.byIds([guid], ASK)).toEqual([null]);
      expect((await groups.ofUsers([guid], first(5), EVERY, ASK)).map(itemsOf)).toEqual([[]]);
      expect((await applications.ofUsers([guid], first(5), ASK)).map(itemsOf)).toEqual([[]]);
      expect((await users.ofGroups([{ kind: "SPACE", id: guid }], first(5), null, ASK)).map(itemsIfAny)).toEqual([
        null,
      ]);
      expect(calls).toEqual([]);
    },
  );

  it("are one segment of the path, whatever they hold", async () => {
    const paths: string[] = [];
    const { users, requests } = play((path) => {
      paths.push(path);
      return fault(404, 20003, "CF-UserNotFound");
    });
    await users.byIds(["a/b", "admin?x=1#é"], ASK);
    expect(paths).toEqual(["/v2/users/a%2Fb", "/v2/users/admin%3Fx%3D1%23%C3%A9"]);
    expect(requests[0]?.params).toEqual({ guid: "a/b" });
  });

  it("are never answered with somebody else", async () => {
    const { users, groups, applications } = play(() => ({ body: wire("other", { name: "somebody's" }) }));
    const answers = [
      ...(await users.byIds(["mine"], ASK)),
      ...(await users.byIds(["mine"], ALL_GROUPS)),
      ...(await groups.byRefs(
        [
          { kind: "ORGANIZATION", id: "mine" },
          { kind: "SPACE", id: "mine" },
        ],
        ASK,
      )),
      ...(await applications.byIds(["mine"], ASK)),
    ];
    expect(answers).toHaveLength(5);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        code: "UPSTREAM_INVALID_RESPONSE",
        detail: expect.stringMatching(
          /\{guid\}: metadata\.guid: expected the guid that was asked for, found another$/,
        ) as unknown,
      });
    }
  });

  it("are answered whatever the case of their letters, as databases compare them", async () => {
    const { users } = play(() => ({ body: wire("ABC-é") }));
    expect(asUser((await users.byIds(["abc-É"], ASK))[0]).id).toBe("ABC-é");
  });

  it("trust no list that they did not ask for", async () => {
    const { users } = play(() => ({ body: wire("u", { spaces: ["odd"] }) }));
    const [user] = await users.byIds(["u"], ASK);
    expect(asUser(user).groups(first(5), { kind: "SPACE", role: "DEVELOPER" })).toBeUndefined();
    expect(asUser(user).applications(first(5))).toBeUndefined();
  });
});

describe("What came along with a user", () => {
  it("is told with the cursors of the store", async () => {
    const { users } = play(found(company(["user-0"])));
    const user = asUser((await users.byIds(["user-0"], ALL_GROUPS))[0]);
    const page = user.groups(first(2), EVERY);
    expect(page?.items.map(({ role, group }) => [role, group.kind, group.id, group.record?.name])).toEqual([
      ["MEMBER", "ORGANIZATION", "org-0", "org-0"],
      ["DEVELOPER", "SPACE", "space-0", "space-0"],
    ]);
    expect([page?.cursor(0), page?.cursor(1), page?.hasNext]).toEqual(["organizations~1", "spaces~1", true]);
    const rest = user.groups(first(2, "spaces~1"), EVERY);
    expect(rest?.items.map(({ group }) => group.id)).toEqual(["space-1"]);
    expect(rest?.hasNext).toBe(false);
    expect(user.groups(first(3), EVERY)?.hasNext).toBe(false);
    expect(user.groups(first(9, "spaces~7"), EVERY)?.items).toEqual([]);
  });

  it("is missing where it was over 50, which is not the same as none", async () => {
    const many = { users: ["u"], relations: { u: { audited_spaces: guids("s", 51), spaces: [] } }, apps: {} };
    const { users } = play(found(many));
    const user = asUser((await users.byIds(["u"], ALL_GROUPS))[0]);
    expect(user.groups(first(5), { kind: "SPACE", role: "DEVELOPER" })?.items).toEqual([]);
    expect(user.groups(first(5), { kind: "SPACE", role: "AUDITOR" })).toBeUndefined();
    expect(user.groups(first(5), EVERY)).toBeUndefined();
  });

  it("is empty, without being asked for, where no relation passes the filter", async () => {
    const { users } = play(found(company(["user-0"])));
    const user = asUser((await users.byIds(["user-0"], ASK))[0]);
    expect(user.groups(first(5), { kind: "GROUP", role: null })?.items).toEqual([]);
    expect(user.groups(first(5), EVERY)).toBeUndefined();
  });

  it("refuses a cursor of another list", async () => {
    const { users } = play(found(company(["user-0"])));
    const user = asUser((await users.byIds(["user-0"], ALL_GROUPS))[0]);
    for (const after of ["spaces", "~1", "routes~1", "spaces~0", "spaces~-1", "spaces~99999999999", "1"]) {
      expect(() => user.groups(first(5, after), EVERY)).toThrow(Refusal);
    }
  });
});

describe("The list of users", () => {
  it("takes one call for 50 users with their groups", async () => {
    const { users, groups, calls } = play(found(company(guids("user", 50))));
    const page = await users.list(first(50), null, ALL_GROUPS);
    expect(page.items.every((user) => user.groups(first(20), EVERY)?.items.length === 3)).toBe(true);
    await groups.ofUsers(
      page.items.map(({ id }) => id),
      first(20),
      EVERY,
      ASK,
    );
    expect(calls).toEqual([
      "GET /v2/users?results-per-page=50&page=1&order-direction=asc&inline-relations-depth=1&include-relations=" +
        "organizations,managed_organizations,billing_managed_organizations,audited_organizations,spaces," +
        "managed_spaces,audited_spaces",
    ]);
  });

  it("is remembered, so that nobody in it is asked for again", async () => {
    const { users, calls } = play(found(company(guids("user", 3))));
    await users.list(first(3), null, ASK);
    await users.byIds(guids("user", 3), ALL_GROUPS);
    expect(calls).toHaveLength(1);
  });

  it("does not forget what came along when it meets a user again", async () => {
    const { users, groups, calls } = play(found(company(["user-0"])));
    await users.byIds(["user-0"], ALL_GROUPS);
    await users.list(first(1), null, ASK);
    await groups.ofUsers(["user-0"], first(5), EVERY, ASK);
    expect(calls).toHaveLength(2);
  });

  it("cannot be searched, and asks nobody", async () => {
    const { users, calls } = play(() => ({ status: 500 }));
    expect([users.counts, users.searches]).toEqual([true, false]);
    await expect(users.list(first(5), "ada", ASK)).rejects.toMatchObject({
      problems: [{ code: "UNSUPPORTED", path: ["search"] }],
    });
    expect(calls).toEqual([]);
  });

  it("is FORBIDDEN for all but administrators", async () => {
    const { users } = play(() => fault(403, 10003, "CF-NotAuthorized"));
    await expect(users.list(first(5), null, ASK)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("A service that does not inline so deep", () => {
  const shallow =
    (most: number, script = found(company(guids("user", 2)))): Parameters<typeof play>[0] =>
    (path, request) => {
      const depth = Number(/inline-relations-depth=(\d)/.exec(path)?.[1] ?? 0);
      return depth > most ? fault(400, 10005, "CF-BadQueryParameter") : script(path, request);
    };

  it("is remembered for every caller, and asked for less", async () => {
    const limits = new Limits();
    const needs = asking({ groups: [EVERY], applications: true });
    const one = play(shallow(0), limits);
    const page = await one.users.list(first(2), null, needs);
    expect(page.items).toHaveLength(2);
    expect(one.calls).toHaveLength(3);
    expect(limits.depth.most).toBe(0);

    const other = play(shallow(0), limits);
    await other.users.byIds(["user-1"], needs);
    expect(other.calls).toEqual(["GET /v2/users/user-1"]);
    const [memberships] = await other.groups.ofUsers(["user-1"], first(20), EVERY, ASK);
    expect(itemsOf(memberships).map((item) => item.group.id)).toEqual(["org-1", "space-1", "space-2"]);
    expect(other.calls).toHaveLength(8);
    const [apps] = await other.applications.ofUsers(["user-1"], first(20), ASK);
    expect(itemsOf(apps).map(({ id }) => id)).toEqual(["app-1-0", "app-1-1", "app-2-0", "app-2-1"]);
  });

  it("still inlines one level where only two are refused", async () => {
    const limits = new Limits();
    const { users, calls } = play(shallow(1), limits);
    const page = await users.list(first(2), null, asking({ applications: true }));
    expect(page.items[0]?.groups(first(5), { kind: "SPACE", role: "DEVELOPER" })?.items).toHaveLength(2);
    expect(page.items[0]?.applications(first(5))).toBeUndefined();
    expect([calls.length, limits.depth.most]).toEqual([2, 1]);
  });

  it("is found out by the first of many reads, and the others wait for that", async () => {
    const { users, calls } = play(shallow(0, found(company(guids("user", 10)))));
    const answers = await users.byIds(guids("user", 10), asking({ groups: [EVERY], applications: true }));
    expect(answers.map((user) => asUser(user).id)).toEqual(guids("user", 10));
    expect(calls).toHaveLength(2 + 10);
  });

  it("is asked again after ten minutes, by one read", async () => {
    vi.useFakeTimers();
    try {
      const limits = new Limits();
      await play(shallow(0), limits).users.list(first(2), null, ALL_GROUPS);
      vi.advanceTimersByTime(10 * 60_000);
      const raised = play(found(company(guids("user", 2))), limits);
      await raised.users.byIds(guids("user", 2), ALL_GROUPS);
      expect(raised.calls.map((call) => call.includes("inline-relations-depth=1"))).toEqual([true, true]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is not suspected where the plain list is refused as well", async () => {
    const limits = new Limits();
    const { users } = play(() => fault(400, 10005, "CF-BadQueryParameter"), limits);
    await expect(users.list(first(2), null, ALL_GROUPS)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
    expect(limits.depth.most).toBe(2);
  });
});

describe("The users of an app", () => {
  const script = (path: string) => {
    const [, , collection, guid] = new URL(path, "http://cf").pathname.split("/");
    if (collection === "users") return { body: listOf([wire("ada")], 7) };
    if (collection === "spaces") return { body: listOf([wire("ada", { username: "ada" }), wire("bram")], 7) };
    return guid === "gone" ? fault(404, 100004, "CF-AppNotFound") : { body: wire(guid ?? "", { space_guid: "s" }) };
  };

  it("are the developers of its space, which apps share", async () => {
    const { users, calls, requests } = play(script);
    const pages = await users.ofApplications(["a", "b", "gone"], first(2), ALL_GROUPS);
    expect(pages.map(itemsIfAny).map((items) => items?.map(({ id }) => id))).toEqual([
      ["ada", "bram"],
      ["ada", "bram"],
      undefined,
    ]);
    expect(pages[2]).toBeNull();
    expect(calls.slice(0, 3)).toEqual(["GET /v2/apps/a", "GET /v2/apps/b", "GET /v2/apps/gone"]);
    expect(calls).toHaveLength(5);
    expect(calls[3]).toBe("GET /v2/users?results-per-page=1");
    expect(calls[4]).toContain("GET /v2/spaces/s/developers?results-per-page=2&page=1");
    expect(calls[4]).toContain("inline-relations-depth=1");
    expect(requests[4]).toMatchObject({ route: "/v2/spaces/{guid}/developers", keys: 2 });
    expect(asPage(pages[0])).toMatchObject({ hasNext: true, total: 7 });
  });
});

describe("The members of a group", () => {
  it("are read from the recorded roles, an edge for each", async () => {
    const { users } = replay("organizations-retrieving_the_roles_of_all_users_in_the_organization");
    const ref = { kind: "ORGANIZATION" as const, id: "06d8bf43-7af6-4fdd-8d54-2581abe03cfc" };
    const [page] = await users.ofGroups([ref], first(1), null, ASK);
    expect(asPage(page).items.map(({ role, user }) => [role, user.username])).toEqual([
      ["MEMBER", "everything@example.com"],
    ]);
    expect(asPage(page).hasNext).toBe(true);
    expect(asPage(page).cursor(0)).toBe("0.1");
  });

  it("have the roles of their kind of group", async () => {
    const { users } = replay("spaces-retrieving_the_roles_of_all_users_in_the_space");
    const ref = { kind: "SPACE" as const, id: "9ccd6395-e083-4396-b4bf-99cbc8742827" };
    const [page] = await users.ofGroups([ref], first(10), null, ASK);
    expect(asPage(page).items.map(({ role }) => role)).toEqual(["DEVELOPER", "MANAGER", "AUDITOR"]);
    expect([0, 1, 2].map((index) => asPage(page).cursor(index))).toEqual(["0.1", "0.2", "1.0"]);
    expect(asPage(page).hasNext).toBe(false);
  });

  it("in one role are that role's own list", async () => {
    const { users, calls } = replay("spaces-list_all_developers_for_the_space");
    const ref = { kind: "SPACE" as const, id: "4094dffd-9f45-437c-8993-fb1c355d0b87" };
    const [page] = await users.ofGroups([ref], first(10), "DEVELOPER", ASK);
    expect(asPage(page).items.map(({ role, user }) => [role, user.id, user.username])).toEqual([
      ["DEVELOPER", "uaa-id-411", "developer@example.com"],
    ]);
    expect(calls).toEqual([`GET /v2/spaces/${ref.id}/developers?results-per-page=10&page=1&order-direction=asc`]);
  });

  it("are nobody, and nobody is asked, in a role that the kind does not have", async () => {
    const { users, calls } = play(() => ({ status: 500 }));
    const pages = [
      ...(await users.ofGroups([{ kind: "ORGANIZATION", id: "o" }], first(5), "DEVELOPER", ASK)),
      ...(await users.ofGroups([{ kind: "SPACE", id: "s" }], first(5), "BILLING_MANAGER", ASK)),
      ...(await users.ofGroups([{ kind: "GROUP", id: "g" }], first(5), null, ASK)),
    ];
    // Itself: nobody was asked, so that it proves nothing.
    expect(pages.map((page) => page === EMPTY_PAGE)).toEqual([true, true, false]);
    expect(pages[2]).toBeNull();
    expect(calls).toEqual([]);
  });

  it("are null for a group that does not exist", async () => {
    const { users } = play((path) =>
      path.includes("/spaces/") ? fault(404, 40004, "CF-SpaceNotFound") : fault(404, 30003, "CF-OrganizationNotFound"),
    );
    for (const role of [null, "MANAGER"] as const) {
      for (const kind of ["SPACE", "ORGANIZATION"] as const) {
        expect((await users.ofGroups([{ kind, id: "gone" }], first(5), role, ASK)).map(itemsIfAny)).toEqual([null]);
      }
    }
  });

  it.each(["", "0.0", "1", "1.4", "01.0", "x.1", "12345678901.0"])("have no cursor %j", async (after) => {
    const { users } = play(() => ({ body: listOf([]) }));
    const [answer] = await users.ofGroups([{ kind: "SPACE", id: "s" }], first(5, after), null, ASK);
    expect(answer).toMatchObject({ problems: [{ code: "INVALID", path: ["after"] }] });
  });

  it("are each told once, in whatever pages they are read", async () => {
    const role = fc.subarray(["org_user", "org_manager", "billing_manager", "org_auditor"]);
    await fc.assert(
      fc.asyncProperty(fc.array(role, { maxLength: 12 }), fc.integer({ min: 1, max: 6 }), async (roles, size) => {
        const people = roles.map((held, index) => wire(`u${index}`, { organization_roles: held.toReversed() }));
        const { users } = play((path) => {
          const query = new URL(path, "http://cf").searchParams;
          const length = Number(query.get("results-per-page"));
          const start = (Number(query.get("page")) - 1) * length;
          return { body: listOf(people.slice(start, start + length), people.length) };
        });
        const met: string[] = [];
        let after: string | null = null;
        do {
          const answers: readonly unknown[] = await users.ofGroups(
            [{ kind: "ORGANIZATION", id: "o" }],
            first(size, after),
            null,
            ASK,
          );
          const page = answers[0] as Page<Member>;
          met.push(...page.items.map((member) => `${member.user.id} ${member.role}`));
          expect(page.items.length).toBeLessThanOrEqual(size);
          after = (await hasMore(page)) ? page.cursor(page.items.length - 1) : null;
        } while (after !== null);
        const names: Record<string, GroupRole> = {
          org_user: "MEMBER",
          org_manager: "MANAGER",
          billing_manager: "BILLING_MANAGER",
          org_auditor: "AUDITOR",
        };
        expect(met).toEqual(roles.flatMap((held, index) => held.map((name) => `u${index} ${names[name] ?? ""}`)));
      }),
    );
  });
});

describe("A creation", () => {
  const draft = { guid: "guid-cb24b36d-4656-468e-a50d-b53113ac6177", defaultSpace: null, admin: null };

  it("sends what was given, and gives the user of the answer", async () => {
    const { users, requests } = replay("users-creating_a_user");
    const user = await users.create({ cloudFoundry: draft }, ASK.for);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: "POST",
      route: "/v2/users",
      body: exchange("users-creating_a_user").request.body,
    });
    expect(requests[0]?.repeatable).not.toBe(true);
    expect([user.id, user.status]).toEqual([draft.guid, "UNVERIFIED"]);
  });

  it("gives a user who has no groups and no apps yet, which nobody is asked for", async () => {
    const { users, groups, applications, calls } = replay("users-creating_a_user");
    const user = await users.create({ cloudFoundry: draft }, ASK.for);
    expect(user.groups(first(5), EVERY)).toMatchObject({ items: [], hasNext: false });
    expect(user.applications(first(5))).toMatchObject({ items: [], hasNext: false });
    expect((await groups.ofUsers([draft.guid], first(5), EVERY, ASK)).map(itemsOf)).toEqual([[]]);
    expect((await applications.ofUsers([draft.guid], first(5), ASK)).map(itemsOf)).toEqual([[]]);
    expect([user.cloudFoundry?.admin, user.cloudFoundry?.defaultSpace]).toEqual([false, null]);
    expect(calls).toEqual(["POST /v2/users"]);
  });

  it("that is answered with somebody else may have happened, and is not shown as that user", async () => {
    const { users } = play(() => ({ status: 201, body: wire("hunter2") }));
    const error = await rejection(users.create({ cloudFoundry: draft }, ASK.for));
    expect(error).toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      outcomeUnknown: true,
      message: expect.stringContaining("look the guid up before trying again") as unknown,
      detail: "POST /v2/users: metadata.guid: expected the guid that was asked for, found another",
    });
  });

  it("takes the guid as the service spells it", async () => {
    const { users } = play(() => ({ status: 201, body: wire(draft.guid.toUpperCase()) }));
    expect((await users.create({ cloudFoundry: draft }, ASK.for)).id).toBe(draft.guid.toUpperCase());
  });

  it("sends `admin` and the default space only where they are given", async () => {
    const { users, requests } = play(() => ({ status: 201, body: wire("g") }));
    await users.create({ cloudFoundry: { guid: "g", admin: false, defaultSpace: "s" } }, ASK.for);
    expect(requests[0]?.body).toEqual({ guid: "g", admin: false, default_space_guid: "s" });
  });

  it("makes forget what was read before", async () => {
    const { users, groups, calls } = play((path, { method }) =>
      method === "POST" ? { status: 201, body: wire("new") } : { body: wire(path.slice(path.lastIndexOf("/") + 1)) },
    );
    const read = async () => {
      await users.byIds(["u"], ASK);
      await groups.byRefs([{ kind: "SPACE", id: "s" }], ASK);
    };
    await read();
    await users.create({ cloudFoundry: { ...draft, guid: "new" } }, ASK.for);
    await read();
    await users.byIds(["new"], ASK);
    expect(calls).toHaveLength(5);
  });

  it("tells all that is wrong at once, before any call", async () => {
    const { users, calls } = play(() => ({ status: 201, body: wire("g") }));
    const bad: NewUser = { cloudFoundry: { guid: " ", defaultSpace: "", admin: null } };
    const error = await rejection(users.create(bad, ASK.for));
    expect((error as Refusal).problems.map(({ code, path }) => [code, path])).toEqual([
      ["INVALID", ["guid"]],
      ["INVALID", ["defaultSpace"]],
    ]);
    expect(users.review(bad)).toEqual((error as Refusal).problems);
    expect((error as Refusal).problems.every(({ message }) => /no user was created/i.test(message))).toBe(true);
    expect(calls).toEqual([]);
  });

  it.each(["", ".", "..", "a\tb", "\udfff", "x".repeat(256)])("refuses the guid %j", async (guid) => {
    const { users } = play(() => ({ status: 201, body: wire("g") }));
    const error = await rejection(users.create({ cloudFoundry: { ...draft, guid } }, ASK.for));
    expect(error).toMatchObject({ problems: [{ code: "INVALID", path: ["guid"] }] });
  });

  it("takes any other guid, of 255 characters at most", async () => {
    const { users } = play(() => ({ status: 201, body: wire("a/b c") }));
    for (const guid of ["x".repeat(255), "😀".repeat(255), "a/b c", "client:é"]) {
      expect(users.review({ cloudFoundry: { ...draft, guid } })).toEqual([]);
    }
    await expect(users.create({ cloudFoundry: { ...draft, guid: "a/b c" } }, ASK.for)).resolves.toBeDefined();
  });

  it("is UNSUPPORTED for a user of another family", async () => {
    const { users, calls } = play(() => ({ status: 201, body: wire("g") }));
    const other: NewUser = {
      econtext: {
        email: "a@b",
        password: "hunter2 planted",
        name: null,
        customData: null,
        applications: [],
        groups: [],
        organization: null,
      },
    };
    const error = await rejection(users.create(other, ASK.for));
    expect(error).toMatchObject({ problems: [{ code: "UNSUPPORTED", path: [] }] });
    expect(calls).toEqual([]);
  });

  it.each([
    ["an object without a guid", { status: 201, body: {} }],
    ["no JSON", { status: 201, text: "<html>hunter2 planted" }],
    ["a list", { status: 201, body: [] }],
  ])("that is answered with %s may have happened", async (_, answer) => {
    const { users } = play(() => answer);
    const error = await rejection(users.create({ cloudFoundry: draft }, ASK.for));
    expect(error).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE", outcomeUnknown: true });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain("hunter2");
  });

  it("forgets what was read even where its answer was lost", async () => {
    let calls = 0;
    const { users } = play((_, { method }) => {
      calls++;
      if (method === "POST")
        throw new ServiceFailure("UPSTREAM_TIMEOUT", "Late.", { service: "cloud", outcomeUnknown: true });
      return { body: wire("u") };
    });
    await users.byIds(["u"], ASK);
    await expect(users.create({ cloudFoundry: draft }, ASK.for)).rejects.toMatchObject({ outcomeUnknown: true });
    await users.byIds(["u"], ASK);
    expect(calls).toBe(3);
  });
});

/** Each user is a member of one organization and a developer in two of twelve spaces, each with two apps. */
function company(ids: readonly string[]) {
  const relations = Object.fromEntries(
    ids.map((id) => {
      const n = Number(id.split("-")[1]);
      return [id, { organizations: [`org-${n % 4}`], spaces: [`space-${n % 12}`, `space-${(n + 1) % 12}`] }];
    }),
  );
  const apps = Object.fromEntries(guids("space", 12).map((space, n) => [space, [`app-${n}-0`, `app-${n}-1`]]));
  return { users: ids, relations, apps };
}

function tell(user: User) {
  const { id, href, username, status, createdAt, updatedAt } = user;
  const { admin, active, defaultSpace } = user.cloudFoundry ?? {};
  const cloudFoundry = { admin, active, defaultSpace };
  const nothing = [user.name, user.email, user.customData, user.econtext];
  return { id, href, username, status, createdAt, updatedAt, cloudFoundry, nothing };
}

function asUser(answer: Awaited<ReturnType<Scene["users"]["byIds"]>>[number] | undefined): User {
  if (answer === null || answer === undefined || answer instanceof Error)
    throw new Error("No user.", { cause: answer });
  return answer;
}

function asPage<T>(answer: Page<T> | Error | null | undefined): Page<T> {
  if (answer === undefined || answer === null || answer instanceof Error)
    throw new Error("No page.", { cause: answer });
  return answer;
}

function itemsOf<T>(answer: Page<T> | Error | null | undefined): readonly T[] {
  return asPage(answer).items;
}

/** Null where there is nothing on which the list could hang. */
function itemsIfAny<T>(answer: Page<T> | Error | null): readonly T[] | null {
  return answer === null ? null : itemsOf(answer);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error("It did not reject.")),
    (error: unknown) => error,
  );
}
