import { describe, expect, it } from "vitest";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import { readHref, isAddressable } from "../../../src/dialects/econtext/address.ts";
import { readStatus } from "../../../src/dialects/econtext/wire.ts";
import type { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Application } from "../../../src/domain/application.ts";
import type { Group } from "../../../src/domain/group.ts";
import type { User } from "../../../src/domain/user.ts";
import { first, ok, open, RECORD, recorded, SERVICE, USER } from "./scripted-send.ts";
import { application, groupE2, userE2 } from "./wire-bodies.ts";

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const APPLICATION = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const GROUP = "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf";
const ALL = { kind: null, role: null };

async function readUser(body: unknown): Promise<User> {
  const { directory } = open({ "GET /users/user/u1": ok({ user: body }) });
  const [user] = await directory.users.byIds(["u1"], USER);
  return user as User;
}

interface Named {
  readonly name: string | null;
  readonly customData: unknown;
}

/** What it shows, or the failure to show it. */
function customDataOf(record: Named | undefined): unknown {
  try {
    return record?.customData;
  } catch (error) {
    return error;
  }
}

describe("The documented exchanges", () => {
  it("read as a user with objects inside (E1)", async () => {
    const { directory } = open({ [`GET /users?limit=21&offset=0`]: recorded("docs-users-get-users") });
    const { items, hasNext, total } = await directory.users.list(first(20), null, USER);
    expect({ hasNext, total, count: items.length }).toEqual({ hasNext: false, total: null, count: 1 });
    const user = items[0] as User;
    expect(user.id).toBe(ADA);
    expect(user.href).toBe(`https://auth.econtext.ai/api/users/user/${ADA}`);
    expect(user.username).toBe("test-user@econtext.ai");
    expect(user.name).toBe("Test User");
    expect(user.email).toBe("test-user@econtext.ai");
    expect(user.status).toBe("UNVERIFIED");
    expect(user.customData).toBeNull();
    expect(user.createdAt).toBe("2017-04-20T15:55:08.339Z");
    expect(user.updatedAt).toBe("2017-04-20T16:00:37.922Z");
    expect(user.cloudFoundry).toBeNull();
    expect(user.econtext).toMatchObject({ organization: null, organizationAdmin: null, passwordModifiedAt: null });
    expect(user.apiKeys()).toEqual([]);
    const applications = user.applications(first(20));
    expect(applications?.items.map(({ id, record }) => [id, record?.name, record?.createdAt])).toEqual([
      [APPLICATION, "Test Application", "2017-05-08T19:21:13.381Z"],
    ]);
    const [membership] = user.groups(first(20), ALL)?.items ?? [];
    expect(membership).toMatchObject({ role: "MEMBER", group: { kind: "GROUP", id: GROUP } });
    const group = membership?.group.record;
    expect(group?.description).toBe("A test group with some custom_data");
    expect(group?.customData).toEqual({ tier_depth: 9 });
    expect(group?.application).toMatchObject({ id: APPLICATION, record: { name: "Test Application" } });
  });

  it("read as a user with id strings inside (E0)", async () => {
    const { directory } = open({ [`GET /users/user/${ADA}`]: recorded("docs-2017-04-users-get-user") });
    const [user] = (await directory.users.byIds([ADA], USER)) as readonly User[];
    expect(user?.applications(first(20))?.items).toEqual([
      { id: "ec48dad3-ca61-4d74-a584-3ee3db4708ef", record: undefined },
    ]);
    expect(user?.groups(first(20), ALL)?.items).toEqual([]);
  });

  it("read as the seed's user, whose links, email and username got lost", async () => {
    const { directory } = open({ [`GET /users/user/${ADA}`]: recorded("seed-users-post-user") });
    const [user] = (await directory.users.byIds([ADA], USER)) as readonly User[];
    expect(user?.email).toBeNull();
    expect(user?.username).toBeNull();
    expect(user?.href).toBe(`https://auth.example.com/api/users/user/${ADA}`);
    const [application] = user?.applications(first(20))?.items ?? [];
    expect(application?.record?.href).toBe(`https://auth.example.com/api/applications/application/${APPLICATION}`);
  });

  it("read as an application that has no created_at, and as one with custom data", async () => {
    const { directory } = open({
      "GET /applications": recorded("docs-applications-get-applications"),
      "GET /applications/application/bf59fd16-d003-45ae-889d-4ed06b804c21": recorded(
        "docs-applications-get-application",
      ),
    });
    const [listed] = (await directory.applications.list(first(20), RECORD)).items;
    expect(listed?.createdAt).toBeNull();
    expect(listed?.updatedAt).toBe("2017-04-14T16:38:05.025Z");
    expect(listed?.description).toBe("eContext Authentication/Authorization Application");
    const { directory: another } = open({
      "GET /applications/application/bf59fd16-d003-45ae-889d-4ed06b804c21": recorded(
        "docs-applications-get-application",
      ),
    });
    const [one] = await another.applications.byIds(["bf59fd16-d003-45ae-889d-4ed06b804c21"], RECORD);
    expect(one).toMatchObject({ name: "Test Application", status: "ENABLED", customData: { "green eggs": "and ham" } });
  });

  it("read as groups with ids of 22 characters, in the order of their names", async () => {
    const { directory } = open({ "GET /groups": recorded("docs-groups-get-groups") });
    const { items } = await directory.groups.list(first(20), "GROUP", RECORD);
    expect(items.map(({ id, kind, name, application: of }) => [id, kind, name, of?.id])).toEqual([
      ["7Pmrb9Leujmf8gcspoRvje", "GROUP", "admin", "6CyMm9ikHh5ASSFOZ9OUWo"],
      ["4QlXPsKV1tis43vjTNwF7n", "GROUP", "api", "6CyMm9ikHh5ASSFOZ9OUWo"],
      ["1OXxLiRU7Rv1tY8zqI8fxK", "GROUP", "api-free", "6CyMm9ikHh5ASSFOZ9OUWo"],
    ]);
  });

  it("read as members of a group and of an application", async () => {
    const { directory } = open({
      "GET /groups/group/g1/users": recorded("docs-groups-get-users"),
      "GET /applications/application/a1/users": recorded("docs-applications-get-users"),
    });
    const [members] = await directory.users.ofGroups([{ kind: "GROUP", id: "g1" }], first(20), null, USER);
    expect(members).toMatchObject({ items: [{ role: "MEMBER", user: { id: ADA } }], hasNext: false });
    const [users] = await directory.users.ofApplications(["a1"], first(20), USER);
    expect(users).toMatchObject({ items: [{ id: ADA, name: "Test User" }], hasNext: false });
  });

  it("read as an API key", async () => {
    const path = `GET /users/user/${ADA}/apikey/44A62GBSEB4F3S08VFLWI0YCY`;
    const { directory } = open({ [path]: recorded("docs-users-apikey-get-apikey") });
    const [key] = await directory.apiKeys.byRefs([{ user: ADA, id: "44A62GBSEB4F3S08VFLWI0YCY" }], RECORD);
    expect(key).toMatchObject({
      id: "44A62GBSEB4F3S08VFLWI0YCY",
      name: "Test API Key",
      description: "An API Key for testing",
      status: "ENABLED",
      createdAt: null,
    });
  });
});

