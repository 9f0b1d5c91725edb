import { describe, expect, it } from "vitest";
import type { MembershipFilter, UserNeeds } from "../../../src/domain/ask.ts";
import { isDirectoryError, ServiceFailure, type Answer } from "../../../src/domain/errors.ts";
import type { User } from "../../../src/domain/user.ts";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import { crowd } from "../../support/crowd.ts";
import { startSandbox, tokenOf } from "./sandbox-send.ts";
import {
  asking,
  ASK,
  fault,
  first,
  guids,
  listOf,
  play,
  wire,
  type Script,
  type Scripted,
  type Wire,
} from "./scripted-send.ts";

const ORGANIZATIONS: MembershipFilter = { kind: "ORGANIZATION", role: null };
const MEMBERS: MembershipFilter = { kind: "ORGANIZATION", role: "MEMBER" };
const DEVELOPERS: MembershipFilter = { kind: "SPACE", role: "DEVELOPER" };
const PROOF = "GET /v2/users?results-per-page=1";

const CROWD = Array.from({ length: 50 }, (_, n) => `user-${String(n).padStart(3, "0")}`);

describe("Fifty users by their guids", () => {
  it("with their organizations take five calls", async () => {
    const { directory, calls } = startSandbox(crowd(50))();
    const users = await directory.users.byIds(CROWD, relations({ groups: [ORGANIZATIONS] }));
    expect(users.map((user) => groupsOf(user, ORGANIZATIONS))).toEqual(CROWD.map((_, n) => [`MEMBER org-${n % 4}`]));
    expect(routesOf(calls)).toEqual(["/v2/users", ...Array<string>(4).fill("/v2/organizations")]);
  });

  it("with their apps take two", async () => {
    const { directory, calls } = startSandbox(crowd(50))();
    const users = await directory.users.byIds(CROWD, relations({ applications: true }));
    const apps = users.map((user) =>
      asUser(user)
        .applications(first(10))
        ?.items.map(({ id }) => id),
    );
    const appsOf = (space: number) => [`cf-app-${space}-0`, `cf-app-${space}-1`];
    expect(apps[0]).toEqual([...appsOf(0), ...appsOf(4)]);
    expect(apps).not.toContain(undefined);
    expect(routesOf(calls)).toEqual(["/v2/users", "/v2/spaces"]);
  });

  it("know their groups and apps, so that nobody is asked for these again", async () => {
    const visit = startSandbox(crowd(50))();
    const { users, groups, applications } = visit.directory;
    await users.byIds(CROWD, relations({ groups: [ORGANIZATIONS], applications: true }));
    const asked = visit.calls.length;
    const [organization] = await groups.byRefs([{ kind: "ORGANIZATION", id: "org-1" }], ASK);
    expect(organization).toMatchObject({ name: "org-1" });
    expect(await applications.byIds(["cf-app-3-1"], ASK)).toMatchObject([{ name: "app-3-1" }]);
    await groups.ofUsers(CROWD, first(5), ORGANIZATIONS, ASK);
    await applications.ofUsers(CROWD, first(5), ASK);
    await users.byIds(CROWD, relations({ groups: [MEMBERS] }));
    expect(visit.calls).toHaveLength(asked);
  });

  it("have no record by that: whoever needs one reads it, and any other relation", async () => {
    const visit = startSandbox(crowd(50))();
    const { users, groups } = visit.directory;
    const [skeleton] = await users.byIds(CROWD, relations({ groups: [ORGANIZATIONS] }));
    expect(asUser(skeleton)).toMatchObject({ isSkeleton: true, username: null, createdAt: null, status: null });
    expect(asUser(skeleton).tells(relations({ groups: [MEMBERS] }).needs)).toBe(true);
    expect(asUser(skeleton).tells(asking({ groups: [MEMBERS] }).needs)).toBe(false);
    expect(asUser(skeleton).groups(first(5), DEVELOPERS)).toBeUndefined();
    const asked = visit.calls.length;
    const [user] = await users.byIds(["user-000"], ASK);
    expect(user).toMatchObject({ username: "user.000@example.com" });
    expect(asUser(user).isSkeleton).toBeUndefined();
    await groups.ofUsers(["user-001"], first(5), DEVELOPERS, ASK);
    expect(routesOf(visit.calls.slice(asked))).toEqual(["/v2/users/user-000", "/v2/users/user-001"]);
  });

  it("are looked for again where more is needed than was found", async () => {
    const { directory, calls } = startSandbox(crowd(50))();
    await directory.users.byIds(CROWD, relations({ groups: [MEMBERS] }));
    const users = await directory.users.byIds(CROWD, relations({ groups: [DEVELOPERS] }));
    expect(groupsOf(users[0], DEVELOPERS)).toEqual(["DEVELOPER space-0", "DEVELOPER space-4"]);
    expect(routesOf(calls)).toEqual(["/v2/users", "/v2/organizations", "/v2/spaces"]);
  });

  it("take one call each for whoever may not read all users, and one to find that out", async () => {
    for (const token of [tokenOf("user-000"), "sandbox-auditor"]) {
      const { directory, calls } = startSandbox(crowd(50))(token);
      const users = await directory.users.byIds(CROWD, relations({ groups: [ORGANIZATIONS] }));
      expect(users.filter(isDirectoryError)).toHaveLength(token === "sandbox-auditor" ? 50 : 49);
      expect(calls).toHaveLength(51);
      // It is found out but once.
      await directory.users.byIds(CROWD.slice(1), relations({ groups: [MEMBERS] }));
      expect(calls.filter((call) => call.startsWith(PROOF))).toHaveLength(1);
    }
  });

  it("are read each where more is needed than groups can be asked for", async () => {
    for (const needs of [{ groups: [{ kind: "SPACE", role: null }] }, { groups: [MEMBERS], record: true }] as const) {
      const { directory, calls } = startSandbox(crowd(50))();
      await directory.users.byIds(CROWD, relations(needs));
      expect(calls).toHaveLength(50);
    }
  });

  it("are found among those who are missing, without groups, or not fit for a filter, who are read each", async () => {
    const { calls, users } = play(
      groupsService({ organizations: { o: ["a", "b", "c"] }, others: ["lone", "x,y", "ä"] }),
    );
    const ids = ["gone", "c", "x,y", "a", "lone", "ä", "b", "", "a"];
    const found = await users.byIds(ids, relations({ groups: [MEMBERS] }));
    expect(found.map((user) => user && groupsOf(user, MEMBERS))).toEqual([
      null,
      ["MEMBER o"],
      [],
      ["MEMBER o"],
      [],
      [],
      ["MEMBER o"],
      null,
      ["MEMBER o"],
    ]);
    expect(found[8]).toBe(found[3]);
    expect(calls.slice(0, 2)).toEqual([
      PROOF,
      "GET /v2/organizations?q=user_guid IN gone,c,a,lone,b&inline-relations-depth=1&include-relations=users&results-per-page=100&page=1&order-direction=asc",
    ]);
    expect(routesOf(calls.slice(2)).sort()).toEqual([
      "/v2/users/gone",
      "/v2/users/lone",
      "/v2/users/x,y",
      "/v2/users/ä",
    ]);
  });

  it("are asked for once, and not when their records are there already", async () => {
    const { directory, calls } = startSandbox(crowd(50))();
    await directory.users.byIds(CROWD.slice(0, 48), ASK);
    calls.length = 0;
    const users = await directory.users.byIds(CROWD, relations({ groups: [MEMBERS] }));
    expect(routesOf(calls)).toEqual(["/v2/users/user-048", "/v2/users/user-049"]);
    expect(users.slice(0, 48).every((user) => asUser(user).isSkeleton === undefined)).toBe(true);
  });
});

