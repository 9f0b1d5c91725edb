import { describe, expect, it } from "vitest";
import { Caller, principalOf } from "../../src/domain/principal.ts";
import { authorize } from "../../src/http/authorize.ts";
import { failureFrom, GET, response, scripted, SERVICE } from "./requests.ts";

describe("authorize", () => {
  it("adds the credential to what other steps have set", async () => {
    const { send, requests } = scripted(response(200));
    const signed = authorize(new Caller("directory", "bearer token"), SERVICE, "")(send);
    await signed(GET);
    await signed({ ...GET, headers: { "x-trace": "1", authorization: "bearer other" } });
    expect(requests.map((request) => request.headers)).toEqual([
      { authorization: "bearer token" },
      { "x-trace": "1", authorization: "bearer token" },
    ]);
    for (const { principal } of requests) expect(principal).toBe(principalOf("directory", "bearer token"));
  });

  it("asks nobody without one, and says how to bring one", async () => {
    const { send, requests } = scripted(response(200));
    const failure = await failureFrom(
      authorize(new Caller("directory", null), SERVICE, "send the header `authorization`")(send)(GET),
    );
    expect(failure).toMatchObject({ code: "UNAUTHENTICATED", service: "directory", retryable: false });
    expect(failure.message).toBe("The service `directory` got no credentials: send the header `authorization`.");
    expect(requests).toHaveLength(0);
  });
});
