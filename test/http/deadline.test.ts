import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { deadline } from "../../src/http/deadline.ts";
import type { Send } from "../../src/http/send.ts";
import { failureFrom, GET, POST, response, scripted, SERVICE, unanswered } from "./requests.ts";

describe("deadline", () => {
  it("passes an answer on, and leaves no timer and no listener behind", async () => {
    vi.useFakeTimers();
    try {
      const caller = new AbortController();
      const answer = response(200);
      const send = deadline(1000, SERVICE)(scripted(answer).send);
      await expect(send({ ...GET, signal: caller.signal })).resolves.toBe(answer);
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(caller.signal, "abort")).toHaveLength(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends a call that takes too long", async () => {
    const failure = await failureFrom(deadline(20, SERVICE)(unanswered)(GET));
    expect(failure).toMatchObject({ code: "UPSTREAM_TIMEOUT", service: "directory", outcomeUnknown: false });
  });

  it("does not know what became of a write that was sent", async () => {
    expect((await failureFrom(deadline(20, SERVICE)(unanswered)(POST))).outcomeUnknown).toBe(true);
  });

  it("knows that a write that waits for its next attempt was not sent", async () => {
    const waiting: Send = ({ signal }) =>
      sleep(60_000, undefined, { signal }).catch(() => signal?.throwIfAborted()) as never;
    const failure = await failureFrom(deadline(20, SERVICE)(waiting)(POST));
    expect(failure).toMatchObject({ code: "UPSTREAM_TIMEOUT", outcomeUnknown: false });
    expect(failure.detail).toBe("POST /users: deadline");
  });

  it("is sooner where an outer step says so", async () => {
    const soon = { ...GET, deadlineAt: performance.now() + 20 };
    expect((await failureFrom(deadline(60_000, SERVICE)(unanswered)(soon))).code).toBe("UPSTREAM_TIMEOUT");
  });

  it("tells outer steps of each attempt", async () => {
    let attempts = 0;
    await deadline(1000, SERVICE)(scripted(response(200)).send)({ ...GET, onAttempt: () => attempts++ });
    expect(attempts).toBe(1);
  });

  it("passes on that the caller left, with the caller's reason", async () => {
    const reason = new Error("left");
    const caller = new AbortController();
    const call = deadline(60_000, SERVICE)(unanswered)({ ...GET, signal: caller.signal });
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it("asks nobody when the caller left before", async () => {
    const { send, requests } = scripted(response(200));
    const reason = new Error("left");
    await expect(deadline(1000, SERVICE)(send)({ ...GET, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toHaveLength(0);
  });
});
