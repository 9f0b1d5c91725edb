import { describe, expect, it } from "vitest";
import { LargeAnswers } from "../../src/http/large-answers.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

function reader() {
  const told: string[] = [];
  return { told, pause: () => told.push("pause"), resume: () => told.push("resume") };
}

describe("Large answers", () => {
  it("are read a few at once, and each of the others when one has left", async () => {
    const large = new LargeAnswers(2);
    const readers = [reader(), reader(), reader(), reader()] as const;
    for (const one of readers) large.enter(one);
    expect(readers.map(({ told }) => told)).toEqual([[], [], ["pause"], ["pause"]]);
    large.leave(readers[1]);
    await turn();
    expect(readers[2].told).toEqual(["pause", "resume"]);
    large.leave(readers[0]);
    await turn();
    expect(readers[3].told).toEqual(["pause", "resume"]);
  });

  it("that are given up while they wait make no room, and take none", async () => {
    const large = new LargeAnswers(1);
    const [first, second, third] = [reader(), reader(), reader()];
    for (const one of [first, second, third]) large.enter(one);
    large.leave(second);
    expect(third.told).toEqual(["pause"]);
    large.leave(first);
    await turn();
    expect([second.told, third.told]).toEqual([["pause"], ["pause", "resume"]]);
    large.leave(third);
    const next = reader();
    large.enter(next);
    expect(next.told).toEqual([]);
  });
});
