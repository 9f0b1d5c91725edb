import { describe, expect, it } from "vitest";
import { retryAfterSeconds } from "../../src/http/retry-after.ts";
import { response } from "./requests.ts";

const NOW = Date.parse("2026-03-01T12:00:00.500Z");

describe("retryAfterSeconds", () => {
  it.each<[string, number | undefined]>([
    ["0", 0],
    ["120", 120],
    [" 3 ", 3],
    ["Sun, 01 Mar 2026 12:00:10 GMT", 10],
    ["Sunday, 01-Mar-26 12:00:10 GMT", 10],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    ["", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["Sun, 99 Mar 2026", undefined],
  ])("reads %j as %j", (value, seconds) => {
    expect(retryAfterSeconds(response(503, { "retry-after": value }), NOW)).toBe(seconds);
  });

  it("is undefined without the header", () => {
    expect(retryAfterSeconds(response(503), NOW)).toBeUndefined();
  });
});
