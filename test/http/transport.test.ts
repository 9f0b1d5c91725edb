import { afterEach, describe, expect, it } from "vitest";
import type { UpstreamRequest } from "../../src/http/send.ts";
import { NoAnswer } from "../../src/http/failures.ts";
import { openTransport, type TransportOptions } from "../../src/http/transport.ts";
import {
  after,
  answer,
  type Behaviour,
  bytes,
  bytesThenEnd,
  closedPort,
  type FaultyUpstream,
  faultyUpstream,
  hangUp,
  head,
  reset,
  silence,
  trickle,
} from "./faulty-upstream.ts";
import { failureFrom, GET, POST, PUT, SERVICE } from "./requests.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function open(url: string, options: Partial<TransportOptions> = {}) {
  const transport = openTransport({ ...SERVICE, url }, { timeoutMs: 5000, connections: 4, ...options });
  closing.push(() => transport.destroy());
  return transport.send;
}

async function upstreamThat(...behaviours: readonly [Behaviour, ...Behaviour[]]): Promise<FaultyUpstream> {
  const upstream = await faultyUpstream(...behaviours);
  closing.push(() => upstream.close());
  return upstream;
}

describe("what is sent", () => {
  it("is the service's own path, then the route, and JSON headers", async () => {
    const upstream = await upstreamThat(answer(200, "{}"));
    await open(`${upstream.url}/api`)({ ...GET, headers: { authorization: "Basic eDp5" } });
    const [request] = upstream.requests;
    expect(request).toMatchObject({ method: "GET", target: "/api/users", body: "" });
    expect(request?.headers).toMatchObject({ accept: "application/json", authorization: "Basic eDp5" });
    expect(request?.headers["content-type"]).toBeUndefined();
    expect(request?.headers["user-agent"]).toMatch(/^usergraph\/\d+\.\d+\.\d+$/);
  });

  it("carries a body as JSON, with its length in bytes", async () => {
    const upstream = await upstreamThat(answer(201));
    await open(upstream.url)({ ...POST, body: { name: "Zoë" } });
    expect(upstream.requests[0]?.body).toBe('{"name":"Zoë"}');
    expect(upstream.requests[0]?.headers).toMatchObject({ "content-type": "application/json", "content-length": "15" });
  });

  it.each(["a/b", "../../admin", "...", "a?b=c", "a#b", "100%", "%2F", "a b", "Zoë 🦊", "a\\b", "a;b", "\u0000\r\n"])(
    "brings the id %j as exactly one segment",
    async (id) => {
      const upstream = await upstreamThat(answer(200));
      await open(`${upstream.url}/api`)({ ...GET, route: "/users/user/{id}/keys", params: { id } });
      const segments = upstream.requests[0]?.target.split("/") ?? [];
      expect(segments).toHaveLength(6);
      expect(decodeURIComponent(segments[4] ?? "")).toBe(id);
      expect(segments[4]).not.toMatch(/^\.{1,2}$/);
    },
  );

  it.each(["", ".", ".."])("sends nothing for the id %j, which would name another resource", async (id) => {
    const upstream = await upstreamThat(answer(200));
    await expect(open(upstream.url)({ ...GET, route: "/users/user/{id}", params: { id } })).rejects.toThrow("{id}");
    expect(upstream.requests).toHaveLength(0);
  });

  it("is told to `onAttempt` first, even when no connection comes of it", async () => {
    const send = open(await closedPort());
    let attempts = 0;
    await failureFrom(send({ ...GET, onAttempt: () => attempts++ }));
    expect(attempts).toBe(1);
  });

  it("shares connections, and never opens more than it may", async () => {
    const upstream = await upstreamThat(after(5, answer(200)));
    const send = open(upstream.url, { connections: 3 });
    await Promise.all(Array.from({ length: 20 }, () => send(GET)));
    expect(upstream.requests).toHaveLength(20);
    expect(upstream.connections).toBe(3);
  });

  it("is never answered by what came right behind another answer", async () => {
    const surplus = head(200, { "content-length": "1" }) + "8";
    const upstream = await upstreamThat(bytes(head(200, { "content-length": "1" }) + "7" + surplus));
    const send = open(upstream.url, { connections: 1 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(GET)));
    expect(answers.map(({ json }) => json)).toEqual(Array(10).fill(7));
  });
});

