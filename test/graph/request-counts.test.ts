import { afterEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { crowd } from "../support/crowd.ts";
import { startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";

const USERS = 50;
const people = crowd(USERS);
const ids = people.users.map((user) => user.id);

let graph: SandboxUnderTest | undefined;
afterEach(async () => {
  await graph?.close();
});

/** How many requests reached the service, counted there, and what came back. */
async function count(dialect: Dialect, edition: string, query: string, variables?: Record<string, unknown>) {
  graph = await startOverSandbox([{ dialect, edition }], people, { explain: "always" });
  const upstream = graph.upstreams[dialect.sandbox.name];
  const answer = await graph.query(query, variables);
  expect(answer.body.errors).toBeUndefined();
  const { upstream: ledger } = answer.body.extensions as { upstream: { calls: number } };
  const requests = upstream?.requests.length ?? 0;
  // Probes are in no ledger: it never says more than the service saw.
  expect(ledger.calls).toBeLessThanOrEqual(requests);
  return { requests, targets: upstream?.requests.map((request) => request.target) ?? [], body: answer.body };
}

const RELATIONS = `
  name
  applications { nodes { name } }
  groups { edges { role node { name application { name } } } }
`;
const PAGE = `{ users(first: 50) { nodes { ${RELATIONS} } } }`;
const BY_ID = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { ${RELATIONS} } } }`;
const BARE = `query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on User { upstreamId service { name } } } }`;

describe.each([
  { title: "eContext with objects embedded (E1)", dialect: econtext, edition: "E1", page: 1, byId: 50, bare: 0 },
  { title: "eContext with id strings (E0)", dialect: econtext, edition: "E0", page: 3, byId: 52, bare: 0 },
  { title: "eContext's newest edition (E2)", dialect: econtext, edition: "E2", page: 1, byId: 50, bare: 0 },
  { title: "Cloud Foundry v2", dialect: cloudFoundryV2, edition: "2.293.0", page: 1, byId: 50, bare: 0 },
])("$title", ({ dialect, edition, page, byId, bare }) => {
  const globalIds = { ids: ids.map((id) => `User:${dialect.sandbox.name}:${id}`) };

  it.each([
    { what: "a page of 50 users with applications and groups", query: PAGE, requests: page },
    { what: "50 users by id with applications and groups", query: BY_ID, variables: globalIds, requests: byId },
    { what: "50 references", query: BARE, variables: globalIds, requests: bare },
  ])("is asked $requests times for $what", async ({ query, variables, requests }) => {
    const counted = await count(dialect, edition, query, variables);
    expect(counted.requests, counted.targets.join("\n")).toBe(requests);
  });

  it("gives every user the applications and groups that are theirs", async () => {
    const { body } = await count(dialect, edition, PAGE);
    const { users } = body.data as unknown as Users;
    expect(users.nodes).toHaveLength(USERS);
    users.nodes.forEach((user, index) => {
      const seed = people.users[index];
      if (dialect === econtext) {
        expect(user.name).toBe(seed?.name);
        expect(user.applications.nodes.map((node) => node.name).sort()).toEqual(
          seed?.applications.map((id) => people.applications.find((one) => one.id === id)?.name).sort(),
        );
        const groups = user.groups.edges.filter((edge) => edge.node.application !== null);
        expect(groups.map((edge) => edge.node.name).sort()).toEqual(
          seed?.groups.map((id) => people.groups.find((one) => one.id === id)?.name).sort(),
        );
        for (const { role, node } of groups) {
          expect(role).toBe("MEMBER");
          expect(node.application?.name).toBe(node.name.replace("Group", "Application"));
        }
      } else {
        const roles = seed?.roles.map((role) => `${role.role} ${"space" in role ? role.space : role.organization}`);
        expect(user.groups.edges.map(({ role, node }) => `${role} ${node.name}`).sort()).toEqual(roles?.sort());
        const spaces = seed?.roles.flatMap((role) =>
          "space" in role && role.role === "DEVELOPER" ? [role.space] : [],
        );
        const apps = people.apps.filter((app) => spaces?.includes(app.space)).map((app) => app.name);
        expect(user.applications.nodes.map((node) => node.name).sort()).toEqual(apps.sort());
      }
    });
  });
});

interface Users {
  readonly users: {
    readonly nodes: readonly {
      readonly name: string | null;
      readonly applications: { readonly nodes: readonly { readonly name: string }[] };
      readonly groups: {
        readonly edges: readonly {
          readonly role: string;
          readonly node: { readonly name: string; readonly application: { readonly name: string } | null };
        }[];
      };
    }[];
  };
}
