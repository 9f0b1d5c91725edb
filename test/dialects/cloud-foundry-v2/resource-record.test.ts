import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Application } from "../../../src/domain/application.ts";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Group } from "../../../src/domain/group.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { User } from "../../../src/domain/user.ts";
import { isResource } from "../../../src/dialects/cloud-foundry-v2/wire.ts";
import type { Resource } from "../../../src/dialects/cloud-foundry-v2/wire.ts";
import { failuresOf, type Reads } from "../../support/field-failures.ts";
import {
  ASK,
  asking,
  EVERY,
  exchange,
  fault,
  first,
  listOf,
  play,
  REQUEST_ID,
  wire,
  type Scene,
  type Script,
} from "./scripted-send.ts";

const DEVELOPER = { kind: "SPACE", role: "DEVELOPER" } as const;
const WITH_APPS = asking({ groups: [DEVELOPER], applications: true });
const EVERYTHING = asking({ groups: [EVERY], applications: true });

const USER_FIELDS: Reads<User> = {
  username: (user) => user.username,
  status: (user) => user.status,
  createdAt: (user) => user.createdAt,
  updatedAt: (user) => user.updatedAt,
  admin: (user) => user.cloudFoundry?.admin,
  active: (user) => user.cloudFoundry?.active,
  defaultSpace: (user) => user.cloudFoundry?.defaultSpace,
  groups: (user) => user.groups(first(5), EVERY),
  applications: (user) => user.applications(first(5)),
};
const GROUP_FIELDS: Reads<Group> = {
  name: (group) => group.name,
  status: (group) => group.status,
  createdAt: (group) => group.createdAt,
  updatedAt: (group) => group.updatedAt,
  parent: (group) => group.parent,
};
const APPLICATION_FIELDS: Reads<Application> = {
  name: (app) => app.name,
  status: (app) => app.status,
  createdAt: (app) => app.createdAt,
  updatedAt: (app) => app.updatedAt,
  instances: (app) => app.cloudFoundry?.instances,
  memory: (app) => app.cloudFoundry?.memory,
  diskQuota: (app) => app.cloudFoundry?.diskQuota,
  buildpack: (app) => app.cloudFoundry?.buildpack,
  space: (app) => app.cloudFoundry?.space,
  groups: (app) => app.groups(first(5)),
};

/** A service that has one object, whatever is asked for. */
function only(body: unknown): Scene {
  return play(() => ({ body, headers: { "x-vcap-request-id": REQUEST_ID } }));
}

async function readUser(body: Resource, ask = EVERYTHING): Promise<User> {
  const [user] = await only(body).users.byIds([body.metadata.guid], ask);
  return user as User;
}

async function readGroup(kind: "ORGANIZATION" | "SPACE", body: Resource): Promise<Group> {
  const [group] = await only(body).groups.byRefs([{ kind, id: body.metadata.guid }], ASK);
  return group as Group;
}

async function readApplication(body: Resource): Promise<Application> {
  const [app] = await only(body).applications.byIds([body.metadata.guid], ASK);
  return app as Application;
}

