import { expect, it } from "vitest";
import { nearest } from "../../src/config/nearest.ts";

const KNOWN = ["dialect", "url", "timeout", "deadline", "port", "host"];

it.each([
  ["timeuot", "timeout"],
  ["timeouts", "timeout"],
  ["TIMEOUT", "timeout"],
  ["dedline", "deadline"],
  ["uri", "url"],
  ["prot", "port"],
  ["tls", undefined],
  ["x", undefined],
  ["", undefined],
  ["password", undefined],
])("%j was probably meant to be %j", (name, meant) => {
  expect(nearest(name, KNOWN)).toBe(meant);
});
