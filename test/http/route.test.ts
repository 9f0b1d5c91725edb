import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillRoute } from "../../src/http/route.ts";
import { GET } from "./requests.ts";

describe("fillRoute", () => {
  it("leaves a route without values as it is", () => {
    expect(fillRoute(GET)).toBe("/users");
  });

  it("fills every value in", () => {
    const params = { user: "a b", group: "ü" };
    expect(fillRoute({ ...GET, route: "/users/{user}/groups/{group}", params })).toBe("/users/a%20b/groups/%C3%BC");
  });

  it("encodes the query, in the order given, and lets names repeat", () => {
    const query = [
      ["q", "name:a&b;c=d"],
      ["page", "2"],
      ["q", "ü+"],
    ] as const;
    expect(fillRoute({ ...GET, query })).toBe("/users?q=name%3Aa%26b%3Bc%3Dd&page=2&q=%C3%BC%2B");
    expect(fillRoute({ ...GET, query: [] })).toBe("/users");
  });

  it("keeps any value to one segment that reads back the same", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "binary" }), (id) => {
        const [, , segment = "", ...rest] = fillRoute({ ...GET, route: "/users/{id}", params: { id } }).split("/");
        expect(rest).toEqual([]);
        expect(segment).toMatch(/^(?!\.+$)[\w.!~*'()%-]+$/);
        expect(decodeURIComponent(segment)).toBe(id);
      }),
    );
  });

  it("does not fail at half a character, which clients can send", () => {
    expect(fillRoute({ ...GET, route: "/users/{id}", params: { id: "a\ud800" } })).toBe("/users/a%EF%BF%BD");
  });

  it.each([undefined, {}, { other: "1" }, { id: "" }])("names no resource without its value (%j)", (params) => {
    const request = { ...GET, route: "/users/{id}", ...(params === undefined ? {} : { params }) };
    expect(() => fillRoute(request)).toThrow("{id}");
  });
});
