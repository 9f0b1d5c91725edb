import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ApiKey } from "../../../src/domain/api-key.ts";
import type { Application } from "../../../src/domain/application.ts";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Group, GroupReference } from "../../../src/domain/group.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Member, User } from "../../../src/domain/user.ts";
import { failuresOf, type Reads } from "../../support/field-failures.ts";
import { first, ok, open, RECORD, recorded, USER } from "./scripted-send.ts";
import { application, group, groupE2, organization, user, userE2 } from "./wire-bodies.ts";

const ALL = { kind: null, role: null };
const EVERYTHING = { needs: { record: true, groups: [ALL], applications: true, apiKeys: true }, for: ["Query.test"] };

type Wire = Readonly<Record<string, unknown>>;
type Listed = Wire & { readonly id: string };

const USER_FIELDS: Reads<User> = {
  name: (one) => one.name,
  email: (one) => one.email,
  username: (one) => one.username,
  status: (one) => one.status,
  customData: (one) => one.customData,
  createdAt: (one) => one.createdAt,
  updatedAt: (one) => one.updatedAt,
  organization: (one) => one.econtext?.organization,
  organizationAdmin: (one) => one.econtext?.organizationAdmin,
  passwordModifiedAt: (one) => one.econtext?.passwordModifiedAt,
  applications: (one) => one.applications(first(20)),
  groups: (one) => one.groups(first(20), { kind: "GROUP", role: null }),
  memberships: (one) => one.groups(first(20), { kind: "ORGANIZATION", role: null }),
  apiKeys: (one) => one.apiKeys(),
};
const APPLICATION_FIELDS: Reads<Application | Group> = {
  name: (one) => one.name,
  description: (one) => one.description,
  status: (one) => one.status,
  customData: (one) => one.customData,
  createdAt: (one) => one.createdAt,
  updatedAt: (one) => one.updatedAt,
};
const GROUP_FIELDS: Reads<Group> = {
  ...APPLICATION_FIELDS,
  application: (one) => one.application,
  applications: (one) => one.applications(first(20)),
};
const KEY_FIELDS: Reads<ApiKey> = {
  name: (one) => one.name,
  description: (one) => one.description,
  status: (one) => one.status,
  createdAt: (one) => one.createdAt,
  updatedAt: (one) => one.updatedAt,
};

function at(place: string, details: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(details).map(([name, detail]) => [name, `${place}.${detail}`]));
}

async function readUser(wire: Wire): Promise<User> {
  const { directory } = open({ "GET /users/user/u1": ok({ user: wire }) });
  const [record] = await directory.users.byIds(["u1"], EVERYTHING);
  return record as User;
}

async function readOthers(wire: Wire): Promise<readonly [Application, Group, Group, ApiKey]> {
  const { directory } = open({
    "GET /applications/application/x": ok({ application: wire }),
    "GET /groups/group/x": ok({ group: wire }),
    "GET /organizations/organization/x": ok({ organization: wire }),
    "GET /users/user/u1/apikey/x": ok({ apikey: wire }),
  });
  // Before the others show an edition without organizations.
  const [home] = await directory.groups.byRefs([{ kind: "ORGANIZATION", id: "x" }], RECORD);
  const [one] = await directory.applications.byIds(["x"], RECORD);
  const [inside] = await directory.groups.byRefs([{ kind: "GROUP", id: "x" }], RECORD);
  const [key] = await directory.apiKeys.byRefs([{ user: "u1", id: "x" }], RECORD);
  return [one as Application, inside as Group, home as Group, key as ApiKey];
}