describe("What the service spells otherwise", () => {
  it("is read alone: some databases compare guids without regard to case", async () => {
    const service = groupsService({ organizations: { o: ["ada", "bram", "chiara", "DANIEL"] } });
    const { calls, users } = play((path, request) => service(path.replace("/users/ADA", "/users/ada"), request));
    const found = await users.byIds(["ADA", "bram", "chiara", "ada"], relations({ groups: [MEMBERS] }));
    expect(found.map((user) => [asUser(user).id, groupsOf(user, MEMBERS)])).toEqual([
      ["ada", ["MEMBER o"]],
      ["bram", ["MEMBER o"]],
      ["chiara", ["MEMBER o"]],
      ["ada", ["MEMBER o"]],
    ]);
    expect(routesOf(calls.slice(2))).toEqual(["/v2/users/ADA"]);
  });

  it("does not make the rest doubtful, though none of them is spelled as it was asked for", async () => {
    const service = groupsService({ organizations: { o: ["ada"], p: ["bram", "chiara", "dan"] }, anyCase: true });
    const { calls, users } = play(service);
    const ids = ["ADA", "bram", "chiara", "dan"];
    const found = await users.byIds(ids, relations({ groups: [MEMBERS] }));
    expect(found.map((user) => asUser(user).isSkeleton)).toEqual([undefined, true, true, true]);
    expect(calls).toHaveLength(3);
  });
});