describe("A record", () => {
  it("needs nothing but an id: what is missing is null, and the address is of our own making", async () => {
    const bare = await readUser({ id: "u1", href: 7 });
    expect([bare.name, bare.email, bare.status, bare.updatedAt]).toEqual([null, null, null, null]);
    expect(bare.href).toBe("https://auth.example.com/api/users/user/u1");
  });

  it.each([
    [{}, "user.id: expected text, found nothing"],
    [{ id: "" }, "user.id: expected text, found empty text"],
    [{ id: 9999999 }, "user.id: expected text, found number"],
    ["secret", "user: expected an object, found text"],
    [[], "user: expected an object, found list"],
  ])("without a usable id is no answer: %j", async (body, detail) => {
    const { directory } = open({ "GET /users/user/u1": ok({ user: body }) });
    const [answer] = await directory.users.byIds(["u1"], USER);
    expect(answer).toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      detail: `GET /users/user/{id}: ${detail}`,
    });
  });

  it("inside a list is named by its place", async () => {
    const { directory } = open({ "GET /groups": ok({ groups: [null, groupE2("g1"), { id: 3 }] }) });
    await expect(directory.groups.list(first(20), "GROUP", RECORD)).rejects.toMatchObject({
      detail: "GET /groups: groups[2].id: expected text, found number",
    });
  });

  it.each(["user", "application", "group", "organization", "apikey"])(
    "of another id than the one asked for is no answer: %s",
    async (key) => {
      const body = ok({ [key]: { id: "other" } });
      const { directory } = open({
        "GET /users/user/x": body,
        "GET /applications/application/x": body,
        "GET /groups/group/x": body,
        "GET /organizations/organization/x": body,
        "GET /users/user/u/apikey/x": body,
      });
      const ask = {
        user: () => directory.users.byIds(["x"], USER),
        application: () => directory.applications.byIds(["x"], RECORD),
        group: () => directory.groups.byRefs([{ kind: "GROUP", id: "x" }], RECORD),
        organization: () => directory.groups.byRefs([{ kind: "ORGANIZATION", id: "x" }], RECORD),
        apikey: () => directory.apiKeys.byRefs([{ user: "u", id: "x" }], RECORD),
      }[key];
      const [answer] = (await ask?.()) ?? [];
      expect(answer).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE" });
      expect((answer as ServiceFailure).detail).toMatch(
        new RegExp(`: ${key}\\.id: expected the id that was asked for, found another$`),
      );
    },
  );

  it("may spell its id in other letters", async () => {
    const { directory } = open({ "GET /users/user/ADA": ok({ user: { id: "ada" } }) });
    expect(await directory.users.byIds(["ADA"], USER)).toMatchObject([{ id: "ada" }]);
  });

  it("whose custom data is too deep to be written as JSON is an answer, but for that", async () => {
    const deep = `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`;
    const answer = (key: string, more = "") =>
      `{"econtext":{"result":{"${key}":{"id":"x","name":"X","custom_data":${deep}${more}}}}}`;
    const script: Record<string, string> = {
      "/users/user/{id}": answer("user", `,"groups":[{"id":"g","custom_data":${deep}}]`),
      "/applications/application/{id}": answer("application"),
      "/groups/group/{id}": answer("group"),
      "/organizations/organization/{id}": answer("organization"),
    };
    const directory = econtext.attach(SERVICE).open(({ route }) => {
      const text = script[route] ?? "";
      return Promise.resolve({ status: 200, text, json: JSON.parse(text) as unknown, header: () => undefined });
    });
    const [organization] = (await directory.groups.byRefs(
      [{ kind: "ORGANIZATION", id: "x" }],
      RECORD,
    )) as readonly Group[];
    const [user] = (await directory.users.byIds(["x"], USER)) as readonly User[];
    const [application] = (await directory.applications.byIds(["x"], RECORD)) as readonly Application[];
    const [group] = (await directory.groups.byRefs([{ kind: "GROUP", id: "x" }], RECORD)) as readonly Group[];
    const [membership] = user?.groups(first(20), ALL)?.items ?? [];
    const shown: readonly [place: string, record: Named | undefined][] = [
      ["GET /users/user/{id}: user.custom_data", user],
      ["GET /applications/application/{id}: application.custom_data", application],
      ["GET /groups/group/{id}: group.custom_data", group],
      ["GET /organizations/organization/{id}: organization.custom_data", organization],
    ];
    for (const [place, record] of shown) {
      expect(record?.name).toBe("X");
      expect(customDataOf(record)).toMatchObject({
        code: "UPSTREAM_INVALID_RESPONSE",
        detail: `${place}: expected 100 levels at most, found more`,
      });
    }
    expect(customDataOf(membership?.group.record)).toMatchObject({
      detail: "GET /users/user/{id}: group.custom_data: expected 100 levels at most, found more",
    });
  });

  it("keeps empty names and descriptions, which are what was stored", async () => {
    const user = await readUser(userE2("u1", { name: "" }));
    expect(user.name).toBe("");
  });

  it("shows no secret of the service: neither jwt_secret nor secret is in it, however it is looked at", async () => {
    const { directory } = open({
      "GET /applications/application/a1": ok({ application: application("a1") }),
      "GET /users/user/u1/apikey/K": ok({ apikey: { id: "K", secret: "forge-me", status: "ENABLED" } }),
    });
    const [one] = await directory.applications.byIds(["a1"], RECORD);
    const [key] = await directory.apiKeys.byRefs([{ user: "u1", id: "K" }], RECORD);
    expect(JSON.stringify([one, key, { ...(one as object) }, { ...(key as object) }])).not.toContain("forge-me");
  });
});

