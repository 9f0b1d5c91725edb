import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Application } from "../../../src/domain/application.ts";
import { hasMore, type Page } from "../../../src/domain/page.ts";
import type { Reference } from "../../../src/domain/reference.ts";
import { fillRoute } from "../../../src/http/route.ts";
import { found } from "./foundation.ts";
import { ASK, asking, exchange, fault, first, guids, listOf, play, replay, wire } from "./scripted-send.ts";

describe("An application", () => {
  it("is an app as it was recorded, without its environment", async () => {
    const { applications } = replay("apps-retrieve_a_particular_app");
    const id = "15b3885d-0351-4b9b-8697-86641668c123";
    const [app] = await applications.byIds([id], ASK);
    expect(app).toMatchObject({
      id,
      href: `https://api.cf.example.com/v2/apps/${id}`,
      name: "name-2401",
      description: null,
      status: "STOPPED",
      customData: null,
      createdAt: "2016-06-08T16:41:44.000Z",
      updatedAt: "2016-06-08T16:41:44.000Z",
      cloudFoundry: {
        instances: 1,
        memory: 1024,
        diskQuota: 1024,
        buildpack: null,
        space: { kind: "SPACE", id: "7846301e-c84c-4ba9-9c6a-2dfdae948d52", record: undefined },
      },
    });
    expect((app as Application).groups(first(5))).toMatchObject({ items: [{ kind: "SPACE" }], hasNext: false });
    expect((app as Application).groups(first(5, "1"))).toMatchObject({ items: [], hasNext: false });
  });

  it.each([
    ["STARTED", "STARTED"],
    ["STOPPED", "STOPPED"],
    ["CRASHED", "UNKNOWN"],
    [undefined, null],
  ])("of state %s is %s", async (state, status) => {
    const { applications } = play(() => ({ body: wire("a", { state, instances: null, space_guid: "" }) }));
    const [app] = await applications.byIds(["a"], ASK);
    expect(app).toMatchObject({ status, cloudFoundry: { instances: null, space: null } });
  });

  it("that does not exist is null, as it was recorded", async () => {
    const { status, body } = exchange("errors-apps_not_found").response;
    const { applications, calls } = play(() => ({ status, body }));
    expect(await applications.byIds(["not-found", "not-found"], ASK)).toEqual([null, null]);
    expect(calls).toEqual(["GET /v2/apps/not-found"]);
  });
});

describe("The list of applications", () => {
  it("is read as it was recorded, and remembered", async () => {
    const { applications, calls } = replay("apps-list_all_apps");
    const page = await applications.list(first(3), ASK);
    expect(page.items.map(({ name }) => name)).toEqual(["name-2443", "name-2437", "name-2431"]);
    expect([page.total, page.hasNext]).toEqual([3, false]);
    await applications.byIds([page.items[1]?.id ?? ""], ASK);
    expect(calls).toHaveLength(1);
  });
});

