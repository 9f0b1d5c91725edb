import { describe, expect, it } from "vitest";
import { failureOf, invalidResponse, kindOf } from "../../src/http/failures.ts";
import { GET, POST, response, SERVICE } from "./requests.ts";

describe("failureOf", () => {
  it.each([
    [401, "UNAUTHENTICATED", false],
    [403, "FORBIDDEN", false],
    [429, "RATE_LIMITED", true],
    [502, "UPSTREAM_UNAVAILABLE", true],
    [503, "UPSTREAM_UNAVAILABLE", true],
    [504, "UPSTREAM_UNAVAILABLE", true],
    [500, "UPSTREAM_ERROR", false],
    [418, "UPSTREAM_ERROR", false],
    [302, "UPSTREAM_ERROR", false],
  ])("takes %i for %s", (status, code, retryable) => {
    const failure = failureOf(status, response(status), SERVICE, { request: GET, write: false });
    expect(failure).toMatchObject({
      code,
      retryable,
      service: "directory",
      outcomeUnknown: false,
      retryAfter: undefined,
    });
    expect(failure.message).toContain("`directory`");
    expect(failure.detail).toBe(`GET /users: status ${status}`);
  });

  it.each([429, 502, 503, 504])("tells when to try again (%i)", (status) => {
    const failure = failureOf(status, response(status, { "retry-after": "7" }), SERVICE, {
      request: GET,
      write: false,
    });
    expect(failure.retryAfter).toBe(7);
    expect(failure.message).toContain("7 s");
  });

  it.each([502, 503, 504])("does not know what became of a write behind a proxy (%i)", (status) => {
    const failure = failureOf(status, response(status), SERVICE, { request: POST, write: true });
    expect(failure.outcomeUnknown).toBe(true);
    expect(failure.message).toContain("read it back");
  });

  it.each([401, 403, 429, 500])("knows that a write was answered (%i)", (status) => {
    expect(failureOf(status, response(status), SERVICE, { request: POST, write: true }).outcomeUnknown).toBe(false);
  });

  it("passes the upstream's request id on, and nothing of its text", () => {
    const leaky = { ...response(500), text: "hash $2y$10$abc", json: { message: "hash $2y$10$abc" } };
    const failure = failureOf(500, leaky, SERVICE, { request: GET, write: false, requestId: "r-1" });
    expect(failure.requestId).toBe("r-1");
    expect(`${failure.message} ${failure.detail ?? ""}`).not.toContain("hash");
  });
});

describe("invalidResponse", () => {
  it("says where, what was expected and what came, in the log alone", () => {
    const failure = invalidResponse(SERVICE, GET, "resources[3].metadata.guid", "text", kindOf(7));
    expect(failure.code).toBe("UPSTREAM_INVALID_RESPONSE");
    expect(failure.detail).toBe("GET /users: resources[3].metadata.guid: expected text, found number");
    expect(failure.message).toBe("The service `directory` answered in a form that we do not understand.");
  });

  it("may mean the whole answer", () => {
    expect(invalidResponse(SERVICE, GET, "", "object", "nothing").detail).toBe(
      "GET /users: expected object, found nothing",
    );
  });
});

it.each([
  [undefined, "nothing"],
  [null, "null"],
  ["secret", "text"],
  [7, "number"],
  [true, "boolean"],
  [["secret"], "list"],
  [{ a: "secret" }, "object"],
])("kindOf calls %j %s", (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});
