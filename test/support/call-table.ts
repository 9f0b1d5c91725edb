import { expect } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { GroupKind } from "../../src/domain/group.ts";
import type { People } from "../../src/sandbox/people.ts";
import { crowd, together, TOGETHER } from "./crowd.ts";
import { startGateway, type Answer, type GatewayUnderTest } from "./gateway.ts";
import { complaintsAboutLedger, type Ran } from "./plan-complaints.ts";
import { globally, tell } from "./truth.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

/** How many users a page has, and how many are asked for at once: a page has up to 100. */
export const USERS = 50;

/** One service of which is counted what it is asked. */
export interface Column {
  readonly title: string;
  readonly dialect: Dialect;
  readonly edition: string;
}

export const COLUMNS: readonly Column[] = [
  { title: "eContext, objects embedded (E1)", dialect: econtext, edition: "E1" },
  { title: "eContext, id strings (E0)", dialect: econtext, edition: "E0" },
  { title: "eContext, newest (E2)", dialect: econtext, edition: "E2" },
  { title: "Cloud Foundry v2", dialect: cloudFoundryV2, edition: "2.293.0" },
];

/** One operation, and how it is asked. */
export interface CountedOperation {
  readonly what: string;
  readonly people: People;
  readonly query: string;
  readonly variables: (column: Column, people: People) => Readonly<Record<string, unknown>>;
  /** By whom it is asked at the same time; once by one caller, where left out. */
  readonly callers?: readonly string[];
  /** Whom the answer shows. */
  readonly users: (data: unknown) => readonly UserNode[];
  /** Of which kind the groups are that are asked for; of any, where left out. */
  readonly kind?: GroupKind;
  /** How many of the people those are. */
  readonly count: number;
  /** The most requests that there should be, by the columns; null: as few as can be. */
  readonly wanted: readonly (number | null)[];
}

/** Of a user as much as was selected. */
interface UserNode {
  readonly id: string;
  readonly name?: string | null;
  readonly applications?: { readonly nodes: readonly Named[] };
  readonly groups?: {
    readonly edges: readonly {
      readonly role: string;
      readonly node: Named & { readonly application?: Named | null };
    }[];
  };
}

interface Named {
  readonly id: string;
  readonly name: string | null;
}

const APPLICATIONS = "applications { nodes { id name } }";
const GROUPS = "groups { edges { role node { id name } } }";
const ORGANIZATIONS = "groups(kind: ORGANIZATION) { edges { role node { id name } } }";
const EVERYTHING = `id name ${APPLICATIONS} groups { edges { role node { id name application { id name } } } }`;
const PAGE = `{ users(first: ${USERS}) { nodes { ${EVERYTHING} } } }`;
const byIds = (selection: string) => `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { ${selection} } } }`;

const CROWD = crowd(USERS);
const USERS_OF_MANY = 1000;

const idsOf = ({ dialect }: Column, people: People) => ({
  ids: people.users.map(({ id }) => globally(dialect.sandbox.name).user(id)),
});
const usersOfPage = (data: unknown) =>
  (data as { readonly users: { readonly nodes: readonly UserNode[] } }).users.nodes;
const usersOfNodes = (data: unknown) => (data as { readonly nodes: readonly UserNode[] }).nodes;

export const OPERATIONS: readonly CountedOperation[] = [
  {
    what: "one user with applications and groups",
    people: CROWD,
    query: `query ($id: ID!) { user(id: $id) { id name ${APPLICATIONS} ${GROUPS} } }`,
    variables: (column, people) => ({ id: idsOf(column, people).ids[7] }),
    users: (data) => [(data as { readonly user: UserNode }).user],
    count: 1,
    wanted: [1, 3, 1, 2],
  },
  {
    what: `page of ${USERS} users, each with applications and groups and each group's application`,
    people: CROWD,
    query: PAGE,
    variables: () => ({}),
    users: usersOfPage,
    count: USERS,
    wanted: [1, 3, 1, 1],
  },
  {
    what: `${USERS} users by id (\`nodes\`) with all their groups`,
    people: CROWD,
    query: byIds(`id name ${GROUPS}`),
    variables: idsOf,
    users: usersOfNodes,
    count: USERS,
    wanted: [50, 52, 50, 50],
  },
  {
    what: `${USERS} users by id with \`groups(kind: ORGANIZATION)\``,
    people: CROWD,
    query: byIds(`id ${ORGANIZATIONS}`),
    kind: "ORGANIZATION",
    variables: idsOf,
    users: usersOfNodes,
    count: USERS,
    wanted: [50, 52, 50, 5],
  },
  {
    what: `${USERS} users of one application with their groups`,
    ...usersOfApplication(together(CROWD)),
    wanted: [1, 3, null, 3],
  },
  {
    what: `the same in a directory of ${USERS_OF_MANY} users`,
    ...usersOfApplication(together(crowd(USERS_OF_MANY), USERS_OF_MANY / USERS)),
    wanted: [1, 3, null, 3],
  },
  {
    what: "that page twice at once by one caller",
    people: CROWD,
    query: PAGE,
    variables: () => ({}),
    callers: ["one", "one"],
    users: usersOfPage,
    count: USERS,
    wanted: [1, 3, 1, 1],
  },
  {
    what: "that page twice at once by two callers",
    people: CROWD,
    query: PAGE,
    variables: () => ({}),
    callers: ["one", "another"],
    users: usersOfPage,
    count: USERS,
    wanted: [2, 6, 2, 2],
  },
  {
    what: `\`{ nodes(ids: [${USERS} ids]) { id __typename } }\``,
    people: CROWD,
    query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }",
    variables: idsOf,
    users: usersOfNodes,
    count: USERS,
    wanted: [0, 0, 0, 0],
  },
];

