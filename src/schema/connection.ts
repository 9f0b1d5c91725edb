import type { ObjectRef } from "@pothos/core";
import { refuse } from "../domain/errors.ts";
import type { GroupRole } from "../domain/group.ts";
import { countAll, hasMore, type Page, type PageRequest } from "../domain/page.ts";
import { defaultFieldResolver, GraphQLError } from "graphql";
import { builder, type Types } from "./builder.ts";
import { GroupRoleType } from "./enums.ts";
import type { NodeBudget } from "./context.ts";
import { openAnyCursor, openCursor, sealCursor } from "./cursor.ts";

/**
 * All that makes a list what it is: its field, its owner, its filters. Told when a cursor is read or written, which most
 * lists are not.
 */
export interface ListName {
  readonly name: string;
}

/** One page of a list, as clients read it. */
export class Connection<Node> {
  readonly nodes: readonly Node[];
  readonly page: Page<unknown>;
  readonly #roleOf: ((item: unknown) => GroupRole) | undefined;
  readonly #list: ListName;
  readonly #after: string | null;

  constructor(
    list: ListName,
    after: string | null,
    page: Page<unknown>,
    nodes: readonly Node[],
    roleOf: ((item: unknown) => GroupRole) | undefined,
  ) {
    this.#list = list;
    this.#after = after;
    this.page = page;
    this.nodes = nodes;
    this.#roleOf = roleOf;
  }

  get hasPreviousPage(): boolean {
    return this.#after !== null;
  }

  /** Of a membership. */
  role(index: number): GroupRole | undefined {
    return this.#roleOf?.(this.page.items[index]);
  }

  cursor(index: number): string | null {
    return index >= 0 && index < this.nodes.length ? sealCursor(this.#list.name, this.page.cursor(index)) : null;
  }
}

interface Edge<Node> {
  readonly connection: Connection<Node>;
  readonly index: number;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const MOST = 100;
/** Items of a page where nobody said how many. */
export const DEFAULT_PAGE_SIZE = 20;

/**
 * What is asked of a list.
 * @param list null: of one of which nobody knows, in a plan, so that its cursors cannot be told from others
 * @throws Refusal for `first` outside 1 to 100 and for a cursor of another list
 */
export function pageRequest(list: ListName | null, args: PageArguments): PageRequest {
  const first = args.first ?? DEFAULT_PAGE_SIZE;
  if (!isPageSize(first)) {
    throw refuse("INVALID", ["first"], `\`first\` must be from 1 to ${MOST}; found ${first}.`);
  }
  const after = args.after ?? null;
  if (after === null) return { first, after };
  return { first, after: list === null ? openAnyCursor(after) : openCursor(list.name, after) };
}

/** Whether a list may be asked for so many items; left out: for as many as by default. */
export function isPageSize(first: number | null | undefined): boolean {
  return first == null || (first >= 1 && first <= MOST);
}

/**
 * A page of a directory as a connection.
 * @throws GraphQLError `LIMIT_EXCEEDED` where the answer would hold more items than it may
 */
export function connect<Home, Item, Node>(
  budget: NodeBudget,
  list: ListName,
  { after }: PageRequest,
  page: Page<Item>,
  home: Home,
  wrap: (home: Home, item: Item) => Node,
  roleOf?: (item: Item) => GroupRole,
): Connection<Node> {
  const { items } = page;
  spendNodes(budget, items.length);
  const nodes = items.map((item) => wrap(home, item));
  return new Connection(list, after, page, nodes, roleOf as ((item: unknown) => GroupRole) | undefined);
}

/** @throws GraphQLError `LIMIT_EXCEEDED` */
export function spendNodes(nodes: NodeBudget, count: number): void {
  nodes.used += count;
  if (nodes.used <= nodes.limit) return;
  throw new GraphQLError(`The lists of this answer hold more than ${nodes.limit} items, which is the limit of nodes.`, {
    extensions: { code: "LIMIT_EXCEEDED" },
  });
}

const PageInfo = builder.objectRef<Connection<unknown>>("PageInfo").implement({
  description: "Where a page stands in its list.",
  fields: (t) => ({
    hasNextPage: t.boolean({
      nullable: false,
      description: "Whether there is more behind this page.",
      resolve: ({ page }) => hasMore(page),
    }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description: "Whether `after` was given.",
      resolve: (connection) => connection.hasPreviousPage,
    }),
    startCursor: t.string({ description: "The cursor of the first item.", resolve: (connection) => connection.cursor(0) }),
    endCursor: t.string({
      description: "Give it as `after` for the next page.",
      resolve: (connection) => connection.cursor(connection.nodes.length - 1),
    }),
  }),
});

interface ConnectionOptions {
  readonly description: string;
  /** Edges tell the role of the membership. */
  readonly role?: boolean;
  /** The list may be counted. */
  readonly total?: boolean;
}

/** Makes `<name>Connection` and `<name>Edge`. */
export function connectionType<Node>(name: string, node: ObjectRef<Types, Node>, options: ConnectionOptions) {
  const edge = builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    description: "One item of the list, with its place in it.",
    fields: (t) => ({
      cursor: t.string({
        nullable: false,
        description: "Given as `after`, the next page begins behind this item.",
        resolve: ({ connection, index }) => connection.cursor(index) as string,
      }),
      ...(options.role === true && {
        role: t.field({
          type: GroupRoleType,
          nullable: false,
          description: "The user's role in the group.",
          resolve: ({ connection, index }) => connection.role(index) as GroupRole,
        }),
      }),
      node: t.field({
        type: node,
        nullable: true,
        description: "The item.",
        resolve: ({ connection, index }) => connection.nodes[index] as never,
      }),
    }),
  });
  return builder.objectRef<Connection<Node>>(`${name}Connection`).implement({
    description: options.description,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: { list: true, items: true },
        description: "The items of this page, each with its place in the list.",
        resolve: (connection) => connection.nodes.map((_, index) => ({ connection, index })),
      }),
      nodes: t.field({
        type: [node],
        nullable: { list: true, items: true },
        description: "The items of this page.",
        // Of a property nobody has to be told where in the operation it is read.
        resolve: defaultFieldResolver as () => never,
      }),
      pageInfo: t.field({
        type: PageInfo,
        nullable: false,
        description: "Where this page stands in its list.",
        resolve: (connection) => connection,
      }),
      ...(options.total === true && {
        totalCount: t.int({
          description: "How many the upstream says there are; null where it does not say.",
          resolve: ({ page }) => countAll(page),
        }),
      }),
    }),
  });
}