describe("A status", () => {
  it("that we do not know is UNKNOWN, and none is null", () => {
    expect(readStatus("ENABLED", ["ENABLED"])).toBe("ENABLED");
    expect(readStatus("ON HOLIDAY", ["ENABLED"])).toBe("UNKNOWN");
    expect(readStatus(null, ["ENABLED"])).toBeNull();
  });
});

describe("A user's custom data", () => {
  const mixed = { company_name: "Kestrel", encrypt_id: "o1", company_id: "o1", desk: 4 };

  it("comes from `data` in E2, since custom_data has keys of the organization's mixed in", async () => {
    const data = [
      { key: "desk", value: 4 },
      { key: "company_id", value: "own" },
      { key: "none", value: null },
    ];
    const user = { id: "u1", custom_data: mixed, data, organization: { id: "o1" } };
    expect((await readUser(user)).customData).toEqual({ desk: 4, company_id: "own", none: null });
  });

  it.each([
    ["leaves the three keys out where an organization is loaded", { organization: { id: "o1" } }, { desk: 4 }],
    ["is all that is there where none is", { organization: null }, mixed],
    ["is all that is there before E2", {}, mixed],
    ["is that, too, where `data` is null", { data: null }, mixed],
  ])("%s, without `data`", async (_, more, shown) => {
    expect((await readUser({ id: "u1", custom_data: mixed, ...more })).customData).toEqual(shown);
  });

  it("is empty or null as the service says", async () => {
    expect((await readUser({ id: "u1", custom_data: {}, data: [] })).customData).toEqual({});
    expect((await readUser({ id: "u1", custom_data: {} })).customData).toEqual({});
    expect((await readUser({ id: "u1", custom_data: null })).customData).toBeNull();
  });

  it("may have a key __proto__, which changes no prototype", async () => {
    const data = [{ key: "__proto__", value: { polluted: true } }];
    const customData = (await readUser({ id: "u1", data })).customData ?? {};
    expect(Object.keys(customData)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(customData)).toBe(Object.prototype);
    expect("polluted" in customData).toBe(false);
  });
});

