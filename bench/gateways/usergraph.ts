import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { USERS_PER_PAGE } from "../upstream/cloud.ts";
import { BASIC, BEARER } from "../upstream/fixtures.ts";
import type { Draft } from "../upstream/wire.ts";
import { inOrder, type Named, type UserAnswer, type Workload, type WorkloadName } from "../workloads.ts";
import { post, type Gateway } from "./gateway.ts";

const USER = `
  upstreamId name email username status href createdAt updatedAt
  applications { nodes { upstreamId name } }
  groups { nodes { upstreamId name } }`;

const QUERIES: Readonly<Record<WorkloadName, string>> = {
  user: `query ($id: ID!) { user(id: $id, service: "directory") { ${USER} } }`,
  page: `query ($id: ID!) { application(id: $id, service: "directory") { users(first: 50) { nodes {
    upstreamId name email
    applications { nodes { upstreamId name status } }
    groups { nodes { upstreamId name application { upstreamId name } } }
  } } } }`,
  cloud: `query ($first: Int!, $after: String) { users(service: "cloud", first: $first, after: $after) { nodes {
    upstreamId username
    organizations: groups(kind: ORGANIZATION, role: MEMBER) { nodes { upstreamId name } }
    spaces: groups(kind: SPACE, role: DEVELOPER) { nodes { upstreamId name } }
  } } }`,
  create: `mutation ($input: EcontextCreateUserInput!) { createUser(input: { econtext: $input }) {
    user { ${USER} }
    errors { message }
  } }`,
};

const WALK = `query ($first: Int!, $after: String) {
  users(service: "cloud", first: $first, after: $after) { pageInfo { endCursor } }
}`;

/** As it comes: two services with their credentials, all else as it is by default. */
export const usergraph: Gateway = {
  name: "usergraph",
  title: "this repository, with its default settings",
  command: async (upstream, folder) => {
    const file = join(folder, "usergraph.yaml");
    const services = {
      directory: { dialect: "econtext", url: `${upstream}/api`, credentials: { basic: BASIC } },
      cloud: { dialect: "cloud-foundry-v2", url: upstream, credentials: { bearer: BEARER } },
    };
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ server: { host: "127.0.0.1", port: 0 }, services }));
    return [fileURLToPath(new URL("../../bin/usergraph.js", import.meta.url)), "serve", "--config", file];
  },
  ask: async (workload, url) => {
    const query = QUERIES[workload.name];
    return (await variablesOf(workload, url)).map((variables) => JSON.stringify({ query, variables }));
  },
  read: {
    user: ({ user }: { user: User }) => readUser(user),
    page: ({ application }: { application: { users: Nodes<Member> } }) =>
      inOrder(
        application.users.nodes.map((user) => ({
          ...{ ...named(user), email: user.email },
          applications: inOrder(user.applications.nodes.map((one) => ({ ...named(one), status: one.status }))),
          groups: inOrder(user.groups.nodes.map((one) => ({ ...named(one), application: named(one.application) }))),
        })),
      ),
    cloud: ({ users }: { users: Nodes<CloudUser> }) =>
      users.nodes.map(({ upstreamId, username, organizations, spaces }) => ({
        ...{ id: upstreamId, username },
        organizations: inOrder(organizations.nodes.map(named)),
        spaces: inOrder(spaces.nodes.map(named)),
      })),
    create: ({ createUser }: { createUser: { user: User } }) => readUser(createUser.user),
  },
};

async function variablesOf(workload: Workload, url: string): Promise<readonly object[]> {
  switch (workload.name) {
    case "user":
    case "page":
      return workload.keys.map(({ asked }) => ({ id: asked }));
    case "cloud":
      return (await walk(url, workload.keys.length)).map((after) => ({ first: USERS_PER_PAGE, after }));
    case "create":
      return workload.keys.map(({ asked }) => ({ input: { service: "directory", ...(asked satisfies Draft) } }));
  }
}

/** The cursors behind which the pages begin, which only who has read the page before can know. */
async function walk(url: string, pages: number): Promise<readonly (string | null)[]> {
  const cursors: (string | null)[] = [null];
  while (cursors.length < pages) {
    const variables = { first: USERS_PER_PAGE, after: cursors.at(-1) };
    const text = await post(url, JSON.stringify({ query: WALK, variables }));
    const { data } = JSON.parse(text) as { data?: { users: { pageInfo: { endCursor: string } } | null } };
    if (!data?.users) throw new Error(`usergraph gave no cursor of page ${cursors.length}: ${text.slice(0, 500)}`);
    cursors.push(data.users.pageInfo.endCursor);
  }
  return cursors;
}

function readUser(user: User): UserAnswer {
  const { email, username, status, href, createdAt, updatedAt, applications, groups } = user;
  return {
    ...{ ...named(user), email, username, status, href, createdAt, updatedAt },
    applications: inOrder(applications.nodes.map(named)),
    groups: inOrder(groups.nodes.map(named)),
  };
}

function named({ upstreamId, name }: Reference): Named {
  return { id: upstreamId, name };
}

interface Nodes<T> {
  readonly nodes: readonly T[];
}

interface Reference {
  readonly upstreamId: string;
  readonly name: string;
}

interface User extends Reference, Omit<UserAnswer, "id" | "applications" | "groups"> {
  readonly applications: Nodes<Reference>;
  readonly groups: Nodes<Reference>;
}

interface Member extends Reference {
  readonly email: string;
  readonly applications: Nodes<Reference & { readonly status: string }>;
  readonly groups: Nodes<Reference & { readonly application: Reference }>;
}

interface CloudUser {
  readonly upstreamId: string;
  readonly username: string;
  readonly organizations: Nodes<Reference>;
  readonly spaces: Nodes<Reference>;
}