describe("A field of a kind that no edition sends", () => {
  it("is a failure of its own, and the rest of the user is shown", async () => {
    const wrong: Readonly<Record<string, readonly [value: unknown, fields: Readonly<Record<string, string>>]>> = {
      name: [{ first: "hunter2" }, { name: "name: expected text, found object" }],
      email: [["hunter2"], { email: "email: expected text, found list" }],
      username: [5, { username: "username: expected text, found number" }],
      status: [7, { status: "status: expected text, found number" }],
      created_at: [[], { createdAt: "created_at: expected an instant, found list" }],
      modified_at: ["hunter2", { updatedAt: "modified_at: expected an instant, found text" }],
      password_modified_at: [
        1492703708,
        { passwordModifiedAt: "password_modified_at: expected an instant, found number" },
      ],
      org_admin: ["true", { organizationAdmin: "org_admin: expected true or false, found text" }],
      applications: ["hunter2", { applications: "applications: expected a list, found text" }],
      groups: [{ g1: "hunter2" }, { groups: "groups: expected a list, found object" }],
      apikeys: [[{ id: 5 }], { apiKeys: "apikeys[0].id: expected text, found number" }],
      data: ["hunter2", { customData: "data: expected a list, found text" }],
      organization: [
        { name: "hunter2" },
        {
          organization: "organization.id: expected text, found nothing",
          memberships: "organization.id: expected text, found nothing",
        },
      ],
    };
    for (const [field, [value, details]] of Object.entries(wrong)) {
      const record = await readUser(userE2("u1", { [field]: value }));
      expect(failuresOf(record, USER_FIELDS), field).toEqual(at("GET /users/user/{id}: user", details));
    }
    const all = await readUser(
      userE2("u1", Object.fromEntries(Object.entries(wrong).map(([field, [value]]) => [field, value]))),
    );
    expect([all.id, all.href]).toEqual(["u1", "https://auth.example.com/api/users/user/u1"]);
    expect(Object.keys(failuresOf(all, USER_FIELDS))).toEqual(Object.keys(USER_FIELDS));
  });

  it.each([
    [{ custom_data: "hunter2" }, "custom_data: expected an object, found text"],
    [{ custom_data: ["hunter2"] }, "custom_data: expected an object, found list"],
    [{ data: [{ key: "a", value: 1 }, { key: 5 }] }, "data[1].key: expected text, found number"],
    [{ data: [null] }, "data[0]: expected an object, found null"],
  ])("in the custom data is a failure, for no part of it is kept back in silence: %j", async (more, detail) => {
    const record = await readUser({ id: "u1", ...more });
    expect(failuresOf(record, USER_FIELDS)["customData"]).toBe(`GET /users/user/{id}: user.${detail}`);
  });

  it("is one of applications, groups, organizations and API keys, too", async () => {
    const details = {
      name: "name: expected text, found list",
      description: "description: expected text, found object",
      status: "status: expected text, found boolean",
      createdAt: "created_at: expected an instant, found object",
      updatedAt: "modified_at: expected an instant, found text",
    };
    const ofRecord = { ...details, customData: "custom_data: expected an object, found number" };
    const ofGroup = {
      ...ofRecord,
      application: "application: expected text, found object",
      applications: "application: expected text, found object",
    };
    const [one, inside, home, key] = await readOthers({
      id: "x",
      name: ["hunter2"],
      description: {},
      status: false,
      custom_data: 9,
      created_at: { at: "hunter2" },
      modified_at: "2017-04-20",
      application: application("a1"),
    });
    expect(failuresOf(one, APPLICATION_FIELDS)).toEqual(
      at("GET /applications/application/{id}: application", ofRecord),
    );
    expect(failuresOf(inside, GROUP_FIELDS)).toEqual(at("GET /groups/group/{id}: group", ofGroup));
    expect(failuresOf(home, GROUP_FIELDS)).toEqual(at("GET /organizations/organization/{id}: organization", ofRecord));
    expect(failuresOf(key, KEY_FIELDS)).toEqual(at("GET /users/user/{user}/apikey/{id}: apikey", details));
  });

  it("is asked for once: a second answer would not mend it", async () => {
    const wire = userE2("u1", { applications: {}, groups: "hunter2", apikeys: 1, organization: "" });
    const { directory, service } = open({ "GET /users/user/u1": ok({ user: wire }) });
    const [record] = await directory.users.byIds(["u1"], EVERYTHING);
    expect((record as User).tells(EVERYTHING.needs)).toBe(true);
    const [applications] = await directory.applications.ofUsers(["u1"], first(20), RECORD);
    const [groups] = await directory.groups.ofUsers(["u1"], first(20), ALL, RECORD);
    const [keys] = await directory.apiKeys.ofUsers(["u1"], RECORD);
    expect([applications, groups, keys]).toMatchObject([
      { detail: "GET /users/user/{id}: user.applications: expected a list, found object" },
      { detail: "GET /users/user/{id}: user.groups: expected a list, found text" },
      { detail: "GET /users/user/{id}: user.apikeys: expected a list, found number" },
    ]);
    expect(service.lines).toEqual(["GET /users/user/u1"]);
  });

  it("is the failure of those alone who ask for it", async () => {
    const { directory } = open({
      "GET /groups/group/g1": ok({ group: group("g1") }),
      "GET /groups/group/g2": ok({ group: { ...group("g2"), application: 5 } }),
      "GET /groups": ok({ groups: [group("g1"), { ...group("g2"), application: 5 }] }),
    });
    const refs = ["g1", "g2"].map((id) => ({ kind: "GROUP", id }) as const);
    expect(await directory.applications.ofGroups(refs, first(20), RECORD)).toMatchObject([
      { items: [{ id: "a1" }] },
      { code: "UPSTREAM_INVALID_RESPONSE", detail: "GET /groups: group.application: expected text, found number" },
    ]);
  });

  it("among those who manage an organization is a failure of its members", async () => {
    const ref = [{ kind: "ORGANIZATION", id: "o1" }] as const;
    const { directory } = open({
      "GET /organizations/organization/o1": ok({ organization: organization("o1", "O", { users: [], admins: "all" }) }),
    });
    const [managers] = await directory.users.ofGroups(ref, first(20), "MANAGER", USER);
    expect(managers).toMatchObject({
      detail: "GET /organizations/organization/{id}: organization.admins: expected a list, found text",
    });
  });
});