describe("A group of more than fifty users", () => {
  const crowded = (members: number) => ({ big: guids("u", members), small: ["u-0", "u-1"] });

  it("does not bring them along, so that their own list is read, all pages of it", async () => {
    const { calls, users } = play(groupsService({ organizations: crowded(230) }));
    const found = await users.byIds(guids("u", 230).slice(-60), relations({ groups: [MEMBERS] }));
    expect(found.map((user) => groupsOf(user, MEMBERS))).toEqual(Array(60).fill(["MEMBER big"]));
    expect(routesOf(calls)).toEqual([
      "/v2/users",
      "/v2/organizations",
      ...Array<string>(3).fill("/v2/organizations/big/users"),
    ]);
  });

  it("has its users read each where its list is too long for that", async () => {
    const { calls, users } = play(groupsService({ organizations: crowded(900) }));
    const ids = guids("u", 8);
    const found = await users.byIds(ids, relations({ groups: [MEMBERS] }));
    expect(found.map((user) => asUser(user).isSkeleton)).toEqual(Array(8).fill(undefined));
    // The proof, the groups, and the first page, which told how many there are.
    expect(calls).toHaveLength(3 + 8);
  });

  it("is not asked for its list where there are too many such groups", async () => {
    const organizations = Object.fromEntries(guids("big", 9).map((group) => [group, guids("u", 51)]));
    const { calls, users } = play(groupsService({ organizations }));
    await users.byIds(guids("u", 10), relations({ groups: [MEMBERS] }));
    expect(calls).toHaveLength(2 + 10);
    const enough = play(groupsService({ organizations }));
    await enough.users.byIds(guids("u", 12), relations({ groups: [MEMBERS] }));
    expect(enough.calls).toHaveLength(2 + 9);
  });

  it("stops being read about when the lists turn out to be too long", async () => {
    const organizations = Object.fromEntries(guids("big", 30).map((group) => [group, guids("u", 900)]));
    const { calls, users } = play(groupsService({ organizations }));
    await users.byIds(guids("u", 40), relations({ groups: [MEMBERS] }));
    // Eight at once.
    expect(calls.filter((call) => call.includes("/users?results-per-page=100"))).toHaveLength(8);
    expect(calls).toHaveLength(2 + 8 + 40);
  });

  it("that is gone meanwhile makes the rest doubtful", async () => {
    const service = groupsService({ organizations: { big: guids("u", 60) } });
    const { users } = play((path, request) =>
      path.includes("/big/users") ? fault(404, 30003, "CF-OrganizationNotFound") : service(path, request),
    );
    const found = await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(found.map((user) => asUser(user).isSkeleton)).toEqual(Array(20).fill(undefined));
  });
});

