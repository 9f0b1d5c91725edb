import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deadline } from "../../src/http/deadline.ts";
import { retry } from "../../src/http/retry.ts";
import { pipeline } from "../../src/http/send.ts";
import { openTransport } from "../../src/http/transport.ts";
import { failureFrom, GET, POST, PUT, response, scripted, SERVICE } from "./requests.ts";

describe("deadline", () => {
  it("says when the last attempt has to end", async () => {
    const { send, requests } = scripted(response(200));
    const before = performance.now();
    await deadline(1000)(send)(GET);
    const after = performance.now();
    expect(requests[0]?.deadlineAt).toBeGreaterThanOrEqual(before + 1000);
    expect(requests[0]?.deadlineAt).toBeLessThanOrEqual(after + 1000);
  });

  it("is sooner where an outer step says so, and never later", async () => {
    const { send, requests } = scripted(response(200));
    const soon = performance.now() + 20;
    await deadline(60_000)(send)({ ...GET, deadlineAt: soon });
    await deadline(1)(send)({ ...GET, deadlineAt: soon + 60_000 });
    expect(requests[0]?.deadlineAt).toBe(soon);
    expect(requests[1]?.deadlineAt).toBeLessThan(soon + 60_000);
  });

  it("passes all else on", async () => {
    const { send, requests } = scripted(response(200));
    let attempts = 0;
    const { signal } = new AbortController();
    const request = { ...GET, signal, onAttempt: () => attempts++ };
    await deadline(1000)(send)(request);
    expect(attempts).toBe(1);
    expect(requests[0]).toMatchObject(request);
  });
});

describe("A call to a service that does not answer", () => {
  let server: Server;
  let arrived = 0;

  beforeAll(async () => {
    server = createServer(() => arrived++).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** With 100 ms for all, and more for each attempt. */
  function open() {
    arrived = 0;
    const service = { ...SERVICE, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const transport = openTransport(service, { timeoutMs: 10_000, connections: 2 });
    return { transport, send: pipeline(transport.send, deadline(100), retry({ retries: 2 }, service)) };
  }

  it.each([
    [GET, false],
    [PUT, true],
    [POST, true],
  ])("ends when all of its time is up, after one attempt: %o", async (request, outcomeUnknown) => {
    const { transport, send } = open();
    const start = performance.now();
    const failure = await failureFrom(send(request));
    expect(failure).toMatchObject({ code: "UPSTREAM_TIMEOUT", service: "directory", outcomeUnknown });
    expect(failure.detail).toContain(": deadline");
    expect(performance.now() - start).toBeLessThan(5000);
    expect(arrived).toBe(1);
    await transport.destroy();
  });

  it("ends at once when the caller leaves, with the caller's reason", async () => {
    const { transport, send } = open();
    const reason = new Error("left");
    const caller = new AbortController();
    const call = send({ ...GET, signal: caller.signal });
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(send({ ...GET, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await transport.destroy();
  });

  it("waits for a connection no longer than that, and has not sent it then", async () => {
    const { transport, send } = open();
    const busy = [send(GET), send(GET)].map(failureFrom);
    const failure = await failureFrom(send(POST));
    expect(failure).toMatchObject({ code: "UPSTREAM_TIMEOUT", outcomeUnknown: false });
    for (const one of await Promise.all(busy)) expect(one.code).toBe("UPSTREAM_TIMEOUT");
    await transport.destroy();
  });
});
