import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fieldsOf,
  readBoolean,
  readInlined,
  readInstant,
  readInteger,
  readName,
  readResource,
  readText,
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
    "is null for %j",
    (value) => {
      expect(readInstant(value)).toBeNull();
    },
  );
});

describe("A value of another kind than expected", () => {
  it("reads as null, never as an error", () => {
    expect([readText(1), readName(""), readName(null), readBoolean("true")]).toEqual([null, null, null, null]);
    expect([readInteger("1"), readInteger(1.5), readInteger(2 ** 31), readInteger(NaN)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([readInteger(1024), readInteger(-1)]).toEqual([1024, -1]);
  });
});

describe("An object", () => {
  it("needs a guid and nothing else", () => {
    const bare = { metadata: { guid: "g" } };
    expect(readResource(bare)).toBe(bare);
    expect(fieldsOf({ metadata: { guid: "g" }, entity: ["odd"] })).toEqual({});
  });

  it.each([null, [], "text", {}, { metadata: null }, { metadata: { guid: "" } }, { metadata: { guid: 7 } }])(
    "is none without a guid: %j",
    (value) => {
      expect(readResource(value)).toBeUndefined();
    },
  );
});

describe("A list inside an object", () => {
  it("is undefined where the key is missing, which never means that it is empty", () => {
    expect(readInlined({ metadata: { guid: "g" }, entity: {} }, "spaces")).toBeUndefined();
    expect(readInlined({ metadata: { guid: "g" }, entity: { spaces: null } }, "spaces")).toBeUndefined();
    expect(readInlined({ metadata: { guid: "g" }, entity: { spaces: [] } }, "spaces")).toEqual([]);
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
