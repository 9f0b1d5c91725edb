import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAddressable } from "../../../src/dialects/econtext/address.ts";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import {
  chooseForOthers,
  chooseLookUp,
  countToList,
  divideForSearch,
  searchById,
} from "../../../src/dialects/econtext/user-look-up.ts";
import type { Answer } from "../../../src/domain/errors.ts";
import type { User } from "../../../src/domain/user.ts";
import { fillRoute } from "../../../src/http/route.ts";
import { range } from "../../support/worlds.ts";
import { ASKS, first, ok, open, RECORD, refused, SERVICE, USER, type Script } from "./scripted-send.ts";
import { applicationE2, groupE2, minimalUserE2, organization, user, userE2 } from "./wire-bodies.ts";

const ALL = { kind: null, role: null };
const GONE = refused(400, "Invalid parameter", 'The "userid" parameter is invalid. User not found');
const BOOM = refused(500, "boom", "Traceback");
const single = (id: string) => `GET /users/user/${id}`;
const search = (...ids: readonly string[]) => `GET ${fillRoute(searchById(ids, ASKS))}`;
const idsOf = (answers: readonly Answer<User | null>[]) =>
  answers.map((answer) => (answer === null ? null : "id" in answer ? answer.id : (answer as { code?: string }).code));

/** Singles of these users. */
function singles(ids: readonly string[], make: typeof user): Script {
  return Object.fromEntries(ids.map((id) => [single(id), ok({ user: make(id) })]));
}

/** A service whose edition is known. */
async function known(make: typeof user) {
  const attachment = econtext.attach(SERVICE);
  await open({ [single("known")]: ok({ user: make("known") }) }, attachment).directory.users.byIds(["known"], USER);
  return attachment;
}

describe("How users are looked up", () => {
  const edition = (hasOrganizations: boolean | undefined, isSearchedById = true) => ({
    hasOrganizations,
    isSearchedById,
  });

  it.each([
    [2, edition(false), "EACH"],
    [3, edition(false), "SEARCH"],
    [3, edition(false, false), "EACH"],
    [3, edition(true), "EACH"],
    [500, edition(true), "EACH"],
    [2, edition(undefined), "EACH"],
    [3, edition(undefined), "FIRST"],
    [3, edition(undefined, false), "EACH"],
  ])("of %i ids where it is known that %j: %s", (count, known, way) => {
    expect(chooseLookUp(count, known)).toBe(way);
  });

  it("is decided by what the first of them shows", () => {
    expect(chooseForOthers(edition(false))).toBe("SEARCH");
    expect(chooseForOthers(edition(false, false))).toBe("EACH");
    expect(chooseForOthers(edition(true))).toBe("EACH");
    expect(chooseForOthers(edition(undefined))).toBe("EACH");
  });

  it("for their relations is by list from 20 on, in E2 alone, and never by a boundless one", () => {
    expect([19, 20, 50, 5000].map((count) => countToList(count, edition(true)))).toEqual([0, 40, 100, 1000]);
    expect([false, undefined].map((shown) => countToList(50, edition(shown)))).toEqual([0, 0]);
  });
});

