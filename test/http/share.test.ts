import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { principalOf } from "../../src/domain/principal.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../src/http/send.ts";
import { Flights, share } from "../../src/http/share.ts";
import { failureFrom, GET, PUT, response, SERVICE } from "./requests.ts";

const ADA = principalOf("directory", "ada");
const BOB = principalOf("directory", "bob");

/** A service of which each call is answered by hand. */
function held(joinableMs = 60_000) {
  const calls: { request: UpstreamRequest; answer: (status: number) => void; fail: (error: Error) => void }[] = [];
  const send: Send = (request) =>
    new Promise<UpstreamResponse>((resolve, reject) => {
      request.onAttempt?.();
      request.signal?.addEventListener("abort", () => reject(request.signal?.reason as Error));
      calls.push({ request, answer: (status) => resolve(response(status)), fail: reject });
    });
  const flights = new Flights(joinableMs);
  return { calls, flights, of: (principal = ADA) => share(flights, principal, SERVICE)(send) };
}

function asker() {
  const controller = new AbortController();
  let attempts = 0;
  let shared = 0;
  const request = { ...GET, signal: controller.signal, onAttempt: () => attempts++, onShared: () => shared++ };
  return {
    request,
    leave: (reason = new Error("left")) => controller.abort(reason),
    seen: () => ({ attempts, shared, listeners: getEventListeners(controller.signal, "abort").length }),
  };
}

describe("share", () => {
  it("sends what two operations of one caller ask at the same time once, and says so to the second", async () => {
    const { calls, of } = held();
    const [first, second] = [asker(), asker()];
    const answers = [of()(first.request), of()(second.request)];
    expect(calls).toHaveLength(1);
    calls[0]?.answer(200);
    const [one, other] = await Promise.all(answers);
    expect(one).toBe(other);
    expect(first.seen()).toEqual({ attempts: 1, shared: 0, listeners: 0 });
    expect(second.seen()).toEqual({ attempts: 1, shared: 1, listeners: 0 });
  });

  it("tells those who wait of the attempts that follow", async () => {
    const { calls, of } = held();
    const second = asker();
    const answers = [of()(GET), of()(second.request)];
    calls[0]?.request.onAttempt?.();
    calls[0]?.answer(200);
    await Promise.all(answers);
    expect(second.seen().attempts).toBe(2);
  });

  it("never lets one caller wait for what was asked by another", async () => {
    const { calls, of } = held();
    const answers = [of(ADA)(GET), of(BOB)(GET)];
    expect(calls).toHaveLength(2);
    calls[0]?.answer(200);
    calls[1]?.answer(403);
    expect(await Promise.all(answers)).toMatchObject([{ status: 200 }, { status: 403 }]);
  });

  it("asks again once the answer is there, or nothing came of it", async () => {
    const { calls, of } = held();
    const first = of()(GET);
    calls[0]?.answer(200);
    await first;
    const second = of()(GET);
    calls[1]?.fail(new Error("lost"));
    await expect(second).rejects.toThrow("lost");
    void of()(GET);
    expect(calls).toHaveLength(3);
  });

  it("shares only what is the same to the last value", () => {
    const { calls, of } = held();
    const send = of();
    const user = (id: string) => ({ ...GET, route: "/users/user/{id}", params: { id } });
    void send(user("a"));
    void send(user("b"));
    void send({ ...GET, query: [["limit", "1"]] });
    void send({ ...GET, query: [["limit", "2"]] });
    void send(user("a"));
    expect(calls).toHaveLength(4);
  });

  it.each([ADA, BOB])("parts what was asked before a write, during it and after it, whoever writes", async (writer) => {
    const { calls, of } = held();
    const before = of(ADA)(GET);
    const write = of(writer)(PUT);
    const during = of(ADA)(GET);
    calls[1]?.answer(200);
    await write;
    const after = of(ADA)(GET);
    expect(calls.map(({ request }) => request.method)).toEqual(["GET", "PUT", "GET", "GET"]);
    for (const call of calls) call.answer(200);
    await Promise.all([before, during, after]);
  });

  it("does so also where the write fails", async () => {
    const { calls, of } = held();
    const write = of()(PUT);
    void of()(GET);
    calls[0]?.fail(new Error("lost"));
    await expect(write).rejects.toThrow("lost");
    void of()(GET);
    expect(calls).toHaveLength(3);
  });

  it("ends a call when the last who waited for it has gone, and not before", async () => {
    const { calls, of } = held();
    const [first, second] = [asker(), asker()];
    const [one, other] = [of()(first.request), of()(second.request)];
    first.leave(new Error("first left"));
    await expect(one).rejects.toThrow("first left");
    expect(calls[0]?.request.signal?.aborted).toBe(false);
    second.leave(new Error("second left"));
    await expect(other).rejects.toThrow("second left");
    expect(calls[0]?.request.signal?.aborted).toBe(true);
  });

  it("answers those who stay", async () => {
    const { calls, of } = held();
    const [first, second] = [asker(), asker()];
    const [one, other] = [of()(first.request), of()(second.request)];
    first.leave();
    await expect(one).rejects.toThrow("left");
    calls[0]?.answer(200);
    await expect(other).resolves.toMatchObject({ status: 200 });
    expect(second.seen().listeners).toBe(0);
  });

  it("lets each wait as long as they may, however long the others do", async () => {
    const { calls, of } = held();
    const one = of()({ ...GET, deadlineAt: performance.now() + 20 });
    const other = of()(GET);
    expect(await failureFrom(one)).toMatchObject({ code: "UPSTREAM_TIMEOUT", outcomeUnknown: false });
    expect(calls[0]?.request.deadlineAt).toBeUndefined();
    calls[0]?.answer(200);
    await expect(other).resolves.toMatchObject({ status: 200 });
  });

  it("lets nobody join what has lasted for long", async () => {
    const { calls, of } = held(20);
    const first = of()(GET);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const second = of()(GET);
    expect(calls).toHaveLength(2);
    calls[0]?.answer(200);
    await first;
    // The end of the first does not part those who come from the second.
    const third = of()(GET);
    expect(calls).toHaveLength(2);
    calls[1]?.answer(404);
    expect(await Promise.all([second, third])).toMatchObject([{ status: 404 }, { status: 404 }]);
  });

  it("lets nobody join what was given up", async () => {
    const { calls, of } = held();
    const first = asker();
    const one = of()(first.request);
    first.leave();
    const late = of()(GET);
    await expect(one).rejects.toThrow("left");
    expect(calls).toHaveLength(2);
    calls[1]?.answer(200);
    await expect(late).resolves.toMatchObject({ status: 200 });
  });
});
