import { describe, expect, it } from "vitest";
import { processorTime } from "../../bench/processor-time.ts";

describe("Processor time", () => {
  it.runIf(process.platform === "linux")("is what the process itself knows of it", () => {
    const { user, system } = process.cpuUsage();
    const told = processorTime(process.pid) ?? NaN;
    expect(Math.abs(told - (user + system) / 1000)).toBeLessThan(100);
  });

  it("is unknown of a process that is not there", () => {
    expect(processorTime(2 ** 30)).toBeUndefined();
  });
});
