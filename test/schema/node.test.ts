import { afterEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { ADA, AIR, APP, PILOTS, PORTAL, PRODUCTION } from "../support/sandbox-ids.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

let upstream: Upstream | undefined;
let gateway: GatewayUnderTest | undefined;
afterEach(async () => {
  await gateway?.close();
  await upstream?.close();
});

interface Asked {
  readonly data: unknown;
  readonly errors: readonly { readonly path: unknown; readonly code: unknown }[] | undefined;
  /** The paths that the service was asked for, without queries. */
  readonly paths: readonly string[];
}

interface World {
  readonly dialect: Dialect;
  readonly edition?: string;
  /** Who may not ask for a path that ends so is everybody. */
  readonly forbidden?: string;
}

async function ask({ dialect, edition, forbidden }: World, query: string): Promise<Asked> {
  const { name, path, credentials, serve } = dialect.sandbox;
  const handle = serve(PEOPLE, edition === undefined ? {} : { edition });
  upstream = await startUpstream((request) =>
    forbidden !== undefined && new URL(request.url).pathname.endsWith(forbidden)
      ? Response.json({ code: 10003, description: "no", error_code: "CF-NotAuthorized" }, { status: 403 })
      : handle(request),
  );
  gateway = startGateway([{ name, dialect: dialect.name, url: upstream.origin + path, credentials }]);
  const { body } = await gateway.query(query);
  return {
    data: body.data,
    errors: body.errors?.map((error) => ({ path: error.path, code: error.extensions["code"] })),
    paths: upstream.requests.map(({ target }) => (target.split("?")[0] ?? "").slice(path.length)),
  };
}

const E1: World = { dialect: econtext, edition: "E1" };
const CLOUD: World = { dialect: cloudFoundryV2 };

const PORTAL_ID = `Application:directory:${PORTAL}`;
const APP_ID = `Application:cloud:${APP}`;
const PILOTS_ID = `Group:directory:group:${PILOTS}`;
const AIR_ID = `Group:cloud:organization:${AIR}`;
const SPACE_ID = `Group:cloud:space:${PRODUCTION}`;

/** What has users, and how the graph and the service call their list. */
const OWNERS = [
  {
    what: "an application of eContext",
    world: E1,
    field: "application",
    id: PORTAL_ID,
    list: "users",
    path: `/applications/application/${PORTAL}/users`,
    record: `/applications/application/${PORTAL}`,
    name: "Crew Portal",
  },
  {
    what: "a group of eContext",
    world: E1,
    field: "group",
    id: PILOTS_ID,
    list: "members",
    path: `/groups/group/${PILOTS}/users`,
    record: `/groups/group/${PILOTS}`,
    name: "Pilots",
  },
  {
    what: "an organization of Cloud Foundry",
    world: CLOUD,
    field: "group",
    id: AIR_ID,
    list: "members",
    path: `/v2/organizations/${AIR}/user_roles`,
    record: `/v2/organizations/${AIR}`,
    name: "kestrel-air",
  },
  {
    what: "a space of Cloud Foundry",
    world: CLOUD,
    field: "group",
    id: SPACE_ID,
    list: "members",
    path: `/v2/spaces/${PRODUCTION}/user_roles`,
    record: `/v2/spaces/${PRODUCTION}`,
    name: "production",
  },
] as const;

const nobodyElse = (id: string) => `${id.slice(0, id.lastIndexOf(":"))}:nothing`;

describe.each(OWNERS)("The users of $what", ({ world, field, id, list, path, record, name }) => {
  it("show that it is there, in one call, where nothing else of it is wanted", async () => {
    const { data, errors, paths } = await ask(world, `{ ${field}(id: "${id}") { id ${list}(first: 2) { nodes { id } } } }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ [field]: { id, [list]: { nodes: [{}, {}] } } });
    expect(paths).toEqual([path]);
  });

  it("show that it is not there, and nothing else is asked", async () => {
    const nothing = nobodyElse(id);
    const { data, errors, paths } = await ask(
      world,
      `{ ${field}(id: "${nothing}") { id name ${list}(first: 2) { nodes { id name } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ [field]: null });
    expect(paths).toHaveLength(1);
    expect(paths[0]).toMatch(/nothing\/\w+$/);
  });

  it("fail alone, at their own field, and are asked for once", async () => {
    const forbidden = { ...world, forbidden: path };
    const { data, errors, paths } = await ask(forbidden, `{ ${field}(id: "${id}") { id name ${list} { nodes { id } } } }`);
    expect(errors).toEqual([{ path: [field, list], code: "FORBIDDEN" }]);
    expect(data).toEqual({ [field]: { id, name, [list]: null } });
    expect([...paths].sort()).toEqual([record, path].sort());
  });

  it("that fail do not make it disappear, where nothing else of it is wanted", async () => {
    const forbidden = { ...world, forbidden: path };
    const { data, errors, paths } = await ask(forbidden, `{ ${field}(id: "${id}") { id ${list} { nodes { id } } } }`);
    expect(errors).toEqual([{ path: [field, list], code: "FORBIDDEN" }]);
    expect(data).toEqual({ [field]: { id, [list]: null } });
    expect(paths).toEqual([path]);
  });

  it.each([0, 101, -1])("are not asked for where so many are wanted as nobody may have: %d", async (first) => {
    const { data, errors, paths } = await ask(
      world,
      `{ ${field}(id: "${id}") { id name ${list}(first: ${first}) { nodes { id } } } }`,
    );
    expect(errors).toEqual([{ path: [field, list], code: "BAD_USER_INPUT" }]);
    expect(data).toEqual({ [field]: { id, name, [list]: null } });
    expect(paths).toEqual([record]);
  });

  it("are not asked for by a cursor that is not theirs", async () => {
    const { data, errors, paths } = await ask(
      world,
      `{ ${field}(id: "${id}") { id name ${list}(after: "forged") { nodes { id } } } }`,
    );
    expect(errors).toEqual([{ path: [field, list], code: "BAD_USER_INPUT" }]);
    expect(data).toEqual({ [field]: { id, name, [list]: null } });
    expect(paths).toEqual([record]);
  });

  it("are told under each alias as it asks", async () => {
    const { data, errors } = await ask(
      world,
      `{ ${field}(id: "${id}") { one: ${list}(first: 1) { nodes { id } } all: ${list}(first: 100) { nodes { id } } } }`,
    );
    expect(errors).toBeUndefined();
    const { one, all } = (data as Record<string, Record<string, { nodes: readonly unknown[] }>>)[field] ?? {};
    expect(all?.nodes.length).toBeGreaterThan(1);
    expect(one?.nodes).toEqual(all?.nodes.slice(0, 1));
  });

  it("are not asked for where they are skipped", async () => {
    const query = `{ ${field}(id: "${id}") { name ${list} @skip(if: true) { nodes { id } } ... @include(if: false) { ${list} { nodes { name } } } } }`;
    const { data, paths } = await ask(world, query);
    expect(data).toEqual({ [field]: { name } });
    expect(paths).toEqual([record]);
  });

  it("are asked for once through `node` and fragments, too", async () => {
    const type = field === "application" ? "Application" : "Group";
    const { data, errors, paths } = await ask(
      world,
      `query { node(id: "${id}") { id ...Users } } fragment Users on ${type} { ${list}(first: 2) { nodes { id } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ node: { id, [list]: { nodes: [{}, {}] } } });
    expect(paths).toEqual([path]);
  });
});

describe("An owner of users", () => {
  it("is not asked for where its users have brought its record along", async () => {
    const { data, paths } = await ask(E1, `{ application(id: "${PORTAL_ID}") { name description users { nodes { name } } } }`);
    expect(data).toMatchObject({ application: { name: "Crew Portal", description: expect.stringContaining("crew") } });
    expect(paths).toEqual([`/applications/application/${PORTAL}/users`]);
  });

  it("is asked for where they have not", async () => {
    const { data, paths } = await ask(
      { dialect: econtext, edition: "E0" },
      `{ application(id: "${PORTAL_ID}") { name users(first: 1) { nodes { name } } } }`,
    );
    expect(data).toEqual({ application: { name: "Crew Portal", users: { nodes: [{ name: "Ada Moreno" }] } } });
    expect(paths).toEqual([`/applications/application/${PORTAL}/users`, `/applications/application/${PORTAL}`]);
  });

  it("of Cloud Foundry, an app, is read on the way to its users", async () => {
    const { data, paths } = await ask(CLOUD, `{ application(id: "${APP_ID}") { name users(first: 1) { nodes { id } } } }`);
    expect(data).toEqual({ application: { name: "crew-portal", users: { nodes: [{ id: `User:cloud:${ADA}` }] } } });
    expect(paths).toEqual([`/v2/apps/${APP}`, `/v2/spaces/${PRODUCTION}/developers`]);
  });

  it("of Cloud Foundry, an app, is null where it is not there", async () => {
    const query = `{ application(id: "${nobodyElse(APP_ID)}") { id name users { nodes { id } } } }`;
    const { data, errors, paths } = await ask(CLOUD, query);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ application: null });
    expect(paths).toEqual(["/v2/apps/nothing"]);
  });

  it("is looked for by itself where nobody can be asked for its users", async () => {
    const members = "id members(role: DEVELOPER) { nodes { id } }";
    const known = await ask(E1, `{ group(id: "${PILOTS_ID}") { ${members} } }`);
    expect(known).toEqual({
      data: { group: { id: PILOTS_ID, members: { nodes: [] } } },
      errors: undefined,
      paths: [`/groups/group/${PILOTS}`],
    });
  });

  it("is not there where nobody can be asked for its users, nor for itself", async () => {
    const members = "id members(role: DEVELOPER) { nodes { id } }";
    const { data, errors, paths } = await ask(CLOUD, `{ group(id: "${nobodyElse(AIR_ID)}") { ${members} } }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ group: null });
    expect(paths).toEqual(["/v2/organizations/nothing"]);
  });

  it("shows its users in each of several roles", async () => {
    const { data, errors } = await ask(
      CLOUD,
      `{ group(id: "${AIR_ID}") {
        managers: members(role: MANAGER) { edges { role node { id } } }
        billing: members(role: BILLING_MANAGER) { edges { role } }
        nobody: members(role: DEVELOPER) { edges { role } }
      } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      group: {
        managers: { edges: [{ role: "MANAGER", node: { id: `User:cloud:${ADA}` } }] },
        billing: { edges: [{ role: "BILLING_MANAGER" }] },
        nobody: { edges: [] },
      },
    });
  });

  it("costs nothing where its id is all that is wanted", async () => {
    const { data, paths } = await ask(E1, `{ application(id: "${nobodyElse(PORTAL_ID)}") { id __typename } }`);
    expect(data).toEqual({ application: { id: nobodyElse(PORTAL_ID), __typename: "Application" } });
    expect(paths).toEqual([]);
  });
});