function usersOfApplication(people: People): Omit<CountedOperation, "what" | "wanted"> {
  return {
    people,
    query: `query ($id: ID!) { application(id: $id) { users(first: ${USERS}) { nodes { id name ${GROUPS} } } } }`,
    variables: ({ dialect }) => ({ id: globally(dialect.sandbox.name).application(TOGETHER) }),
    users: (data) => usersOfPage((data as { readonly application: unknown }).application),
    count: USERS,
  };
}

/** What one operation came to. */
export interface Count {
  /** Requests that the service saw, without probes. */
  readonly calls: number;
  readonly probes: number;
}

/** A service behind a gateway whose callers bring their own credentials, and can tell themselves from each other. */
export interface CountedService {
  readonly upstream: Upstream;
  readonly gateway: GatewayUnderTest;
  close(): Promise<void>;
}

export async function startCounted({ dialect, edition }: Column, people: People): Promise<CountedService> {
  const { name, path, serve } = dialect.sandbox;
  const handle = serve(people, { edition });
  const upstream = await startUpstream((request) => {
    // Whoever comes is let in as the sandbox's operator.
    const headers = new Headers(request.headers);
    headers.set("authorization", authorizationOf(dialect));
    return handle(new Request(request, { headers }));
  });
  const credentials = { forward: "authorization" };
  const gateway = startGateway([{ name, dialect: dialect.name, url: upstream.origin + path, credentials }], {
    explain: "header",
  });
  return {
    upstream,
    gateway,
    close: async () => {
      await gateway.close();
      await upstream.close();
    },
  };
}

function authorizationOf({ sandbox: { credentials }, encodeBasic = String }: Dialect): string {
  if ("bearer" in credentials) return `bearer ${credentials.bearer}`;
  const { username, password } = credentials.basic;
  return `Basic ${Buffer.from(`${encodeBasic(username)}:${encodeBasic(password)}`).toString("base64")}`;
}

/** Asks a service for an operation, holds the answers against its people, and the ledgers against what it saw. */
export async function count(
  { upstream, gateway }: CountedService,
  column: Column,
  operation: CountedOperation,
): Promise<Count> {
  const { query, variables, people, callers = ["one"] } = operation;
  const given = { ...variables(column, people) };
  upstream.requests.length = 0;
  const answers = await Promise.all(
    callers.map((caller) =>
      gateway.query(query, given, { authorization: `Basic ${btoa(`${caller}:x`)}`, "x-usergraph-explain": "1" }),
    ),
  );
  const ledgers = answers.map((answer) => {
    expectTrue(answer, column, operation);
    return (answer.body.extensions as { readonly upstream: Omit<Ran, "failed"> }).upstream;
  });
  for (const { calls, ledger } of ledgers) expect(calls).toBe(ledger.length);
  // What joined another's call was sent by that one.
  const sent = ledgers.flatMap(({ ledger }) => ledger.filter((entry) => !("shared" in entry)));
  const { name, path } = column.dialect.sandbox;
  expect(complaintsAboutLedger(sent, name, path, upstream.requests)).toEqual([]);
  return { calls: sent.length, probes: upstream.requests.length - sent.length };
}

/** All that is shown of the users is true, and nothing that belongs to them is missing. */
function expectTrue({ body }: Answer, column: Column, { people, users, count, kind }: CountedOperation): void {
  const { dialect, edition } = column;
  expect(body.errors).toBeUndefined();
  const global = globally(dialect.sandbox.name);
  const truth = tell({ dialect, edition, people }, global);
  const isEcontext = dialect.family === "econtext";
  const names = namesOf(people, dialect);
  const shown = users(body.data);
  expect(new Set(shown.map(({ id }) => id)).size).toBe(count);
  expect(shown).toHaveLength(count);
  for (const { id, name, applications, groups } of shown) {
    const seed = people.users.find((one) => global.user(one.id) === id);
    if (seed === undefined) throw new Error(`Nobody is ${id}.`);
    if (name !== undefined) expect(name).toBe(isEcontext ? seed.name : null);
    if (applications !== undefined) {
      const expected = truth.userApplications.flatMap(([user, application]) => (user === id ? [application] : []));
      expect(applications.nodes.map((node) => node.id).sort()).toEqual(expected.sort());
      for (const node of applications.nodes) expect(node.name).toBe(names.get(node.id));
    }
    if (groups !== undefined) {
      const wanted = truth.memberships.filter((one) => one.user === id && (kind ?? one.kind) === one.kind);
      expect(groups.edges.map(({ role, node }) => `${role} ${node.id}`).sort()).toEqual(
        wanted.map(({ role, group }) => `${role} ${group}`).sort(),
      );
      for (const { node } of groups.edges) {
        expect(node.name).toBe(names.get(node.id));
        if (node.application === undefined) continue;
        const own = truth.applicationGroups.find(([, group]) => group === node.id)?.[0];
        expect(node.application?.id).toBe(isEcontext ? own : undefined);
        expect(node.application?.name).toBe(isEcontext && own !== undefined ? names.get(own) : undefined);
      }
    }
  }
}

/** What the applications and groups of a service are called, by their global ids. */
function namesOf(people: People, { family, sandbox }: Dialect): ReadonlyMap<string, string> {
  const { application, group } = globally(sandbox.name);
  const applications = family === "econtext" ? people.applications : people.apps;
  return new Map([
    ...applications.map(({ id, name }) => [application(id), name] as const),
    ...people.groups.map(({ id, name }) => [group("GROUP", id), name] as const),
    ...people.organizations.map(({ id, name }) => [group("ORGANIZATION", id), name] as const),
    ...people.spaces.map(({ id, name }) => [group("SPACE", id), name] as const),
  ]);
}