describe("an answer", () => {
  it("is its status, its headers and its JSON, whatever the content type says", async () => {
    const upstream = await upstreamThat(answer(418, '{"a":[1]}', { "content-type": "text/html", "X-Id": "7" }));
    const response = await open(upstream.url)(GET);
    expect(response.status).toBe(418);
    expect(response.header("x-id")).toBe("7");
    expect(response.header("x-other")).toBeUndefined();
    expect(response.json).toEqual({ a: [1] });
    expect(response.json).toBe(response.json);
    expect(response.text).toBe('{"a":[1]}');
  });

  it.each(["", "<html>", '{"a":'])("has no JSON where the body is %j", async (body) => {
    const upstream = await upstreamThat(answer(200, body));
    const response = await open(upstream.url)(GET);
    expect(response.json).toBeUndefined();
    expect(response.text).toBe(body);
  });

  it("has no JSON where bytes are not UTF-8: they would be shown in place of somebody's name", async () => {
    const upstream = await upstreamThat((socket) => {
      socket.write(head(200, { "content-length": "4" }));
      socket.write(Buffer.from([0x22, 0xff, 0xfe, 0x22]));
    });
    expect((await open(upstream.url)(GET)).json).toBeUndefined();
  });

  it("may come in pieces, split inside a character", async () => {
    const upstream = await upstreamThat((socket) => {
      const body = Buffer.from('"🦊🦊"');
      socket.write(head(200, { "content-length": String(body.length) }));
      socket.write(body.subarray(0, 3));
      setTimeout(() => socket.write(body.subarray(3)), 20);
    });
    expect((await open(upstream.url)(GET)).json).toBe("🦊🦊");
  });

  it("may follow an interim one", async () => {
    const upstream = await upstreamThat(
      bytes(head(103, { link: "</x>" }) + head(200, { "content-length": "1" }) + "7"),
    );
    expect(await open(upstream.url)(GET)).toMatchObject({ status: 200, json: 7 });
  });

  it("may be a redirect, which is not followed", async () => {
    const upstream = await upstreamThat(answer(302, "", { location: "/elsewhere" }));
    const response = await open(upstream.url)({ ...GET, headers: { authorization: "Basic eDp5" } });
    expect(response.status).toBe(302);
    expect(response.header("location")).toBe("/elsewhere");
    expect(upstream.requests).toHaveLength(1);
  });

  it("is whole however many large ones come at once, each in its time", async () => {
    const body = JSON.stringify("x".repeat(1_500_000));
    const upstream = await upstreamThat((socket) => {
      socket.write(head(200, { "content-length": String(body.length) }) + body.slice(0, 1_100_000));
      setTimeout(() => socket.write(body.slice(1_100_000)), 20);
    });
    const send = open(upstream.url, { connections: 32 });
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(GET)));
    for (const { json } of answers) expect(json).toHaveLength(1_500_000);
  });

  it("that is one of many large ones can be given up, and is waited for by nobody", async () => {
    const body = JSON.stringify("x".repeat(1_500_000));
    const upstream = await upstreamThat((socket) => {
      socket.write(head(200, { "content-length": String(body.length) }) + body.slice(0, 1_100_000));
      setTimeout(() => socket.write(body.slice(1_100_000)), 100);
    });
    const send = open(upstream.url, { connections: 32 });
    const gone = new AbortController();
    const given = Array.from({ length: 16 }, () => send({ ...GET, signal: gone.signal }).catch(() => "gone"));
    const kept = Array.from({ length: 16 }, () => send(GET));
    setTimeout(() => gone.abort(new Error("gone")), 60);
    for (const { json } of await Promise.all(kept)) expect(json).toHaveLength(1_500_000);
    expect(new Set(await Promise.all(given))).toEqual(new Set(["gone"]));
  });

  it("joins a header that came twice", async () => {
    const upstream = await upstreamThat(bytes("HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 0\r\n\r\n"));
    expect((await open(upstream.url)(GET)).header("x-a")).toBe("1, 2");
  });
});