describe("The apps of users", () => {
  const ids = guids("user", 50);
  const spaces = guids("space", 30);
  const relations = Object.fromEntries(
    ids.map((id, n) => [id, { spaces: [spaces[n % 30] ?? "", spaces[(n + 7) % 30] ?? ""] }]),
  );
  const apps = Object.fromEntries(spaces.map((space) => [space, [`${space}-b`, `${space}-a`]]));
  const foundation = { users: ids, relations, apps };

  it("are inside the list of users where they were announced", async () => {
    const { users, applications, calls } = play(found(foundation));
    const page = await users.list(first(50), null, asking({ applications: true }));
    expect(namesOf(page.items[3]?.applications(first(3)))).toEqual(["space-3-b", "space-3-a", "space-10-b"]);
    const pages = await applications.ofUsers(ids, first(20), ASK);
    expect(namesOf(pages[49])).toEqual(["space-19-b", "space-19-a", "space-26-b", "space-26-a"]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain("&inline-relations-depth=2&include-relations=spaces,apps");
  });

  it("take one call for each user and one for all their spaces together where they were not", async () => {
    const { applications, calls, requests } = play(found(foundation));
    const pages = await applications.ofUsers(ids, first(20), ASK);
    expect(namesOf(pages[0])).toEqual(["space-0-b", "space-0-a", "space-7-b", "space-7-a"]);
    expect(calls.filter((call) => call.includes("include-relations=spaces"))).toHaveLength(50);
    expect(calls.slice(50)).toHaveLength(1);
    expect(calls[50]).toMatch(/^GET \/v2\/apps\?q=space_guid IN space-0,/);
    expect(requests[50]).toMatchObject({ route: "/v2/apps", keys: 50 });
  });

  it("of one space are asked for with a colon", async () => {
    const { applications, calls } = play(
      found({ users: ["u"], relations: { u: { spaces: ["s"] } }, apps: { s: ["a"] } }),
    );
    await applications.ofUsers(["u"], first(20), ASK);
    expect(calls[1]).toBe("GET /v2/apps?q=space_guid:s&results-per-page=100&page=1&order-direction=asc");
  });

  it("are asked for in lots that fit into a request line of 8 KiB", async () => {
    const many = Array.from({ length: 450 }, (_, n) => `${String(n).padStart(8, "0")}-1111-2222-3333-444444444444`);
    const users = guids("user", 9);
    const { applications, requests } = play(
      found({
        users,
        relations: Object.fromEntries(users.map((id, n) => [id, { spaces: many.slice(n * 50, n * 50 + 50) }])),
        apps: Object.fromEntries(many.map((space) => [space, [`app-of-${space}`]])),
      }),
    );
    const pages = await applications.ofUsers(users, first(100), ASK);
    expect(pages.map((page) => namesOf(page).length)).toEqual(users.map(() => 50));
    const lines = requests
      .filter(({ route }) => route === "/v2/apps")
      .map((request) => `GET ${fillRoute(request)} HTTP/1.1`);
    // 200, 200 and 50 guids; each app is on a page of 100.
    expect(lines).toHaveLength(2 + 2 + 1);
    expect(lines.every((line) => Buffer.byteLength(line) < 8192)).toBe(true);
  });

  it("are asked for in smaller lots where guids are long", async () => {
    const long = Array.from({ length: 50 }, (_, n) => String(n).padStart(250, "s"));
    const apps = Object.fromEntries(long.map((space) => [space, ["app"]]));
    const { applications, requests } = play(found({ users: ["u"], relations: { u: { spaces: long } }, apps }));
    const [page] = await applications.ofUsers(["u"], first(100), ASK);
    expect(namesOf(page)).toHaveLength(50);
    const lines = requests
      .filter(({ route }) => route === "/v2/apps")
      .map((request) => `GET ${fillRoute(request)} HTTP/1.1`);
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => Buffer.byteLength(line) < 8192)).toBe(true);
  });

  it("of a space with over 50 come from a list, but only where the page reaches that space", async () => {
    const { users, applications, calls } = play(
      found({
        users: ["u"],
        relations: { u: { spaces: ["s1", "s2"] } },
        apps: { s1: guids("a", 5), s2: guids("b", 60) },
      }),
    );
    const [user] = await users.byIds(["u"], asking({ applications: true }));
    if (user === null || user === undefined || user instanceof Error) throw new Error("No user.");
    expect(user.applications(first(4))).toBeUndefined();
    const [near] = await applications.ofUsers(["u"], first(4), ASK);
    expect(namesOf(near)).toEqual(guids("a", 5).slice(0, 4));
    expect(calls).toHaveLength(1);
    const [far] = await applications.ofUsers(["u"], first(6), ASK);
    expect(namesOf(far)).toEqual([...guids("a", 5), "b-0"]);
    expect(calls).toHaveLength(2);
  });

  it("of a user in over 50 spaces come from the list of these", async () => {
    const spacesOf = guids("s", 120);
    const { applications, calls } = play(
      found({
        users: ["u"],
        relations: { u: { spaces: spacesOf } },
        apps: Object.fromEntries(spacesOf.map((space) => [space, [`app-${space}`]])),
      }),
    );
    const [page] = await applications.ofUsers(["u"], first(100), ASK);
    expect(namesOf(page)).toEqual(spacesOf.slice(0, 100).map((space) => `app-${space}`));
    expect(calls.filter((call) => call.startsWith("GET /v2/users/u/spaces?"))).toHaveLength(2);
  });

  it("of a space that has more than is worth sharing are read from its own list", async () => {
    const { applications, calls } = play(
      found({ users: ["u"], relations: { u: { spaces: ["s"] } }, apps: { s: guids("a", 1000) } }),
    );
    const [page] = await applications.ofUsers(["u"], first(10), ASK);
    expect(namesOf(page)).toEqual(guids("a", 10));
    expect(calls).toHaveLength(3);
    expect(calls[2]).toBe("GET /v2/spaces/s/apps?results-per-page=10&page=1&order-direction=asc");
  });

  it("of many spaces with more than the page needs are read space by space", async () => {
    const names = guids("s", 49);
    const apps = Object.fromEntries(names.map((space) => [space, guids(`app-${space}`, 90)]));
    const { applications, calls } = play(found({ users: ["u"], relations: { u: { spaces: names } }, apps }));
    const [page] = await applications.ofUsers(["u"], first(1), ASK);
    expect(namesOf(page)).toEqual(["app-s-0-0"]);
    expect(page).toMatchObject({ hasNext: true });
    // The user, the number of all apps, the first space's.
    expect(calls).toHaveLength(3);
    expect(calls[2]).toBe("GET /v2/spaces/s-0/apps?results-per-page=1&page=1&order-direction=asc");
    const [next] = await applications.ofUsers(["u"], first(1, "s-7~90"), ASK);
    expect(namesOf(next)).toEqual(["app-s-8-0"]);
    expect(calls).toHaveLength(6);
  });

  it("are as many calls as the page needs, however many spaces there are", async () => {
    const names = guids("s", 1000);
    const apps = Object.fromEntries(names.map((space) => [space, guids(`app-${space}`, 80)]));
    const { applications, calls } = play(found({ users: ["u"], relations: { u: { spaces: names } }, apps }));
    const [page] = await applications.ofUsers(["u"], first(100), ASK);
    expect(namesOf(page)).toEqual([...guids("app-s-0", 80), ...guids("app-s-1", 20)]);
    // The user, 100 of the spaces, the number of their apps, and two lists.
    expect(calls).toHaveLength(5);
    const [next] = await applications.ofUsers(["u"], first(1, "s-1~20"), ASK);
    expect(namesOf(next)).toEqual(["app-s-1-20"]);
    expect(calls).toHaveLength(8);
  });

  it("are looked for in further spaces where the first hold too few", async () => {
    const names = guids("s", 350);
    const { applications, calls } = play(
      found({
        users: ["u"],
        relations: { u: { spaces: names } },
        apps: { "s-0": ["a"], "s-220": ["b"], "s-330": ["c"] },
      }),
    );
    const [page] = await applications.ofUsers(["u"], first(1), ASK);
    expect([namesOf(page), await hasMore(page as Page<unknown>)]).toEqual([["a"], true]);
    // The user, then three times 100 of the spaces, and what is in those.
    expect(calls).toHaveLength(1 + 3 * 2);
    const [rest] = await applications.ofUsers(["u"], first(5, "s-0~1"), ASK);
    expect([namesOf(rest), (rest as Page<unknown>).hasNext]).toEqual([["b", "c"], false]);
    const [last] = await applications.ofUsers(["u"], first(5, "s-220~1"), ASK);
    expect([namesOf(last), (last as Page<unknown>).hasNext]).toEqual([["c"], false]);
  });

  it("of a space that several users share are read once, together or alone", async () => {
    const users = guids("user", 5);
    const relations = Object.fromEntries(users.map((id) => [id, { spaces: ["s"] }]));
    const { applications, calls } = play(found({ users, relations, apps: { s: guids("a", 1000) } }));
    const pages = await applications.ofUsers(users, first(10), ASK);
    expect(pages.map(namesOf)).toEqual(users.map(() => guids("a", 10)));
    expect(calls.filter((call) => call.startsWith("GET /v2/spaces/s/apps?"))).toHaveLength(1);
  });

  it("end where the list of spaces does, whatever the service counts", async () => {
    const { applications, calls } = play((path) =>
      path.startsWith("/v2/users/u?") ? { body: wire("u") } : { body: listOf([], 2 ** 31 - 1) },
    );
    const [page] = await applications.ofUsers(["u"], first(1), ASK);
    expect(page).toMatchObject({ items: [], hasNext: false });
    expect(calls).toHaveLength(2);
  });

  it("of a space whose guid would break the filter are read from its own list", async () => {
    const odd = "s;q=name:x,y";
    const { applications, calls } = play((path) =>
      path.startsWith("/v2/users/") ? { body: wire("u", { spaces: [wire(odd)] }) } : { body: listOf([wire("a")]) },
    );
    const [page] = await applications.ofUsers(["u"], first(10), ASK);
    expect(page).toMatchObject({ items: [{ id: "a" }] });
    expect(calls[1]).toContain(`GET /v2/spaces/${odd}/apps?`);
  });

  it("of nobody are none; one user's failure is his own", async () => {
    const { applications } = play((path, request) =>
      path.startsWith("/v2/users/nobody")
        ? fault(404, 20003, "CF-UserNotFound")
        : path.startsWith("/v2/users/secret")
          ? fault(403, 10003, "CF-NotAuthorized")
          : found(foundation)(path, request),
    );
    const answers = await applications.ofUsers(["nobody", "secret", "user-1"], first(1), ASK);
    expect(answers).toMatchObject([
      { items: [] },
      { code: "FORBIDDEN" },
      { items: [{ id: "space-1-b" }], hasNext: true },
    ]);
  });

  it("that cannot be listed fail for the users who need them, and for nobody else", async () => {
    const script = found({
      users: ["u", "v"],
      relations: { u: { spaces: ["s1", "s2"] }, v: { spaces: [] } },
      apps: {},
    });
    const { applications } = play((path, request) =>
      path.startsWith("/v2/apps") ? { status: 503, text: "" } : script(path, request),
    );
    const answers = await applications.ofUsers(["u", "v"], first(1), ASK);
    expect(answers).toMatchObject([{ code: "UPSTREAM_UNAVAILABLE" }, { items: [] }]);
  });

  it.each(["s", "s~0", "other~1", "~1", "1"])("have no cursor %j", async (after) => {
    const { applications } = play(found({ users: ["u"], relations: { u: { spaces: ["s"] } }, apps: { s: ["a"] } }));
    const [answer] = await applications.ofUsers(["u"], first(5, after), ASK);
    expect(answer).toMatchObject({ problems: [{ code: "INVALID", path: ["after"] }] });
  });

  it("are each told once, whether inlined, shared or listed", async () => {
    const counts = fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) }, fc.integer({ min: 45, max: 130 })),
      {
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(counts, fc.integer({ min: 1, max: 100 }), fc.boolean(), async (lengths, size, announced) => {
        // A `~` in a guid must not be taken for the cursor's own, and keeps it out of filters.
        const names = lengths.map((_, n) => `s${n % 3 === 0 ? "~" : "-"}${n}`);
        const all = Object.fromEntries(names.map((space, n) => [space, guids(`${space}-app`, lengths[n] ?? 0)]));
        const script = found({ users: ["u"], relations: { u: { spaces: names } }, apps: all });
        const met: string[] = [];
        let after: string | null = null;
        do {
          const { users, applications } = play(script);
          if (announced) await users.byIds(["u"], asking({ applications: true }));
          const answers: readonly unknown[] = await applications.ofUsers(["u"], first(size, after), ASK);
          const page = answers[0] as Page<Reference<Application>>;
          met.push(...page.items.map(({ id }) => id));
          after = (await hasMore(page)) ? page.cursor(page.items.length - 1) : null;
        } while (after !== null);
        expect(met).toEqual(names.flatMap((space) => all[space] ?? []));
      }),
      { numRuns: 40 },
    );
  });

  it("are each told once, in however many spaces", async () => {
    const spacesOf = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.constant(60)), {
      minLength: 51,
      maxLength: 260,
      size: "max",
    });
    await fc.assert(
      fc.asyncProperty(spacesOf, fc.integer({ min: 15, max: 100 }), async (lengths, size) => {
        const names = guids("s", lengths.length);
        const all = Object.fromEntries(names.map((space, n) => [space, guids(`${space}-app`, lengths[n] ?? 0)]));
        const script = found({ users: ["u"], relations: { u: { spaces: names } }, apps: all });
        const met: string[] = [];
        let after: string | null = null;
        do {
          const { applications } = play(script);
          const answers: readonly unknown[] = await applications.ofUsers(["u"], first(size, after), ASK);
          const page = answers[0] as Page<Reference<Application>>;
          met.push(...page.items.map(({ id }) => id));
          after = (await hasMore(page)) ? page.cursor(page.items.length - 1) : null;
        } while (after !== null);
        expect(met).toEqual(names.flatMap((space) => all[space] ?? []));
      }),
      { numRuns: 10 },
    );
  });
});