describe("A field of a kind that the service never sends", () => {
  it.each([
    ["username", ["hunter2"], { username: "entity.username: expected text, found list" }],
    ["admin", "true", { admin: "entity.admin: expected true or false, found text" }],
    [
      "active",
      1,
      {
        active: "entity.active: expected true or false, found number",
        status: "entity.active: expected true or false, found number",
      },
    ],
    ["default_space_guid", 5, { defaultSpace: "entity.default_space_guid: expected text, found number" }],
  ])("is a failure of its own, and the rest of the user is shown: %s", async (field, value, details) => {
    const user = await readUser(wire("u", { [field]: value }), ASK);
    const expected = Object.entries(details).map(([name, detail]) => [name, `GET /v2/users/{guid}: user.${detail}`]);
    expect(failuresOf(user, USER_FIELDS)).toEqual(Object.fromEntries(expected));
    expect(user.id).toBe("u");
  });

  it("tells the id of the request", async () => {
    const user = await readUser(wire("u", { username: 5 }), ASK);
    expect(() => user.username).toThrow(expect.objectContaining({ requestId: REQUEST_ID }));
  });

  it.each([7, [], {}, "", "yesterday", "2016-02-30T00:00:00Z"])("is no instant: %j", async (value) => {
    const metadata = { guid: "u", created_at: value, updated_at: value };
    const user = await readUser({ metadata, entity: {} }, ASK);
    const found = typeof value === "number" ? "number" : typeof value === "string" ? "text" : null;
    const expected = `expected instant, found ${found ?? (Array.isArray(value) ? "list" : "object")}`;
    expect(failuresOf(user, USER_FIELDS)).toEqual({
      createdAt: `GET /v2/users/{guid}: user.metadata.created_at: ${expected}`,
      updatedAt: `GET /v2/users/{guid}: user.metadata.updated_at: ${expected}`,
    });
  });

  it("is one of organizations, spaces and apps, too", async () => {
    expect(failuresOf(await readGroup("ORGANIZATION", wire("o", { name: {}, status: 7 })), GROUP_FIELDS)).toEqual({
      name: "GET /v2/organizations/{guid}: organization.entity.name: expected text, found object",
      status: "GET /v2/organizations/{guid}: organization.entity.status: expected text, found number",
    });
    const space = wire("s", { name: ["hunter2"], organization_guid: false });
    expect(failuresOf(await readGroup("SPACE", space), GROUP_FIELDS)).toEqual({
      name: "GET /v2/spaces/{guid}: space.entity.name: expected text, found list",
      parent: "GET /v2/spaces/{guid}: space.entity.organization_guid: expected text, found boolean",
    });
    const app = wire("a", {
      name: 5,
      state: true,
      instances: "many",
      memory: 2 ** 31,
      disk_quota: 1.5,
      buildpack: {},
      space_guid: {},
    });
    const at = (detail: string) => `GET /v2/apps/{guid}: app.entity.${detail}`;
    expect(failuresOf(await readApplication(app), APPLICATION_FIELDS)).toEqual({
      name: at("name: expected text, found number"),
      status: at("state: expected text, found boolean"),
      instances: at("instances: expected whole number below 2^31, found text"),
      memory: at("memory: expected whole number below 2^31, found number"),
      diskQuota: at("disk_quota: expected whole number below 2^31, found number"),
      buildpack: at("buildpack: expected text, found object"),
      space: at("space_guid: expected text, found object"),
      groups: at("space_guid: expected text, found object"),
    });
  });

  it("is all of them where the object tells nothing that can be read, but for its metadata", async () => {
    const app = await readApplication({ metadata: { guid: "a" }, entity: ["hunter2"] });
    const failures = failuresOf(app, APPLICATION_FIELDS);
    expect(Object.keys(failures)).toEqual(
      Object.keys(APPLICATION_FIELDS).filter((field) => !["createdAt", "updatedAt"].includes(field)),
    );
    expect(new Set(Object.values(failures))).toEqual(
      new Set(["GET /v2/apps/{guid}: app.entity: expected object, found list"]),
    );
  });
});

describe("A list of a user's that cannot be read", () => {
  it.each([
    [{ spaces: "hunter2" }, "user.entity.spaces: expected list, found text"],
    [{ spaces: {} }, "user.entity.spaces: expected list, found object"],
    [
      { spaces: [wire("s", { apps: [] }), { metadata: { guid: 7 } }] },
      "user.entity.spaces[1].metadata.guid: expected text that is not empty, found number",
    ],
  ])("is a failure of groups and applications, and asked for no second time: %j", async (entity, detail) => {
    const scene = only(wire("u", { username: "ada", ...entity }));
    const [user] = (await scene.users.byIds(["u"], WITH_APPS)) as readonly User[];
    expect(user?.username).toBe("ada");
    expect(user?.tells(WITH_APPS.needs)).toBe(true);
    expect(() => user?.groups(first(5), DEVELOPER)).toThrow(ServiceFailure);
    const answers = [
      ...(await scene.groups.ofUsers(["u"], first(5), DEVELOPER, ASK)),
      ...(await scene.applications.ofUsers(["u"], first(5), ASK)),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({
        code: "UPSTREAM_INVALID_RESPONSE",
        detail: `GET /v2/users/{guid}: ${detail}`,
        requestId: REQUEST_ID,
      });
    }
    expect(scene.calls).toHaveLength(1);
  });

  it.each([
    ["hunter2", "space.entity.apps: expected list, found text"],
    [[wire("a"), {}], "space.entity.apps[1].metadata.guid: expected text that is not empty, found nothing"],
  ])("is a failure of the applications alone where it is a space's: %j", async (apps, detail) => {
    const user = await readUser(wire("u", { spaces: [wire("s", { name: "production", apps })] }), WITH_APPS);
    expect(user.groups(first(5), DEVELOPER)?.items.map(({ group }) => group.record?.name)).toEqual(["production"]);
    expect(() => user.applications(first(5))).toThrow(
      expect.objectContaining({ detail: `GET /v2/users/{guid}: ${detail}` }),
    );
  });

  it("leaves the other users of a page whole, and what can be read of this one", async () => {
    const odd = wire("odd", { username: "odd", spaces: [5, wire("s", { name: "met" })], organizations: [] });
    const { users, groups } = play(() => ({ body: listOf([wire("a", { username: "a", spaces: [] }), odd]) }));
    const { items } = await users.list(first(5), null, asking({ groups: [DEVELOPER] }));
    expect(items.map(({ username }) => username)).toEqual(["a", "odd"]);
    expect(items[0]?.groups(first(5), DEVELOPER)?.items).toEqual([]);
    expect(() => items[1]?.groups(first(5), DEVELOPER)).toThrow(ServiceFailure);
    expect(await groups.byRefs([{ kind: "SPACE", id: "s" }], ASK)).toMatchObject([{ name: "met" }]);
  });
});