const cut = head(200, { "content-length": "100" }) + '{"resources":[';
const faults: readonly [name: string, behaviour: Behaviour, code: string][] = [
  ["resets the connection before it answers", reset, "UPSTREAM_UNAVAILABLE"],
  ["hangs up before it answers", hangUp, "UPSTREAM_UNAVAILABLE"],
  ["hangs up inside the headers", bytesThenEnd("HTTP/1.1 200 OK\r\nContent-Le"), "UPSTREAM_UNAVAILABLE"],
  ["hangs up inside the body", bytesThenEnd(cut), "UPSTREAM_UNAVAILABLE"],
  ["resets the connection inside the body", (s) => s.write(cut, () => s.resetAndDestroy()), "UPSTREAM_UNAVAILABLE"],
  [
    "hangs up inside a chunk",
    bytesThenEnd(`${head(200, { "transfer-encoding": "chunked" })}ff\r\n{"a"`),
    "UPSTREAM_UNAVAILABLE",
  ],
  [
    "hangs up inside a chunk of its last answer",
    bytesThenEnd(`${head(200, { "transfer-encoding": "chunked", connection: "close" })}ff\r\n{"a"`),
    "UPSTREAM_UNAVAILABLE",
  ],
  [
    "hangs up inside the body of its last answer",
    bytesThenEnd(`${head(200, { "content-length": "9", connection: "close" })}{"a"`),
    "UPSTREAM_UNAVAILABLE",
  ],
  [
    "gives two lengths",
    bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n01234"),
    "UPSTREAM_UNAVAILABLE",
  ],
  ["gives no first byte in time", silence, "UPSTREAM_TIMEOUT"],
  ["stops inside the body", bytes(cut), "UPSTREAM_TIMEOUT"],
  ["sends its body too slowly", trickle, "UPSTREAM_TIMEOUT"],
  ["answers with too large a body", answer(200, "x".repeat(2000)), "UPSTREAM_INVALID_RESPONSE"],
  [
    "answers with too many chunks",
    bytes(head(200, { "transfer-encoding": "chunked" }) + `40\r\n${"x".repeat(64)}\r\n`.repeat(20)),
    "UPSTREAM_INVALID_RESPONSE",
  ],
  ["answers with too large headers", bytes(head(200, { "x-a": "x".repeat(40_000) })), "UPSTREAM_INVALID_RESPONSE"],
  ["does not speak HTTP", bytes("SSH-2.0-OpenSSH_9.6\r\n\r\n"), "UPSTREAM_INVALID_RESPONSE"],
  [
    "gives a length that is no number",
    bytes("HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n0123456789"),
    "UPSTREAM_INVALID_RESPONSE",
  ],
];

