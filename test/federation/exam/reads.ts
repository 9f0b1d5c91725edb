import { afterAll, expect, it } from "vitest";
import { globally, tell } from "../../support/truth.ts";
import { ask, counting } from "../asking.ts";
import { ADA, peopleFor } from "../callers.ts";
import type { Sitting } from "../router-exam.ts";
import {
  ORDERS,
  ORPHAN,
  ownersOf,
  PEOPLE,
  REGULARS,
  SERVICE_NAMES,
  type ServiceName,
  type Subgraphs,
} from "../subgraphs.ts";

interface Owner {
  readonly name: string | null;
  readonly username: string | null;
  readonly groups: { readonly nodes: readonly { readonly name: string }[] } | null;
}

const SELECTION = "name username groups { nodes { name } }";
const NODES = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on User { ${SELECTION} } } }`;
const OWNERS = `query ($book: String!) { orders(first: ${ORDERS}, book: $book) { nodes { owner { ${SELECTION} } } } }`;

export function examineReads(sit: () => Sitting): void {
  const counts: string[] = [];
  afterAll(() => {
    if (process.env["SHOW_ROUTERS"] === "1") console.log(`${sit().candidate.title}\n${counts.join("\n")}`);
  });

  it.each(SERVICE_NAMES)(
    "shows the owners of %s as it knows them, for as many calls as their ids cost",
    async (book) => {
      const { router, subgraphs } = sit();
      const direct = () => counting(subgraphs, () => askNodes(subgraphs, ownersOf(book)));
      // Asked before, it knows which edition the service is of.
      await direct();
      const across = await counting(subgraphs, () => ask(router.url, OWNERS, { by: ADA, variables: { book } }));
      const { result, services } = await direct();
      counts.push(line(book, `${ORDERS} orders of ${ORDERS} owners`, across.services, services));

      expect(across.result.body.errors).toBeUndefined();
      const owners = ownersIn(across.result.body.data);
      const expected = peopleIn(subgraphs, book);
      expect(owners.map(sorted)).toEqual(expected.map((owner, index) => (index === ORPHAN ? NOBODY : owner)));
      expect(result).toEqual(owners.map((owner, index) => (index === ORPHAN ? null : owner)));
      expect(across.services).toBe(services);
      expect(across.services).toBeGreaterThan(0);
      expect(across.usergraph).toBe(1);
    },
  );

  it.each([
    ["directory", 2],
    ["old", 3],
    ["new", ORDERS],
    ["cloud", ORDERS],
  ] as const)("asks %s %i times for the owners of fifty orders, as the README tells", async (book, calls) => {
    const { router, subgraphs } = sit();
    const query = `query ($book: String!) {
      orders(first: ${ORDERS}, book: $book) { nodes { owner { name groups { nodes { name } } } } }
    }`;
    const once = () => counting(subgraphs, () => ask(router.url, query, { by: ADA, variables: { book } }));
    await once();
    const { result, services, usergraph } = await once();
    expect(result.body.errors).toBeUndefined();
    expect([services, usergraph]).toEqual([calls, 1]);
  });

  it("asks once for an owner of many orders", async () => {
    const { router, subgraphs } = sit();
    const variables = { book: "regulars" };
    const { result, ...across } = await counting(subgraphs, () => ask(router.url, OWNERS, { by: ADA, variables }));
    const direct = await counting(subgraphs, () => askNodes(subgraphs, [...new Set(REGULARS)]));
    counts.push(line("new", `${ORDERS} orders of ${new Set(REGULARS).size} owners`, across.services, direct.services));
    expect(result.body.errors).toBeUndefined();
    expect(ownersIn(result.body.data)).toEqual(
      REGULARS.map((_id, index) => direct.result[index % direct.result.length]),
    );
    expect(across).toMatchObject({ services: direct.services, usergraph: 1 });
  });

  it("goes from a user to the orders of the other side, and back", async () => {
    const { router } = sit();
    const query = `query ($id: ID!) { user(id: $id) { name orders { id placedAt owner { username } } } }`;
    const variables = { id: globally("old").user("user-002") };
    const { body } = await ask(router.url, query, { by: ADA, variables });
    const placedAt = "2026-01-03T00:00:00.000Z";
    const owner = { username: "user.002@ada.example.com" };
    expect(body).toEqual({
      data: { user: { name: "User 002 for ada", orders: [{ id: "Order:old:2", placedAt, owner }] } },
    });
  });

  it("goes from a list of users to the orders of each", async () => {
    const { router } = sit();
    const query = `{ users(first: 3, service: "directory") { totalCount nodes { id orders { id } } } }`;
    const { body } = await ask(router.url, query, { by: ADA });
    expect(body.errors).toBeUndefined();
    const { nodes } = (body.data as unknown as { readonly users: { readonly nodes: readonly OrdersOfUser[] } }).users;
    expect(nodes).toHaveLength(3);
    for (const { id, orders } of nodes) {
      const index = ownersOf("directory").indexOf(id);
      expect(orders[0]).toEqual({ id: `Order:directory:${index}` });
    }
  });

  it("gives the other side what its `@requires` asks of us", async () => {
    const { router, candidate } = sit();
    const query = `query ($id: ID!) {
      user(id: $id) { label }
      orders(first: 18, book: "directory") { nodes { owner { label } } }
    }`;
    const variables = { id: globally("directory").user("user-004") };
    const { body } = await ask(router.url, query, { by: ADA, variables });
    const labels = PEOPLE.users.slice(0, ORPHAN).map(({ name, email }) => ({
      owner: { label: `${name} for ada <${email.replace("@", "@ada.")}>` },
    }));
    expect(body).toEqual({
      data: {
        user: { label: "User 004 for ada <user.004@ada.example.com>" },
        orders: { nodes: [...labels, { owner: { label: candidate.labelOfNobody } }] },
      },
    });
  });
}

interface OrdersOfUser {
  readonly id: string;
  readonly orders: readonly { readonly id: string }[];
}

/** What is shown of an owner who does not exist: the other side has said that there is one. */
const NOBODY: Owner = { name: null, username: null, groups: null };

async function askNodes({ usergraph }: Subgraphs, ids: readonly string[]): Promise<readonly (Owner | null)[]> {
  const { body } = await ask(usergraph.url, NODES, { by: ADA, variables: { ids } });
  expect(body.errors).toBeUndefined();
  return (body.data as unknown as { readonly nodes: readonly (Owner | null)[] }).nodes;
}

function ownersIn(data: unknown): readonly Owner[] {
  const { orders } = data as { readonly orders: { readonly nodes: readonly { readonly owner: Owner }[] } };
  return orders.nodes.map(({ owner }) => owner);
}

/** The users of a service, as its people tell. */
function peopleIn({ customers }: Subgraphs, service: ServiceName): readonly Owner[] {
  const { dialect, edition } = customers[service];
  const people = peopleFor(ADA, PEOPLE);
  const global = globally(service);
  const { memberships } = tell({ dialect, edition, people }, global);
  const names = new Map([
    ...people.groups.map(({ id, name }) => [global.group("GROUP", id), name] as const),
    ...people.organizations.map(({ id, name }) => [global.group("ORGANIZATION", id), name] as const),
    ...people.spaces.map(({ id, name }) => [global.group("SPACE", id), name] as const),
  ]);
  return people.users.map(({ id, name, email }) => ({
    name: dialect.family === "econtext" ? name : null,
    username: email,
    groups: {
      nodes: memberships
        .filter(({ user }) => user === global.user(id))
        .map(({ group }) => ({ name: names.get(group) ?? group }))
        .sort(byName),
    },
  }));
}

function sorted(owner: Owner): Owner {
  return owner.groups === null ? owner : { ...owner, groups: { nodes: [...owner.groups.nodes].sort(byName) } };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function line(service: ServiceName, what: string, across: number, direct: number): string {
  return `  ${service.padEnd(10)} ${what}: ${across} calls; \`nodes\` of the same ids: ${direct}`;
}
