import { afterEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { People } from "../../src/sandbox/people.ts";
import { crowd } from "../support/crowd.ts";
import { startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";

const PEOPLE: People = withDefaultSpaces(crowd(50));

function withDefaultSpaces(people: People): People {
  return {
    ...people,
    users: people.users.map((user, index) => ({ ...user, defaultSpace: people.spaces[index % 12]?.id ?? null })),
  };
}

let graph: SandboxUnderTest | undefined;
afterEach(async () => {
  await graph?.close();
});

async function ask(query: string) {
  graph = await startOverSandbox([{ dialect: cloudFoundryV2 }], PEOPLE);
  const { body } = await graph.query(query);
  expect(body.errors).toBeUndefined();
  const targets = graph.upstreams["cloud"]?.requests.map(({ target }) => target) ?? [];
  return { data: body.data as unknown, targets };
}

interface Named {
  readonly name: string;
}

describe("The records that other records name", () => {
  it("come along with a page of users: their default spaces", async () => {
    const { data, targets } = await ask(
      "{ users(first: 50) { nodes { upstreamId cloudFoundry { defaultSpace { name } } } } }",
    );
    const { users } = data as {
      users: { nodes: readonly { upstreamId: string; cloudFoundry: { defaultSpace: Named } }[] };
    };
    expect(targets).toHaveLength(1);
    expect(users.nodes.map(({ upstreamId, cloudFoundry }) => [upstreamId, cloudFoundry.defaultSpace.name])).toEqual(
      PEOPLE.users.map(({ id, defaultSpace }) => [id, nameOf(PEOPLE.spaces, defaultSpace)]),
    );
  });

  it("come along beside the users' groups and apps", async () => {
    const { targets } = await ask(
      "{ users(first: 50) { nodes { groups { nodes { name } } applications { nodes { name } } cloudFoundry { defaultSpace { name } } } } }",
    );
    expect(targets).toHaveLength(1);
  });

  it.each(["cloudFoundry { space { name } }", "groups { nodes { name } }", "groups { edges { node { name } } }"])(
    "come along with a page of apps: their spaces, as `%s`",
    async (selection) => {
      const { data, targets } = await ask(`{ applications(first: 50) { nodes { name ${selection} } } }`);
      const { applications } = data as { applications: { nodes: readonly Named[] } };
      expect(targets).toHaveLength(1);
      expect(applications.nodes).toHaveLength(PEOPLE.apps.length);
      const [first] = applications.nodes;
      expect(JSON.stringify(first)).toContain(`"${nameOf(PEOPLE.spaces, PEOPLE.apps[0]?.space)}"`);
    },
  );

  it("come along with a page of spaces: their organizations", async () => {
    const { data, targets } = await ask("{ groups(kind: SPACE, first: 50) { nodes { upstreamId parent { name } } } }");
    const { groups } = data as { groups: { nodes: readonly { upstreamId: string; parent: Named }[] } };
    expect(targets).toHaveLength(1);
    expect(groups.nodes.map(({ upstreamId, parent }) => [upstreamId, parent.name])).toEqual(
      PEOPLE.spaces.map(({ id, organization }) => [id, nameOf(PEOPLE.organizations, organization)]),
    );
  });

  it("come along with one app and one space", async () => {
    const one = await ask('{ application(id: "Application:cloud:cf-app-0-0") { cloudFoundry { space { name } } } }');
    expect(one.targets).toHaveLength(1);
    expect(one.data).toEqual({ application: { cloudFoundry: { space: { name: "space-0" } } } });
    await graph?.close();
    const other = await ask('{ group(id: "Group:cloud:space:space-1") { parent { name } } }');
    expect(other.targets).toHaveLength(1);
    expect(other.data).toEqual({ group: { parent: { name: "org-1" } } });
  });

  it("are not asked for where their ids are enough", async () => {
    const { targets } = await ask(
      "{ applications(first: 50) { nodes { name cloudFoundry { space { id kind upstreamId } } } } }",
    );
    expect(targets.map((target) => target.includes("inline"))).toEqual([false]);
  });
});

function nameOf(all: readonly { readonly id: string; readonly name: string }[], id: string | null | undefined): string {
  return all.find((one) => one.id === id)?.name ?? "";
}
