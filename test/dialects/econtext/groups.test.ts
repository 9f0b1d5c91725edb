import { describe, expect, it } from "vitest";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import type { Group, GroupReference, GroupRole, Membership } from "../../../src/domain/group.ts";
import { hasMore, type Page } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import { first, NO_PATH, ok, open, RECORD, refused, SERVICE, USER } from "./scripted-send.ts";
import { application, group, groupE2, minimalUserE2, organization, user, userE2 } from "./wire-bodies.ts";

const ALL = { kind: null, role: null };
const edges = (page: unknown) =>
  (page as Page<Membership>).items.map(({ role, group: { kind, id } }) => `${kind} ${id} ${role}`);
const names = (page: unknown) => (page as Page<Group>).items.map(({ name }) => name);
const ref = (id: string) => ({ kind: "GROUP", id }) as const;

describe("Groups by reference", () => {
  it("cost one GET for one, and the list once for several", async () => {
    const one = open({ "GET /groups/group/g1": ok({ group: group("g1") }) });
    expect(await one.directory.groups.byRefs([ref("g1"), ref("g1")], RECORD)).toMatchObject([
      { id: "g1" },
      { id: "g1" },
    ]);
    expect(one.service.lines).toEqual(["GET /groups/group/g1"]);

    const several = open({ "GET /groups": ok({ groups: [group("g2"), null, group("g1")] }) });
    const answers = await several.directory.groups.byRefs([ref("g1"), ref("g2"), ref("g1")], RECORD);
    expect(answers).toMatchObject([{ id: "g1" }, { id: "g2" }, { id: "g1" }]);
    await several.directory.groups.byRefs([ref("g1")], RECORD);
    expect(several.service.lines).toEqual(["GET /groups"]);
    expect(several.service.requests[0]?.keys).toBe(2);
  });

  it("cost nothing where users brought them along", async () => {
    const { directory, service } = open({
      "GET /users?limit=21&offset=0": ok({ users: [user("u1", { groups: [group("g1")] })] }),
    });
    await directory.users.list(first(20), null, USER);
    expect(await directory.groups.byRefs([ref("g1")], RECORD)).toMatchObject([{ id: "g1" }]);
    expect(service.lines).toHaveLength(1);
  });

  it("behind the first 25 of E2 are asked for one by one", async () => {
    const listed = Array.from({ length: 25 }, (_, index) => groupE2(`g${index}`));
    const { directory, service } = open({
      "GET /groups": ok({ groups: listed }),
      "GET /groups/group/g98": ok({ group: groupE2("g98") }),
      "GET /groups/group/g99": refused(
        400,
        "Invalid parameter",
        'The "g99" parameter is invalid. Organization not found',
      ),
    });
    const answers = await directory.groups.byRefs([ref("g1"), ref("g98"), ref("g99")], RECORD);
    expect(answers).toMatchObject([{ id: "g1" }, { id: "g98" }, null]);
    expect(service.lines).toEqual(["GET /groups", "GET /groups/group/g98", "GET /groups/group/g99"]);
  });

  it("that a list leaves out are asked for singly, for it may have been cut short", async () => {
    const { directory, service } = open({
      "GET /groups": ok({ groups: [group("g1")] }),
      "GET /groups/group/g2": ok({ group: group("g2") }),
    });
    expect(await directory.groups.byRefs([ref("g1"), ref("g2")], RECORD)).toMatchObject([{ id: "g1" }, { id: "g2" }]);
    expect(service.lines).toEqual(["GET /groups", "GET /groups/group/g2"]);
  });

  it.each([
    ["__init__() missing 1 required positional argument: 'param_name'", null],
    ["__init__() takes exactly 3 arguments (2 given)", null],
    ["boom", { code: "UPSTREAM_ERROR" }],
  ])(
    "are missing in E1 where the list leaves them out and no error of them can be built: %s",
    async (error, answer) => {
      const { directory } = open({
        "GET /groups": ok({ groups: [group("g1")] }),
        "GET /groups/group/gone": refused(500, error, "Traceback"),
      });
      const [known, unlisted] = await directory.groups.byRefs([ref("g1"), ref("gone")], RECORD);
      expect(known).toMatchObject({ id: "g1" });
      if (answer === null) expect(unlisted).toBeNull();
      else expect(unlisted).toMatchObject(answer);
    },
  );

  it("share the failure of the list", async () => {
    const { directory } = open({ "GET /groups": { status: 503, body: "" } });
    const answers = await directory.groups.byRefs([ref("g1"), ref("g2")], RECORD);
    expect(answers).toMatchObject([{ code: "UPSTREAM_UNAVAILABLE" }, { code: "UPSTREAM_UNAVAILABLE" }]);
  });

  it("that no list has left out cannot be told from a fault in E1", async () => {
    const error = "__init__() missing 1 required positional argument: 'param_name'";
    const failing = {
      "GET /groups/group/g1": refused(500, error, "Traceback"),
      "GET /groups/group/g2": refused(500, error, "Traceback"),
    };
    const single = open(failing);
    expect(await single.directory.groups.byRefs([ref("g1")], RECORD)).toMatchObject([{ code: "UPSTREAM_ERROR" }]);
    const several = open({ ...failing, "GET /groups": refused(500, "boom", "Traceback") });
    expect(await several.directory.groups.byRefs([ref("g1"), ref("g2")], RECORD)).toMatchObject([
      { code: "UPSTREAM_ERROR" },
      { code: "UPSTREAM_ERROR" },
    ]);
  });

  it("tell organizations from groups of the same id, and have no spaces", async () => {
    const { directory, service } = open({
      "GET /groups/group/7": ok({ group: groupE2("7") }),
      "GET /organizations/organization/7": ok({ organization: organization("7") }),
    });
    const refs = [ref("7"), { kind: "ORGANIZATION", id: "7" }, { kind: "SPACE", id: "7" }] as const;
    const answers = await directory.groups.byRefs(refs, RECORD);
    expect(answers).toMatchObject([
      { kind: "GROUP", name: "Group 7" },
      { kind: "ORGANIZATION", name: "Organization 7" },
      null,
    ]);
    expect((answers[1] as Group).href).toBe(`${SERVICE.url}/organizations/organization/7`);
    expect((answers[1] as Group).application).toBeNull();
    expect(service.lines).toHaveLength(2);
  });

  it("have no organizations before E2, and ask nobody once a group has shown that", async () => {
    const { directory, service } = open({
      "GET /organizations/organization/7": NO_PATH,
      "GET /groups/group/g1": ok({ group: group("g1") }),
    });
    expect(await directory.groups.byRefs([{ kind: "ORGANIZATION", id: "7" }], RECORD)).toEqual([null]);
    await directory.groups.byRefs([ref("g1")], RECORD);
    expect(await directory.groups.byRefs([{ kind: "ORGANIZATION", id: "8" }], RECORD)).toEqual([null]);
    expect(service.lines).toHaveLength(2);
  });

  it.each([
    ["500", refused(500, "boom", "Traceback")],
    ["no usable answer", ok({ groups: [group("g1"), { id: 5 }] })],
  ])("are asked for one by one where the service fails at the list: %s", async (_, list) => {
    const { directory } = open({
      "GET /groups": list,
      "GET /groups/group/g1": ok({ group: group("g1") }),
      "GET /groups/group/g2": refused(500, "boom", "Traceback"),
    });
    const answers = await directory.groups.byRefs([ref("g1"), ref("g2")], RECORD);
    expect(answers).toMatchObject([{ id: "g1" }, { code: "UPSTREAM_ERROR" }]);
  });

  it("share one call with whoever asks for the same group at the same time", async () => {
    const { directory, service } = open({ "GET /groups/group/g1": ok({ group: group("g1") }) });
    await Promise.all([
      directory.groups.byRefs([ref("g1")], RECORD),
      directory.applications.ofGroups([ref("g1")], first(20), RECORD),
    ]);
    expect(service.lines).toEqual(["GET /groups/group/g1"]);
  });

  it("share an organization's one call with its members", async () => {
    const home = organization("o1", "Air", { users: [minimalUserE2("a")], admins: [minimalUserE2("a")] });
    const { directory, service } = open({ "GET /organizations/organization/o1": ok({ organization: home }) });
    const refs = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    await directory.groups.byRefs(refs, RECORD);
    await Promise.all([
      directory.users.ofGroups(refs, first(20), null, USER),
      directory.users.ofGroups(refs, first(20), "MANAGER", USER),
    ]);
    expect(service.lines).toEqual(["GET /organizations/organization/o1"]);
  });
});

