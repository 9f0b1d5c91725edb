import { afterEach, describe, expect, it } from "vitest";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { exchanges, replay, type Exchange } from "../support/replay.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

// The graph against servers that only repeat what real ones were recorded to answer: nothing here was written by us.

const USER = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";

const started: (Upstream | GatewayUnderTest)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

async function ask(
  dialect: "econtext" | "cloud-foundry-v2",
  names: readonly string[],
  query: string,
  variables?: Record<string, unknown>,
) {
  const all = exchanges(dialect);
  const upstream = await startUpstream(replay(names.map((name) => all.get(name) as Exchange)));
  const graph = startGateway([
    {
      name: dialect === "econtext" ? "directory" : "cloud",
      dialect,
      url: upstream.origin + (dialect === "econtext" ? "/api" : ""),
    },
  ]);
  started.push(upstream, graph);
  const { body, text } = await graph.query(query, variables, { authorization: "Basic dXNlcm5hbWU6cGFzc3dvcmQ=" });
  return { body, text, requests: upstream.requests };
}

const EVERYTHING = `
  id upstreamId href username name email status customData createdAt updatedAt
  applications { nodes { id href name description status customData createdAt } }
  groups { edges { role node { id href kind name description status customData createdAt updatedAt application { id name } } } }
  apiKeys { id }
`;

const APPLICATION = {
  id: "Application:directory:609543d6-1cca-4039-9c1a-c843bda15ba4",
  name: "Test Application",
  description: "Test application for use in this round of tests",
  status: "ENABLED",
  customData: null,
  createdAt: "2017-05-08T19:21:13.381Z",
};
const GROUP = {
  id: "Group:directory:group:5fb6f5d6-3a6d-4e1d-83bb-7445274745bf",
  kind: "GROUP",
  name: "Test Group",
  description: "A test group with some custom_data",
  status: "ENABLED",
  customData: { tier_depth: 9 },
  createdAt: "2017-05-08T19:22:48.867Z",
  updatedAt: "2017-05-08T19:22:48.871Z",
  application: { id: APPLICATION.id, name: "Test Application" },
};

describe("A recorded eContext with objects embedded", () => {
  const CREATE = `mutation ($input: CreateUserInput!) { createUser(input: $input) { user { ${EVERYTHING} } errors { code } } }`;
  const input = {
    econtext: {
      name: "Test User",
      email: "test-user@econtext.ai",
      password: "a new password",
      applications: ["ec48dad3-ca61-4d74-a584-3ee3db4708ef"],
    },
  };

  it("creates the user of the seed, whose links, email and username got lost", async () => {
    const { body, requests } = await ask("econtext", ["seed-users-post-user"], CREATE, { input });
    const origin = (body.data as unknown as { createUser: { user: { href: string } } }).createUser.user.href;
    expect(origin).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/api/users/user/${USER}$`));
    expect(body.data).toMatchObject({
      createUser: {
        errors: [],
        user: {
          id: `User:directory:${USER}`,
          upstreamId: USER,
          username: null,
          name: "Test User",
          email: null,
          status: "UNVERIFIED",
          customData: null,
          createdAt: "2017-04-20T15:55:08.339Z",
          updatedAt: "2017-04-20T15:55:08.339Z",
          applications: { nodes: [APPLICATION] },
          groups: { edges: [{ role: "MEMBER", node: GROUP }] },
          apiKeys: [],
        },
      },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: "POST", target: "/api/users/user" });
  });

  it("creates the user of the documentation, all in one request", async () => {
    const { body, requests } = await ask("econtext", ["docs-users-post-user"], CREATE, { input });
    expect(body.data).toMatchObject({
      createUser: { errors: [], user: { username: "test-user@econtext.ai", email: "test-user@econtext.ai" } },
    });
    const { name, email, password, applications } = JSON.parse(requests[0]?.body ?? "{}") as Record<string, unknown>;
    expect({ name, email, password, applications }).toEqual(
      exchanges("econtext").get("docs-users-post-user")?.request.body,
    );
    expect(requests).toHaveLength(1);
  });

  it("lists users with everything inside, in one request", async () => {
    const { body, requests } = await ask("econtext", ["docs-users-get-users"], `{ users { nodes { ${EVERYTHING} } } }`);
    expect(body).toMatchObject({
      data: {
        users: {
          nodes: [
            {
              id: `User:directory:${USER}`,
              href: `https://auth.econtext.ai/api/users/user/${USER}`,
              updatedAt: "2017-04-20T16:00:37.922Z",
              applications: { nodes: [APPLICATION] },
              groups: { edges: [{ role: "MEMBER", node: GROUP }] },
            },
          ],
        },
      },
    });
    expect(body.errors).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it("reads one user, by node too, with no group where there is none", async () => {
    const { body, requests } = await ask(
      "econtext",
      ["docs-users-get-user"],
      `query ($id: ID!) { user(id: $id) { ${EVERYTHING} } node(id: $id) { ... on User { name } } }`,
      { id: `User:directory:${USER}` },
    );
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({
      user: { applications: { nodes: [APPLICATION] }, groups: { edges: [] } },
      node: { name: "Test User" },
    });
    expect(requests).toHaveLength(1);
  });

  it("reads an application with its users, whose applications come as id strings", async () => {
    const { body, requests } = await ask(
      "econtext",
      ["docs-applications-get-application", "docs-applications-get-users"],
      "query ($id: ID!) { application(id: $id) { name customData createdAt users { nodes { name applications { nodes { id name } } groups { nodes { id } } } } } }",
      { id: "Application:directory:bf59fd16-d003-45ae-889d-4ed06b804c21" },
    );
    expect(body).toEqual({
      data: {
        application: {
          name: "Test Application",
          customData: { "green eggs": "and ham" },
          createdAt: "2017-04-19T19:51:14.409Z",
          users: {
            nodes: [
              {
                name: "Test User",
                applications: {
                  nodes: [
                    { id: "Application:directory:bf59fd16-d003-45ae-889d-4ed06b804c21", name: "Test Application" },
                  ],
                },
                groups: { nodes: [] },
              },
            ],
          },
        },
      },
    });
    expect(requests).toHaveLength(2);
  });

  it("lists applications and groups, with an empty text for a time as documented", async () => {
    const { body } = await ask(
      "econtext",
      ["docs-applications-get-applications", "docs-groups-get-groups"],
      "{ applications { nodes { name createdAt updatedAt } } groups(kind: GROUP) { nodes { upstreamId name customData application { id } } } }",
    );
    const application = { id: "Application:directory:6CyMm9ikHh5ASSFOZ9OUWo" };
    expect(body).toEqual({
      data: {
        applications: { nodes: [{ name: "eContext Auth", createdAt: null, updatedAt: "2017-04-14T16:38:05.025Z" }] },
        groups: {
          nodes: [
            {
              upstreamId: "7Pmrb9Leujmf8gcspoRvje",
              name: "admin",
              customData: { company_id: 9999999, _no_encrypt: true, tier_depth: 9999 },
              application,
            },
            {
              upstreamId: "4QlXPsKV1tis43vjTNwF7n",
              name: "api",
              customData: { classify_limit: 10, tier_depth: 9 },
              application,
            },
            {
              upstreamId: "1OXxLiRU7Rv1tY8zqI8fxK",
              name: "api-free",
              customData: { classify_limit: 10, tier_depth: 9, monthly_limit: 10000 },
              application,
            },
          ],
        },
      },
    });
  });
});

