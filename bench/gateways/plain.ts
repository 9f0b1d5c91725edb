import type { Draft } from "../upstream/wire.ts";
import {
  inOrder,
  type CloudAnswer,
  type MemberAnswer,
  type UserAnswer,
  type Workload,
  type WorkloadName,
} from "../workloads.ts";
import type { Readers } from "./gateway.ts";

/** The graph of both gateways that are not usergraph: the services' own words, and lists without pages around them. */
const USER = `
  id name email username status href created_at modified_at
  applications { id name }
  groups { id name }`;

const QUERIES: Readonly<Record<WorkloadName, string>> = {
  user: `query user($id: ID!) { user(id: $id) { ${USER} } }`,
  page: `query page($id: ID!) { applicationUsers(id: $id) {
    id name email
    applications { id name status }
    groups { id name application { id name } }
  } }`,
  cloud: `query cloud($page: Int!) { cloudUsers(page: $page) {
    id username
    organizations { id name }
    spaces { id name }
  } }`,
  create: `mutation create($input: CreateUserInput!) { createUser(input: $input) { ${USER} } }`,
};

/** What comes with each of them. */
export interface Variables {
  readonly user: { readonly id: string };
  readonly page: { readonly id: string };
  readonly cloud: { readonly page: number };
  readonly create: { readonly input: Draft };
}

export function askPlainly(workload: Workload): Promise<readonly string[]> {
  const query = QUERIES[workload.name];
  return Promise.resolve(
    variablesOf(workload).map((variables) => JSON.stringify({ operationName: workload.name, query, variables })),
  );
}

function variablesOf(workload: Workload): readonly object[] {
  switch (workload.name) {
    case "user":
    case "page":
      return workload.keys.map(({ asked }) => ({ id: asked }) satisfies Variables["user"]);
    case "cloud":
      return workload.keys.map(({ asked }) => ({ page: asked }) satisfies Variables["cloud"]);
    case "create":
      return workload.keys.map(({ asked }) => ({ input: asked }) satisfies Variables["create"]);
  }
}

export const PLAIN_READERS: Readers = {
  user: ({ user }: { user: PlainUser }) => readUser(user),
  page: ({ applicationUsers }: { applicationUsers: readonly MemberAnswer[] }) =>
    inOrder(
      applicationUsers.map((user) => ({
        ...user,
        applications: inOrder(user.applications),
        groups: inOrder(user.groups),
      })),
    ),
  cloud: ({ cloudUsers }: { cloudUsers: readonly CloudAnswer[] }) =>
    cloudUsers.map((user) => ({
      ...user,
      organizations: inOrder(user.organizations),
      spaces: inOrder(user.spaces),
    })),
  create: ({ createUser }: { createUser: PlainUser }) => readUser(createUser),
};

interface PlainUser extends Omit<UserAnswer, "createdAt" | "updatedAt"> {
  readonly created_at: string;
  readonly modified_at: string;
}

function readUser({ created_at, modified_at, ...user }: PlainUser): UserAnswer {
  return {
    ...user,
    createdAt: new Date(created_at).toISOString(),
    updatedAt: new Date(modified_at).toISOString(),
    applications: inOrder(user.applications),
    groups: inOrder(user.groups),
  };
}
