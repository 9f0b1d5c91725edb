import { describe, expect, it } from "vitest";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import { EMPTY_PAGE, type Page } from "../../../src/domain/page.ts";
import type { Member, User } from "../../../src/domain/user.ts";
import { ASKS, first, NO_PATH, ok, open, RECORD, refused, SERVICE, USER } from "./scripted-send.ts";
import {
  application,
  applicationE2,
  group,
  groupE2,
  minimalUserE2,
  organization,
  user,
  userE2,
} from "./wire-bodies.ts";

const ALL = { kind: null, role: null };
const NEEDS_GROUPS = { needs: { ...USER.needs, groups: [ALL] }, for: ASKS };
const idsOf = (page: Page<User>) => page.items.map(({ id }) => id);

describe("Users by id", () => {
  it("are asked for one by one, each distinct id once, and answered in the order asked", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: user("u1") }),
      "GET /users/user/u2": refused(400, "Invalid parameter", 'The "userid" parameter is invalid. User not found'),
      "GET /users/user/u3": refused(500, "User u3 not found", "Traceback"),
      "GET /users/user/u4": refused(500, "'NoneType' object has no attribute 'x'", "Traceback"),
    });
    const answers = await directory.users.byIds(["u2", "u4", "u1", "u4", "u1", "u3"], USER);
    const failed = { code: "UPSTREAM_ERROR" };
    expect(answers).toMatchObject([null, failed, { id: "u1" }, failed, { id: "u1" }, null]);
    expect(service.lines).toEqual([
      "GET /users/user/u2",
      "GET /users/user/u4",
      "GET /users/user/u1",
      "GET /users/user/u3",
    ]);
    expect(service.requests[0]).toMatchObject({ route: "/users/user/{id}", for: ASKS, keys: 1 });
  });

  it("are remembered within an operation", async () => {
    const { directory, service } = open({ "GET /users/user/u1": ok({ user: user("u1") }) });
    await directory.users.byIds(["u1"], USER);
    await directory.users.byIds(["u1"], NEEDS_GROUPS);
    expect(service.lines).toHaveLength(1);
  });

  it("come from memory as they are, unless relations are needed that did not come along (E2)", async () => {
    const script = {
      "GET /applications/application/a1/users": ok({ users: [userE2("u1")] }),
      "GET /users/user/u1": ok({ user: userE2("u1", { groups: [groupE2("g1")] }) }),
    };
    const bare = open(script);
    await bare.directory.users.ofApplications(["a1"], first(20), USER);
    await bare.directory.users.byIds(["u1"], USER);
    expect(bare.service.lines).toHaveLength(1);

    const whole = open(script);
    await whole.directory.users.ofApplications(["a1"], first(20), USER);
    const [found] = (await whole.directory.users.byIds(["u1"], NEEDS_GROUPS)) as readonly User[];
    expect(whole.service.lines).toHaveLength(2);
    expect(found?.groups(first(20), ALL)?.items).toHaveLength(1);
  });

  it("share one call with relations that are asked for at the same time", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({
        user: userE2("u1", { groups: [groupE2("g1")], applications: [applicationE2("a1")] }),
      }),
    });
    const [users, groups, applications, keys] = await Promise.all([
      directory.users.byIds(["u1"], USER),
      directory.groups.ofUsers(["u1"], first(20), ALL, RECORD),
      directory.applications.ofUsers(["u1"], first(20), RECORD),
      directory.apiKeys.ofUsers(["u1"], RECORD),
    ]);
    expect(service.lines).toEqual(["GET /users/user/u1"]);
    expect(users).toMatchObject([{ id: "u1" }]);
    expect(groups).toMatchObject([{ items: [{ group: { id: "g1" } }] }]);
    expect(applications).toMatchObject([{ items: [{ id: "a1" }] }]);
    expect(keys).toEqual([[]]);
  });
});