describe("An href", () => {
  const path = "/users/user/u1";
  const built = `${SERVICE.url}${path}`;

  it.each(["https://auth.econtext.ai/api/users/user/u1", "https://a-b.auth.example.org/api/users/user/u1", built])(
    "is the service's own where it is one: %s",
    (href) => {
      expect(readHref(href, path, SERVICE.url)).toBe(href);
    },
  );

  it.each([
    "api_url:users/user/u1",
    "",
    "localhost:8000/api/users/user/u1",
    "http://localhost:8000/api/users/user/u1",
    "https://localhost/api/users/user/u1",
    "http://auth.econtext.ai/api/users/user/u1",
    "https://auth.econtext.ai:8443/api/users/user/u1",
    "https://auth.internal/api/users/user/u1",
    "https://auth.prod.svc.cluster.local/api/users/user/u1",
    "https://10.0.0.7/api/users/user/u1",
    "https://[fd00::7]/api/users/user/u1",
    "/api/users/user/u1",
    "//auth.econtext.ai/api/users/user/u1",
    "HTTPS://auth.econtext.ai/api/users/user/u1",
    "https://auth.econtext.ai/users/user/u1",
    "https://auth.econtext.ai/other/../api/users/user/u1",
    "https://auth.econtext.ai/api/users/user/u2",
    "https://auth.econtext.ai/api/users/user/u1?token=t",
    "https://auth.econtext.ai/api#/users/user/u1",
    "https://auth.econtext.ai/?next=/users/user/u1",
    "https://me:secret@auth.econtext.ai/api/users/user/u1",
    "https:///api/users/user/u1",
    "https://[::/api/users/user/u1",
    "javascript:alert(1)//api/users/user/u1",
    "https://auth.econtext.ai\\api/users/user/u1",
    null,
    5,
  ])("is reckoned from the configuration where it is torn, foreign or unsafe: %j", (href) => {
    expect(readHref(href, path, SERVICE.url)).toBe(built);
  });

  it("has the id percent-encoded", async () => {
    const { directory } = open({ "GET /users/user/a%20b%3Fc": ok({ user: { id: "a b?c" } }) });
    const [user] = (await directory.users.byIds(["a b?c"], USER)) as readonly User[];
    expect(user?.href).toBe(`${SERVICE.url}/users/user/a%20b%3Fc`);
  });
});