describe("The groups of a user", () => {
  const ordered = async (count: number) => {
    const organizations = Object.fromEntries(guids("o", count).map((group) => [group, guids("u", 5)]));
    const { users } = play(groupsService({ organizations }));
    const [user] = await users.byIds(guids("u", 5), relations({ groups: [MEMBERS] }));
    return groupsOf(user, MEMBERS)?.map((group) => group.slice("MEMBER ".length));
  };

  it("are in the order in which they would be inside the record, by creation", async () => {
    expect(await ordered(50)).toEqual([...guids("o", 50)].sort());
  });

  it("are in the order of their own list where they are too many for that", async () => {
    expect(await ordered(51)).toEqual(guids("o", 51));
  });

  it("bring no apps where they are so many spaces: the apps would be told in another order", async () => {
    const spaces = Object.fromEntries(guids("s", 51).map((group) => [group, guids("u", 5)]));
    const { users, applications, calls } = play(groupsService({ spaces, apps: { "s-2": ["app"] } }));
    const [user] = await users.byIds(guids("u", 5), relations({ applications: true }));
    expect(asUser(user).isSkeleton).toBe(true);
    expect(asUser(user).applications(first(5))).toBeUndefined();
    expect(asUser(user).tells(relations({ applications: true }).needs)).toBe(false);
    const [apps] = await applications.ofUsers(["u-0"], first(5), ASK);
    expect(apps).toMatchObject({ items: [{ id: "app" }] });
    expect(routesOf(calls)).toEqual(["/v2/users", "/v2/spaces", "/v2/apps"]);
  });

  it("are told once, however often they show the user", async () => {
    const service = groupsService({ organizations: { o: ["a", "b", "c", "a"] } });
    const { users } = play(service);
    const found = await users.byIds(["a", "b", "c"], relations({ groups: [MEMBERS] }));
    expect(found.map((user) => groupsOf(user, MEMBERS))).toEqual(Array(3).fill(["MEMBER o"]));
  });

  it("are asked for again after a write", async () => {
    const { directory, calls } = startSandbox(crowd(50))();
    await directory.users.byIds(CROWD, relations({ groups: [MEMBERS] }));
    await directory.groups.addMember(
      { user: "user-000", group: { kind: "ORGANIZATION", id: "org-1" }, role: "MEMBER" },
      ["Mutation.test"],
    );
    calls.length = 0;
    // The write told of one user; of all others nothing is known any more, nor of what the caller may read.
    await directory.users.byIds(CROWD.slice(1), relations({ groups: [MEMBERS] }));
    expect(routesOf(calls)).toEqual(["/v2/users", "/v2/organizations"]);
  });
});

describe("A space of more than fifty apps", () => {
  it("does not bring them along: they are asked for when they are wanted", async () => {
    const apps = guids("app", 60);
    const { calls, users, applications } = play(groupsService({ spaces: { s: guids("u", 5) }, apps: { s: apps } }));
    const found = await users.byIds(guids("u", 5), relations({ applications: true }));
    expect(asUser(found[0]).applications(first(100))).toBeUndefined();
    expect(asUser(found[0]).groups(first(5), DEVELOPERS)?.items).toHaveLength(1);
    const [page] = await applications.ofUsers(guids("u", 5), first(100), ASK);
    expect(page).toMatchObject({ items: apps.map((id) => ({ id })) });
    expect(routesOf(calls)).toEqual(["/v2/users", "/v2/spaces", "/v2/apps"]);
  });
});

describe("Lists of groups", () => {
  const service = groupsService({ organizations: { o: guids("u", 20), p: ["u-0", "u-1"], q: ["u-0"] } });

  it.each<[string, (body: List) => unknown]>([
    ["is shorter than it says", (body) => ({ ...body, resources: body.resources.slice(1) })],
    ["has one group in place of another", ({ resources: [o, p], ...body }) => ({ ...body, resources: [o, p, p] })],
    [
      "shows no user that was asked for",
      (body) => ({ ...body, resources: [...body.resources.slice(0, 2), wire("q", { users: [wire("x")] })] }),
    ],
    [
      "shows users that are none",
      (body) => ({ ...body, resources: [...body.resources.slice(0, 2), wire("q", { users: [wire("u-0"), {}] })] }),
    ],
    [
      "shows users that are no list",
      (body) => ({ ...body, resources: [...body.resources.slice(0, 2), wire("q", { users: "u-0" })] }),
    ],
    ["cannot be read", () => ({ resources: null })],
  ])("of which one %s tell of nobody: each user is read", async (_what, change) => {
    const { users, calls } = play((path, request) => {
      const answer = service(path, request);
      return path.startsWith("/v2/organizations?") ? { body: change(answer.body as List) } : answer;
    });
    const found = await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(groupsOf(found[0], MEMBERS)).toEqual(["MEMBER o", "MEMBER p", "MEMBER q"]);
    expect(calls).toHaveLength(2 + 20);
  });

  it("that repeat one tell it once", async () => {
    const { users, calls } = play((path, request) => {
      const answer = service(path, request);
      const { resources, ...body } = answer.body as List;
      return path.startsWith("/v2/organizations?")
        ? { body: { ...body, resources: [...resources, resources[0]] } }
        : answer;
    });
    const found = await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(groupsOf(found[0], MEMBERS)).toEqual(["MEMBER o", "MEMBER p", "MEMBER q"]);
    expect(calls).toHaveLength(2);
  });

  it("are left where they have more pages than there are users", async () => {
    const organizations = Object.fromEntries(guids("o", 601).map((group) => [group, guids("u", 9)]));
    const { users, calls } = play(groupsService({ organizations }));
    await users.byIds(guids("u", 8), relations({ groups: [MEMBERS] }));
    expect(calls.filter((call) => call.startsWith("GET /v2/organizations?"))).toHaveLength(1);
    const more = play(groupsService({ organizations }));
    await more.users.byIds(guids("u", 9), relations({ groups: [MEMBERS] }));
    expect(routesOf(more.calls)).toEqual(["/v2/users", ...Array<string>(7).fill("/v2/organizations")]);
  });

  it("are not asked for where the service inlines nothing", async () => {
    const limits = new Limits();
    limits.depth.learn(1, 0);
    const { users, calls } = play(service, limits);
    await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(calls).toHaveLength(20);
  });

  it("that are refused for what they inline are given up, and each user is read", async () => {
    const { users } = play((path, request) =>
      path.includes("inline-relations-depth") ? fault(400, 10005, "CF-BadQueryParameter") : service(path, request),
    );
    const found = await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(found.map((user) => asUser(user).id)).toEqual(guids("u", 20));
  });
});

