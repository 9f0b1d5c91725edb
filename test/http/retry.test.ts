import { describe, expect, it } from "vitest";
import { type FailureCode, ServiceFailure } from "../../src/domain/errors.ts";
import { deadline } from "../../src/http/deadline.ts";
import { NoAnswer } from "../../src/http/failures.ts";
import { retry } from "../../src/http/retry.ts";
import { pipeline, type Send, type UpstreamRequest, type UpstreamResponse } from "../../src/http/send.ts";
import { openTransport } from "../../src/http/transport.ts";
import { answer, closedPort, faultyUpstream, reset } from "./faulty-upstream.ts";
import { failureFrom, GET, POST, PUT, response, scripted, SERVICE, unanswered } from "./requests.ts";

function failure(code: FailureCode, outcomeUnknown = false): NoAnswer {
  return new NoAnswer(code, "failed", { service: "directory", outcomeUnknown }, outcomeUnknown, true);
}

const OK = response(200);
const REFUSED = failure("UPSTREAM_UNAVAILABLE");
const LOST = failure("UPSTREAM_UNAVAILABLE", true);
const LATE = failure("UPSTREAM_TIMEOUT", true);

async function attemptsOf(request: UpstreamRequest, ...turns: readonly (UpstreamResponse | Error)[]): Promise<number> {
  const { send, requests } = scripted(...turns);
  await retry({ retries: 2 }, SERVICE)(send)(request).catch(() => undefined);
  return requests.length;
}

describe.concurrent("what is sent again", () => {
  const again = [429, 502, 503, 504];
  const final = [200, 204, 302, 400, 401, 403, 404, 409, 500, 501];
  const POST_REPEATABLE = { ...POST, repeatable: true };

  it.each(again)("is a GET that was answered %i", async (status) => {
    expect(await attemptsOf(GET, response(status), OK)).toBe(2);
  });

  it.each(final)("is not a GET that was answered %i", async (status) => {
    expect(await attemptsOf(GET, response(status), OK)).toBe(1);
  });

  it.each(["UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT"] as const)("is a GET that failed with %s", async (code) => {
    expect(await attemptsOf(GET, failure(code), OK)).toBe(2);
  });

  it.each(["UPSTREAM_INVALID_RESPONSE", "UNAUTHENTICATED", "CALL_BUDGET_EXCEEDED"] as const)(
    "is not a GET that failed with %s",
    async (code) => {
      expect(await attemptsOf(GET, failure(code), OK)).toBe(1);
    },
  );

  it("is not what a step of ours decided not to send", async () => {
    const decided = new ServiceFailure("UPSTREAM_UNAVAILABLE", "The circuit is open.", { service: "directory" });
    expect(await attemptsOf(GET, decided, OK)).toBe(1);
    expect(await attemptsOf(POST, decided, OK)).toBe(1);
  });

  it("is not what failed by a fault of ours", async () => {
    expect(await attemptsOf(GET, new TypeError("bug"), OK)).toBe(1);
  });

  it.each([PUT, POST_REPEATABLE])("is what the dialect calls repeatable ($method)", async (request) => {
    expect(await attemptsOf(request, LOST, OK)).toBe(2);
    expect(await attemptsOf(request, LATE, OK)).toBe(2);
    expect(await attemptsOf(request, response(503), OK)).toBe(2);
  });

  it.each([POST, { ...PUT, repeatable: false }, { ...POST, method: "DELETE" as const }])(
    "is never another write that may have been sent ($method)",
    async (request) => {
      expect(await attemptsOf(request, LOST, OK)).toBe(1);
      expect(await attemptsOf(request, LATE, OK)).toBe(1);
      for (const status of again) expect(await attemptsOf(request, response(status), OK)).toBe(1);
    },
  );

  it("is a POST that was never sent", async () => {
    expect(await attemptsOf(POST, REFUSED, OK)).toBe(2);
    expect(await attemptsOf(POST, REFUSED, LOST, OK)).toBe(2);
  });
});

