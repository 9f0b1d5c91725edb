import { describe, expect, it } from "vitest";
import { Refusal, ServiceFailure } from "../../../src/domain/errors.ts";
import { blamesCaller, failureFor, faultOf } from "../../../src/dialects/cloud-foundry-v2/errors.ts";
import type { UpstreamRequest } from "../../../src/http/send.ts";
import { ASK, exchange, fault, first, play, REQUEST_ID, respond, SERVICE, wire } from "./scripted-send.ts";
import type { Scripted } from "./scripted-send.ts";

const GET: UpstreamRequest = { method: "GET", route: "/v2/users/{guid}", params: { guid: "u" }, for: [], keys: 1 };

describe("A fault", () => {
  it("is told by its number, or by its name", () => {
    expect(faultOf(respond(fault(404, 20003, "CF-Odd")))).toBe("UserNotFound");
    expect(faultOf(respond({ status: 404, body: { error_code: "CF-SpaceNotFound" } }))).toBe("SpaceNotFound");
    expect(faultOf(respond(fault(500, 10001, "UnknownError")))).toBe("UnknownError");
    expect(faultOf(respond({ status: 404, body: exchange("errors-apps_not_found").response.body }))).toBe(
      "AppNotFound",
    );
  });

  it("is none in a success, in what is not JSON, and where the number means nothing to us", () => {
    expect(faultOf(respond({ status: 200, body: { code: 20003 } }))).toBeUndefined();
    expect(faultOf(respond({ status: 404, text: "gone" }))).toBeUndefined();
    expect(faultOf(respond(fault(500, 10011, "CF-DatabaseError")))).toBeUndefined();
    expect(faultOf(respond({ status: 404, body: [20003] }))).toBeUndefined();
  });
});

describe("A 5xx", () => {
  const put = (route: string, params: Readonly<Record<string, string>>): UpstreamRequest => ({
    ...GET,
    method: "PUT",
    route,
    params,
  });
  const GIVE = put("/v2/users/{guid}/managed_spaces/{group}", { guid: "u", group: "s" });
  const UNKNOWN = fault(500, 10001, "UnknownError");

  it("to a role that is given may be for a user or a group that is not there", () => {
    expect(blamesCaller(GIVE, respond(UNKNOWN))).toBe(true);
  });

  it.each<readonly [what: string, request: UpstreamRequest, answer: Scripted]>([
    ["a read", GET, UNKNOWN],
    ["a list", { ...GET, route: "/v2/users", params: {} }, UNKNOWN],
    ["a role that is taken away", { ...GIVE, method: "DELETE" }, UNKNOWN],
    [
      "a role that is given from the group's side",
      put("/v2/spaces/{guid}/managers/{user}", { guid: "s", user: "u" }),
      UNKNOWN,
    ],
    ["a change", put("/v2/users/{guid}", { guid: "u" }), UNKNOWN],
    ["a creation", { method: "POST", route: "/v2/users", body: { guid: "u" }, for: [], keys: 1 }, UNKNOWN],
    ["the database", GIVE, fault(500, 10011, "CF-DatabaseError")],
    ["another status", GIVE, fault(501, 10001, "UnknownError")],
    ["a page", GIVE, { status: 500, text: "<html>UnknownError 10001</html>" }],
  ])("is the service's own otherwise: %s", (_, request, answer) => {
    expect(blamesCaller(request, respond(answer))).toBe(false);
  });
});

