import { describe, expect, it } from "vitest";
import { chooseCores, readCoreList } from "../../bench/cores.ts";

describe("The cores of the benchmark", () => {
  it("are read as the kernel lists them", () => {
    expect(readCoreList("0")).toEqual([0]);
    expect(readCoreList("0-3,8,10-11")).toEqual([0, 1, 2, 3, 8, 10, 11]);
  });

  it("are two, or none where there is no second", () => {
    const cores = chooseCores();
    if (cores !== undefined) expect(cores.gateway).not.toBe(cores.load);
  });
});