describe("retry", () => {
  it("answers what the last attempt was answered", async () => {
    const { send, requests } = scripted(response(502), REFUSED, response(503));
    expect(await retry({ retries: 2 }, SERVICE)(send)(GET)).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(3);
  });

  it("fails as the last attempt failed", async () => {
    const { send, requests } = scripted(response(502), REFUSED);
    expect(await failureFrom(retry({ retries: 1 }, SERVICE)(send)(GET))).toBe(REFUSED);
    expect(requests).toHaveLength(2);
  });

  it("can be switched off", async () => {
    const { send, requests } = scripted(response(502), OK);
    expect(await retry({ retries: 0 }, SERVICE)(send)(GET)).toMatchObject({ status: 502 });
    expect(requests).toHaveLength(1);
  });

  it("does not forget that the answer to an earlier write was lost", async () => {
    expect(await failureFrom(retry({ retries: 2 }, SERVICE)(scripted(LOST, REFUSED).send)(PUT))).toBe(LOST);
    expect(await retry({ retries: 2 }, SERVICE)(scripted(LOST, OK).send)(PUT)).toBe(OK);
  });

  it("waits longer each time, and not all for the same time", async () => {
    const waits = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const at: number[] = [];
        const send: Send = () => {
          at.push(performance.now());
          return Promise.resolve(response(503));
        };
        await retry({ retries: 2 }, SERVICE)(send)(GET);
        return [(at[1] ?? 0) - (at[0] ?? 0), (at[2] ?? 0) - (at[1] ?? 0)] as const;
      }),
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [first, second] = [waits.map(([one]) => one), waits.map(([, other]) => other)];
    expect(mean(first)).toBeGreaterThan(30);
    expect(mean(second)).toBeGreaterThan(mean(first));
    expect(new Set(first.map((ms) => Math.round(ms / 5))).size).toBeGreaterThan(5);
  });

  it("waits as long as the service asks", async () => {
    const start = performance.now();
    await retry({ retries: 1 }, SERVICE)(scripted(response(503, { "retry-after": "1" }), OK).send)(GET);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it("stops waiting at once when the caller leaves", async () => {
    const reason = new Error("left");
    const caller = new AbortController();
    const { send, requests } = scripted(response(503, { "retry-after": "5" }), OK);
    const start = performance.now();
    setTimeout(() => caller.abort(reason), 20);
    await expect(retry({ retries: 2 }, SERVICE)(send)({ ...GET, signal: caller.signal })).rejects.toBe(reason);
    expect(performance.now() - start).toBeLessThan(2500);
    expect(requests).toHaveLength(1);
  });

  it("stops when the deadline passes, which is no attempt's timeout", async () => {
    let attempts = 0;
    const send = pipeline(unanswered, deadline(50), retry({ retries: 2 }, SERVICE));
    expect((await failureFrom(send({ ...GET, onAttempt: () => attempts++ }))).code).toBe("UPSTREAM_TIMEOUT");
    expect(attempts).toBe(1);
  });

  it("says of what was lost before it when the deadline passes while it waits", async () => {
    const { send } = scripted(LOST);
    const waiting = (request: UpstreamRequest) =>
      retry({ retries: 2 }, SERVICE)(send)({ ...request, signal: AbortSignal.timeout(20) });
    expect(await failureFrom(waiting(PUT))).toBe(LOST);
    const late = { ...response(429), header: () => "1" };
    const { send: limited } = scripted(late);
    const answered = pipeline(limited, retry({ retries: 2 }, SERVICE));
    await expect(answered({ ...PUT, signal: AbortSignal.timeout(20) })).rejects.not.toBeInstanceOf(ServiceFailure);
  });

  it("says what the service said last where the repetition is refused on our side", async () => {
    const refused = new ServiceFailure("UPSTREAM_UNAVAILABLE", "Nothing was sent.", { service: "directory" });
    const busy = response(503);
    expect(await retry({ retries: 2 }, SERVICE)(scripted(busy, refused).send)(GET)).toBe(busy);
    expect(await failureFrom(retry({ retries: 2 }, SERVICE)(scripted(LOST, refused).send)(PUT))).toBe(LOST);
  });

  it("earns nothing with what was never sent", async () => {
    const budgeted = retry({ retries: 2 }, SERVICE);
    const refused = new ServiceFailure("UPSTREAM_UNAVAILABLE", "Nothing was sent.", { service: "directory" });
    const refusing = budgeted(scripted(refused).send);
    for (let calls = 0; calls < 1000; calls++) await failureFrom(refusing(GET));
    const { send, requests } = scripted(response(503));
    await Promise.all(Array.from({ length: 50 }, () => budgeted(send)(GET)));
    expect(requests).toHaveLength(50 + 10);
  });

  it("adds no more than a tenth to the load, ten at first", async () => {
    const budgeted = retry({ retries: 2 }, SERVICE);
    const { send, requests } = scripted(response(503));
    const once = budgeted(send);
    await Promise.all(Array.from({ length: 50 }, () => once(GET)));
    expect(requests).toHaveLength(50 + 10);
    const { send: healthy } = scripted(OK);
    const call = budgeted(healthy);
    for (let calls = 0; calls < 100; calls++) await call(GET);
    requests.length = 0;
    await Promise.all(Array.from({ length: 50 }, () => once(GET)));
    // Of 200 calls in all, the ten that were lent are paid back.
    expect(requests).toHaveLength(50 + 10);
  });

  it.each([429, 503])("does not wait for what would come after the deadline (%i)", async (status) => {
    const asked = response(status, { "retry-after": "5" });
    const { send, requests } = scripted(asked, OK);
    const start = performance.now();
    expect(await pipeline(send, deadline(3000), retry({ retries: 2 }, SERVICE))(PUT)).toBe(asked);
    expect(performance.now() - start).toBeLessThan(2500);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["a connection that was lost", LOST],
    ["an answer that never came", LATE],
    ["a gateway's timeout", response(504)],
  ])("takes no later refusal of a write for its outcome after %s", async (_, loss) => {
    for (const status of [400, 401, 403, 404, 409, 422, 429, 302]) {
      const { send } = scripted(loss, response(status));
      expect(await failureFrom(retry({ retries: 1 }, SERVICE)(send)(PUT))).toMatchObject({ outcomeUnknown: true });
    }
    expect(await retry({ retries: 1 }, SERVICE)(scripted(loss, OK).send)(PUT)).toBe(OK);
    expect(await retry({ retries: 1 }, SERVICE)(scripted(loss, response(404)).send)(GET)).toMatchObject({
      status: 404,
    });
  });
});

