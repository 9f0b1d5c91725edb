import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

describe("A slot that must not be null", () => {
  const schema = smallSchema(/* GraphQL */ `
    type Query {
      node: Node
      must: Node!
      list: [Node!]
      lists: [[Node!]!]
      name: String
    }
    type Node {
      name: String
      must: String!
      node: Node
      need: Node!
    }
  `);

  it.each<[what: string, text: string, rootValue: () => unknown]>([
    [
      "to the nearest one that may be",
      "{ node { name need { need { must } } } name }",
      () => ({
        name: "x",
        node: { name: "y", need: { need: { must: late(null) } } },
      }),
    ],
    ["to the root", "{ name must { need { must } } }", () => ({ name: "x", must: { need: { must: fails("No") } } })],
    [
      "out of lists",
      "{ list { name must } name }",
      () => ({
        list: [{ must: "1" }, { must: late("2") }, { must: later(null) }],
        name: "x",
      }),
    ],
    ["out of lists of lists", "{ lists { must } name }", () => ({ lists: [[{ must: "a" }], [{ must: later(null) }]] })],
    ["from an item itself", "{ list { must } }", () => ({ list: [{ must: "a" }, late(null)] })],
    [
      "after others have been told",
      "{ node { name need { name must } } }",
      () => ({
        node: { name: fails("First"), need: { name: fails("Second"), must: later(null) } },
      }),
    ],
    [
      "before others would be told",
      "{ node { name need { name must } } name }",
      () => ({
        node: { name: failsLater("Never told"), need: { name: failsLater("Nor this"), must: late(null) } },
        name: later("x"),
      }),
    ],
    [
      "and waits for what was begun before it",
      "{ node { name must } name }",
      () => ({
        node: { name: failsLater("Told first"), must: null },
        name: "x",
      }),
    ],
    [
      "with its own error, not that of others",
      "{ node { a: must b: must c: must } }",
      () => ({
        node: {
          must: once(
            () => later("a"),
            () => fails("This one"),
            () => failsLater("Too late"),
          ),
        },
      }),
    ],
    [
      "with what failed at once, where others fail before it is told",
      "{ node { a: must b: must } name }",
      () => ({
        node: {
          must: once(
            () => failsLater("Not this one"),
            () => null,
          ),
        },
        name: "x",
      }),
    ],
  ])("takes those around it along %s", async (_, text, rootValue) => {
    const { ours, theirs } = twinsOf(schema, text);
    const expected = told(await theirs(null, {}, rootValue()));
    expect(expected.errors.length).toBeGreaterThan(0);
    expect(told(await ours(null, {}, rootValue()))).toEqual(expected);
  });

  it("does not begin what stands behind it", async () => {
    const begun: string[] = [];
    const { ours } = twinsOf(schema, "{ node { name must node { name } } }");
    const node = { name: () => void begun.push("name"), must: null, node: () => void begun.push("node") };
    await ours(null, {}, { node });
    expect(begun).toEqual(["name"]);
  });

  it("keeps the answer back until all is done that was begun", async () => {
    let isDone = false;
    const { ours } = twinsOf(schema, "{ list { must name } }");
    const name = async () => {
      await later(null);
      isDone = true;
    };
    const result = await ours(null, {}, { list: [{ must: "a", name }, null] });
    expect(result).toMatchObject({ data: { list: null }, errors: [{ path: ["list", 1] }] });
    expect(isDone).toBe(true);
  });
});

function late<T>(value: T): Promise<T> {
  return new Promise((resolve) => {
    setImmediate(() => resolve(value));
  });
}

function later<T>(value: T): Promise<T> {
  return late(null).then(() => late(value));
}

/** A method, so that nothing is rejected before somebody asks. */
function fails(message: string): () => Promise<never> {
  return () => Promise.reject(new Error(message));
}

function failsLater(message: string): () => Promise<never> {
  return async () => {
    await later(null);
    throw new Error(message);
  };
}

/** Another one at each call. */
function once(...values: readonly (() => unknown)[]): () => unknown {
  let index = 0;
  return () => {
    const value = values[index++]?.();
    return typeof value === "function" ? (value as () => unknown)() : value;
  };
}