describe("A search by ids", () => {
  const ids = fc
    .uniqueArray(
      fc.oneof(
        fc.uuid(),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }),
        fc.string({ unit: fc.constantFrom(...Array.from("\\^$.*+?()[]{}|-ab€")), minLength: 1, maxLength: 1000 }),
      ),
      { maxLength: 150 },
    )
    .map((all) => all.filter((id) => isAddressable(id)));

  it("fits into the service's request line, each id once and in order, and none is alone in one", () => {
    fc.assert(
      fc.property(ids, fc.webUrl({ validSchemes: ["https"] }), (all, url) => {
        const service = { ...SERVICE, url: url.replace(/[?#].*$|\/+$/g, "") };
        const parts = divideForSearch(all, service);
        const sent = new Set(parts.flat());
        expect(parts.flat()).toEqual(all.filter((id) => sent.has(id)));
        for (const part of parts) {
          const { pathname } = new URL(service.url + fillRoute(searchById(part, ASKS)));
          expect(`GET ${pathname} HTTP/1.1\r\n`.length).toBeLessThanOrEqual(4094);
          expect(part.length).toBeGreaterThan(1);
        }
      }),
    );
  });

  it("takes as many as fit: a hundred UUIDs", () => {
    const uuids = range(205).map((n) => `a3bc334a-f9f2-4797-aaa2-${String(n).padStart(12, "0")}`);
    const parts = divideForSearch(uuids, SERVICE);
    expect(parts.map(({ length }) => length)).toEqual([103, 102]);
    // One more would be too many.
    const path = fillRoute(searchById(uuids.slice(0, 104), ASKS));
    expect(`GET /api${path} HTTP/1.1\r\n`.length).toBeGreaterThan(4094);
    expect(divideForSearch(uuids.slice(0, 104), SERVICE)).toEqual([uuids.slice(0, 103)]);
    const behindPath = { ...SERVICE, url: `${SERVICE.url}/${"x".repeat(3000)}` };
    expect(divideForSearch(uuids.slice(0, 50), behindPath)[0]?.length).toBeLessThan(28);
  });

  it("fills the request line to its last byte", () => {
    const some = range(4).map((n) => String(n).repeat(900));
    const line = (ids: readonly string[]) => `GET /api${fillRoute(searchById(ids, ASKS))} HTTP/1.1\r\n`;
    const last = "z".repeat(4094 - line([...some, ""]).length);
    expect(line([...some, last])).toHaveLength(4094);
    expect(divideForSearch([...some, last], SERVICE)).toEqual([[...some, last]]);
    expect(divideForSearch([...some, `${last}z`], SERVICE)).toEqual([some]);
  });

  it("leaves out an id that does not fit, wherever it stands", () => {
    const long = "+".repeat(1000);
    expect(isAddressable(long)).toBe(true);
    expect(divideForSearch(["a", long, "b", `${long}x`], SERVICE)).toEqual([["a", "b"]]);
    expect(divideForSearch([long], SERVICE)).toEqual([]);
  });

  it("is for these ids and nothing else, whatever they hold", () => {
    fc.assert(
      fc.property(ids, fc.string(), (all, more) => {
        fc.pre(all.length > 0);
        const expression = new RegExp(searchById(all, ASKS).params?.["text"] ?? "", "iu");
        const others = new Set(all.map((id) => id.toLowerCase()));
        for (const id of all) {
          expect(expression.test(id)).toBe(true);
          const other = id + more;
          if (more !== "" && !others.has(other.toLowerCase())) expect(expression.test(other)).toBe(false);
        }
      }),
    );
  });

  it("says which route it is, who asks, and for how many", () => {
    expect(searchById(["a.b", "c"], ASKS)).toEqual({
      method: "GET",
      route: "/users/search/{text}",
      params: { text: "^(?:a\\.b|c)$" },
      for: ASKS,
      keys: 2,
    });
  });
});

describe("Users by id before E2", () => {
  it("are asked for by one search where the edition is known", async () => {
    const { directory, service } = open(
      { [search("a", "b", "c")]: ok({ users: [user("c"), user("a"), user("b")] }) },
      await known(user),
    );
    const answers = await directory.users.byIds(["a", "b", "", "c", "a", "x/y"], USER);
    expect(idsOf(answers)).toEqual(["a", "b", null, "c", "a", null]);
    expect(service.lines).toEqual([search("a", "b", "c")]);
    expect(service.requests[0]).toMatchObject({ route: "/users/search/{text}", for: ASKS, keys: 3 });
  });

  it("are asked for by the first and a search for the others where nobody knows the edition", async () => {
    const { directory, service } = open({
      ...singles(["a"], user),
      [search("b", "c")]: ok({ users: [user("c"), user("b")] }),
    });
    expect(idsOf(await directory.users.byIds(["a", "b", "c"], USER))).toEqual(["a", "b", "c"]);
    expect(service.lines).toEqual([single("a"), search("b", "c")]);
  });

  it("are asked for one by one where the first fails, which is asked for once", async () => {
    const { directory, service } = open({ [single("a")]: BOOM, ...singles(["b", "c", "d"], user) });
    expect(idsOf(await directory.users.byIds(["a", "b", "c", "d"], USER))).toEqual(["UPSTREAM_ERROR", "b", "c", "d"]);
    expect(service.lines).toEqual(["a", "b", "c", "d"].map(single));
  });

  it("are asked for by the first who is there, and a search for the others", async () => {
    const { directory, service } = open({
      [single("a")]: GONE,
      [single("b")]: GONE,
      ...singles(["c"], user),
      [search("d", "e")]: ok({ users: [user("e"), user("d")] }),
    });
    expect(idsOf(await directory.users.byIds(["a", "b", "c", "d", "e"], USER))).toEqual([null, null, "c", "d", "e"]);
    expect(service.lines).toEqual([single("a"), single("b"), single("c"), search("d", "e")]);
  });

  it("are asked for at once where three were not there, one after the other", async () => {
    const { directory, service } = open({
      ...Object.fromEntries(["a", "b", "c"].map((id) => [single(id), GONE])),
      ...singles(["d", "e", "f"], user),
    });
    const ids = ["a", "b", "c", "d", "e", "f"];
    expect(idsOf(await directory.users.byIds(ids, USER))).toEqual([null, null, null, "d", "e", "f"]);
    expect(service.lines).toEqual(ids.map(single));
  });

  it("whom the search does not show are asked for singly, and whom it shows unasked are no answer", async () => {
    const { directory, service } = open(
      {
        [search("a", "b", "c", "gone")]: ok({ users: [user("b"), user("B"), user("stranger"), user("b"), user("a")] }),
        ...singles(["c"], user),
        [single("gone")]: GONE,
      },
      await known(user),
    );
    expect(idsOf(await directory.users.byIds(["a", "b", "c", "gone"], USER))).toEqual(["a", "b", "c", null]);
    expect(service.lines).toEqual([search("a", "b", "c", "gone"), single("c"), single("gone")]);
  });

  it("are others where their letters are: a search takes one case for the other", async () => {
    const { directory } = open(
      { [search("a", "B", "c")]: ok({ users: [user("a"), user("b"), user("c")] }), [single("B")]: GONE },
      await known(user),
    );
    expect(idsOf(await directory.users.byIds(["a", "B", "c"], USER))).toEqual(["a", null, "c"]);
  });

  it("are not asked for where they were met", async () => {
    const { directory, service } = open(
      {
        "GET /users?limit=21&offset=0": ok({ users: [user("a"), user("b")] }),
        ...singles(["c", "d"], user),
      },
      await known(user),
    );
    await directory.users.list(first(20), null, USER);
    expect(idsOf(await directory.users.byIds(["a", "b", "c", "d"], USER))).toEqual(["a", "b", "c", "d"]);
    expect(service.lines.slice(1)).toEqual([single("c"), single("d")]);
  });

  it.each([
    ["500", BOOM],
    ["403", { status: 403, body: "<html>no</html>" }],
    ["414", { status: 414, body: "" }],
    ["an answer that nobody understands", ok({ users: [user("a"), { id: 5 }] })],
  ])("are asked for one by one where the search alone fails: %s", async (_, answer) => {
    const { directory, service } = open(
      { [search("a", "b", "c")]: answer, ...singles(["a", "c"], user), [single("b")]: BOOM },
      await known(user),
    );
    expect(idsOf(await directory.users.byIds(["a", "b", "c"], USER))).toEqual(["a", "UPSTREAM_ERROR", "c"]);
    expect(service.lines).toHaveLength(4);
  });

  it.each([
    [503, "UPSTREAM_UNAVAILABLE"],
    [429, "RATE_LIMITED"],
    [401, "UNAUTHENTICATED"],
  ])("share a failure that any other call would meet, and nobody else is asked: %i", async (status, code) => {
    const { directory, service } = open({ [search("a", "b", "c")]: { status, body: "" } }, await known(user));
    expect(idsOf(await directory.users.byIds(["a", "b", "c"], USER))).toEqual([code, code, code]);
    expect(service.lines).toHaveLength(1);
  });

  it("share the failure of their own search alone", async () => {
    const all = range(150).map((n) => `${"x".repeat(34)}${n}`);
    const parts = divideForSearch(all, SERVICE);
    expect(parts).toHaveLength(2);
    const [lost = [], others = []] = parts;
    const [nameless = "", ...found] = others;
    const { directory, service } = open(
      {
        [search(...lost)]: { status: 503, body: "" },
        [search(...others)]: ok({ users: found.map((id) => user(id)) }),
        ...singles([nameless], user),
      },
      await known(user),
    );
    const answers = idsOf(await directory.users.byIds(all, USER));
    expect(answers).toEqual([...lost.map(() => "UPSTREAM_UNAVAILABLE"), ...others]);
    expect(service.lines).toHaveLength(3);
  });

  it("are not searched for any more once searches have missed ten, and more than they found", async () => {
    const attachment = await known(user);
    const ids = ["a", "b", "c", "d"];
    const ask = async (found: readonly string[], gone: readonly string[] = []) => {
      const { directory, service } = open(
        {
          [search(...ids)]: ok({ users: found.map((id) => user(id)) }),
          ...singles(ids, user),
          ...Object.fromEntries(gone.map((id) => [single(id), GONE])),
        },
        attachment,
      );
      await directory.users.byIds(ids, USER);
      return service.lines[0] === search(...ids);
    };
    expect(await ask([], ids)).toBe(true);
    expect(await ask([])).toBe(true);
    expect(await ask(["a"], ["b", "c"])).toBe(true);
    expect(await ask([])).toBe(true);
    // One was found by now. Four, one and four were not.
    expect(await ask(["a", "b", "c"])).toBe(true);
    expect(await ask(ids)).toBe(false);
  });

  it("are searched for again after a search that failed, which missed nobody", async () => {
    const attachment = await known(user);
    for (const answer of [BOOM, ok({ users: ["a", "b", "c"].map((id) => user(id)) })]) {
      const { directory, service } = open(
        { [search("a", "b", "c")]: answer, ...singles(["a", "b", "c"], user) },
        attachment,
      );
      expect(idsOf(await directory.users.byIds(["a", "b", "c"], USER))).toEqual(["a", "b", "c"]);
      expect(service.lines[0]).toBe(search("a", "b", "c"));
    }
  });
});

describe("Users by id in E2", () => {
  it.each([
    ["known", userE2],
    ["not known", undefined],
  ])("are asked for one by one, the edition being %s", async (_, make) => {
    const ids = range(30).map((n) => `u${n}`);
    const { directory, service } = open(singles(ids, userE2), make && (await known(make)));
    expect(idsOf(await directory.users.byIds(ids, USER))).toEqual(ids);
    expect(service.lines).toEqual(ids.map(single));
  });
});

describe("The relations of many users in E2", () => {
  const ids = range(20).map((n) => `u${n}`);
  const whole = (id: string) => userE2(id, { groups: [groupE2(`g-${id}`)], applications: [applicationE2(`a-${id}`)] });
  const members = "GET /groups/group/g1/users";
  const list = "GET /users?limit=40&offset=0";
  const groupsOf = (pages: readonly unknown[]) =>
    pages.map((page) => (page as { items?: { group: { id: string } }[] }).items?.map(({ group }) => group.id));

  /** The users as members of a group, without relations. */
  async function meet(script: Script, met: readonly string[] = ids) {
    const opened = open({ ...script, [members]: ok({ users: met.map(minimalUserE2) }) });
    await opened.directory.users.ofGroups([{ kind: "GROUP", id: "g1" }], first(100), null, USER);
    return { ...opened, lines: () => opened.service.lines.slice(1) };
  }

  it("come from one list of twice as many, and those of others from their own GET", async () => {
    const { directory, service, lines } = await meet({
      [list]: ok({ users: [...ids.slice(2).map(whole), whole("stranger")] }),
      [single("u0")]: ok({ user: whole("u0") }),
      [single("u1")]: GONE,
    });
    const [groups, applications] = await Promise.all([
      directory.groups.ofUsers(ids, first(20), ALL, RECORD),
      directory.applications.ofUsers(ids, first(20), RECORD),
    ]);
    expect(groupsOf(groups)).toEqual(ids.map((id) => (id === "u1" ? [] : [`g-${id}`])));
    expect(applications).toMatchObject(ids.map((id) => ({ items: id === "u1" ? [] : [{ id: `a-${id}` }] })));
    expect(lines()).toEqual([list, single("u0"), single("u1")]);
    expect(service.requests[1]).toMatchObject({ route: "/users", for: ASKS, keys: 20 });
  });

  it("come from a list once in an operation, whoever else is wanted later", async () => {
    const later = range(25).map((n) => `v${n}`);
    const { directory, lines } = await meet({
      [list]: ok({ users: [] }),
      ...Object.fromEntries([...ids, ...later].map((id) => [single(id), ok({ user: whole(id) })])),
    });
    await directory.groups.ofUsers(ids, first(20), ALL, RECORD);
    expect(groupsOf(await directory.groups.ofUsers(later, first(20), ALL, RECORD))).toEqual(
      later.map((id) => [`g-${id}`]),
    );
    expect(lines()).toEqual([list, ...ids.map(single), ...later.map(single)]);
  });

  it("are asked for one by one where they are fewer than 20, those who showed them left out", async () => {
    const { directory, lines } = await meet({
      "GET /users?limit=2&offset=0": ok({ users: [whole("u0")] }),
      ...Object.fromEntries(ids.map((id) => [single(id), ok({ user: whole(id) })])),
    });
    await directory.users.list(first(1), null, USER);
    const asked = [...ids, ...ids, "x/y", ""];
    expect(await directory.groups.ofUsers(asked, first(20), ALL, RECORD)).toHaveLength(asked.length);
    expect(lines()).toEqual(["GET /users?limit=2&offset=0", ...ids.slice(1).map(single)]);
  });

  it("are only asked for where that relation is lacking", async () => {
    const { directory, lines } = await meet({});
    const users = { users: ids.map((id) => userE2(id, { organization: organization("o1") })) };
    const { directory: other, service } = open({ "GET /applications/application/a1/users": ok(users) });
    await other.users.ofApplications(["a1"], first(100), USER);
    await other.groups.ofUsers(ids, first(20), { kind: "ORGANIZATION", role: null }, RECORD);
    expect(service.lines).toHaveLength(1);
    await directory.groups.ofUsers(ids, first(20), { kind: "SPACE", role: null }, RECORD);
    expect(lines()).toEqual([]);
  });

  it.each([
    ["500", BOOM],
    ["403", { status: 403, body: "" }],
    ["no usable answer", ok({ users: [{ id: 5 }] })],
  ])("are asked for one by one where the list alone fails, which is asked for once: %s", async (_, answer) => {
    const { directory, lines } = await meet({
      [list]: answer,
      ...Object.fromEntries(ids.map((id) => [single(id), ok({ user: whole(id) })])),
    });
    expect(groupsOf(await directory.groups.ofUsers(ids, first(20), ALL, RECORD))).toEqual(ids.map((id) => [`g-${id}`]));
    await directory.applications.ofUsers([...ids, ...range(20).map((n) => `x${n}/`)], first(20), RECORD);
    expect(lines()).toEqual([list, ...ids.map(single)]);
  });

  it("fail with a list that fails as any other call would, those alone who have to be asked for", async () => {
    const { directory, lines } = await meet({
      "GET /users?limit=2&offset=0": ok({ users: [whole("known")] }),
      [list]: { status: 503, body: "" },
    });
    await directory.users.list(first(1), null, USER);
    const answers = await directory.groups.ofUsers(["known", ...ids, "x/y"], first(20), ALL, RECORD);
    expect(groupsOf(answers.slice(0, 1))).toEqual([["g-known"]]);
    expect(answers.slice(1, -1)).toMatchObject(ids.map(() => ({ code: "UPSTREAM_UNAVAILABLE" })));
    expect(answers.at(-1)).toMatchObject({ items: [] });
    expect(lines().slice(1)).toEqual([list]);
  });

  it("are listed again after a write", async () => {
    const write = `${single("u0")}/group/g1`.replace("GET", "POST");
    const { directory, lines } = await meet({
      [list]: ok({ users: ids.map(whole) }),
      [write]: ok({ group: true }),
    });
    await directory.groups.ofUsers(ids, first(20), ALL, RECORD);
    await directory.groups.addMember({ user: "u0", group: { kind: "GROUP", id: "g1" }, role: "MEMBER" }, ASKS);
    await directory.groups.ofUsers(ids, first(20), ALL, RECORD);
    expect(lines()).toEqual([list, write, list]);
  });

  it("are asked for one by one before E2, which lists everybody", async () => {
    const { directory, service } = open(singles(ids, user), await known(user));
    await directory.groups.ofUsers(ids, first(20), ALL, RECORD);
    expect(service.lines).toEqual(ids.map(single));
  });
});
