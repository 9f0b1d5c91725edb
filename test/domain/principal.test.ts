import { describe, expect, it } from "vitest";
import { callerKey, principalOf, type CallerKey, type Principal } from "../../src/domain/principal.ts";

describe("A principal", () => {
  it("is one for whoever has the same credential at the same service", () => {
    expect(principalOf("directory", "Basic eA==")).toBe(principalOf("directory", "Basic eA=="));
  });

  it("is another with another credential, none, or at another service", () => {
    const all = [
      principalOf("directory", "Basic eA=="),
      principalOf("directory", "Basic eQ=="),
      principalOf("directory", null),
      principalOf("directory", "null"),
      principalOf("directory", ""),
      principalOf("cloud", "Basic eA=="),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("tells nothing of the credential", () => {
    expect(principalOf("directory", "Basic c2VjcmV0")).not.toMatch(/c2VjcmV0|secret|directory/);
  });
});

describe("A caller's key", () => {
  it("is another for another caller, whatever is asked for", () => {
    const [a, b] = [principalOf("directory", "a"), principalOf("directory", "b")];
    const keys = [
      callerKey(a, "/users"),
      callerKey(b, "/users"),
      callerKey(principalOf("cloud", "a"), "/users"),
      callerKey(principalOf("directory", null), "/users"),
      callerKey(principalOf("directory", "null"), "/users"),
      callerKey(a, "/groups"),
      callerKey(a, "/users/"),
      callerKey(a, ""),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(callerKey(a, "/users")).toBe(callerKey(a, "/users"));
  });

  it("cannot be made without a principal: the program does not compile", () => {
    const remembered = new Map<CallerKey, string>();
    // @ts-expect-error what is asked for is no key
    remembered.set("/users", "somebody's");
    // @ts-expect-error nor is it with a credential, or anything else, in place of the principal
    remembered.set(callerKey("Basic eA==", "/users"), "somebody's");
    // @ts-expect-error nor is a principal alone
    remembered.set(principalOf("directory", "a"), "somebody's");
    // @ts-expect-error and no text is a principal
    const forged: Principal = "Basic eA==";
    expect(remembered.get(callerKey(forged, "/users"))).toBe("somebody's");
    expect(remembered.get(callerKey(principalOf("directory", "a"), "/users"))).toBeUndefined();
    remembered.set(callerKey(principalOf("directory", "a"), "/users"), "a's");
    expect(remembered.get(callerKey(principalOf("directory", "a"), "/users"))).toBe("a's");
    expect(remembered.size).toBe(4);
  });
});
