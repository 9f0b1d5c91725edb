import { describe, expect, it } from "vitest";
import { budget } from "../../src/http/budget.ts";
import { retry } from "../../src/http/retry.ts";
import { pipeline } from "../../src/http/send.ts";
import { failureFrom, GET, response, scripted, SERVICE } from "./requests.ts";

describe("budget", () => {
  it("lets as many calls through as it has, and names its limit to the next", async () => {
    const { send, requests } = scripted(response(200));
    const bounded = budget({ limit: 2, used: 0 }, SERVICE)(send);
    await Promise.all([bounded(GET), bounded(GET)]);
    const failure = await failureFrom(bounded(GET));
    expect(failure).toMatchObject({ code: "CALL_BUDGET_EXCEEDED", service: "directory", retryable: false });
    expect(failure.message).toContain("more than 2 upstream calls");
    expect(requests).toHaveLength(2);
  });

  it("is one for all services of an operation", async () => {
    const { send } = scripted(response(200));
    const counter = { limit: 2, used: 0 };
    await budget(counter, SERVICE)(send)(GET);
    await budget(counter, { ...SERVICE, name: "cloud" })(send)(GET);
    expect((await failureFrom(budget(counter, SERVICE)(send)(GET))).code).toBe("CALL_BUDGET_EXCEEDED");
  });

  it("counts a call once, however many attempts it takes", async () => {
    const counter = { limit: 1, used: 0 };
    const { send, requests } = scripted(response(503), response(200));
    expect(await pipeline(send, budget(counter, SERVICE), retry({ retries: 2 }, SERVICE))(GET)).toMatchObject({
      status: 200,
    });
    expect(requests).toHaveLength(2);
    expect(counter.used).toBe(1);
  });

  it("leaves probes free", async () => {
    const counter = { limit: 0, used: 0 };
    const probe = { ...GET, probe: true };
    expect(await budget(counter, SERVICE)(scripted(response(200)).send)(probe)).toMatchObject({ status: 200 });
    expect(counter.used).toBe(0);
  });
});