describe("An id", () => {
  it.each(["a3bc334a-f9f2-4797-aaa2-1440811c0ec0", "9999999", "a b", "ä", "%2F", "...", "x".repeat(1000)])(
    "can be asked for: %s",
    (id) => {
      expect(isAddressable(id)).toBe(true);
    },
  );

  it.each(["", ".", "..", "a/b", "a\nb", "a\u0000", "\ud800", "x".repeat(1001), "€".repeat(400)])(
    "that cannot stand in a path names nothing, and nobody is asked: %j",
    async (id) => {
      const { directory, service } = open({});
      expect(await directory.users.byIds([id], USER)).toEqual([null]);
      expect(await directory.applications.byIds([id], RECORD)).toEqual([null]);
      expect(await directory.groups.byRefs([{ kind: "GROUP", id }], RECORD)).toEqual([null]);
      expect(await directory.groups.byRefs([{ kind: "ORGANIZATION", id }], RECORD)).toEqual([null]);
      expect(
        await directory.apiKeys.byRefs(
          [
            { user: id, id: "K" },
            { user: "u", id },
          ],
          RECORD,
        ),
      ).toEqual([null, null]);
      expect(await directory.users.ofApplications([id], first(20), USER)).toEqual([null]);
      expect(await directory.users.ofGroups([{ kind: "GROUP", id }], first(20), null, USER)).toEqual([null]);
      const pages = await Promise.all([
        directory.groups.ofApplications([id], first(20), RECORD),
        directory.groups.ofUsers([id], first(20), ALL, RECORD),
        directory.applications.ofUsers([id], first(20), RECORD),
        directory.applications.ofGroups([{ kind: "GROUP", id }], first(20), RECORD),
      ]);
      for (const [page] of pages) expect(page).toMatchObject({ items: [], hasNext: false });
      expect(await directory.apiKeys.ofUsers([id], RECORD)).toEqual([[]]);
      expect(service.lines).toEqual([]);
    },
  );
});

describe("A body", () => {
  it.each([
    [{ status: 200, body: "<html>Welcome</html>" }, ": expected an object, found nothing"],
    [{ status: 200, body: [] }, ": expected an object, found list"],
    [{ status: 200, body: { user: {} } }, ": econtext: expected an object, found nothing"],
    [{ status: 200, body: { econtext: { result: null } } }, ": econtext.result: expected an object, found null"],
    [ok({}), ": user: expected an object, found nothing"],
  ])("without the envelope is no answer", async (answer, detail) => {
    const { directory } = open({ "GET /users/user/u1": answer });
    const [failure] = await directory.users.byIds(["u1"], USER);
    expect(failure).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE", detail: `GET /users/user/{id}${detail}` });
  });

  it("with null for the thing asked for is nobody (E1, what it can no longer show)", async () => {
    const { directory } = open({ "GET /groups/group/g1": ok({ group: null }) });
    expect(await directory.groups.byRefs([{ kind: "GROUP", id: "g1" }], RECORD)).toEqual([null]);
  });
});
