import { describe, expect, it } from "vitest";
import type { Page } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import { first, ok, open, RECORD, refused, USER } from "./scripted-send.ts";
import { application, applicationE2, group, user } from "./wire-bodies.ts";

const ALL = { kind: null, role: null };

describe("Applications by id", () => {
  it("cost one GET for one, and the list once for several", async () => {
    const one = open({
      "GET /applications/application/a1": refused(
        400,
        "Invalid parameter",
        'The "appid" parameter is invalid. Application not found',
      ),
    });
    expect(await one.directory.applications.byIds(["a1"], RECORD)).toEqual([null]);

    const several = open({ "GET /applications": ok({ applications: [application("a2"), application("a1")] }) });
    const answers = await several.directory.applications.byIds(["a1", "a2", "a1"], RECORD);
    expect(answers).toMatchObject([{ id: "a1" }, { id: "a2" }, { id: "a1" }]);
    expect(answers[0]).toBe(answers[2]);
    expect(several.service.lines).toEqual(["GET /applications"]);
    expect(several.service.requests[0]).toMatchObject({ keys: 2 });
  });

  it.each([
    ["before E2", application],
    ["in E2", applicationE2],
  ])("that a list leaves out are asked for singly, for it may have been cut short: %s", async (_, make) => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [make("a1")] }),
      "GET /applications/application/cut": ok({ application: make("cut") }),
      "GET /applications/application/gone": refused(400, "Invalid parameter", "Application not found"),
    });
    const answers = await directory.applications.byIds(["a1", "cut", "gone"], RECORD);
    expect(answers).toMatchObject([{ id: "a1" }, { id: "cut" }, null]);
    expect(service.lines).toHaveLength(3);
  });

  it("that several ask for at once share one list", async () => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [application("a1"), application("a2"), application("a3")] }),
    });
    await Promise.all([
      directory.applications.byIds(["a1", "a2"], RECORD),
      directory.applications.list(first(20), RECORD),
      directory.applications.byIds(["a3"], RECORD),
    ]);
    expect(service.lines).toEqual(["GET /applications"]);
  });

  it("ask for the list again after it failed", async () => {
    const { directory, service } = open({
      "GET /applications": [{ status: 503, body: "" }, ok({ applications: [application("a1")] })],
    });
    await expect(directory.applications.list(first(20), RECORD)).rejects.toMatchObject({
      code: "UPSTREAM_UNAVAILABLE",
    });
    expect((await directory.applications.list(first(20), RECORD)).items).toMatchObject([{ id: "a1" }]);
    expect(service.lines).toHaveLength(2);
  });

  it("behind the first 25 of E2 are asked for one by one", async () => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: Array.from({ length: 25 }, (_, index) => applicationE2(`a${index}`)) }),
      "GET /applications/application/z1": ok({ application: applicationE2("z1") }),
      "GET /applications/application/z2": refused(500, "Application z2 not found", "Traceback"),
    });
    expect(await directory.applications.byIds(["a3", "z1", "z2"], RECORD)).toMatchObject([
      { id: "a3" },
      { id: "z1" },
      null,
    ]);
    expect(service.lines).toHaveLength(3);
  });
});

describe("The list of applications", () => {
  it("ends openly behind the 25th in E2, and says so to who reads on", async () => {
    const { directory } = open({
      "GET /applications": ok({ applications: Array.from({ length: 25 }, (_, index) => applicationE2(`a${index}`)) }),
    });
    const page = await directory.applications.list(first(25), RECORD);
    expect([page.items.length, page.hasNext, page.total]).toEqual([25, true, null]);
    await expect(directory.applications.list(first(25, page.cursor(24)), RECORD)).rejects.toMatchObject({
      problems: [
        {
          code: "UNSUPPORTED",
          message:
            "This edition of the service lists only its first 25 applications. Any other can be read by its id, and through its users and groups; with `service`, those of the other services.",
        },
      ],
    });
  });

  it.each([
    ["24 in E2", 24, applicationE2],
    ["25 before E2", 25, application],
    ["40 before E2", 40, application],
  ])("ends with its last: %s", async (_, count, make) => {
    const { directory } = open({
      "GET /applications": ok({ applications: Array.from({ length: count }, (_item, index) => make(`a${index}`)) }),
    });
    const page = await directory.applications.list(first(100), RECORD);
    expect([page.items.length, page.hasNext]).toEqual([count, false]);
  });
});

describe("The applications of users and groups", () => {
  const items = (page: unknown) => (page as Page<{ id: string }>).items;

  it("come from the user's record, and fill the memory for its groups (E0 with id strings asks the list)", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: user("u1", { applications: ["a2", "a1"] }) }),
      "GET /applications": ok({ applications: [application("a1"), application("a2")] }),
    });
    const [page] = await directory.applications.ofUsers(["u1"], first(20), RECORD);
    expect(items(page)).toEqual([
      { id: "a1", record: undefined },
      { id: "a2", record: undefined },
    ]);
    await directory.applications.byIds(["a1", "a2"], RECORD);
    const [found] = (await directory.users.byIds(["u1"], USER)) as readonly User[];
    expect(found?.applications(first(20))?.items).toMatchObject([
      { id: "a1", record: { name: "Application a1" } },
      { id: "a2", record: { name: "Application a2" } },
    ]);
    expect(service.lines).toHaveLength(2);
  });

  it("of a group is the one it belongs to", async () => {
    const { directory, service } = open({
      "GET /groups/group/g1": ok({ group: group("g1", "a1") }),
    });
    const refs = [
      { kind: "GROUP", id: "g1" },
      { kind: "ORGANIZATION", id: "g1" },
      { kind: "SPACE", id: "g1" },
    ] as const;
    const pages = await directory.applications.ofGroups(refs, first(20), RECORD);
    expect(pages.map(items)).toEqual([[{ id: "a1", record: undefined }], [], []]);
    expect(service.lines).toEqual(["GET /groups/group/g1"]);
  });

  it("of a group that cannot be read is that group's error alone", async () => {
    const { directory } = open({
      "GET /users/user/u1": ok({ user: user("u1", { groups: [group("g1", "a1")] }) }),
      "GET /groups/group/g2": refused(500, "boom", "Traceback"),
    });
    await directory.groups.ofUsers(["u1"], first(20), ALL, RECORD);
    const refs = [
      { kind: "GROUP", id: "g1" },
      { kind: "GROUP", id: "g2" },
    ] as const;
    const [known, failed] = await directory.applications.ofGroups(refs, first(20), RECORD);
    expect(items(known)).toMatchObject([{ id: "a1" }]);
    expect(failed).toMatchObject({ code: "UPSTREAM_ERROR" });
  });

  it("are never told by an application of its groups", async () => {
    const { directory } = open({ "GET /applications/application/a1": ok({ application: application("a1") }) });
    const [found] = await directory.applications.byIds(["a1"], RECORD);
    expect((found as { groups(page: unknown): unknown }).groups(first(20))).toBeUndefined();
  });
});