describe("The list of users", () => {
  it("is read by offset in E2, with one more than the page takes", async () => {
    const { directory, service } = open({
      "GET /users?limit=3&offset=0": ok({ users: [userE2("c"), userE2("a"), userE2("b")] }),
      "GET /users?limit=3&offset=2": ok({ users: [userE2("b")] }),
    });
    const page = await directory.users.list(first(2), null, USER);
    expect(idsOf(page)).toEqual(["c", "a"]);
    expect([page.hasNext, page.total]).toEqual([true, null]);
    const next = await directory.users.list(first(2, page.cursor(1)), null, USER);
    expect(idsOf(next)).toEqual(["b"]);
    expect(next.hasNext).toBe(false);
    expect(service.lines).toEqual(["GET /users?limit=3&offset=0", "GET /users?limit=3&offset=2"]);
  });

  it("is cut here in E1, which ignores limit and offset and keeps no order", async () => {
    const everyone = ok({ users: [user("c"), user("a"), user("d"), user("b")] });
    const shuffled = ok({ users: [user("b"), user("d"), user("a"), user("c")] });
    const { directory } = open({ "GET /users?limit=3&offset=0": everyone });
    const page = await directory.users.list(first(2), null, USER);
    expect(idsOf(page)).toEqual(["a", "b"]);
    expect([page.hasNext, page.total]).toEqual([true, null]);
    const { directory: later } = open({ "GET /users?limit=3&offset=0": shuffled });
    const next = await later.users.list(first(2, page.cursor(1)), null, USER);
    expect(idsOf(next)).toEqual(["c", "d"]);
    expect(next.hasNext).toBe(false);
  });

  it.each([1, 2])(
    "is read once in an operation before E2, whatever pages are asked for: opened %i times",
    async (times) => {
      const attachment = econtext.attach(SERVICE);
      // At first nobody knows the edition.
      for (let time = 1; time <= times; time++) {
        const { directory, service } = open(
          { "GET /users?limit=2&offset=0": ok({ users: [user("b"), user("a")] }) },
          attachment,
        );
        const pages = await Promise.all([
          directory.users.list(first(1), null, USER),
          directory.users.list(first(20), null, USER),
        ]);
        pages.push(await directory.users.list(first(5, pages[0].cursor(0)), null, USER));
        expect(pages.map(idsOf)).toEqual([["a"], ["a", "b"], ["b"]]);
        expect(service.lines).toEqual(["GET /users?limit=2&offset=0"]);
      }
    },
  );

  it("is read again after a write", async () => {
    const { directory, service } = open({
      "GET /users?limit=2&offset=0": ok({ users: [user("a")] }),
      "POST /users/user": { status: 503, body: "" },
    });
    await directory.users.list(first(1), null, USER);
    const draft = { email: "b@example.com", password: "1234567", name: "B", customData: null, organization: null };
    await directory.users.create({ econtext: { ...draft, applications: [], groups: [] } }, ASKS).catch(() => undefined);
    await directory.users.list(first(1), null, USER);
    expect(service.lines).toEqual(["GET /users?limit=2&offset=0", "POST /users/user", "GET /users?limit=2&offset=0"]);
  });

  it("is read again where it failed", async () => {
    const { directory } = open({
      "GET /users?limit=2&offset=0": [{ status: 503, body: "" }, ok({ users: [user("a")] })],
    });
    await expect(directory.users.list(first(1), null, USER)).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    expect(idsOf(await directory.users.list(first(1), null, USER))).toEqual(["a"]);
  });

  it("is read page by page in E2, each once in an operation", async () => {
    const { directory, service } = open({
      "GET /users?limit=2&offset=0": ok({ users: [userE2("a"), userE2("b")] }),
      "GET /users?limit=3&offset=0": ok({ users: [userE2("a"), userE2("b")] }),
    });
    const list = (count: number) => directory.users.list(first(count), null, USER);
    const pages = await Promise.all([list(1), list(2), list(1), list(2)]);
    pages.push(await list(1));
    expect(pages.map(idsOf)).toEqual([["a"], ["a", "b"], ["a"], ["a", "b"], ["a"]]);
    expect(service.lines).toEqual(["GET /users?limit=2&offset=0", "GET /users?limit=3&offset=0"]);
  });

  it("shows each once, whatever E1 repeats", async () => {
    const { directory } = open({ "GET /users?limit=3&offset=0": ok({ users: [user("b"), user("a"), user("b")] }) });
    const page = await directory.users.list(first(2), null, USER);
    expect([idsOf(page), page.hasNext]).toEqual([["a", "b"], false]);
  });

  it("is not cut by count: a page of E1's may hold as many as E2's", async () => {
    const { directory } = open({ "GET /users?limit=3&offset=0": ok({ users: [user("b"), user("a")] }) });
    expect(idsOf(await directory.users.list(first(2), null, USER))).toEqual(["a", "b"]);
  });

  it("refuses a cursor of the other edition", async () => {
    const e2 = open({ "GET /users?limit=2&offset=0": ok({ users: [userE2("a"), userE2("b")] }) });
    const e1 = open({
      "GET /users?limit=2&offset=0": ok({ users: [user("a"), user("b")] }),
      "GET /users?limit=2&offset=1": ok({ users: [user("a"), user("b")] }),
    });
    const offset = (await e2.directory.users.list(first(1), null, USER)).cursor(0);
    const key = (await e1.directory.users.list(first(1), null, USER)).cursor(0);
    await expect(e1.directory.users.list(first(1, offset), null, USER)).rejects.toBeInstanceOf(Refusal);
    await expect(e2.directory.users.list(first(1, key), null, USER)).rejects.toBeInstanceOf(Refusal);
  });

  it.each(["", "x", "o", "o0", "o-1", "o1.5", "oo", "20", "s1"])(
    "refuses the cursor %j and asks nobody",
    async (after) => {
      const { directory, service } = open({});
      await expect(directory.users.list(first(1, after), null, USER)).rejects.toMatchObject({
        problems: [{ code: "INVALID", path: ["after"] }],
      });
      expect(service.lines).toEqual([]);
    },
  );

  it("behind the end, and of a service without users, is empty", async () => {
    const { directory } = open({ "GET /users?limit=3&offset=50": ok({ users: [] }) });
    expect(await directory.users.list(first(2, "o50"), null, USER)).toMatchObject({ items: [], hasNext: false });
  });

  it("fails as a whole where the service does", async () => {
    const { directory } = open({
      "GET /users?limit=2&offset=0": refused(400, "Invalid parameter", 'The "x" parameter is invalid. User not found'),
    });
    await expect(directory.users.list(first(1), null, USER)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
  });

  it("never says how many users there are", () => {
    const { directory } = open({});
    expect([directory.users.counts, directory.users.searches]).toEqual([false, true]);
  });
});

describe("A search", () => {
  const probe = "GET /organizations?limit=1";

  it.each([
    ["ada@example.com", "GET /users/search/ada%40example%5C.com"],
    ["a+b (c) [d] {2} ^$ | * ? \\", ""],
  ])("is literal where the service takes a regular expression: %s", async (text, line) => {
    const { directory, service } = open({
      [probe]: NO_PATH,
      "GET /users/search/ada%40example%5C.com": ok({ users: [user("b"), user("a")] }),
      [`GET /users/search/${encodeURIComponent(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))}`]: ok({
        users: [user("b"), user("a")],
      }),
    });
    const page = await directory.users.list(first(1), text, USER);
    expect(idsOf(page)).toEqual(["a"]);
    expect([page.hasNext, page.total]).toEqual([true, null]);
    expect(idsOf(await directory.users.list(first(1, page.cursor(0)), text, USER))).toEqual(["b"]);
    if (line !== "") expect(service.lines[1]).toBe(line);
    const sent = service.requests[1]?.params?.["text"] ?? "";
    expect(new RegExp(`^${sent}$`).test(text)).toBe(true);
  });

  it("is a phrase where the service takes a full-text query", async () => {
    const { directory, service } = open({
      [probe]: ok({ organizations: [] }),
      "GET /users/search/%22ada%20%5C%22x%5C%22%20OR%20*%20%5C%5C%22": ok({
        users: [
          { ...userE2("b"), name: 'Ada "X" or * \\' },
          { ...userE2("c"), name: "Ada X or" },
          { ...userE2("a"), email: '7.ada "x" OR * \\@example.com' },
        ],
      }),
    });
    const page = await directory.users.list(first(20), 'ada "x" OR * \\', USER);
    expect(idsOf(page).toSorted()).toEqual(["a", "b"]);
    expect(service.requests[1]?.params).toEqual({ text: '"ada \\"x\\" OR * \\\\"' });
  });

  it.each(["", "  ", "a/b", "a\nb", "a\u0000", "\ud800", "x".repeat(501)])(
    "for what cannot be asked safely is refused, and nobody is asked: %j",
    async (text) => {
      const { directory, service } = open({});
      await expect(directory.users.list(first(1), text, USER)).rejects.toMatchObject({
        problems: [{ code: "INVALID", path: ["search"] }],
      });
      expect(service.lines).toEqual([]);
    },
  );

  it("that would not fit into a request line is refused", async () => {
    const { directory } = open({ [probe]: NO_PATH });
    await expect(directory.users.list(first(1), "€".repeat(500), USER)).rejects.toMatchObject({
      problems: [{ code: "INVALID", path: ["search"] }],
    });
  });

  it("is sent once in an operation, whatever pages are asked for", async () => {
    const { directory, service } = open({
      [probe]: NO_PATH,
      "GET /users/search/ada": ok({ users: [user("b"), user("a")] }),
    });
    const [one, both] = await Promise.all([
      directory.users.list(first(1), "ada", USER),
      directory.users.list(first(2), "ada", USER),
    ]);
    expect([idsOf(one), idsOf(both)]).toEqual([["a"], ["a", "b"]]);
    expect(service.lines).toEqual([probe, "GET /users/search/ada"]);
  });

  it("does not take a cursor of the whole list", async () => {
    const { directory } = open({});
    await expect(directory.users.list(first(1, "ea@example.com\ta"), "ada", USER)).rejects.toBeInstanceOf(Refusal);
  });
});

describe("Users of applications", () => {
  it("come by email, whatever order the service has, and none of an unknown application", async () => {
    const { directory } = open({
      "GET /applications/application/a1/users": ok({ users: [user("b"), null, user("a")] }),
      "GET /applications/application/a2/users": refused(
        400,
        "Invalid parameter",
        'The "appid" parameter is invalid. Application could not be found',
      ),
      "GET /applications/application/a3/users": refused(500, "boom", "Traceback"),
    });
    const [known, unknown, failed] = await directory.users.ofApplications(["a1", "a2", "a3"], first(20), USER);
    expect(idsOf(known as Page<User>)).toEqual(["a", "b"]);
    expect(unknown).toBeNull();
    expect(failed).toMatchObject({ code: "UPSTREAM_ERROR" });
  });

  it("are read once in an operation, whatever pages are asked for", async () => {
    const { directory, service } = open({
      "GET /applications/application/a1/users": ok({ users: [user("b"), user("a")] }),
    });
    await Promise.all([
      directory.users.ofApplications(["a1"], first(1), USER),
      directory.users.ofApplications(["a1"], first(2), USER),
    ]);
    expect(service.lines).toHaveLength(1);
  });

  it("are remembered with what they bring, whoever met them before with less (E2)", async () => {
    const { directory, service } = open({
      "GET /groups/group/g1/users": ok({ users: [minimalUserE2("u1")] }),
      "GET /applications/application/a1/users": ok({
        users: [userE2("u1", { organization: organization("o1"), apikeys: [{ id: "K" }] })],
      }),
    });
    await directory.users.ofGroups([{ kind: "GROUP", id: "g1" }], first(20), null, USER);
    await directory.users.ofApplications(["a1"], first(20), USER);
    await directory.users.ofGroups([{ kind: "GROUP", id: "g1" }], first(20), null, USER);
    expect(await directory.apiKeys.ofUsers(["u1"], RECORD)).toMatchObject([[{ id: "K" }]]);
    expect(service.lines).toHaveLength(2);
  });

  it("have applications and groups of their own (E1)", async () => {
    const { directory } = open({
      "GET /applications/application/a1/users": ok({ users: [user("u1", { groups: [group("g1")] })] }),
    });
    const [page] = (await directory.users.ofApplications(["a1"], first(20), USER)) as readonly Page<User>[];
    const [member] = page?.items ?? [];
    expect(member?.groups(first(20), ALL)?.items).toHaveLength(1);
    expect(member?.applications(first(20))?.items).toEqual([]);
  });

  it("say nothing of applications, groups and organization in E2, where empty means not loaded", async () => {
    const { directory } = open({ "GET /applications/application/a1/users": ok({ users: [userE2("u1")] }) });
    const [page] = (await directory.users.ofApplications(["a1"], first(20), USER)) as readonly Page<User>[];
    const [member] = page?.items ?? [];
    expect(member?.groups(first(20), ALL)).toBeUndefined();
    expect(member?.applications(first(20))).toBeUndefined();
    expect(member?.apiKeys()).toBeUndefined();
    expect(member?.econtext?.organization).toBeUndefined();
  });

  it("are believed for what is there (E2 with organization and API keys)", async () => {
    const { directory } = open({
      "GET /applications/application/a1/users": ok({
        users: [userE2("u1", { organization: organization("o1"), apikeys: [{ id: "K" }] })],
      }),
    });
    const [page] = (await directory.users.ofApplications(["a1"], first(20), USER)) as readonly Page<User>[];
    const [member] = page?.items ?? [];
    expect(member?.apiKeys()).toMatchObject([{ id: "K", record: { id: "K" } }]);
    expect(member?.econtext?.organization).toMatchObject({ kind: "ORGANIZATION", id: "o1" });
    expect(member?.groups(first(20), { kind: "ORGANIZATION", role: null })?.items).toHaveLength(1);
    expect(member?.groups(first(20), ALL)).toBeUndefined();
  });
});

describe("What a user of E2 tells, by where it came from", () => {
  const everything = { groups: true, applications: true, keys: true, home: true };
  const nothing = { groups: false, applications: false, keys: false, home: false };

  function shows(shown: User | undefined) {
    return {
      groups: shown?.groups(first(20), { kind: "GROUP", role: null }) !== undefined,
      applications: shown?.applications(first(20)) !== undefined,
      keys: shown?.apiKeys() !== undefined,
      home: shown?.econtext?.organization !== undefined,
    };
  }

  it("is everything from its own GET", async () => {
    const { directory } = open({ "GET /users/user/u1": ok({ user: userE2("u1") }) });
    const [shown] = (await directory.users.byIds(["u1"], USER)) as readonly User[];
    expect(shows(shown)).toEqual(everything);
  });

  it("is everything but the API keys from the list and from a search", async () => {
    const { directory } = open({
      "GET /users?limit=21&offset=0": ok({ users: [userE2("u1")] }),
      "GET /users/search/%22u%22": ok({ users: [userE2("u2")] }),
    });
    const listed = await directory.users.list(first(20), null, USER);
    expect(shows(listed.items[0])).toEqual({ ...everything, keys: false });
    const found = await directory.users.list(first(20), "u", USER);
    expect(shows(found.items[0])).toEqual({ ...everything, keys: false });
  });

  it.each([
    ["GROUP", "GET /groups/group/x/users"],
    ["ORGANIZATION", "GET /organizations/organization/x/users"],
  ] as const)("is no relation from a %s", async (kind, line) => {
    const { directory } = open({ [line]: ok({ users: [minimalUserE2("u1")] }) });
    const [page] = (await directory.users.ofGroups(
      [{ kind, id: "x" }],
      first(20),
      "MEMBER",
      USER,
    )) as readonly Page<Member>[];
    expect(shows(page?.items[0]?.user)).toEqual(nothing);
  });
});

describe("Members", () => {
  const rolesOf = (page: unknown) =>
    page && (page as Page<Member>).items.map(({ role, user: { id } }) => `${id} ${role}`);

  it("of a group are members, and nobody is asked for another role", async () => {
    const { directory, service } = open({
      "GET /groups/group/g1/users": ok({ users: [user("b"), user("a")] }),
      "GET /groups/group/g2/users": refused(400, "Invalid parameter", "Group could not be found"),
    });
    const refs = [
      { kind: "GROUP", id: "g1" },
      { kind: "GROUP", id: "g2" },
      { kind: "SPACE", id: "g1" },
    ] as const;
    const pages = await directory.users.ofGroups(refs, first(20), null, USER);
    expect(pages.map(rolesOf)).toEqual([["a MEMBER", "b MEMBER"], null, null]);
    expect(service.lines).toHaveLength(2);
    const managers = await directory.users.ofGroups(refs, first(20), "MANAGER", USER);
    expect(managers).toEqual([EMPTY_PAGE, EMPTY_PAGE, null]);
    expect(service.lines).toHaveLength(2);
  });

  it("of an organization are members, and managers where its record says so", async () => {
    const home = organization("o1", "Air", {
      users: [minimalUserE2("b"), minimalUserE2("a")],
      admins: [minimalUserE2("a")],
    });
    const script = {
      "GET /organizations/organization/o1": ok({ organization: home }),
      "GET /organizations/organization/o1/users": ok({ users: [minimalUserE2("b"), minimalUserE2("a")] }),
    };
    const ref = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    const ask = async (role: "MEMBER" | "MANAGER" | "AUDITOR" | null) => {
      const { directory, service } = open(script);
      const [page] = await directory.users.ofGroups(ref, first(20), role, USER);
      return [rolesOf(page), service.lines.length];
    };
    expect(await ask(null)).toEqual([["a MEMBER", "a MANAGER", "b MEMBER"], 1]);
    expect(await ask("MEMBER")).toEqual([["a MEMBER", "b MEMBER"], 1]);
    expect(await ask("MANAGER")).toEqual([["a MANAGER"], 1]);
    expect(await ask("AUDITOR")).toEqual([[], 0]);
  });

  it("of an organization are shown once each, whatever its record repeats", async () => {
    const [a, b] = [minimalUserE2("a"), minimalUserE2("b")];
    const home = organization("o1", "Air", { users: [b, a, b], admins: [a, a] });
    const { directory } = open({ "GET /organizations/organization/o1": ok({ organization: home }) });
    const ref = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    const [page] = await directory.users.ofGroups(ref, first(20), null, USER);
    expect(rolesOf(page)).toEqual(["a MEMBER", "a MANAGER", "b MEMBER"]);
  });

  it("are walked edge by edge", async () => {
    const home = organization("o1", "Air", { users: [minimalUserE2("a")], admins: [minimalUserE2("a")] });
    const { directory } = open({ "GET /organizations/organization/o1": ok({ organization: home }) });
    const ref = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    const [page] = (await directory.users.ofGroups(ref, first(1), null, USER)) as readonly Page<Member>[];
    expect(rolesOf(page)).toEqual(["a MEMBER"]);
    const [next] = await directory.users.ofGroups(ref, first(1, page?.cursor(0) ?? ""), null, USER);
    expect(rolesOf(next)).toEqual(["a MANAGER"]);
  });

  it("of an organization are UNSUPPORTED as managers where the service does not tell them", async () => {
    const { directory } = open({ "GET /organizations/organization/o1": ok({ organization: { id: "o1" } }) });
    const [answer] = await directory.users.ofGroups([{ kind: "ORGANIZATION", id: "o1" }], first(1), "MANAGER", USER);
    expect(answer).toMatchObject({ problems: [{ code: "UNSUPPORTED", path: ["role"] }] });
  });

  it("of an organization are nobody in editions without, which are asked no more once that is known", async () => {
    const { directory, service } = open({
      "GET /organizations/organization/o1/users": NO_PATH,
      "GET /organizations/organization/o1": NO_PATH,
      "GET /users/user/u1": ok({ user: user("u1") }),
    });
    const ref = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    expect(await directory.users.ofGroups(ref, first(20), "MEMBER", USER)).toEqual([null]);
    expect(await directory.users.ofGroups(ref, first(20), null, USER)).toEqual([null]);
    await directory.users.byIds(["u1"], USER);
    const other = [{ kind: "ORGANIZATION", id: "o2" }] as const;
    expect(await directory.users.ofGroups(other, first(20), "MEMBER", USER)).toEqual([null]);
    expect(service.lines).toHaveLength(3);
  });

  it("of a group are read once in an operation, in whatever role they are asked for", async () => {
    const { directory, service } = open({ "GET /groups/group/g1/users": ok({ users: [minimalUserE2("a")] }) });
    const ref = [{ kind: "GROUP", id: "g1" }] as const;
    await Promise.all([
      directory.users.ofGroups(ref, first(20), null, USER),
      directory.users.ofGroups(ref, first(20), "MEMBER", USER),
    ]);
    expect(service.lines).toHaveLength(1);
  });
});

describe("A user's applications", () => {
  const namesOf = (page: Page<{ id: string; record: { name: string | null } | undefined }> | undefined) =>
    page?.items.map(({ id, record }) => `${id} ${record?.name ?? "?"}`);

  it("come by name, then id, whole", async () => {
    const { directory } = open({
      "GET /users/user/u1": ok({
        user: user("u1", {
          applications: [application("3", "B"), application("2", "A"), null, application("1", "A b")],
        }),
      }),
    });
    const [found] = (await directory.users.byIds(["u1"], USER)) as readonly User[];
    expect(namesOf(found?.applications(first(20)))).toEqual(["2 A", "1 A b", "3 B"]);
    const page = found?.applications(first(2));
    expect(page?.hasNext).toBe(true);
    expect(namesOf(found?.applications(first(2, page?.cursor(1) ?? "")))).toEqual(["3 B"]);
  });

  it("that are id strings come by id, and refuse a cursor of the other order", async () => {
    const { directory } = open({
      "GET /users/user/u1": ok({ user: user("u1", { applications: ["b", "a"] }) }),
      "GET /users/search/%5E(%3F%3Au2%7Cu3)%24": ok({
        users: [
          user("u2", { applications: [application("a"), application("b")] }),
          user("u3", { applications: [application("a", "Z"), "b"] }),
        ],
      }),
    });
    const [ids, objects, mixed] = (await directory.users.byIds(["u1", "u2", "u3"], USER)) as readonly User[];
    expect(namesOf(ids?.applications(first(20)))).toEqual(["a Application a", "b Application b"]);
    expect(namesOf(mixed?.applications(first(20)))).toEqual(["a Application a", "b Application b"]);
    const byId = ids?.applications(first(1))?.cursor(0) ?? "";
    const byName = objects?.applications(first(1))?.cursor(0) ?? "";
    expect(ids?.applications(first(1, byId))?.items).toMatchObject([{ id: "b" }]);
    expect(() => objects?.applications(first(1, byId))).toThrow(Refusal);
    expect(() => ids?.applications(first(1, byName))).toThrow(Refusal);
    expect(() => ids?.applications(first(1, "nonsense"))).toThrow(Refusal);
  });

  it("that are neither ids nor objects are no answer, and named by their place", async () => {
    const { directory } = open({ "GET /users/user/u1": ok({ user: user("u1", { applications: [null, 5] }) }) });
    const [answer] = await directory.applications.ofUsers(["u1"], first(20), RECORD);
    expect(answer).toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      detail: "GET /users/user/{id}: user.applications[1]: expected an object, found number",
    });
  });

  it("that are absent from the user's own record are no answer either", async () => {
    const { directory, service } = open({ "GET /users/user/u1": ok({ user: { id: "u1" } }) });
    const [answer] = await directory.applications.ofUsers(["u1"], first(20), RECORD);
    expect(answer).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE" });
    expect(service.lines).toHaveLength(1);
  });
});
