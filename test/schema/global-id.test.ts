import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiKeyId, applicationId, groupId, parseGlobalId, userId } from "../../src/schema/global-id.ts";

const id = fc.string({ minLength: 1, unit: "binary" });

describe("A global id", () => {
  it("is what the contract says it is", () => {
    expect(userId("directory", "a3bc334a-f9f2-4797-aaa2-1440811c0ec0")).toBe(
      "User:directory:a3bc334a-f9f2-4797-aaa2-1440811c0ec0",
    );
    expect(applicationId("directory", "x")).toBe("Application:directory:x");
    expect(groupId("cloud", { kind: "SPACE", id: "5489e195" })).toBe("Group:cloud:space:5489e195");
    expect(groupId("directory", { kind: "GROUP", id: "4QlX" })).toBe("Group:directory:group:4QlX");
    expect(apiKeyId("directory", "a3bc", "44A6")).toBe("ApiKey:directory:a3bc:44A6");
    expect(userId("directory", "a:b/c d%")).toBe("User:directory:a%3Ab%2Fc%20d%25");
  });

  it("comes apart into what it was made of, whatever the upstream's ids are", () => {
    fc.assert(
      fc.property(id, id, fc.constantFrom("GROUP", "ORGANIZATION", "SPACE"), (a, b, kind) => {
        expect(parseGlobalId(userId("one", a))).toEqual({ type: "User", service: "one", id: a });
        expect(parseGlobalId(applicationId("one", a))).toEqual({ type: "Application", service: "one", id: a });
        expect(parseGlobalId(groupId("one", { kind, id: a }))).toEqual({ type: "Group", service: "one", kind, id: a });
        expect(parseGlobalId(apiKeyId("one", a, b))).toEqual({ type: "ApiKey", service: "one", user: a, id: b });
      }),
    );
  });

  it.each([
    ["", "nothing"],
    ["User", "a type alone"],
    ["User:directory", "no id"],
    ["User:directory:", "an empty id"],
    ["User::x", "no service"],
    ["User:a:b:c", "a part too many"],
    ["Group:cloud:x", "a group without its kind"],
    ["Group:cloud:team:x", "an unknown kind"],
    ["Group:cloud:constructor:x", "a kind that only an object's prototype has"],
    ["Group:cloud:SPACE:x", "a kind in capitals"],
    ["user:directory:x", "a type in lower case"],
    ["Order:directory:x", "a type that we do not have"],
    ["User:directory:%", "a percent sign that begins no escape"],
    ["User:directory:%FF", "an escape that is no UTF-8"],
    ["User:directory:a b", "a blank that is not escaped"],
    ["User:directory:a/b", "a slash that is not escaped"],
    ["User:directory:a%2fb", "an escape in lower case"],
    ["User:directory:%61", "an escape of what needs none"],
    ["%55ser:directory:a", "an escaped type"],
    ["ApiKey:directory:x", "an API key without its user"],
  ])("is not %j: %s", (text) => {
    expect(parseGlobalId(text)).toBeUndefined();
  });
});
