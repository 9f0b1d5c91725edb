import { describe, expect, it } from "vitest";
import { readDuration, readPort, readSize, readWholeNumber } from "../../src/config/quantities.ts";

describe("readDuration", () => {
  it.each([
    ["500ms", 500],
    ["10s", 10_000],
    ["1m", 60_000],
    ["1.5s", 1500],
    ["0.5m", 30_000],
    ["2147483647ms", 2_147_483_647],
  ])("reads %s as %i milliseconds", (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });

  it.each([
    "",
    "10",
    "s",
    "10 s",
    "-1s",
    "1h",
    "1S",
    "1e3s",
    "0s",
    "0.1ms",
    ".5s",
    "1.s",
    "10sec",
    "2147483648ms",
    "1constructor",
    10,
    null,
  ])("reads %j not at all", (value) => {
    expect(readDuration(value)).toBeUndefined();
  });
});

describe("readSize", () => {
  it.each([
    ["1024B", 1024],
    ["256KiB", 262_144],
    ["1MiB", 1_048_576],
    ["1.5KiB", 1536],
  ])("reads %s as %i bytes", (text, bytes) => {
    expect(readSize(text)).toBe(bytes);
  });

  it.each(["1024", "1KB", "1kib", "0B", "-1B", "9007199254740993B", 1024, undefined])(
    "reads %j not at all",
    (value) => {
      expect(readSize(value)).toBeUndefined();
    },
  );
});

it.each([
  [7, 7],
  ["7", 7],
  ["007", 7],
  [-1, -1],
  [1.5, undefined],
  ["1.5", undefined],
  ["-1", undefined],
  ["", undefined],
  [" 7", undefined],
  [Infinity, undefined],
  [true, undefined],
  [null, undefined],
])("readWholeNumber reads %j as %j", (value, number) => {
  expect(readWholeNumber(value)).toBe(number);
});

it.each([
  [0, 0],
  ["65535", 65_535],
  [65_536, undefined],
  [-1, undefined],
])("readPort reads %j as %j", (value, port) => {
  expect(readPort(value)).toBe(port);
});
