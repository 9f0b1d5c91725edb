import { describe, expect, it } from "vitest";
import { readInstant } from "../../../src/dialects/econtext/instant.ts";

describe("An instant", () => {
  it.each([
    ["2017-04-20 15:55:08.339000+00:00", "2017-04-20T15:55:08.339Z"],
    ["2026-11-22 04:50:59.982503+00:00", "2026-11-22T04:50:59.982Z"],
    ["2017-04-20 15:55:08+00:00", "2017-04-20T15:55:08.000Z"],
    ["2017-04-30 15:55:08.339000+00:00", "2017-04-30T15:55:08.339Z"],
    ["2016-02-29 00:00:00.000000+00:00", "2016-02-29T00:00:00.000Z"],
    ["2017-04-20T15:55:08.3Z", "2017-04-20T15:55:08.300Z"],
    ["2017-12-31 23:55:08.339000-02:30", "2018-01-01T02:25:08.339Z"],
  ])("reads %s", (text, instant) => {
    expect(readInstant(text)).toBe(instant);
  });

  it("without a zone is UTC, as E2 shows in its next answer", () => {
    expect(readInstant("2026-11-22 04:51:15.444835")).toBe("2026-11-22T04:51:15.444Z");
    expect(readInstant("2026-11-22 04:51:15")).toBe("2026-11-22T04:51:15.000Z");
  });

  it.each(["", "None", null, undefined])("that was never set is null: %j", (value) => {
    expect(readInstant(value)).toBeNull();
  });

  it.each([
    1492703708,
    [],
    false,
    {},
    "2017-04-20",
    "yesterday",
    "2017-02-30 00:00:00.000000+00:00",
    "2017-02-29 00:00:00+00:00",
    "2017-13-01 00:00:00.000000+00:00",
    "2017-04-20 24:00:00.000000+00:00",
    "2017-04-20 15:55:60.000000+00:00",
    "2017-04-20 15:55:08.339000+00:00 and more",
    "9999-12-31 23:00:00-05:00",
  ])("is not %j", (value) => {
    expect(readInstant(value)).toBeUndefined();
  });
});