describe.each(faults)("a service that %s", (_, behaviour, code) => {
  const options = { timeoutMs: 300, maxBodyBytes: 1000 };

  it("fails a read", async () => {
    const upstream = await upstreamThat(behaviour);
    const failure = await failureFrom(open(upstream.url, options)(GET));
    expect(failure).toMatchObject({ code, service: "directory", outcomeUnknown: false });
    expect(failure.detail).toMatch(/^GET \/users: /);
    expect(failure.message).toContain("`directory`");
    expect(failure.message).not.toContain("127.0.0.1");
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([POST, PUT])("leaves the outcome of a write unknown, and says so ($method)", async (request) => {
    const upstream = await upstreamThat(behaviour);
    const failure = await failureFrom(open(upstream.url, options)(request));
    expect(failure).toMatchObject({ code, outcomeUnknown: true });
    expect(failure.message).toContain("read it back");
    expect(upstream.requests).toHaveLength(1);
  });

  it("does not harm the next request", async () => {
    const upstream = await upstreamThat(behaviour, answer(200, "7"));
    const send = open(upstream.url, { ...options, connections: 1 });
    await failureFrom(send(GET));
    expect((await send(GET)).json).toBe(7);
  });
});

describe("a service that cannot be reached", () => {
  it.each([GET, POST, PUT])("was sent nothing ($method)", async (request) => {
    const failure = await failureFrom(open(await closedPort())(request));
    expect(failure).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", outcomeUnknown: false, retryable: true });
    expect(failure.message).toBe("The service `directory` cannot be reached.");
    expect(failure.detail).toMatch(/ECONNREFUSED/);
  });

  it("may have a name that does not resolve", async () => {
    const failure = await failureFrom(open("http://nobody.invalid")(POST));
    expect(failure).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", outcomeUnknown: false });
  });

  it("may have no free connection in time, and then was sent nothing", async () => {
    const upstream = await upstreamThat(silence);
    const send = open(upstream.url, { connections: 1, timeoutMs: 200 });
    const [first, second] = await Promise.all([failureFrom(send(POST)), failureFrom(send(POST))]);
    expect(first).toMatchObject({ code: "UPSTREAM_TIMEOUT", outcomeUnknown: true });
    expect(second).toMatchObject({ code: "UPSTREAM_TIMEOUT", outcomeUnknown: false });
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([2, 32])(
    "fails all that wait for one of %i connections, and is the end of nobody else",
    async (connections) => {
      const send = open(await closedPort(), { connections });
      const failures = await Promise.all(Array.from({ length: 3 * connections }, () => failureFrom(send(GET))));
      expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["UPSTREAM_UNAVAILABLE"]));
    },
  );

  it("is blamed for the silence that met a request, and not for others that waited behind it", async () => {
    const upstream = await upstreamThat(silence);
    const send = open(upstream.url, { connections: 2, timeoutMs: 200 });
    const failures = await Promise.all(Array.from({ length: 6 }, () => failureFrom(send(GET))));
    const blames = failures.map((failure) => failure instanceof NoAnswer && failure.blamesService);
    expect(blames).toEqual([true, true, false, false, false, false]);
  });

  it("is reached again on the connection that a late request left unused", async () => {
    const upstream = await upstreamThat(after(150, answer(200, "1")), answer(200, "2"));
    const send = open(upstream.url, { connections: 1 });
    const gone = new AbortController();
    const running = send(GET);
    const waiting = send({ ...GET, signal: gone.signal });
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    expect((await running).json).toBe(1);
    expect((await send(GET)).json).toBe(2);
    expect(upstream.requests).toHaveLength(2);
    expect(upstream.connections).toBe(1);
  });
});

it("calls a header that cannot be sent a fault of ours, and sends nothing", async () => {
  const upstream = await upstreamThat(answer(200));
  const call = open(upstream.url)({ ...GET, headers: { authorization: "bearer a\r\nx-admin: 1" } });
  await expect(call).rejects.toMatchObject({ name: "InvalidArgumentError", message: "invalid authorization header" });
  expect(upstream.requests).toHaveLength(0);
});

describe("a caller that leaves", () => {
  const reason = new Error("the caller left");

  it.each([
    ["before the answer", silence],
    ["inside the answer", trickle],
  ])("ends the upstream request (%s)", async (_, behaviour) => {
    const upstream = await upstreamThat(behaviour);
    const caller = new AbortController();
    const call = open(upstream.url)({ ...GET, signal: caller.signal });
    await expect.poll(() => upstream.requests.length).toBe(1);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect.poll(() => upstream.open).toBe(0);
  });

  it("sends nothing when it left before", async () => {
    const upstream = await upstreamThat(answer(200));
    const request: UpstreamRequest = { ...GET, signal: AbortSignal.abort(reason), onAttempt: () => expect.fail() };
    await expect(open(upstream.url)(request)).rejects.toBe(reason);
    expect(upstream.requests).toHaveLength(0);
  });
});

it("ends what is running or waits when it is destroyed, and then takes nothing more", async () => {
  const upstream = await upstreamThat(silence);
  const transport = openTransport({ ...SERVICE, url: upstream.url }, { timeoutMs: 5000, connections: 1 });
  const [running, waiting] = [failureFrom(transport.send(GET)), failureFrom(transport.send(GET))];
  await expect.poll(() => upstream.requests.length).toBe(1);
  await transport.destroy();
  for (const failure of [await running, await waiting, await failureFrom(transport.send(POST))]) {
    expect(failure).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", outcomeUnknown: false });
  }
  expect(upstream.requests).toHaveLength(1);
});
