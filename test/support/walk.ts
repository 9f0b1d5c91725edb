import { expect } from "vitest";
import type { GatewayUnderTest } from "./gateway.ts";

/** A connection of the graph that can be walked. */
export interface List {
  /** Whose it is; left out: it is a field of the query itself. */
  readonly owner?: { readonly type: "User" | "Application" | "Group"; readonly id: string };
  readonly field: string;
  /** Its filters, as the query spells them: `kind: SPACE`. */
  readonly filters?: readonly string[];
  /** Whether its edges tell a role. */
  readonly roles?: boolean;
  /** What its `totalCount` has to be on every page; left out: it has none. */
  readonly total?: number | null;
}

/** How one page of a walk is asked for. */
export interface Step {
  readonly first: number;
  /** With what: ids alone, or records on both sides, which a dialect may read in quite another way. */
  readonly reads: "ids" | "records";
  /** Goes on from the middle of the page, this far, and not from its end; 0: from the end. */
  readonly cut: number;
}

export interface PageOfGraph {
  readonly edges: readonly {
    readonly cursor: string;
    readonly role?: string;
    readonly node: { readonly id: string };
  }[];
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount?: number | null;
}

function writeQuery({ owner, field, filters = [], roles = false, total }: List, { first, reads }: Step): string {
  const more = reads === "records" ? " name" : "";
  const args = [...filters, `first: ${first}`, "after: $after"].join(", ");
  const list = `${field}(${args}) {
    edges { cursor ${roles ? "role " : ""}node { id${more} } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    ${total === undefined ? "" : "totalCount"}
  }`;
  return owner === undefined
    ? `query ($after: String) { ${list} }`
    : `query ($after: String, $id: ID!) { node(id: $id) { ... on ${owner.type} { id${more} ${list} } } }`;
}

/** Far more pages than any list of these tests has. */
const MOST_PAGES = 400;

/**
 * Walks a connection to its end and holds each page against what it says of itself.
 * @param steps taken in turn, and again from the first
 * @returns ids; with roles: `ROLE id`
 */
export async function walkGraph(
  graph: GatewayUnderTest,
  list: List,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const step = steps[pages % steps.length] as Step;
    const page: PageOfGraph = await readPage(graph, list, step, after);
    const { edges, nodes, pageInfo } = page;
    expect(edges.map(({ node }) => node.id)).toEqual(nodes.map(({ id }) => id));
    expect(edges.length).toBeLessThanOrEqual(step.first);
    // Whoever was told that there is more finds more.
    if (after !== null) expect(edges.length).toBeGreaterThan(0);
    expect(pageInfo).toMatchObject({
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
    if (list.total !== undefined) expect(page.totalCount).toBe(list.total);

    const kept = step.cut === 0 ? edges : edges.slice(0, Math.max(1, edges.length - step.cut));
    found.push(...kept.map(({ role, node }) => (role === undefined ? node.id : `${role} ${node.id}`)));
    if (kept.length === edges.length && !pageInfo.hasNextPage) return found;
    after = kept.at(-1)?.cursor ?? null;
    expect(after, "a page that is not the last has items").not.toBeNull();
  }
  throw new Error("The walk does not end.");
}

async function readPage(graph: GatewayUnderTest, list: List, step: Step, after: string | null): Promise<PageOfGraph> {
  const { body } = await graph.query(writeQuery(list, step), { after, id: list.owner?.id });
  expect(body.errors).toBeUndefined();
  const data = body.data as unknown as Record<string, PageOfGraph | Record<string, PageOfGraph>>;
  return (list.owner === undefined ? data : (data["node"] as Record<string, PageOfGraph>))[list.field] as PageOfGraph;
}
