import { describe, expect, it } from "vitest";
import { Deferred, type Waiter } from "../../src/execution/deferred.ts";
import { smallSchema } from "./support/small-schema.ts";
import { sorted, twinsOf } from "./support/twins.ts";

class Parcel extends Deferred<unknown> {
  readonly waiters: Waiter<unknown>[] = [];

  settle(waiter: Waiter<unknown>): void {
    this.waiters.push(waiter);
  }
}

describe("A value that comes later", () => {
  const schema = smallSchema("type Query { a: Int b: Int! self: Query all: [Query] }");

  it("makes the answer a promise", async () => {
    const { ours } = twinsOf(schema, "{ self { a } }");
    expect(ours(null, {}, { self: { a: 1 } })).toEqual({ data: { self: { a: 1 } } });
    const answer = ours(null, {}, { self: { a: Promise.resolve(1) } });
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toEqual({ data: { self: { a: 1 } } });
  });

  it("stands where it would have stood", async () => {
    const { ours } = twinsOf(schema, "{ a self { b a } z: a all { a } }");
    const late = new Promise((resolve) => {
      setImmediate(() => resolve(5));
    });
    const { data } = await ours(
      null,
      {},
      { a: late, self: Promise.resolve({ b: late, a: 1 }), all: [{ a: late }, null] },
    );
    expect(JSON.stringify(data)).toBe('{"a":5,"self":{"b":5,"a":1},"z":5,"all":[{"a":5},null]}');
  });

  it.each<[what: string, value: () => unknown]>([
    ["calls back at once", () => ({ then: (onValue: (value: number) => void) => onValue(1) })],
    [
      "calls back twice",
      () => ({
        then(onValue: (value: number) => void, onError: (error: Error) => void) {
          onValue(1);
          onError(new Error("No"));
          onValue(2);
        },
      }),
    ],
    [
      "is a function",
      () => Object.assign(() => 0, { then: (onValue: (value: number) => void) => setImmediate(onValue, 1) }),
    ],
  ])("may be anything that looks like a promise and %s", async (_, value) => {
    const { ours } = twinsOf(schema, "{ a self { b } }");
    const rootValue = { a: () => value(), self: { b: () => value() } };
    expect(await ours(null, {}, rootValue)).toEqual({ data: { a: 1, self: { b: 1 } } });
  });

  it("fails where what looks like a promise throws", async () => {
    const { ours } = twinsOf(schema, "{ a self { b } }");
    const then = () => {
      throw new Error("Not now");
    };
    const { data, errors } = await ours(null, {}, { a: () => ({ then }), self: { b: () => ({ then }) } });
    expect(data).toEqual({ a: null, self: null });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      ["Not now", ["a"]],
      ["Not now", ["self", "b"]],
    ]);
  });

  it("may be told without promises", async () => {
    const { ours } = twinsOf(schema, "{ a b self { a b } all { a } }");
    const parcel = new Parcel();
    const broken = new Parcel();
    const answer = ours(
      null,
      {},
      { a: parcel, b: parcel, self: { a: parcel, b: broken }, all: [{ a: broken }, { a: parcel }] },
    );
    expect(parcel.waiters).toHaveLength(4);
    for (const waiter of parcel.waiters) waiter.onValue(7);
    for (const waiter of broken.waiters) waiter.onError(new Error("Broken"));
    const { data, errors } = await answer;
    expect(data).toEqual({ a: 7, b: 7, self: null, all: [{ a: null }, { a: 7 }] });
    expect(errors?.map(({ path }) => path)).toEqual([
      ["self", "b"],
      ["all", 0, "a"],
    ]);
  });

  it("may be wrong", async () => {
    const { ours, theirs } = twinsOf(schema, "{ a self { b } all { a } }");
    const rootValue = { a: Promise.resolve("x"), self: { b: Promise.resolve(null) }, all: Promise.resolve(5) };
    expect(sorted(await ours(null, {}, rootValue))).toEqual(sorted(await theirs(null, {}, rootValue)));
  });
});