describe("A user's memberships", () => {
  const member = userE2("u1", {
    groups: [groupE2("g2", "a1", "B"), groupE2("g1", "a1", "A")],
    organization: organization("o1"),
    org_admin: true,
  });
  const script = { "GET /users/user/u1": ok({ user: member }) };

  it("are its groups, then its organization, once for each role (E2)", async () => {
    const { directory } = open(script);
    const [page] = await directory.groups.ofUsers(["u1"], first(20), ALL, RECORD);
    expect(edges(page)).toEqual([
      "GROUP g1 MEMBER",
      "GROUP g2 MEMBER",
      "ORGANIZATION o1 MEMBER",
      "ORGANIZATION o1 MANAGER",
    ]);
  });

  it("are walked edge by edge", async () => {
    const { directory } = open(script);
    const seen: string[] = [];
    let after: string | null = null;
    for (let hasNext = true; hasNext;) {
      const [answer] = await directory.groups.ofUsers(["u1"], first(1, after), ALL, RECORD);
      const page = answer as Page<Membership>;
      seen.push(...edges(page));
      hasNext = await hasMore(page);
      after = page.cursor(0);
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(4);
  });

  it.each([
    [{ kind: "GROUP", role: null }, ["GROUP g1 MEMBER", "GROUP g2 MEMBER"]],
    [{ kind: "ORGANIZATION", role: null }, ["ORGANIZATION o1 MEMBER", "ORGANIZATION o1 MANAGER"]],
    [{ kind: null, role: "MANAGER" }, ["ORGANIZATION o1 MANAGER"]],
    [{ kind: null, role: "MEMBER" }, ["GROUP g1 MEMBER", "GROUP g2 MEMBER", "ORGANIZATION o1 MEMBER"]],
  ] as const)("keep to the filter %j", async (filter, expected) => {
    const { directory } = open(script);
    const [page] = await directory.groups.ofUsers(["u1"], first(20), filter, RECORD);
    expect(edges(page)).toEqual(expected);
  });

  it.each([
    { kind: "SPACE", role: null },
    { kind: "GROUP", role: "MANAGER" },
    { kind: null, role: "DEVELOPER" as GroupRole },
    { kind: null, role: "AUDITOR" },
  ] as const)("that no filter like %j can match ask nobody", async (filter) => {
    const { directory, service } = open(script);
    const [page] = await directory.groups.ofUsers(["u1"], first(20), filter, RECORD);
    expect(edges(page)).toEqual([]);
    const [found] = (await directory.users.byIds(["u1"], USER)) as readonly User[];
    expect(found?.groups(first(20), filter)?.items).toEqual([]);
    expect(service.lines).toHaveLength(1);
  });

  it("hold no organization before E2, and no null that E1 has for a broken group", async () => {
    const { directory } = open({
      "GET /users/user/u1": ok({ user: user("u1", { groups: [null, group("g1", "gone")] }) }),
    });
    const [page] = await directory.groups.ofUsers(["u1"], first(20), ALL, RECORD);
    expect(edges(page)).toEqual(["GROUP g1 MEMBER"]);
    const [membership] = (page as Page<Membership>).items;
    expect(membership?.group.record?.application).toEqual({ id: "gone", record: undefined });
  });

  it("in organizations are none before E2, and nobody is asked once that is known", async () => {
    const { directory, service } = open({ "GET /users/user/u1": ok({ user: user("u1") }) });
    await directory.users.byIds(["u1"], USER);
    const filter = { kind: "ORGANIZATION", role: null } as const;
    const pages = await directory.groups.ofUsers(["u1", "u2"], first(20), filter, RECORD);
    expect(pages.map(edges)).toEqual([[], []]);
    expect(service.lines).toHaveLength(1);
  });

  it("are read again where a list did not load them, once for each user", async () => {
    const { directory, service } = open({
      "GET /groups/group/g1/users": ok({ users: [minimalUserE2("u1")] }),
      ...script,
    });
    await directory.users.ofGroups([ref("g1")], first(20), null, USER);
    await directory.groups.ofUsers(["u1", "u1"], first(20), ALL, RECORD);
    await directory.applications.ofUsers(["u1"], first(20), RECORD);
    expect(service.lines).toEqual(["GET /groups/group/g1/users", "GET /users/user/u1"]);
  });

  it("of nobody are none, and a failure is that user's alone", async () => {
    const { directory } = open({
      ...script,
      "GET /users/user/u2": refused(400, "Invalid parameter", "User not found"),
      "GET /users/user/u3": { status: 502, body: "<html>" },
    });
    const [some, none, failed] = await directory.groups.ofUsers(["u1", "u2", "u3"], first(20), ALL, RECORD);
    expect(edges(some)).toHaveLength(4);
    expect(edges(none)).toEqual([]);
    expect(failed).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  });
});

describe("The list of groups", () => {
  it("comes by name and never says how many there are", async () => {
    const { directory } = open({ "GET /groups": ok({ groups: [group("1", "a", "B"), null, group("2", "a", "A")] }) });
    const page = await directory.groups.list(first(1), "GROUP", RECORD);
    expect([names(page), page.hasNext, page.total]).toEqual([["A"], true, null]);
    const next = await directory.groups.list(first(1, page.cursor(0)), "GROUP", RECORD);
    expect([names(next), await hasMore(next)]).toEqual([["B"], false]);
    await expect(directory.groups.list(first(1, "o1"), "GROUP", RECORD)).rejects.toBeInstanceOf(Refusal);
  });

  it("has organizations behind the groups in E2", async () => {
    const { directory, service } = open({
      "GET /groups": ok({ groups: [groupE2("g1")] }),
      "GET /organizations?limit=2&offset=0": ok({ organizations: [organization("o1"), organization("o2")] }),
      "GET /organizations?limit=3&offset=1": ok({ organizations: [organization("o2")] }),
    });
    const page = await directory.groups.list(first(2), null, RECORD);
    expect([names(page), page.hasNext]).toEqual([["Group g1", "Organization o1"], true]);
    const next = await directory.groups.list(first(2, page.cursor(1)), null, RECORD);
    expect([names(next), next.hasNext]).toEqual([["Organization o2"], false]);
    expect(service.lines).toHaveLength(3);
  });

  it("has no organizations before E2, and does not ask for them once groups have shown that", async () => {
    const { directory, service } = open({ "GET /groups": ok({ groups: [group("g1")] }) });
    expect(names(await directory.groups.list(first(20), null, RECORD))).toEqual(["Group g1"]);
    expect(names(await directory.groups.list(first(20), "ORGANIZATION", RECORD))).toEqual([]);
    expect(service.lines).toEqual(["GET /groups"]);
  });

  it("asks for organizations where nothing has shown the edition, and takes a missing path for none", async () => {
    const { directory } = open({ "GET /groups": ok({ groups: [] }), "GET /organizations?limit=21&offset=0": NO_PATH });
    expect(names(await directory.groups.list(first(20), null, RECORD))).toEqual([]);
  });

  it("of organizations is read once for each page", async () => {
    const { directory, service } = open({
      "GET /organizations?limit=2&offset=0": ok({ organizations: [organization("o1")] }),
    });
    await Promise.all([
      directory.groups.list(first(1), "ORGANIZATION", RECORD),
      directory.groups.list(first(1), "ORGANIZATION", RECORD),
    ]);
    expect(service.lines).toHaveLength(1);
  });

  it("has no spaces, and nobody is asked", async () => {
    const { directory, service } = open({});
    expect(names(await directory.groups.list(first(20), "SPACE", RECORD))).toEqual([]);
    expect(directory.groups.kinds).toEqual(["GROUP", "ORGANIZATION"]);
    expect(service.lines).toEqual([]);
  });
});

describe("The groups of applications", () => {
  const ids = (page: unknown) => (page as Page<GroupReference>).items.map(({ id }) => id);

  it("come by name, however the service mixes them", async () => {
    const { directory } = open({
      "GET /applications/application/a1/groups": ok({ groups: [groupE2("2", "a1", "B"), groupE2("1", "a1", "A")] }),
      "GET /applications/application/a2/groups": refused(400, "Invalid parameter", "Application could not be found"),
    });
    const [some, none] = await directory.groups.ofApplications(["a1", "a2"], first(20), RECORD);
    expect(ids(some)).toEqual(["1", "2"]);
    expect(ids(none)).toEqual([]);
  });

  it("are read once in an operation, however many ask", async () => {
    const { directory, service } = open({
      "GET /applications/application/a1/groups": ok({ groups: [groupE2("1", "a1"), groupE2("2", "a1")] }),
    });
    await Promise.all([
      directory.groups.ofApplications(["a1"], first(1), RECORD),
      directory.groups.ofApplications(["a1"], first(2), RECORD),
    ]);
    expect(service.lines).toHaveLength(1);
  });

  it("are not picked from the cut list where a proxy hides the path from E2", async () => {
    const { directory } = open({
      "GET /groups": ok({ groups: [groupE2("1", "a1")] }),
      "GET /applications/application/a1/groups": NO_PATH,
    });
    await directory.groups.list(first(20), "GROUP", RECORD);
    expect(await directory.groups.ofApplications(["a1"], first(20), RECORD)).toMatchObject([
      { code: "UPSTREAM_ERROR" },
    ]);
  });

  it("are picked from the whole list where there is no such path (E0), which is remembered", async () => {
    const attachment = econtext.attach(SERVICE);
    const groups = ok({ groups: [group("1", "a1"), group("2", "a2")] });
    const script = { "GET /applications/application/a1/groups": NO_PATH, "GET /groups": groups };
    const one = open(script, attachment);
    expect((await one.directory.groups.ofApplications(["a1"], first(20), RECORD)).map(ids)).toEqual([["1"]]);
    expect(one.service.lines).toEqual(["GET /applications/application/a1/groups", "GET /groups"]);
    const again = open(script, attachment);
    await again.directory.groups.ofApplications(["a1"], first(20), RECORD);
    expect(again.service.lines).toEqual(["GET /groups"]);
  });

  it("of several applications cost one list where it is known to be whole (E1)", async () => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [application("a1"), application("a2")] }),
      "GET /groups": ok({ groups: [group("1", "a1"), group("2", "a2")] }),
    });
    await directory.applications.list(first(20), RECORD);
    expect((await directory.groups.ofApplications(["a1", "a2"], first(20), RECORD)).map(ids)).toEqual([["1"], ["2"]]);
    expect(service.lines).toEqual(["GET /applications", "GET /groups"]);
    expect(service.requests[1]?.keys).toBe(2);
  });
});

describe("A group", () => {
  it("has no children, and nobody is asked", async () => {
    const { directory, service } = open({});
    expect(await directory.groups.childrenOf([ref("g1")], first(20), RECORD)).toMatchObject([{ items: [] }]);
    expect(service.lines).toEqual([]);
  });

  it("has the application it belongs to, from memory where that was met", async () => {
    const { directory } = open({
      "GET /users/user/u1": ok({ user: user("u1", { applications: [application("a1")], groups: [group("g1")] }) }),
    });
    const [found] = (await directory.users.byIds(["u1"], USER)) as readonly User[];
    const [membership] = found?.groups(first(20), ALL)?.items ?? [];
    const record = membership?.group.record;
    expect(record?.application).toMatchObject({ id: "a1", record: { name: "Application a1" } });
    expect(record?.applications(first(20))?.items).toMatchObject([{ id: "a1", record: { name: "Application a1" } }]);
  });
});
