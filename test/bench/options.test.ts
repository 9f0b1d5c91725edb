import { describe, expect, it } from "vitest";
import { OptionError, readOptions } from "../../bench/options.ts";

describe("The options of the benchmark", () => {
  it("have defaults", () => {
    expect(readOptions([])).toEqual({
      seconds: 5,
      rounds: 5,
      concurrency: 16,
      workloads: ["user", "page", "cloud", "create"],
      verifyOnly: false,
    });
  });

  it("are read, with workloads in one order", () => {
    const args = [
      "--seconds",
      "0.5",
      "--rounds=3",
      "--concurrency",
      "64",
      "--workloads",
      "cloud,user",
      "--verify-only",
    ];
    expect(readOptions(args)).toEqual({
      seconds: 0.5,
      rounds: 3,
      concurrency: 64,
      workloads: ["user", "cloud"],
      verifyOnly: true,
    });
    expect(readOptions(["--help"])).toBe("help");
  });

  it.each([
    [["--seconds", "0"], '--seconds: expected a number above 0, found "0".'],
    [["--seconds", "soon"], '--seconds: expected a number above 0, found "soon".'],
    [["--rounds", "1.5"], '--rounds: expected a whole number above 0, found "1.5".'],
    [["--concurrency", ""], '--concurrency: expected a whole number from 1 to 256, found "".'],
    [["--concurrency", "257"], '--concurrency: expected a whole number from 1 to 256, found "257".'],
    [["--workloads", "user,users"], '--workloads: expected some of user,page,cloud,create, found "users".'],
    [["--latency", "5"], "Unknown option '--latency'"],
  ])("refuse %j", (args, message) => {
    expect(() => readOptions(args)).toThrow(OptionError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
