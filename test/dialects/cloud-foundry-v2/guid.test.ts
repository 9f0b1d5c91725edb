import { describe, expect, it } from "vitest";
import { isAddressable, isListable } from "../../../src/dialects/cloud-foundry-v2/guid.ts";

describe("A guid", () => {
  it.each(["a", "a/b", "/", "a//b", "...", "a..b/c.d", "😀 é", "x".repeat(3200)])("can stand in a path: %j", (guid) => {
    expect(isAddressable(guid)).toBe(true);
  });

  it.each([
    "",
    ".",
    "..",
    "../organizations/x",
    "a/../b",
    "a/.",
    "./a",
    "a\\b",
    "..\\x",
    "a\nb",
    "\udc00",
    "é".repeat(600),
  ])("names nothing where it cannot: %j", (guid) => {
    expect(isAddressable(guid)).toBe(false);
  });

  it.each(["a,b", "a;b", "a:b", "a b", "", "é", "x".repeat(256)])("cannot be a value of a filter: %j", (guid) => {
    expect(isListable(guid)).toBe(false);
  });
});
