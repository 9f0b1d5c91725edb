import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Limit, Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A read that ends when it is told to. */
function pending(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = () => {
    log.push(name);
    return promise;
  };
  return { read, resolve, reject };
}

/** A read that ends at once. */
function note(log: string[], word: () => string) {
  return () => Promise.resolve(log.push(word()));
}

/** Lets everything happen that waits for nothing else. */
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("A limit", () => {
  it("is the usual one, until a service refuses that", () => {
    const { depth, pageSize } = new Limits();
    expect([depth.most, pageSize.most]).toEqual([2, 100]);
    depth.learn(2, 1);
    pageSize.learn(60, 50);
    expect([depth.most, pageSize.most]).toEqual([1, 50]);
  });

  it("that was learned is believed for ten minutes: one odd answer is not for ever", () => {
    const limit = new Limit(2, 0);
    limit.learn(2, 0);
    vi.advanceTimersByTime(10 * MINUTE - 1);
    expect(limit.most).toBe(0);
    vi.advanceTimersByTime(1);
    expect(limit.most).toBe(2);
  });

  it("is not raised by what was allowed before", () => {
    const limit = new Limit(2, 0);
    limit.learn(2, 2);
    limit.learn(2, 0);
    limit.learn(0, 0);
    expect(limit.most).toBe(0);
  });

  it("that was refused has to be proven anew, whatever was allowed before", async () => {
    const limit = new Limit(2, 0);
    limit.learn(2, 2);
    limit.learn(2, 0);
    vi.advanceTimersByTime(10 * MINUTE);
    const log: string[] = [];
    void limit.explore(2, pending(log, "probe").read);
    void limit.explore(
      2,
      note(log, () => "at once"),
    );
    await settle();
    expect(log).toEqual(["probe"]);
  });

  it("is explored by one read, and the others go on with what it taught", async () => {
    const limit = new Limit(2, 0);
    const log: string[] = [];
    const first = pending(log, "first");
    const answer = limit.explore(2, first.read);
    const others = [1, 2].map((wanted) =>
      limit.explore(
        wanted,
        note(log, () => `other at ${limit.most}`),
      ),
    );
    await settle();
    expect(log).toEqual(["first"]);
    limit.learn(2, 1);
    first.resolve("done");
    expect(await answer).toBe("done");
    await Promise.all(others);
    expect(log).toEqual(["first", "other at 1", "other at 1"]);
  });

  it("holds up nobody who asks the very same: one call may answer both", async () => {
    const limit = new Limit(2, 0);
    const log: string[] = [];
    const words = (question: string) => () => question;
    void limit.explore(2, pending(log, "first").read, words("users"));
    void limit.explore(2, pending(log, "the same").read, words("users"));
    void limit.explore(2, pending(log, "another").read, words("groups"));
    await settle();
    expect(log).toEqual(["first", "the same"]);
  });

  it("holds up nobody for long behind a read that does not end", async () => {
    const limit = new Limit(2, 0);
    void limit.explore(2, pending([], "hanging").read);
    vi.useRealTimers();
    await expect(limit.explore(2, () => Promise.resolve("told"))).resolves.toBe("told");
  });

  it("holds up nobody who wants no more than is known to be allowed", async () => {
    const limit = new Limit(100, 50);
    const { read } = pending([], "first");
    void limit.explore(100, read);
    await expect(limit.explore(50, () => Promise.resolve("at once"))).resolves.toBe("at once");
    limit.learn(80, 80);
    await expect(limit.explore(80, () => Promise.resolve("at once"))).resolves.toBe("at once");
  });

  it("holds up nobody behind a read that failed", async () => {
    const limit = new Limit(2, 0);
    const first = pending([], "first");
    const failed = limit.explore(2, first.read);
    const other = limit.explore(2, () => Promise.resolve("told"));
    first.reject(new Error("Lost."));
    await expect(failed).rejects.toThrow("Lost.");
    await expect(other).resolves.toBe("told");
  });

  it("is explored anew, by one read, when what was learned is too old", async () => {
    const limit = new Limit(2, 0);
    limit.learn(2, 0);
    const log: string[] = [];
    const held = pending(log, "held");
    void limit.explore(2, held.read);
    await limit.explore(
      2,
      note(log, () => "not held"),
    );
    expect(log).toEqual(["held", "not held"]);

    vi.advanceTimersByTime(10 * MINUTE);
    const probe = pending(log, "probe");
    void limit.explore(2, probe.read);
    const waiting = limit.explore(
      2,
      note(log, () => "waited"),
    );
    await settle();
    expect(log.slice(2)).toEqual(["probe"]);
    probe.resolve("");
    await waiting;
    expect(log.slice(2)).toEqual(["probe", "waited"]);
  });
});