describe("A recorded eContext with id strings", () => {
  it("answers the references, and what they refer to by one further request each", async () => {
    const { body, requests } = await ask(
      "econtext",
      ["docs-2017-04-users-get-users", "docs-groups-get-group"],
      "{ users { nodes { name applications { nodes { id } } groups { nodes { id name customData } } apiKeys { id } } } }",
    );
    expect(body).toEqual({
      data: {
        users: {
          nodes: [
            {
              name: "Test User",
              applications: { nodes: [{ id: "Application:directory:ec48dad3-ca61-4d74-a584-3ee3db4708ef" }] },
              groups: {
                nodes: [
                  {
                    id: "Group:directory:group:16191e59-85e8-416f-826d-9cf8106c8cad",
                    name: "Test Group",
                    customData: { tier_depth: 9 },
                  },
                ],
              },
              apiKeys: [],
            },
          ],
        },
      },
    });
    expect(requests.map((request) => request.target.split("?")[0])).toEqual([
      "/api/users",
      "/api/groups/group/16191e59-85e8-416f-826d-9cf8106c8cad",
    ]);
  });
});

describe("A recorded Cloud Foundry", () => {
  it("creates a user", async () => {
    const guid = "guid-cb24b36d-4656-468e-a50d-b53113ac6177";
    const { body, requests } = await ask(
      "cloud-foundry-v2",
      ["users-creating_a_user"],
      "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id href username status createdAt updatedAt cloudFoundry { admin active defaultSpace { id } } } errors { code } } }",
      { input: { cloudFoundry: { guid } } },
    );
    expect(body).toEqual({
      data: {
        createUser: {
          errors: [],
          user: {
            id: `User:cloud:${guid}`,
            href: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/v2/users/${guid}$`)),
            username: null,
            status: "UNVERIFIED",
            createdAt: "2016-06-08T16:41:37.000Z",
            updatedAt: "2016-06-08T16:41:26.000Z",
            cloudFoundry: { admin: false, active: false, defaultSpace: null },
          },
        },
      },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: "POST", target: "/v2/users", body: JSON.stringify({ guid }) });
  });

  it("lists users, some without a username", async () => {
    const { body } = await ask(
      "cloud-foundry-v2",
      ["users-list_all_users"],
      "{ users { totalCount nodes { upstreamId username status cloudFoundry { defaultSpace { id } } } } }",
    );
    expect(body).toEqual({
      data: {
        users: {
          totalCount: 2,
          nodes: [
            {
              upstreamId: "uaa-id-311",
              username: "user@example.com",
              status: "UNVERIFIED",
              cloudFoundry: { defaultSpace: { id: "Group:cloud:space:1f51e694-9495-4df8-bc73-fefb63e1aa9f" } },
            },
            { upstreamId: "uaa-id-312", username: null, status: "ENABLED", cloudFoundry: { defaultSpace: null } },
          ],
        },
      },
    });
  });

  it.each([
    ["users-list_all_organizations_for_the_user", "ORGANIZATION", "MEMBER"],
    ["users-list_all_managed_organizations_for_the_user", "ORGANIZATION", "MANAGER"],
    ["users-list_all_billing_managed_organizations_for_the_user", "ORGANIZATION", "BILLING_MANAGER"],
    ["users-list_all_audited_organizations_for_the_user", "ORGANIZATION", "AUDITOR"],
    ["users-list_all_spaces_for_the_user", "SPACE", "DEVELOPER"],
    ["users-list_all_managed_spaces_for_the_user", "SPACE", "MANAGER"],
    ["users-list_all_audited_spaces_for_the_user", "SPACE", "AUDITOR"],
  ])("shows %s as memberships: %s %s", async (name, kind, role) => {
    const all = exchanges("cloud-foundry-v2");
    const { request, response } = all.get(name) as Exchange;
    const guid = request.path.split("/")[3] ?? "";
    // The user himself was recorded under another guid: the list is the user's that it was recorded of.
    const single = all.get("users-retrieve_a_particular_user") as Exchange;
    const text = JSON.stringify(single).replaceAll("uaa-id-317", guid);
    const upstream = await startUpstream(replay([all.get(name) as Exchange, JSON.parse(text) as Exchange]));
    const graph = startGateway([{ name: "cloud", dialect: "cloud-foundry-v2", url: upstream.origin }]);
    started.push(upstream, graph);
    const { body } = await graph.query(
      "query ($id: ID!, $kind: GroupKind, $role: GroupRole) { user(id: $id) { groups(kind: $kind, role: $role) { edges { role node { upstreamId kind name href } } } } }",
      { id: `User:cloud:${guid}`, kind, role },
      { authorization: "bearer TOKEN" },
    );
    const { resources } = response.body as {
      resources: { metadata: { guid: string; url: string }; entity: { name: string } }[];
    };
    expect(resources.length).toBeGreaterThan(0);
    expect(body).toEqual({
      data: {
        user: {
          groups: {
            edges: resources.map(({ metadata, entity }) => ({
              role,
              node: { upstreamId: metadata.guid, kind, name: entity.name, href: upstream.origin + metadata.url },
            })),
          },
        },
      },
    });
  });

  it("reads an app and a space", async () => {
    const all = exchanges("cloud-foundry-v2");
    const names = ["apps-retrieve_a_particular_app", "spaces-retrieve_a_particular_space"];
    const [app, space] = names.map((name) => all.get(name)?.request.path.split("/")[3] ?? "");
    const { body } = await ask(
      "cloud-foundry-v2",
      names,
      `query ($app: ID!, $space: ID!) {
        application(id: $app) { status cloudFoundry { instances memory diskQuota } }
        node(id: $space) { ... on Group { name parent { id } } }
      }`,
      { app: `Application:cloud:${app ?? ""}`, space: `Group:cloud:space:${space ?? ""}` },
    );
    expect(body).toEqual({
      data: {
        application: { status: "STOPPED", cloudFoundry: { instances: 1, memory: 1024, diskQuota: 1024 } },
        node: { name: "name-2064", parent: { id: "Group:cloud:organization:6e1ca5aa-55f1-4110-a97f-1f3473e771b9" } },
      },
    });
  });

  it("reads the members of an organization", async () => {
    const all = exchanges("cloud-foundry-v2");
    const guid = "1c0e6074-777f-450e-9abc-c42f39d9b75b";
    const members = all.get("organizations-list_all_users_for_the_organization") as Exchange;
    // Recorded of another organization than the single one.
    const theirs = { ...members, request: { ...members.request, path: `/v2/organizations/${guid}/users` } };
    const one = all.get("organizations-retrieve_a_particular_organization") as Exchange;
    const upstream = await startUpstream(replay([one, theirs]));
    const graph = startGateway([{ name: "cloud", dialect: "cloud-foundry-v2", url: upstream.origin }]);
    started.push(upstream, graph);
    const { body } = await graph.query(
      "query ($id: ID!) { group(id: $id) { name status members(role: MEMBER) { edges { role node { username } } } } }",
      { id: `Group:cloud:organization:${guid}` },
      { authorization: "bearer TOKEN" },
    );
    expect(body).toEqual({
      data: {
        group: {
          name: "name-1716",
          status: "ACTIVE",
          members: { edges: [{ role: "MEMBER", node: { username: "user@example.com" } }] },
        },
      },
    });
  });

  it("knows that what is not found is null, without the upstream's words", async () => {
    const { body, text } = await ask(
      "cloud-foundry-v2",
      ["errors-apps_not_found"],
      '{ application(id: "Application:cloud:not-found") { name } }',
    );
    expect(body).toEqual({ data: { application: null } });
    expect(text).not.toContain("could not be found");
  });
});
