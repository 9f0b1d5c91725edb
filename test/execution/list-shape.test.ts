import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

const MANY = 100_000;

describe("A list", () => {
  const schema = smallSchema("type Query { a: Int lists: [[Int!]] all: [Query!] some: [Query] deep: [[[[[Int]]]]] }");

  it.each<[what: string, text: string, item: (index: number) => unknown]>([
    ["objects", "{ all { a } }", (index) => ({ a: index })],
    ["objects with promises", "{ all { a } }", (index) => ({ a: Promise.resolve(index) })],
    ["promises of objects", "{ all { a } }", (index) => Promise.resolve({ a: index })],
    [
      "promises that are not kept",
      "{ some { a } }",
      (index) => (index % 100 === 0 ? Promise.reject(new Error("No")) : { a: index }),
    ],
  ])("of a hundred thousand %s is no trouble", async (_, text, item) => {
    const { ours } = twinsOf(schema, text);
    const items = Array.from({ length: MANY }, (__, index) => item(index));
    const { data, errors } = await ours(null, {}, { all: items, some: items });
    const [list] = Object.values(data ?? {}) as { a: number }[][];
    expect(list).toHaveLength(MANY);
    expect(list?.[MANY - 1]).toEqual({ a: MANY - 1 });
    expect(errors?.length ?? 0).toBe(text.includes("some") ? MANY / 100 : 0);
  });

  it("of lists of lists is as deep as it is", async () => {
    const { ours, theirs } = twinsOf(schema, "{ deep lists }");
    const deep = [[[[[1, null], null], []], null], [Promise.resolve([[[2]], new Error("No")])]];
    const rootValue = { deep, lists: [[1, 2], [null], [Promise.resolve(3)], Promise.resolve(null), "4"] };
    expect(told(await ours(null, {}, rootValue))).toEqual(told(await theirs(null, {}, rootValue)));
  });

  it("is ended when one of its items takes it along", async () => {
    let isEnded = false;
    const { ours } = twinsOf(schema, "{ all { a } a }");
    function* items() {
      try {
        yield { a: 1 };
        yield null;
        yield { a: 2 };
      } finally {
        isEnded = true;
      }
    }
    const { data, errors } = await ours(null, {}, { all: items(), a: 1 });
    expect(data).toEqual({ all: null, a: 1 });
    expect(errors).toMatchObject([
      { message: "Cannot return null for non-nullable field Query.all.", path: ["all", 1] },
    ]);
    expect(isEnded).toBe(true);
  });

  it("may break off", async () => {
    const { ours, theirs } = twinsOf(schema, "{ some { a } a }");
    function* items() {
      yield { a: 1 };
      yield { a: Promise.resolve(2) };
      throw new Error("No more");
    }
    const expected = told(await theirs(null, {}, { some: items(), a: 1 }));
    expect(told(await ours(null, {}, { some: items(), a: 1 }))).toEqual(expected);
    expect(expected.errors).toHaveLength(1);
  });
});
