import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { smallSchema } from "./support/small-schema.ts";
import { told, twinsOf } from "./support/twins.ts";

describe("A mutation", () => {
  const schema = smallSchema(/* GraphQL */ `
    type Query {
      a: Int
    }
    type Mutation {
      write(key: String!): Written
      must(key: String!): Written!
      many: [Written!]
    }
    type Written {
      key: String
      slow: Written
      need: String!
    }
  `);

  function journal() {
    const events: string[] = [];
    const written = (key: string, turns: number): object => ({
      key: async () => {
        events.push(`reads ${key}`);
        for (let turn = 0; turn < turns; turn++) await setImmediate();
        events.push(`has read ${key}`);
        return key;
      },
      slow: () => setImmediate(written(`${key}.slow`, turns)),
      need: () => setImmediate(null),
    });
    const write = ({ key }: { key: string }): unknown => {
      events.push(`writes ${key}`);
      if (key === "throws") throw new Error("Not written");
      return key === "null" ? null : key === "sync" ? { key } : setImmediate(written(key, 2));
    };
    const many = () => {
      events.push("writes many");
      return [written("1", 3), null];
    };
    return { events, rootValue: { write, must: write, many } };
  }

  it("finishes each field with all below it before it begins the next one", async () => {
    const { ours, theirs } = twinsOf(
      schema,
      '{ a: write(key: "a") { key slow { key } } b: write(key: "sync") { key } c: write(key: "c") { key } }'.replace(
        "{",
        "mutation {",
      ),
    );
    const one = journal();
    const other = journal();
    expect(told(await ours(null, {}, one.rootValue))).toEqual(told(await theirs(null, {}, other.rootValue)));
    expect(one.events).toEqual(other.events);
    expect(one.events).toEqual([
      "writes a",
      "reads a",
      "reads a.slow",
      "has read a",
      "has read a.slow",
      "writes sync",
      "writes c",
      "reads c",
      "has read c",
    ]);
  });

  it("is answered at once where nothing comes later", () => {
    const { ours } = twinsOf(schema, 'mutation { a: write(key: "sync") { key } b: write(key: "null") { key } }');
    expect(ours(null, {}, journal().rootValue)).toEqual({ data: { a: { key: "sync" }, b: null } });
  });

  it("goes on after a field that may be null", async () => {
    const { ours } = twinsOf(
      schema,
      'mutation { a: write(key: "throws") { key } b: write(key: "b") { need } c: write(key: "sync") { key } }',
    );
    const { events, rootValue } = journal();
    const { data, errors } = await ours(null, {}, rootValue);
    expect(data).toEqual({ a: null, b: null, c: { key: "sync" } });
    expect(errors?.map(({ path }) => path)).toEqual([["a"], ["b", "need"]]);
    expect(events).toEqual(["writes throws", "writes b", "writes sync"]);
  });

  it.each([
    ["at once", 'mutation { a: must(key: "throws") { key } b: write(key: "b") { key } }', ["writes throws"]],
    ["later", 'mutation { a: must(key: "a") { need } b: write(key: "b") { key } }', ["writes a"]],
    [
      "after another one",
      'mutation { a: write(key: "a") { key } b: must(key: "null") { key } c: write(key: "c") { key } }',
      ["writes a", "reads a", "has read a", "writes null"],
    ],
  ])("ends with a field that must not be null and fails %s", async (_, text, events) => {
    const { ours, theirs } = twinsOf(schema, text);
    const one = journal();
    expect(told(await ours(null, {}, one.rootValue))).toEqual(told(await theirs(null, {}, journal().rootValue)));
    expect(one.events).toEqual(events);
  });

  it("waits for what nobody will see, too", async () => {
    const { ours } = twinsOf(schema, 'mutation { many { key } b: write(key: "sync") { key } }');
    const { events, rootValue } = journal();
    expect(await ours(null, {}, rootValue)).toMatchObject({ data: { many: null, b: { key: "sync" } } });
    expect(events).toEqual(["writes many", "reads 1", "has read 1", "writes sync"]);
  });

  it("waits for it at its end as well", async () => {
    const { ours } = twinsOf(schema, "mutation { many { key } }");
    const { events, rootValue } = journal();
    expect(await ours(null, {}, rootValue)).toMatchObject({ data: { many: null } });
    expect(events).toEqual(["writes many", "reads 1", "has read 1"]);
  });
});