describe("A failed read", () => {
  it.each([
    [fault(401, 10002, "CF-NotAuthenticated"), "UNAUTHENTICATED", false],
    [fault(401, 1000, "CF-InvalidAuthToken"), "UNAUTHENTICATED", false],
    [fault(403, 10007, "CF-InsufficientScope"), "FORBIDDEN", false],
    [fault(403, 10003, "CF-NotAuthorized"), "FORBIDDEN", false],
    [{ status: 403, text: "hunter2 planted" }, "FORBIDDEN", false],
    [fault(400, 10005, "CF-BadQueryParameter"), "UPSTREAM_ERROR", false],
    [{ status: 414, text: "<html>hunter2 planted" }, "UPSTREAM_ERROR", false],
    [fault(429, 10018, "CF-RateLimitV2APIExceeded"), "RATE_LIMITED", true],
    [fault(500, 10001, "UnknownError"), "UPSTREAM_ERROR", false],
    [fault(500, 10012, "CF-OrderByParameterInvalid"), "UPSTREAM_ERROR", false],
    [fault(502, 20004, "CF-UaaUnavailable"), "UPSTREAM_UNAVAILABLE", true],
    [fault(503, 20004, "CF-UaaUnavailable"), "UPSTREAM_UNAVAILABLE", true],
  ])("of %j is %s", (answer, code, retryable) => {
    const failure = failureFor(SERVICE, GET, respond({ ...answer, headers: { "x-vcap-request-id": REQUEST_ID } }));
    expect(failure).toMatchObject({ code, retryable, service: "cloud", requestId: REQUEST_ID, outcomeUnknown: false });
    expect(textOf(failure)).not.toContain("hunter2");
  });

  it.each([
    [REQUEST_ID, REQUEST_ID],
    [`sent-by_us::${REQUEST_ID}`, REQUEST_ID],
    [`${REQUEST_ID}::${REQUEST_ID}`, REQUEST_ID],
    [`${"x".repeat(255)}::${REQUEST_ID}`, REQUEST_ID],
    [`${"x".repeat(256)}::${REQUEST_ID}`, undefined],
    [`a b::${REQUEST_ID}`, undefined],
    [`::${REQUEST_ID}`, undefined],
    [`hunter2-${REQUEST_ID}`, undefined],
    [`${REQUEST_ID}::hunter2`, undefined],
    [`${REQUEST_ID}\n`, undefined],
    [REQUEST_ID.toUpperCase(), undefined],
    ["sent::hunter2", undefined],
    ["hunter2", undefined],
    ["Bearer hunter2", undefined],
    ["", undefined],
  ])("has the service's id of the request, and nothing else that stands there: %j", (id, requestId) => {
    for (const answer of [
      { status: 500, body: {} },
      { status: 404, text: "V2 endpoints disabled" },
    ]) {
      const failure = failureFor(SERVICE, GET, respond({ ...answer, headers: { "x-vcap-request-id": id } }));
      expect(failure.requestId).toBe(requestId);
    }
  });

  it("that came too often tells when to come back, though its JSON is called plain text", () => {
    const headers = { "content-type": "text/plain; charset=utf-8", "retry-after": "17" };
    const answer = { ...fault(429, 10013, "CF-RateLimitExceeded"), headers };
    expect(failureFor(SERVICE, GET, respond(answer))).toMatchObject({ code: "RATE_LIMITED", retryAfter: 17 });
  });

  it("says that v2 is switched off, which is told in plain text", async () => {
    const { users, groups, applications } = play(() => ({ status: 404, text: "V2 endpoints disabled\n" }));
    const failures = [
      ...(await users.byIds(["u"], ASK)),
      ...(await groups.byRefs([{ kind: "ORGANIZATION", id: "o" }], ASK)),
      ...(await applications.byIds(["a"], ASK)),
    ];
    expect(failures).toHaveLength(3);
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: "UPSTREAM_ERROR", retryable: false });
      expect((failure as Error).message).toContain("v2 API switched off");
    }
  });

  it.each([
    ["users", 20003, "CF-UserNotFound"],
    ["organizations", 30003, "CF-OrganizationNotFound"],
    ["spaces", 40004, "CF-SpaceNotFound"],
    ["apps", 100004, "CF-AppNotFound"],
  ])("of %s is an answer only with the code of that type", async (type, code, name) => {
    const { users, groups, applications } = play(() => fault(404, code, name));
    const [user] = await users.byIds(["u"], ASK);
    const [organization, space] = await groups.byRefs(
      [
        { kind: "ORGANIZATION", id: "o" },
        { kind: "SPACE", id: "s" },
      ],
      ASK,
    );
    const [app] = await applications.byIds(["a"], ASK);
    const answers = { users: user, organizations: organization, spaces: space, apps: app };
    for (const [other, answer] of Object.entries(answers)) {
      if (other === type) expect(answer).toBeNull();
      else expect(answer).toMatchObject({ code: "UPSTREAM_ERROR" });
    }
  });

  it.each([
    { status: 404, text: "404 Not Found: Requested route does not exist." },
    fault(404, 10000, "CF-NotFound"),
    { status: 500, text: "V2 endpoints disabled" },
  ])("is no absence, and no word about v2, in %j", async (other) => {
    const { users } = play(() => other);
    const [answer] = await users.byIds(["u"], ASK);
    expect(answer).toMatchObject({ code: "UPSTREAM_ERROR" });
    expect((answer as Error).message).not.toContain("switched off");
  });

  it("is INVALID where the success is no object", async () => {
    const { users } = play(() => ({ text: "<html>hunter2 planted</html>" }));
    const [answer] = await users.byIds(["u"], ASK);
    expect(answer).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE" });
    expect(textOf(answer)).not.toContain("hunter2");
  });
});

describe("What the service says", () => {
  it("is in no message and no detail, in whatever answer it is planted", async () => {
    const planted = [
      { status: 200, body: { metadata: { guid: 5, note: "hunter2" }, entity: { name: "hunter2" } } },
      { status: 200, body: { resources: "hunter2", total_results: 1 } },
      { status: 200, body: { resources: [], total_results: "hunter2" } },
      { status: 200, body: { resources: [{ metadata: "hunter2" }], total_results: 1 } },
      { status: 200, text: "hunter2" },
      { status: 302, text: "hunter2", headers: { location: "https://hunter2" } },
      ...[400, 401, 403, 404, 409, 422, 429, 500, 502, 503].map((status) => fault(status, 99999, "CF-hunter2")),
    ];
    for (const answer of planted) {
      const { users, groups } = play(() => answer);
      const errors = [
        ...(await users.byIds(["u"], ASK)),
        await users.list(first(5), null, ASK).catch((error: unknown) => error),
        await groups.list(first(5), null, ASK).catch((error: unknown) => error),
        await users
          .create({ cloudFoundry: { guid: "g", defaultSpace: "s", admin: null } }, ASK.for)
          .catch((error: unknown) => error),
      ];
      for (const error of errors) {
        expect(error instanceof ServiceFailure || error instanceof Refusal).toBe(true);
        expect(textOf(error)).not.toContain("hunter2");
      }
    }
  });

  it("about one object leaves the others alone", async () => {
    const { users } = play((path) =>
      path.endsWith("/b") ? fault(403, 10003, "CF-NotAuthorized") : { body: wire("a") },
    );
    const [a, b] = await users.byIds(["a", "b"], ASK);
    expect(a).toMatchObject({ id: "a" });
    expect(b).toMatchObject({ code: "FORBIDDEN" });
  });
});

function textOf(error: unknown): string {
  return JSON.stringify([error, (error as Error).message, (error as ServiceFailure).detail]);
}
