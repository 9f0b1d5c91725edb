import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const PILOTS = "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf";
const AIR = "a7aff246-5f5b-4cf8-87d8-f316053e4a20";
const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";
const CREW_PORTAL = "69ebed50-222a-4880-b163-fb1bf7d60b0c";

let graph: SandboxUnderTest;
afterAll(() => graph.close());

async function read(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { body } = await graph.query(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as Record<string, unknown>;
}

async function codeOf(query: string, variables?: Record<string, unknown>): Promise<unknown> {
  const { body } = await graph.query(query, variables);
  return body.errors?.map((error) => error.extensions["code"]);
}

function asked(): number {
  return Object.values(graph.upstreams).reduce((sum, upstream) => sum + upstream.requests.length, 0);
}

describe("Reading over both services", () => {
  beforeAll(async () => {
    graph = await startOverSandbox([{ dialect: econtext }, { dialect: cloudFoundryV2 }]);
  });

  it("lists the services in the order of the configuration", async () => {
    expect(await read("{ services { name dialect } }")).toEqual({
      services: [
        { name: "directory", dialect: "ECONTEXT" },
        { name: "cloud", dialect: "CLOUD_FOUNDRY_V2" },
      ],
    });
  });

  it("shows every field of an eContext user", async () => {
    const { user } = (await read(
      `query ($id: ID!) { user(id: $id) {
        id upstreamId href username name email status customData createdAt updatedAt
        applications { edges { cursor node { id name } } pageInfo { hasNextPage hasPreviousPage } }
        groups { edges { cursor role node { id kind name application { id name } parent { id } } } }
        apiKeys { id upstreamId name description status href }
        econtext { organization { id } organizationAdmin passwordModifiedAt }
        cloudFoundry { admin }
      } }`,
      { id: `User:directory:${ADA}` },
    )) as { user: Record<string, unknown> };
    expect(user).toMatchObject({
      id: `User:directory:${ADA}`,
      upstreamId: ADA,
      username: "ada.moreno@kestrel.example",
      name: "Ada Moreno",
      email: "ada.moreno@kestrel.example",
      status: "ENABLED",
      customData: { licence: "ATPL", base: "LIS" },
      createdAt: "2017-05-08T19:21:13.381Z",
      econtext: { organization: null, organizationAdmin: null, passwordModifiedAt: null },
      cloudFoundry: null,
    });
    expect(user["href"]).toMatch(new RegExp(`^https?://.*/api/users/user/${ADA}$`));
    const applications = user["applications"] as { edges: { node: { name: string } }[] };
    expect(applications.edges.map((edge) => edge.node.name)).toEqual(["Crew Portal", "Roster API", "eContext Auth"]);
    const groups = user["groups"] as { edges: { role: string; node: Record<string, unknown> }[] };
    expect(groups.edges.map(({ role, node }) => [role, node["kind"], node["name"], node["application"]])).toEqual([
      ["MEMBER", "GROUP", "Pilots", { id: `Application:directory:${PORTAL}`, name: "Crew Portal" }],
      ["MEMBER", "GROUP", "Portal Admins", { id: `Application:directory:${PORTAL}`, name: "Crew Portal" }],
    ]);
    const [key] = user["apiKeys"] as { id: string; upstreamId: string; name: string; status: string }[];
    expect(key).toMatchObject({ name: "roster export", status: "ENABLED" });
    expect(key?.id).toBe(`ApiKey:directory:${ADA}:${String(key?.upstreamId)}`);
  });

  it("shows every field of a Cloud Foundry user, with the seven relations as memberships", async () => {
    const { user } = (await read(
      `query ($id: ID!) { user(id: $id) {
        id upstreamId href username name email status customData createdAt
        applications { nodes { id name status cloudFoundry { instances memory diskQuota buildpack space { name } } } }
        groups { edges { role node { kind name status parent { name } application { id } } } }
        apiKeys { id }
        econtext { organizationAdmin }
        cloudFoundry { admin active defaultSpace { id name } }
      } }`,
      { id: `User:cloud:${ADA}` },
    )) as { user: Record<string, unknown> };
    expect(user).toMatchObject({
      upstreamId: ADA,
      username: "ada.moreno@kestrel.example",
      name: null,
      email: null,
      status: "ENABLED",
      customData: null,
      apiKeys: [],
      econtext: null,
      cloudFoundry: {
        admin: true,
        active: true,
        defaultSpace: { id: `Group:cloud:space:${PRODUCTION}`, name: "production" },
      },
    });
    const groups = user["groups"] as { edges: { role: string; node: Record<string, unknown> }[] };
    expect(groups.edges.map(({ role, node }) => `${role} ${String(node["kind"])} ${String(node["name"])}`)).toEqual([
      "MEMBER ORGANIZATION kestrel-air",
      "MANAGER ORGANIZATION kestrel-air",
      "DEVELOPER SPACE production",
      "DEVELOPER SPACE staging",
      "MANAGER SPACE production",
    ]);
    expect(groups.edges[2]?.node["parent"]).toEqual({ name: "kestrel-air" });
    const { nodes } = user["applications"] as { nodes: { name: string; cloudFoundry: unknown }[] };
    expect(nodes.map((node) => node.name)).toEqual(["crew-portal", "roster-api", "crew-portal-preview"]);
    expect(nodes[0]?.cloudFoundry).toMatchObject({
      instances: 3,
      memory: 1024,
      buildpack: "nodejs_buildpack",
      space: { name: "production" },
    });
  });

  it.each([
    ["kind: ORGANIZATION", ["MEMBER kestrel-air", "MANAGER kestrel-air"]],
    ["kind: SPACE", ["DEVELOPER production", "DEVELOPER staging", "MANAGER production"]],
    ["kind: SPACE, role: DEVELOPER", ["DEVELOPER production", "DEVELOPER staging"]],
    ["role: MANAGER", ["MANAGER kestrel-air", "MANAGER production"]],
    ["role: AUDITOR", []],
    ["kind: GROUP", []],
  ])("filters memberships by %s", async (filter, expected) => {
    const data = await read(
      `query ($id: ID!) { user(id: $id) { groups(${filter}) { edges { role node { name } } } } }`,
      {
        id: `User:cloud:${ADA}`,
      },
    );
    const { user } = data as { user: { groups: { edges: { role: string; node: { name: string } }[] } } };
    expect(user.groups.edges.map(({ role, node }) => `${role} ${node.name}`)).toEqual(expected);
  });

  it("shows an application of each service with its users and groups", async () => {
    expect(
      await read(
        `query ($portal: ID!, $app: ID!) {
          portal: application(id: $portal) { name status customData groups { nodes { name } } users { nodes { name } } cloudFoundry { memory } }
          app: application(id: $app) { name status groups { nodes { kind name } } users { nodes { username } } }
        }`,
        { portal: `Application:directory:${PORTAL}`, app: `Application:cloud:${CREW_PORTAL}` },
      ),
    ).toEqual({
      portal: {
        name: "Crew Portal",
        status: "ENABLED",
        customData: { "green eggs": "and ham", seats: 250 },
        groups: { nodes: [{ name: "Pilots" }, { name: "Portal Admins" }] },
        users: {
          nodes: ["Ada Moreno", "Bram Okafor", "Chiara Lindqvist", "Esra Yilmaz", "Femi Castellanos"].map((name) => ({
            name,
          })),
        },
        cloudFoundry: null,
      },
      app: {
        name: "crew-portal",
        status: "STARTED",
        groups: { nodes: [{ kind: "SPACE", name: "production" }] },
        users: { nodes: [{ username: "ada.moreno@kestrel.example" }] },
      },
    });
  });

  it("shows a group of each kind with its members", async () => {
    const data = (await read(
      `query ($pilots: ID!, $air: ID!, $production: ID!) {
        pilots: group(id: $pilots) { kind name description customData application { name } applications { nodes { name } } children { nodes { id } } members { edges { role node { name } } } }
        air: group(id: $air) { kind name status parent { id } children { nodes { kind name } } applications { nodes { id } } members { edges { role node { username } } } }
        production: group(id: $production) { kind name parent { name } applications { nodes { name } } children { nodes { id } } members(role: AUDITOR) { edges { role node { username } } } }
      }`,
      {
        pilots: `Group:directory:group:${PILOTS}`,
        air: `Group:cloud:organization:${AIR}`,
        production: `Group:cloud:space:${PRODUCTION}`,
      },
    )) as Record<string, { members: { edges: { role: string; node: { username: string } }[] } }>;
    expect(data["pilots"]).toEqual({
      kind: "GROUP",
      name: "Pilots",
      description: "Everyone who may fly",
      customData: { tier_depth: 9 },
      application: { name: "Crew Portal" },
      applications: { nodes: [{ name: "Crew Portal" }] },
      children: { nodes: [] },
      members: {
        edges: ["Ada Moreno", "Bram Okafor", "Femi Castellanos"].map((name) => ({ role: "MEMBER", node: { name } })),
      },
    });
    expect(data["air"]).toMatchObject({
      kind: "ORGANIZATION",
      status: "ACTIVE",
      parent: null,
      children: {
        nodes: [
          { kind: "SPACE", name: "production" },
          { kind: "SPACE", name: "staging" },
        ],
      },
      applications: { nodes: [] },
    });
    expect(data["air"]?.members.edges.map(({ role, node }) => `${node.username.split(".")[0] ?? ""} ${role}`)).toEqual([
      "ada MEMBER",
      "ada MANAGER",
      "bram MEMBER",
      "chiara MEMBER",
      "chiara BILLING_MANAGER",
      "esra MEMBER",
      "esra AUDITOR",
      "femi MEMBER",
    ]);
    expect(data["production"]).toMatchObject({
      parent: { name: "kestrel-air" },
      applications: { nodes: [{ name: "crew-portal" }, { name: "roster-api" }] },
      children: { nodes: [] },
      members: { edges: [{ role: "AUDITOR", node: { username: "bram.okafor@kestrel.example" } }] },
    });
  });

  it("finds out the kind of a group that is named by its own id", async () => {
    const query = "query ($id: ID!, $service: String) { group(id: $id, service: $service) { id kind name } }";
    expect(await read(query, { id: PRODUCTION, service: "cloud" })).toEqual({
      group: { id: `Group:cloud:space:${PRODUCTION}`, kind: "SPACE", name: "production" },
    });
    expect(await read(query, { id: AIR, service: "cloud" })).toMatchObject({ group: { kind: "ORGANIZATION" } });
    expect(await read(query, { id: PILOTS, service: "directory" })).toMatchObject({ group: { kind: "GROUP" } });
    expect(await read(query, { id: "nothing", service: "cloud" })).toEqual({ group: null });
  });

  it("asks nobody for what an id tells", async () => {
    const before = asked();
    expect(
      await read(
        `query ($user: ID!, $ids: [ID!]!) {
          user(id: $user) { __typename id upstreamId service { name dialect } }
          nodes(ids: $ids) { __typename id }
        }`,
        { user: "User:cloud:nobody", ids: ["Application:directory:x", "Group:cloud:space:y"] },
      ),
    ).toEqual({
      user: {
        __typename: "User",
        id: "User:cloud:nobody",
        upstreamId: "nobody",
        service: { name: "cloud", dialect: "CLOUD_FOUNDRY_V2" },
      },
      nodes: [
        { __typename: "Application", id: "Application:directory:x" },
        { __typename: "Group", id: "Group:cloud:space:y" },
      ],
    });
    expect(asked()).toBe(before);
  });

  it("answers nodes in the order asked, each looked up once, with null and an error in their own places", async () => {
    const before = graph.upstreams["directory"]?.requests.length ?? 0;
    const { body } = await graph.query(
      "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { name } ... on Application { name } } }",
      {
        ids: [
          `User:directory:${ADA}`,
          "User:directory:nobody",
          "nonsense",
          `User:directory:${ADA}`,
          "ApiKey:directory:a:b",
        ],
      },
    );
    const ada = { id: `User:directory:${ADA}`, name: "Ada Moreno" };
    expect(body.data).toEqual({ nodes: [ada, null, null, ada, null] });
    expect(body.errors?.map((error) => [error.path, error.extensions["code"]])).toEqual([
      [["nodes", 2], "BAD_USER_INPUT"],
      [["nodes", 4], "BAD_USER_INPUT"],
    ]);
    expect((graph.upstreams["directory"]?.requests.length ?? 0) - before).toBe(2);
  });

  it("answers null for what does not exist", async () => {
    expect(
      await read(`{
        user(id: "User:directory:nobody") { name }
        cloudUser: user(id: "User:cloud:nobody") { username }
        application(id: "Application:directory:nothing") { name }
        cloudApp: application(id: "Application:cloud:nothing") { name }
        group(id: "Group:cloud:space:nothing") { name }
        strange: group(id: "Group:directory:space:nothing") { name }
      }`),
    ).toEqual({ user: null, cloudUser: null, application: null, cloudApp: null, group: null, strange: null });
  });

  it.each([
    ["an id of another type", `{ user(id: "Application:directory:${PORTAL}") { name } }`],
    ["a malformed id", '{ user(id: "User:directory") { name } }'],
    ["an id of an unknown service", '{ user(id: "User:nowhere:x") { name } }'],
    ["an upstream's own id without its service", `{ user(id: "${ADA}") { name } }`],
    ["an unknown service", `{ user(id: "${ADA}", service: "nowhere") { name } }`],
    ["a service that is not the id's", `{ user(id: "User:directory:${ADA}", service: "cloud") { name } }`],
    ["a kind that is not the id's", `{ group(id: "Group:cloud:space:x", kind: ORGANIZATION) { name } }`],
    ["an empty id", '{ user(id: "", service: "cloud") { name } }'],
    ["a page of none", "{ users(first: 0) { nodes { id } } }"],
    ["a page of too many", "{ users(first: 101) { nodes { id } } }"],
    ["a cursor that is none", '{ users(after: "xyz") { nodes { id } } }'],
    ["a list of an unknown service", '{ groups(service: "nowhere") { nodes { id } } }'],
  ])("refuses %s as BAD_USER_INPUT and asks nobody", async (_what, query) => {
    const before = asked();
    expect(await codeOf(query)).toEqual(["BAD_USER_INPUT"]);
    expect(asked()).toBe(before);
  });

  it("refuses a cursor of another list", async () => {
    const { users } = (await read("{ users(first: 1) { pageInfo { endCursor } } }")) as {
      users: { pageInfo: { endCursor: string } };
    };
    const after = users.pageInfo.endCursor;
    const next = "query ($after: String) { users(first: 1, after: $after) { nodes { name } } }";
    expect(await read(next, { after })).toMatchObject({ users: { nodes: [{ name: "Bram Okafor" }] } });
    const others = [
      'query ($after: String) { users(first: 1, after: $after, service: "directory") { nodes { name } } }',
      'query ($after: String) { users(first: 1, after: $after, service: "directory", search: "a") { nodes { name } } }',
      "query ($after: String) { applications(first: 1, after: $after) { nodes { name } } }",
    ];
    for (const query of others) expect(await codeOf(query, { after })).toEqual(["BAD_USER_INPUT"]);
  });

  it("does not search where one service cannot, since leaving it out would look like the truth", async () => {
    expect(await codeOf('{ users(search: "ada") { nodes { id } } }')).toEqual(["UNSUPPORTED"]);
    expect(await codeOf('{ users(search: "ada", service: "cloud") { nodes { id } } }')).toEqual(["UNSUPPORTED"]);
    expect(await read('{ users(search: "moreno@", service: "directory") { nodes { name } totalCount } }')).toEqual({
      users: { nodes: [{ name: "Ada Moreno" }], totalCount: null },
    });
  });

  it("counts where the upstream counts, and says null where one does not", async () => {
    expect(
      await read('{ all: users(first: 1) { totalCount } cloud: users(first: 1, service: "cloud") { totalCount } }'),
    ).toEqual({ all: { totalCount: null }, cloud: { totalCount: 7 } });
  });

  it.each([
    ["users", "name username", 15],
    ["applications", "name", 7],
    ["groups", "name kind", 8],
  ])("walks all %s of both services, page after page, each once", async (field, fields, total) => {
    for (const first of [1, 2, 3, 7, 100]) {
      const seen: string[] = [];
      let after: string | null = null;
      let more = true;
      while (more) {
        const data = await read(
          `query ($first: Int, $after: String) { ${field}(first: $first, after: $after) { nodes { id ${fields} } pageInfo { hasNextPage endCursor } } }`,
          { first, after },
        );
        const page = data[field] as {
          nodes: { id: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string | null };
        };
        seen.push(...page.nodes.map((node) => node.id));
        ({ hasNextPage: more, endCursor: after } = page.pageInfo);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(total);
    }
  });

  it("walks a user's memberships page by page", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 5; page++) {
      const data = (await read(
        "query ($id: ID!, $after: String) { user(id: $id) { groups(first: 2, after: $after) { edges { role node { name } } pageInfo { hasNextPage endCursor } } } }",
        { id: `User:cloud:${ADA}`, after },
      )) as {
        user: {
          groups: {
            edges: { role: string; node: { name: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      };
      const { edges, pageInfo } = data.user.groups;
      seen.push(...edges.map(({ role, node }) => `${role} ${node.name}`));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual([
      "MEMBER kestrel-air",
      "MANAGER kestrel-air",
      "DEVELOPER production",
      "DEVELOPER staging",
      "MANAGER production",
    ]);
  });
});
