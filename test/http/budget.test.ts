import { describe, expect, it } from "vitest";
import { budget, type CallBudget } from "../../src/http/budget.ts";
import { retry } from "../../src/http/retry.ts";
import { pipeline } from "../../src/http/send.ts";
import { failureFrom, GET, PUT, response, scripted, SERVICE } from "./requests.ts";

function allow(calls: number, bytes = 1000): CallBudget {
  return { calls: { limit: calls, used: 0 }, bytes: { limit: bytes, used: 0 } };
}

describe("budget", () => {
  it("says of a write that it was not sent", async () => {
    const step = budget(allow(0), SERVICE)(scripted(response(200)).send);
    const read = await failureFrom(step(GET));
    const write = await failureFrom(step({ ...GET, method: "POST" }));
    expect(read.message).not.toContain("not sent");
    expect(write.message).toContain("This change was not sent, and nothing of it was done.");
    expect(write.outcomeUnknown).toBe(false);
  });

  it("lets as many calls through as it has, and names its limit to the next", async () => {
    const { send, requests } = scripted(response(200));
    const bounded = budget(allow(2), SERVICE)(send);
    await Promise.all([bounded(GET), bounded(GET)]);
    const failure = await failureFrom(bounded(GET));
    expect(failure).toMatchObject({ code: "CALL_BUDGET_EXCEEDED", service: "directory", retryable: false });
    expect(failure.message).toContain("more than 2 upstream calls");
    expect(requests).toHaveLength(2);
  });

  it("is one for all services of an operation", async () => {
    const { send } = scripted(response(200));
    const counter = allow(2);
    await budget(counter, SERVICE)(send)(GET);
    await budget(counter, { ...SERVICE, name: "cloud" })(send)(GET);
    expect((await failureFrom(budget(counter, SERVICE)(send)(GET))).code).toBe("CALL_BUDGET_EXCEEDED");
  });

  it("counts a call once, however many attempts it takes", async () => {
    const counter = allow(1);
    const { send, requests } = scripted(response(503), response(200));
    expect(await pipeline(send, budget(counter, SERVICE), retry({ retries: 2 }, SERVICE))(GET)).toMatchObject({
      status: 200,
    });
    expect(requests).toHaveLength(2);
    expect(counter.calls.used).toBe(1);
  });

  it("leaves probes free", async () => {
    const counter = allow(0);
    const probe = { ...GET, probe: true };
    expect(await budget(counter, SERVICE)(scripted(response(200)).send)(probe)).toMatchObject({ status: 200 });
    expect(counter.calls.used).toBe(0);
  });

  it("refuses the read whose answer is one too many, and every one after it, but tells what a write answered", async () => {
    const long = { ...response(200), text: "x".repeat(60) };
    const { send: sent, requests } = scripted(long);
    const send = budget(allow(10, 100), SERVICE)(sent);
    await expect(send(GET)).resolves.toBe(long);
    const failure = await failureFrom(send(GET));
    expect(failure).toMatchObject({ code: "LIMIT_EXCEEDED", service: "directory", retryable: false });
    expect(failure.message).toContain("more than 100 bytes, which is `limits.upstreamBytes`");
    await expect(send(PUT)).resolves.toBe(long);
    expect(requests).toHaveLength(3);
    expect(await failureFrom(send(GET))).toBe(failure);
    expect(requests).toHaveLength(3);
  });
});
