import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fieldsOf,
  inlinedIn,
  isInteger,
  isResource,
  readInstant,
  resourcesIn,
  sortByCreation,
} from "../../../src/dialects/cloud-foundry-v2/wire.ts";

describe("An instant", () => {
  it.each([
    ["2016-06-08T16:41:37Z", "2016-06-08T16:41:37.000Z"],
    ["2016-06-08T16:41:37+00:00", "2016-06-08T16:41:37.000Z"],
    ["2016-06-08T18:41:37+02:00", "2016-06-08T16:41:37.000Z"],
    ["2016-06-08T22:41:37-02:30", "2016-06-09T01:11:37.000Z"],
    ["2016-06-08T16:41:37.1239Z", "2016-06-08T16:41:37.123Z"],
    ["2016-02-29T00:00:00Z", "2016-02-29T00:00:00.000Z"],
  ])("of %s is %s", (text, instant) => {
    expect(readInstant(text)).toBe(instant);
  });

  it.each([null, undefined, 0, "", "yesterday", "2016-06-08", "2016-02-30T00:00:00Z", "2016-06-08T24:00:00Z", {}])(
    "is not %j",
    (value) => {
      expect(readInstant(value)).toBeUndefined();
    },
  );
});

describe("A whole number", () => {
  it("is one that GraphQL can carry", () => {
    expect([1024, -1, 0, 2 ** 31 - 1].filter(isInteger)).toEqual([1024, -1, 0, 2 ** 31 - 1]);
    expect(["1", 1.5, 2 ** 31, NaN, null, undefined].filter(isInteger)).toEqual([]);
  });
});

describe("An object", () => {
  it("needs a guid and nothing else", () => {
    expect(isResource({ metadata: { guid: "g" } })).toBe(true);
    expect(fieldsOf({ metadata: { guid: "g" }, entity: ["odd"] })).toEqual({});
  });

  it.each([null, [], "text", {}, { metadata: null }, { metadata: { guid: "" } }, { metadata: { guid: 7 } }])(
    "is none without a guid: %j",
    (value) => {
      expect(isResource(value)).toBe(false);
    },
  );
});

describe("A list inside an object", () => {
  it("is undefined where the key is missing, which never means that it is empty", () => {
    expect(inlinedIn({ metadata: { guid: "g" }, entity: {} }, "spaces")).toBeUndefined();
    expect(inlinedIn({ metadata: { guid: "g" }, entity: { spaces: null } }, "spaces")).toBeUndefined();
    expect(inlinedIn({ metadata: { guid: "g" }, entity: { spaces: [] } }, "spaces")).toEqual([]);
  });

  it("is met as far as it can be read", () => {
    const space = { metadata: { guid: "s" } };
    const inside = (spaces: unknown) => resourcesIn({ metadata: { guid: "g" }, entity: { spaces } }, "spaces");
    expect(inside([space, 5, null, { metadata: {} }])).toEqual([space]);
    expect([inside("odd"), inside({}), inside(undefined)]).toEqual([[], [], []]);
  });

  it("is put in one order, however it came: by creation, then by guid", () => {
    const create = (guid: string, created_at?: unknown) => ({ metadata: { guid, created_at } });
    const sorted = [
      create("odd", 7),
      create("unknown"),
      create("z", "2016-06-08T16:41:37Z"),
      create("a", "2016-06-08T16:41:38Z"),
      create("b", "2016-06-08T16:41:38Z"),
    ];
    expect(sortByCreation(sorted)).toBe(sorted);
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
        expect(sortByCreation(shuffled)).toEqual(sorted);
      }),
    );
  });
});
