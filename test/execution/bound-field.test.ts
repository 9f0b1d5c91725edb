import type { FieldNode, GraphQLResolveInfo } from "graphql";
import { describe, expect, it } from "vitest";
import { pathless } from "../../src/execution/pathless.ts";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

describe("A field in one execution", () => {
  const infos: GraphQLResolveInfo[] = [];
  const args: unknown[] = [];
  const note = (_: unknown, given: unknown, __: unknown, info: GraphQLResolveInfo): unknown => {
    infos.push(info);
    args.push(given);
    return info.fieldName === "items" ? [{}, {}, {}] : {};
  };
  const schema = smallSchema(
    /* GraphQL */ `
      scalar Any
      input Range {
        from: Int = 1
        to: Int!
      }
      type Item {
        any(range: Range, must: Int! = 3, list: [Int]): Any
        item: Item
      }
      type Query {
        items: [Item!]!
        any: Any
        item: Item!
      }
    `,
    { Query: { items: note, any: note, item: note }, Item: { any: note, item: note } },
  );

  async function infosOf(text: string, variables = {}, which: "ours" | "theirs" = "ours", rootValue?: unknown) {
    infos.length = 0;
    args.length = 0;
    await twinsOf(schema, text)[which]({}, variables, rootValue);
    return [...infos];
  }

  it("tells resolvers all that graphql-js tells them", async () => {
    const text = `query Q($to: Int!) { items { a: any(range: { to: $to }) ...F } item { ...F } any }
      fragment F on Item { item { any } }`;
    const rootValue = { root: true };
    const expected = await infosOf(text, { to: 3 }, "theirs", rootValue);
    const actual = await infosOf(text, { to: 3 }, "ours", rootValue);
    expect(expected.length).toBe(14);
    for (const [index, info] of actual.entries()) {
      // Whoever copies it has all of it, too.
      const { ...copy } = info;
      const {
        schema: itsSchema,
        parentType,
        returnType,
        rootValue: itsRoot,
        ...others
      } = expected[index] as typeof info;
      const { schema: ourSchema, parentType: ourParent, returnType: ourType, rootValue: ourRoot, ...ours } = copy;
      expect([ourSchema === itsSchema, ourParent === parentType, ourType === returnType]).toEqual([true, true, true]);
      expect(ourRoot).toBe(itsRoot);
      expect(JSON.stringify(ours)).toBe(JSON.stringify(others));
    }
  });

  it("has one array of nodes for all items of a list, and for all executions unless a variable is selected with", async () => {
    const nodesOf = async (text: string) => {
      const { ours } = twinsOf(schema, text);
      infos.length = 0;
      await ours({}, { to: 1, yes: true });
      await ours({}, { to: 2, yes: true });
      const items = infos.filter(({ path }) => path.key === "item").map(({ fieldNodes }) => fieldNodes);
      expect(items).toHaveLength(6);
      expect(items.map((one) => one.length)).toEqual([2, 2, 2, 2, 2, 2]);
      expect([new Set(items.slice(0, 3)).size, new Set(items.slice(3)).size]).toEqual([1, 1]);
      return new Set(items).size;
    };
    const fragments = "fragment F on Item { item { ...G } } fragment G on Item { any }";
    expect(await nodesOf(`{ items { item { b: any(must: 4) } ...F } } ${fragments}`)).toBe(1);
    // What the field itself is given is told in its arguments.
    const own = "query ($yes: Boolean!) { items @include(if: $yes) { item @skip(if: false) { any } ...F } }";
    expect(await nodesOf(`${own} ${fragments}`)).toBe(1);
    for (const selected of [
      "b: any(range: { to: $to })",
      "i: item { b: any(list: [1, $to]) }",
      "... on Item { b: any(must: $to) }",
      "any @include(if: $yes)",
      "... @skip(if: $yes) { any }",
      "...G @include(if: $yes)",
    ]) {
      const variables = selected.includes("$to") ? "$to: Int!" : "$yes: Boolean!";
      expect(await nodesOf(`query (${variables}) { items { item { ${selected} } ...F } } ${fragments}`), selected).toBe(
        2,
      );
    }
    const inFragment = "fragment F on Item { item { ...G } } fragment G on Item { a: any(list: [$to]) }";
    expect(await nodesOf(`query ($to: Int!) { items { item { any } ...F } } ${inFragment}`)).toBe(2);
  });

  it("tells one info to all who say that they never ask for the path, and their errors have theirs", async () => {
    const infosOfItems = new Set<GraphQLResolveInfo>();
    const resolve = (source: { readonly n: number }, _args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      infosOfItems.add(info);
      if (source.n === 1) throw new Error("One");
      return source.n === 2 ? Promise.reject(new Error("Two")) : source.n;
    };
    const small = smallSchema(
      /* GraphQL */ `
        scalar Any
        type Item {
          any: Any
        }
        type Query {
          items: [Item!]!
        }
      `,
      { Query: { items: () => [0, 1, 2].map((n) => ({ n })) }, Item: { any: pathless(resolve) } },
    );
    const { ours, theirs } = twinsOf(small, "{ items { any } }");
    expect(told(await ours({}))).toEqual(told(await theirs({})));
    expect(infosOfItems.size).toBe(1 + 3);
  });

  it("has other nodes for another field with the same name", async () => {
    const found = await infosOf("{ a: any b: any }");
    const [a, b] = found.map(({ fieldNodes }) => fieldNodes[0] as FieldNode);
    expect(a?.alias?.value).toBe("a");
    expect(b?.alias?.value).toBe("b");
  });

  it("reads its arguments once for all items of a list", async () => {
    await infosOf("query ($to: Int!) { items { any(range: { to: $to }, list: 4) } }", { to: 8 });
    expect(args.slice(1)).toEqual(Array(3).fill({ range: { from: 1, to: 8 }, must: 3, list: [4] }));
    expect(new Set(args.slice(1)).size).toBe(1);
  });

  it("reads arguments with variables for each execution", async () => {
    const { ours } = twinsOf(schema, "query ($to: Int!) { items { any(range: { to: $to }) } }");
    args.length = 0;
    await ours({}, { to: 1 });
    await ours({}, { to: 2 });
    expect(args[1]).toMatchObject({ range: { to: 1 } });
    expect(args[5]).toMatchObject({ range: { to: 2 } });
  });

  it.each(["list: [$to]", "range: { to: $to }", "range: { to: 5, from: $to }", "must: $to"])(
    "finds its variables in %s",
    async (text) => {
      const { ours } = twinsOf(schema, `query ($to: Int!) { items { any(${text}) } }`);
      args.length = 0;
      await ours({}, { to: 8 });
      await ours({}, { to: 9 });
      expect(JSON.stringify(args[5])).toBe(JSON.stringify(args[1]).replace("8", "9"));
      expect(args[5]).not.toEqual(args[1]);
    },
  );

  it("tells wherever it stands what is wrong with its arguments", async () => {
    const { ours, theirs } = twinsOf(schema, "query ($must: Int = 4) { items { any(must: $must) } }");
    const expected = told(await theirs({}, { must: null }));
    expect(expected.errors).toHaveLength(3);
    args.length = 0;
    expect(told(await ours({}, { must: null }))).toEqual(expected);
    expect(args).toHaveLength(1);
    expect(told(await ours({}, {}))).toEqual(told(await theirs({}, {})));
  });
});
