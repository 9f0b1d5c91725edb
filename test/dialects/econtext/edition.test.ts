import { describe, expect, it, vi } from "vitest";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import { Edition } from "../../../src/dialects/econtext/edition.ts";
import { applicationE2, minimalUserE2, organization, user, userE2 } from "./wire-bodies.ts";
import { first, NO_PATH, ok, open, RECORD, refused, SERVICE, USER } from "./scripted-send.ts";

const PROBE = "GET /organizations?limit=1";

/** Lets every promise that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("A search for ids", () => {
  it("is tried again ten minutes after it missed most: those may have been the few without a name", () => {
    vi.useFakeTimers();
    try {
      const edition = new Edition();
      for (let missed = 1; missed < 10; missed++) edition.learnThatSearchMissed();
      expect(edition.isSearchedById).toBe(true);
      edition.learnThatSearchMissed();
      expect(edition.isSearchedById).toBe(false);
      vi.advanceTimersByTime(10 * 60_000);
      expect(edition.isSearchedById).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it("goes on where it finds at least as many as it misses", () => {
    const edition = new Edition();
    edition.learnThatSearchFound(20);
    for (let missed = 1; missed <= 20; missed++) edition.learnThatSearchMissed();
    expect(edition.isSearchedById).toBe(true);
    edition.learnThatSearchMissed();
    expect(edition.isSearchedById).toBe(false);
  });
});

describe("The edition", () => {
  it("is asked for once, by a probe that no ledger counts, and remembered for every caller", async () => {
    const attachment = econtext.attach(SERVICE);
    const one = open({ [PROBE]: NO_PATH, "GET /users/search/ada": ok({ users: [] }) }, attachment);
    await one.directory.users.list(first(20), "ada", USER);
    expect(one.service.lines).toEqual([PROBE, "GET /users/search/ada"]);
    expect(one.service.requests[0]?.probe).toBe(true);
    expect(one.service.requests[1]?.probe).toBeUndefined();

    const other = open({ "GET /users/search/ada": ok({ users: [] }) }, attachment);
    await other.directory.users.list(first(20), "ada", USER);
    expect(other.service.lines).toEqual(["GET /users/search/ada"]);
  });

  it("is not asked for where an object has shown it", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: userE2("u1") }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.users.byIds(["u1"], USER);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines).toEqual(["GET /users/user/u1", "GET /users/search/%22ada%22"]);
  });

  it("shows in applications too", async () => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [applicationE2("a1")] }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.applications.list(first(20), RECORD);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines).toEqual(["GET /applications", "GET /users/search/%22ada%22"]);
  });

  it("is corrected where later answers say otherwise", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: user("u1") }),
      "GET /users/user/u2": ok({ user: userE2("u2") }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.users.byIds(["u1"], USER);
    await directory.users.byIds(["u2"], USER);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines.at(-1)).toBe("GET /users/search/%22ada%22");
  });

  it("is corrected within an operation, too, where the probe was misled", async () => {
    const { directory, service } = open({
      [PROBE]: NO_PATH,
      "GET /users/search/ada": ok({ users: [userE2("u1")] }),
      "GET /users/search/%22ada%22": ok({ users: [userE2("u1")] }),
    });
    await directory.users.list(first(20), "ada", USER);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines).toEqual([PROBE, "GET /users/search/ada", "GET /users/search/%22ada%22"]);
  });

  it("stays unknown after a probe that failed", async () => {
    const attachment = econtext.attach(SERVICE);
    const stranger = open({ [PROBE]: refused(401, "", "") }, attachment);
    await expect(stranger.directory.users.list(first(20), "ada", USER)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    const known = open({ [PROBE]: NO_PATH, "GET /users/search/ada": ok({ users: [] }) }, attachment);
    await known.directory.users.list(first(20), "ada", USER);
    expect(known.service.lines[0]).toBe(PROBE);
  });

  it("is not told by the missing path of one organization, which may be a proxy's for one caller", async () => {
    const attachment = econtext.attach(SERVICE);
    const one = open(
      { "GET /organizations/organization/o1": NO_PATH, "GET /organizations/organization/o1/users": NO_PATH },
      attachment,
    );
    const refs = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    expect(await one.directory.groups.byRefs(refs, RECORD)).toEqual([null]);
    expect(await one.directory.users.ofGroups(refs, first(20), "MEMBER", USER)).toEqual([null]);

    const line = "GET /organizations?limit=21&offset=0";
    const other = open({ [line]: ok({ organizations: [organization("o1")] }) }, attachment);
    expect((await other.directory.groups.list(first(20), "ORGANIZATION", RECORD)).items).toHaveLength(1);
    expect(other.service.lines).toEqual([line]);
  });

  it("is told by the missing path of all of them, until an object shows otherwise", async () => {
    const attachment = econtext.attach(SERVICE);
    const list = "GET /organizations?limit=21&offset=0";
    const one = open({ [list]: NO_PATH, "GET /users/user/u1": ok({ user: userE2("u1") }) }, attachment);
    const organizations = () => one.directory.groups.list(first(20), "ORGANIZATION", RECORD);
    expect((await organizations()).items).toEqual([]);
    expect((await organizations()).items).toEqual([]);
    expect(one.service.lines).toEqual([list]);

    await one.directory.users.byIds(["u1"], USER);
    const other = open({ [list]: NO_PATH }, attachment);
    await expect(other.directory.groups.list(first(20), "ORGANIZATION", RECORD)).rejects.toMatchObject({
      code: "UPSTREAM_ERROR",
    });
  });

  it.each([
    ["a minimal user of E2", { users: [minimalUserE2("u1")] }],
    ["a user that shows next to nothing", { users: [{ id: "u1", email: "u1@example.com" }] }],
  ])("is not taken for an earlier one by %s", async (_, result) => {
    const { directory, service } = open({
      "GET /users/user/u2": ok({ user: userE2("u2") }),
      "GET /groups/group/g1/users": ok(result),
      "GET /applications/application/a1": ok({ application: { id: "a1", name: "A" } }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.users.byIds(["u2"], USER);
    await directory.users.ofGroups([{ kind: "GROUP", id: "g1" }], first(20), null, USER);
    await directory.applications.byIds(["a1"], RECORD);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines.at(-1)).toBe("GET /users/search/%22ada%22");
  });

  it("is not told by a 404 that is a page, which is a proxy's", async () => {
    const { directory } = open({ [PROBE]: { status: 404, body: "<html>no</html>" } });
    await expect(directory.users.list(first(20), "ada", USER)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
  });
});

describe("Callers who ask for the edition at the same time", () => {
  it("share one probe", async () => {
    const edition = new Edition();
    let asked = 0;
    const ask = async () => {
      asked++;
      await Promise.resolve();
      return true;
    };
    expect(await Promise.all([edition.find(ask), edition.find(ask), edition.find(ask)])).toEqual([true, true, true]);
    expect(asked).toBe(1);
  });

  it("do not share a failure, which may be for one caller's credentials", async () => {
    const edition = new Edition();
    const failing = edition.find(() => Promise.reject(new Error("refused")));
    const asking = edition.find(() => Promise.resolve(false));
    await expect(failing).rejects.toThrow("refused");
    expect(await asking).toBe(false);
  });

  it("ask for themselves side by side where the one they waited for was aborted, and fail each on its own", async () => {
    const edition = new Edition();
    const first = Promise.withResolvers<boolean>();
    const aborted = edition.find(() => first.promise);
    const probes = [1, 2, 3].map(() => Promise.withResolvers<boolean>());
    let asked = 0;
    const others = probes.map(({ promise }) =>
      edition.find(() => {
        asked++;
        return promise;
      }),
    );
    await settle();
    expect(asked).toBe(0);
    first.reject(new Error("aborted"));
    await expect(aborted).rejects.toThrow("aborted");
    await settle();
    expect(asked).toBe(3);
    // The first of them hangs; the others do not wait for it.
    probes[1]?.reject(new Error("refused"));
    await expect(others[1]).rejects.toThrow("refused");
    probes[2]?.resolve(true);
    expect(await others[2]).toBe(true);
    probes[0]?.resolve(true);
    expect(await others[0]).toBe(true);
  });

  it("wait for one other at most, however many come one after another", async () => {
    const edition = new Edition();
    const probes = [1, 2, 3].map(() => Promise.withResolvers<boolean>());
    const [one, two, three] = probes.map(({ promise }) => edition.find(() => promise));
    probes[0]?.reject(new Error("first"));
    await expect(one).rejects.toThrow("first");
    await settle();
    let asked = 0;
    const late = edition.find(() => {
      asked++;
      return Promise.resolve(false);
    });
    probes[2]?.reject(new Error("third"));
    await expect(three).rejects.toThrow("third");
    probes[1]?.reject(new Error("second"));
    await expect(two).rejects.toThrow("second");
    expect(await late).toBe(false);
    expect(asked).toBe(1);
  });

  it("do not wait for long where the one who asked first gets no answer", async () => {
    const edition = new Edition();
    const hanging = Promise.withResolvers<boolean>();
    void edition.find(() => hanging.promise);
    expect(await edition.find(() => Promise.resolve(true))).toBe(true);
  });

  it("believe an object that was met meanwhile more than the probe", async () => {
    const edition = new Edition();
    const probe = Promise.withResolvers<boolean>();
    const asking = edition.find(() => probe.promise);
    edition.learn(true);
    probe.resolve(false);
    expect(await asking).toBe(true);
    expect(edition.hasOrganizations).toBe(true);
  });
});

describe("A probe that fails", () => {
  const search = (opened: ReturnType<typeof open>) =>
    opened.directory.users.list(first(20), "ada", USER).catch((error: unknown) => error);

  it("is sent once for all fields of an operation, whoever is refused", async () => {
    const opened = open({ [PROBE]: refused(401, "", "") });
    const answers = await Promise.all([search(opened), search(opened), search(opened)]);
    expect(answers).toMatchObject(Array.from({ length: 3 }, () => ({ code: "UNAUTHENTICATED" })));
    expect(opened.service.lines).toEqual([PROBE]);
  });

  it("is nobody else's: other callers ask for themselves", async () => {
    const attachment = econtext.attach(SERVICE);
    for (const failing of [refused(500, "boom", ""), { status: 404, body: "<html>no</html>" }, ok(null)]) {
      const one = open({ [PROBE]: failing }, attachment);
      expect(await search(one)).toBeInstanceOf(Error);
    }
    const other = open({ [PROBE]: NO_PATH, "GET /users/search/ada": ok({ users: [] }) }, attachment);
    expect(await search(other)).toMatchObject({ items: [] });
  });
});

describe("The path of an application's groups", () => {
  const groupsOf = (opened: ReturnType<typeof open>, id: string) =>
    opened.directory.groups.ofApplications([id], first(20), RECORD);
  const script = {
    "GET /users/user/u1": ok({ user: user("u1") }),
    "GET /groups": ok({ groups: [] }),
    "GET /applications/application/a1/groups": NO_PATH,
    "GET /applications/application/a%252Fb/groups": NO_PATH,
  };

  it("is known for missing after one answer", async () => {
    const attachment = econtext.attach(SERVICE);
    const one = open(script, attachment);
    await one.directory.users.byIds(["u1"], USER);
    await groupsOf(one, "a1");
    const other = open(script, attachment);
    await groupsOf(other, "a1");
    expect(other.service.lines).toEqual(["GET /groups"]);
  });

  it("is not known for missing where an odd id did not pass", async () => {
    const attachment = econtext.attach(SERVICE);
    const one = open(script, attachment);
    await one.directory.users.byIds(["u1"], USER);
    await groupsOf(one, "a%2Fb");
    const other = open(script, attachment);
    await groupsOf(other, "a1");
    expect(other.service.lines[0]).toBe("GET /applications/application/a1/groups");
  });
});