describe("A failure", () => {
  const service = groupsService({ organizations: { o: guids("u", 20) } });
  const failing =
    (place: string, scripted: Scripted): Script =>
    (path, request) =>
      path.startsWith(place) ? scripted : service(path, request);

  it.each([
    ["a fault of its own", { status: 500, body: {} }, "/v2/users?"],
    ["an answer that is none", { status: 200, text: "hello" }, "/v2/users?"],
    ["a right that is missing for another reason", { status: 403, text: "" }, "/v2/users?"],
    ["a fault of its own", { status: 500, body: {} }, "/v2/organizations?"],
    ["a right that is missing", fault(403, 10003, "CF-NotAuthorized"), "/v2/organizations?"],
  ])("of the question, %s (%j, of %s), leaves the users to be read each", async (_what, scripted, place) => {
    const { users } = play(failing(place, scripted));
    const found = await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(found.map((user) => groupsOf(user, MEMBERS))).toEqual(Array(20).fill(["MEMBER o"]));
  });

  it.each([
    [401, "UNAUTHENTICATED", "/v2/users?"],
    [429, "RATE_LIMITED", "/v2/users?"],
    [503, "UPSTREAM_UNAVAILABLE", "/v2/users?"],
    [503, "UPSTREAM_UNAVAILABLE", "/v2/organizations?"],
    [429, "RATE_LIMITED", "/v2/organizations?"],
  ])(
    "of the service, %d (%s, of %s), is not met with as many questions as there are users",
    async (status, code, place) => {
      const { users, calls } = play(failing(place, { status, body: {} }));
      const found = await users.byIds([...guids("u", 20), "x,y"], relations({ groups: [MEMBERS] }));
      expect(found.slice(0, 20)).toMatchObject(Array(20).fill({ code }));
      expect(found[20]).toBeNull();
      expect(calls.length).toBeLessThanOrEqual(3);
    },
  );

  it("is not remembered", async () => {
    let healthy = false;
    const { users, calls } = play((path, request) => (healthy ? service(path, request) : { status: 503, body: {} }));
    await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    healthy = true;
    const found = await users.byIds(guids("u", 20), relations({ groups: [MEMBERS] }));
    expect(found.every((user) => asUser(user).isSkeleton)).toBe(true);
    expect(calls).toHaveLength(1 + 2);
  });

  it("of one lot is no other lot's", async () => {
    const members = guids("u", 300);
    const all = groupsService({ organizations: { o: members.slice(0, 40), p: members.slice(250, 290) } });
    const { users } = play((path, request) =>
      path.includes("organizations?") && path.includes("u-250") ? { status: 503, body: {} } : all(path, request),
    );
    const found = await users.byIds(members, relations({ groups: [MEMBERS] }));
    expect(found.slice(0, 40).every((user) => asUser(user).isSkeleton)).toBe(true);
    expect(found.slice(200).every((user) => user instanceof ServiceFailure)).toBe(true);
  });
});