describe("A field as some edition sends it", () => {
  it.each([undefined, null, ""])("is null where it was lost or never set: %j", async (value) => {
    const fields = ["email", "username", "created_at", "modified_at", "password_modified_at"];
    const record = await readUser({ id: "u1", ...Object.fromEntries(fields.map((field) => [field, value])) });
    expect([record.email, record.username, record.createdAt, record.updatedAt]).toEqual([null, null, null, null]);
    expect(record.econtext?.passwordModifiedAt).toBeNull();
  });

  it("is null where it is absent or null, whatever the field", async () => {
    for (const wire of [{ id: "x" }, { id: "x", name: null, description: null, status: null, custom_data: null }]) {
      const [one, inside, home, key] = await readOthers({ ...wire, application: null, created_at: "None" });
      expect(failuresOf(one, APPLICATION_FIELDS)).toEqual({});
      expect(failuresOf(inside, GROUP_FIELDS)).toEqual({});
      expect(failuresOf(home, GROUP_FIELDS)).toEqual({});
      expect(failuresOf(key, KEY_FIELDS)).toEqual({});
      expect([one.name, inside.application, home.customData, key.status]).toEqual([null, null, null, null]);
    }
  });

  it.each(readdirSync(new URL("../../exchanges/econtext", import.meta.url)).map((file) => file.replace(/\.json$/, "")))(
    "is no failure in %s",
    async (name) => {
      const { body } = recorded(name);
      const { result } = (body as { readonly econtext: { readonly result: Wire } }).econtext;
      const records = (kind: string) =>
        // In the answer to an addition it is `true`.
        [result[kind], result[`${kind}s`]].flat().filter((one): one is Listed => typeof one === "object");
      for (const wire of records("user")) {
        const { directory } = open({ [`GET /users/user/${wire.id}`]: ok({ user: wire }) });
        const [one] = (await directory.users.byIds([wire.id], EVERYTHING)) as readonly User[];
        expect(failuresOf(one as User, USER_FIELDS)).toEqual({});
        for (const { record } of one?.applications(first(20))?.items ?? []) {
          if (record !== undefined) expect(failuresOf(record, APPLICATION_FIELDS)).toEqual({});
        }
        for (const { group: inside } of one?.groups(first(20), ALL)?.items ?? []) {
          if (inside.record !== undefined) expect(failuresOf(inside.record, GROUP_FIELDS)).toEqual({});
        }
      }
      for (const wire of records("application")) {
        const { directory } = open({ [`GET /applications/application/${wire.id}`]: ok({ application: wire }) });
        const [one] = (await directory.applications.byIds([wire.id], RECORD)) as readonly Application[];
        expect(failuresOf(one as Application, APPLICATION_FIELDS)).toEqual({});
      }
      for (const wire of records("group")) {
        const { directory } = open({ [`GET /groups/group/${wire.id}`]: ok({ group: wire }) });
        const [one] = (await directory.groups.byRefs([{ kind: "GROUP", id: wire.id }], RECORD)) as readonly Group[];
        expect(failuresOf(one as Group, GROUP_FIELDS)).toEqual({});
      }
      for (const wire of records("apikey")) {
        const { directory } = open({ [`GET /users/user/u/apikey/${wire.id}`]: ok({ apikey: { ...wire, href: "" } }) });
        const [one] = (await directory.apiKeys.byRefs([{ user: "u", id: wire.id }], RECORD)) as readonly ApiKey[];
        expect(failuresOf(one as ApiKey, KEY_FIELDS)).toEqual({});
      }
    },
  );
});

