import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Queue } from "../../src/http/queue.ts";

describe("A queue", () => {
  it("gives what came first, whatever comes and goes meanwhile, and nothing once it is empty", () => {
    const steps = fc.array(fc.oneof(fc.integer(), fc.constant("take" as const)), { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(steps, (chosen) => {
        const queue = new Queue<number>();
        const expected: number[] = [];
        for (const step of chosen) {
          if (step === "take") {
            expect(queue.take()).toBe(expected.shift());
          } else {
            queue.add(step);
            expected.push(step);
          }
        }
        for (const item of [...expected, undefined, undefined]) expect(queue.take()).toBe(item);
      }),
    );
  });
});