/** Who is in which group, by the group's guid. */
interface Groups {
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
  readonly spaces?: Readonly<Record<string, readonly string[]>>;
  /** Of each space. */
  readonly apps?: Readonly<Record<string, readonly string[]>>;
  /** Users without groups. */
  readonly others?: readonly string[];
  /** Whether filters compare without regard to case. */
  readonly anyCase?: boolean;
}

interface List {
  readonly resources: readonly Wire[];
}

/** A service with members and developers, whose lists are as the real one's. */
function groupsService({ organizations = {}, spaces = {}, apps = {}, others = [], anyCase = false }: Groups): Script {
  const known = new Set([...Object.values(organizations), ...Object.values(spaces), others].flat());
  const spelled = (guid: string) => (anyCase ? guid.toLowerCase() : guid);
  const short = (list: readonly string[], name: string, inner = (guid: string) => wire(guid)) =>
    list.length > 50 ? {} : { [name]: list.map(inner) };
  const appsOf = (space: string) => (apps[space] ?? []).map((guid) => wire(guid, { space_guid: space }));
  return (path) => {
    const { pathname, searchParams } = new URL(path, "http://cf");
    const [, , collection = "", guid, below] = decodeURIComponent(pathname).split("/");
    const [, filter = "", values = ""] = /^(\w+)(?::| IN )(.*)$/.exec(searchParams.get("q") ?? "") ?? [];
    const wanted = new Set(values.split(",").map(spelled));
    const groups = collection === "spaces" ? spaces : organizations;
    const inside = searchParams.get("include-relations")?.split(",") ?? [];
    if (guid === undefined) {
      if (collection === "users")
        return cut(
          [...known].map((user) => wire(user)),
          searchParams,
        );
      if (collection === "apps") return cut([...wanted].flatMap(appsOf), searchParams);
      const role = collection === "spaces" ? "developers" : "users";
      const isOfRole = filter === (collection === "spaces" ? "developer_guid" : "user_guid");
      const found = Object.entries(groups).filter(
        ([, users]) => isOfRole && users.some((user) => wanted.has(spelled(user))),
      );
      const list = found.map(([group, users]) => {
        const withApps = inside.includes("apps") ? short(apps[group] ?? [], "apps") : {};
        return wire(group, { ...short(users, role), ...withApps });
      });
      return cut(list, searchParams);
    }
    if (below !== undefined)
      return cut(
        (groups[guid] ?? []).map((user) => wire(user)),
        searchParams,
      );
    const user = [...known].find((one) => spelled(one) === spelled(guid));
    if (user === undefined) return fault(404, 20003, "CF-UserNotFound");
    const groupsOf = (all: Readonly<Record<string, readonly string[]>>) =>
      Object.keys(all).filter((group) => all[group]?.includes(user) === true);
    return {
      body: wire(user, { ...short(groupsOf(organizations), "organizations"), ...short(groupsOf(spaces), "spaces") }),
    };
  };
}

function cut(all: readonly Wire[], query: URLSearchParams): Scripted {
  const size = Number(query.get("results-per-page") ?? 50);
  const start = (Number(query.get("page") ?? 1) - 1) * size;
  return { body: listOf(all.slice(start, start + size), all.length) };
}

function relations(needs: Partial<UserNeeds>) {
  return asking({ record: false, ...needs });
}

function asUser(answer: Answer<User | null> | undefined): User {
  if (answer === null || answer === undefined || answer instanceof Error)
    throw new Error("No user.", { cause: answer });
  return answer;
}

/** `MEMBER org-1` */
function groupsOf(answer: Answer<User | null> | undefined, filter: MembershipFilter): readonly string[] | undefined {
  return asUser(answer)
    .groups(first(100), filter)
    ?.items.map(({ role, group }) => `${role} ${group.id}`);
}

/** The paths alone. */
function routesOf(calls: readonly string[]): string[] {
  return calls.map((call) => /^GET ([^? ]*)/.exec(call)?.[1] ?? call);
}