describe("over a real connection", () => {
  const OPTIONS = { timeoutMs: 300, connections: 2 };

  it("a GET survives a reset and a 503", async () => {
    const upstream = await faultyUpstream(reset, answer(503, "", { "retry-after": "0" }), answer(200, "7"));
    const transport = openTransport({ ...SERVICE, url: upstream.url }, OPTIONS);
    let attempts = 0;
    const send = pipeline(transport.send, retry({ retries: 2 }, SERVICE));
    expect((await send({ ...GET, onAttempt: () => attempts++ })).json).toBe(7);
    expect(attempts).toBe(3);
    await transport.destroy();
    await upstream.close();
  });

  it("a POST is sent once, whatever becomes of it", async () => {
    for (const behaviour of [reset, answer(503), () => undefined]) {
      const upstream = await faultyUpstream(behaviour);
      const transport = openTransport({ ...SERVICE, url: upstream.url }, OPTIONS);
      await pipeline(transport.send, retry({ retries: 2 }, SERVICE))(POST).catch(() => undefined);
      expect(upstream.requests).toHaveLength(1);
      await transport.destroy();
      await upstream.close();
    }
  });

  it("a POST that was refused is tried again", async () => {
    const transport = openTransport({ ...SERVICE, url: await closedPort() }, OPTIONS);
    let attempts = 0;
    const send = pipeline(transport.send, retry({ retries: 2 }, SERVICE));
    expect((await failureFrom(send({ ...POST, onAttempt: () => attempts++ }))).outcomeUnknown).toBe(false);
    expect(attempts).toBe(3);
    await transport.destroy();
  });
});