describe("The apps of a group", () => {
  const script = (path: string) => {
    const url = new URL(path, "http://cf");
    if (url.pathname === "/v2/spaces") return { body: listOf([wire("s1"), wire("s2")]) };
    if (url.pathname === "/v2/apps")
      return { body: listOf([wire("a2", { space_guid: "s2" }), wire("a0", { space_guid: "s2" })]) };
    if (url.pathname.includes("gone")) return fault(404, 40004, "CF-SpaceNotFound");
    return { body: listOf([wire("a9")]) };
  };

  it("are those of a space; an organization has none, and nobody is asked", async () => {
    const { applications, calls } = play(script);
    const refs = [
      { kind: "ORGANIZATION", id: "o" },
      { kind: "SPACE", id: "s9" },
      { kind: "SPACE", id: "gone" },
    ] as const;
    const pages = await applications.ofGroups(refs, first(5), ASK);
    expect(pages).toMatchObject([{ items: [] }, { items: [{ id: "a9" }], total: 1 }, { items: [] }]);
    expect(calls).toEqual([
      "GET /v2/spaces/s9/apps?results-per-page=5&page=1&order-direction=asc",
      "GET /v2/spaces/gone/apps?results-per-page=5&page=1&order-direction=asc",
    ]);
  });

  it("of several spaces that were met are read together", async () => {
    const { groups, applications, calls } = play(script);
    const { items } = await groups.list(first(2), "SPACE", ASK);
    const pages = await applications.ofGroups(items, first(1), ASK);
    expect(pages).toMatchObject([
      { items: [], hasNext: false },
      { items: [{ id: "a2" }], hasNext: true },
    ]);
    expect(calls.slice(1)).toEqual([
      "GET /v2/apps?q=space_guid IN s1,s2&results-per-page=100&page=1&order-direction=asc",
    ]);
  });

  it("of spaces that the caller may not see are refused, not left out in silence", async () => {
    const { applications } = play((path) =>
      path.startsWith("/v2/spaces/") ? fault(403, 10003, "CF-NotAuthorized") : { body: listOf([]) },
    );
    const refs = [
      { kind: "SPACE", id: "s1" },
      { kind: "SPACE", id: "s2" },
    ] as const;
    expect(await applications.ofGroups(refs, first(5), ASK)).toMatchObject([
      { code: "FORBIDDEN" },
      { code: "FORBIDDEN" },
    ]);
  });

  it("on a later page come from each space's own list", async () => {
    const { groups, applications, calls } = play(script);
    const { items } = await groups.list(first(2), "SPACE", ASK);
    await applications.ofGroups(items, first(1, "1"), ASK);
    expect(calls.slice(1)).toEqual([
      "GET /v2/spaces/s1/apps?results-per-page=1&page=2&order-direction=asc",
      "GET /v2/spaces/s2/apps?results-per-page=1&page=2&order-direction=asc",
    ]);
  });
});

function namesOf(page: Page<Reference<Application>> | Error | undefined): readonly string[] {
  if (page === undefined || page instanceof Error) throw new Error("No page.", { cause: page });
  return page.items.map(({ record }) => record?.name ?? "");
}