describe("A list with a record whose name or email cannot be read", () => {
  const odd = { name: { odd: true }, email: 5 };

  it("is whole, in whatever order: that record sorts as if it had none", async () => {
    const { directory } = open({
      "GET /users?limit=21&offset=0": ok({ users: [user("b"), user("odd", odd), user("a")] }),
      "GET /users/search/b": ok({ users: [user("b"), user("odd", odd)] }),
      "GET /applications/application/a1/users": ok({ users: [user("b"), user("odd", odd)] }),
      "GET /groups/group/g1/users": ok({ users: [user("b"), user("odd", odd)] }),
      "GET /applications": ok({ applications: [application("b", "B"), { ...application("odd"), name: [] }] }),
      "GET /groups": ok({ groups: [group("b", "a1", "B"), { ...group("odd"), name: 5 }] }),
    });
    const ids = (page: Page<{ readonly id: string }> | undefined) => page?.items.map(({ id }) => id);
    const listed = await directory.users.list(first(20), null, USER);
    expect(ids(listed)).toEqual(["odd", "a", "b"]);
    expect(listed.cursor(0)).toBe("e\todd");
    expect(ids(await directory.users.list(first(20), "b", USER))).toEqual(["odd", "b"]);
    const [ofApplication] = await directory.users.ofApplications(["a1"], first(20), USER);
    expect(ids(ofApplication as Page<User>)).toEqual(["odd", "b"]);
    const [members] = await directory.users.ofGroups([{ kind: "GROUP", id: "g1" }], first(20), null, USER);
    expect((members as Page<Member>).items.map((member) => member.user.id)).toEqual(["odd", "b"]);
    expect(ids(await directory.applications.list(first(20), RECORD))).toEqual(["odd", "b"]);
    expect(ids(await directory.groups.list(first(20), "GROUP", RECORD))).toEqual(["odd", "b"]);
    expect(() => listed.items[0]?.email).toThrow(ServiceFailure);
    expect(() => listed.items[0]?.name).toThrow(ServiceFailure);
  });

  it("is whole inside a user, too", async () => {
    const relations = {
      applications: [application("b", "B"), { ...application("odd"), name: 5 }],
      groups: [group("b", "a1", "B"), { ...group("odd"), name: 5 }],
    };
    const record = await readUser(user("u1", relations));
    expect(record.applications(first(20))?.items.map(({ id }) => id)).toEqual(["odd", "b"]);
    expect(record.groups(first(20), ALL)?.items.map(({ group: { id } }) => id)).toEqual(["odd", "b"]);
  });

  it("has that record where E2 found it, since nobody can tell that it does not have the text", async () => {
    const { directory } = open({
      "GET /organizations?limit=1": ok({ organizations: [] }),
      "GET /users/search/%22kestrel%22": ok({
        users: [userE2("far"), userE2("odd", odd), userE2("near", { name: "Kestrel" })],
      }),
    });
    const { items } = await directory.users.list(first(20), "kestrel", USER);
    expect(items.map(({ id }) => id)).toEqual(["odd", "near"]);
  });

  it("is whole where the groups of an application are picked from all groups", async () => {
    const { directory } = open({
      "GET /applications/application/a1/groups": { status: 404, body: "" },
      "GET /groups": ok({ groups: [group("g1"), { ...group("odd"), application: ["a1"] }, groupE2("other", "a2")] }),
    });
    const [page] = await directory.groups.ofApplications(["a1"], first(20), RECORD);
    expect((page as Page<GroupReference>).items.map(({ id }) => id)).toEqual(["g1"]);
  });
});