describe("The roles of a member that cannot be read", () => {
  it("are a failure of the members, for nobody can tell that there are none", async () => {
    const { users } = only(listOf([wire("u", { organization_roles: "hunter2" })]));
    const [answer] = await users.ofGroups([{ kind: "ORGANIZATION", id: "o" }], first(5), null, ASK);
    expect(answer).toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      detail: "GET /v2/organizations/{guid}/user_roles: user.entity.organization_roles: expected list, found text",
    });
  });
});

describe("A child that names none of the parents that were asked for together", () => {
  const spaces = ["s", "t"].map((guid) => wire(guid));

  it.each([{ space_guid: 7 }, { space_guid: "another" }, { space_guid: "S" }, {}])(
    "is nobody's, until each parent tells its own: %j",
    async (entity) => {
      const odd = wire("odd", entity);
      const script: Script = (path) => {
        if (path.startsWith("/v2/apps")) return { body: listOf([wire("a", { space_guid: "t" }), odd]) };
        if (path.startsWith("/v2/spaces/s/apps")) return { body: listOf([odd]) };
        if (path.startsWith("/v2/spaces/t/apps")) return { body: listOf([wire("a", { space_guid: "t" })]) };
        return path.startsWith("/v2/spaces") ? { body: listOf(spaces) } : fault(404, 10000, "CF-NotFound");
      };
      const { groups, applications } = play(script);
      await groups.list(first(5), "SPACE", ASK);
      const refs = ["s", "t"].map((id) => ({ kind: "SPACE", id }) as const);
      const pages = (await applications.ofGroups(refs, first(5), ASK)) as readonly Page<{ readonly id: string }>[];
      expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([["odd"], ["a"]]);
    },
  );
});

/** Every object of a body, however deep, with the type that its place or its path tells. */
function* resourcesOf(value: unknown, type: string): Generator<readonly [type: string, resource: Resource]> {
  if (typeof value !== "object" || value === null) return;
  if (isResource(value)) yield [type, value];
  for (const [key, inner] of Object.entries(value)) {
    const isList = Array.isArray(value) || ["resources", "entity"].includes(key);
    yield* resourcesOf(inner, isList ? type : key);
  }
}

describe("What was recorded", () => {
  const names = readdirSync(new URL("../../exchanges/cloud-foundry-v2", import.meta.url)).map((file) =>
    file.replace(/\.json$/, ""),
  );

  it("is read without a failure, whatever it lies in", async () => {
    const read = { user: 0, organization: 0, space: 0, app: 0 };
    for (const name of names) {
      const { request, response } = exchange(name);
      const path = request.path.split("?")[0]?.split("/") ?? [];
      const isOfList = path.length > 4 && request.method === "GET" && path[4] !== "summary";
      for (const [type, resource] of resourcesOf(response.body, (isOfList ? path[4] : path[2]) ?? "")) {
        if (/^(?:users|user_roles|managers|developers|auditors|billing_managers)$/.test(type)) {
          read.user++;
          expect(failuresOf(await readUser(resource), USER_FIELDS), name).toEqual({});
        } else if (/organizations$/.test(type)) {
          read.organization++;
          expect(failuresOf(await readGroup("ORGANIZATION", resource), GROUP_FIELDS), name).toEqual({});
        } else if (/spaces$/.test(type)) {
          read.space++;
          expect(failuresOf(await readGroup("SPACE", resource), GROUP_FIELDS), name).toEqual({});
        } else if (type === "apps") {
          read.app++;
          expect(failuresOf(await readApplication(resource), APPLICATION_FIELDS), name).toEqual({});
        }
      }
    }
    for (const count of Object.values(read)) expect(count).toBeGreaterThan(0);
  });
});
