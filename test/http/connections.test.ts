import { afterEach, describe, expect, it } from "vitest";
import { principalOf } from "../../src/domain/principal.ts";
import { openTransport, type TransportOptions } from "../../src/http/transport.ts";
import type { UpstreamRequest } from "../../src/http/send.ts";
import {
  after,
  answer,
  type Behaviour,
  type FaultyUpstream,
  faultyUpstream,
  head,
  silence,
} from "./faulty-upstream.ts";
import { failureFrom, GET, SERVICE } from "./requests.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function start(options: Partial<TransportOptions>, ...behaviours: readonly [Behaviour, ...Behaviour[]]) {
  const upstream = await faultyUpstream(...behaviours);
  const transport = openTransport({ ...SERVICE, url: upstream.url }, { timeoutMs: 3000, connections: 1, ...options });
  closing.push(
    () => transport.destroy(),
    () => upstream.close(),
  );
  const ask = (caller: string, more: Partial<UpstreamRequest> = {}) =>
    transport.send({
      ...GET,
      principal: principalOf("directory", caller),
      headers: { authorization: caller },
      ...more,
    });
  return { upstream, ask };
}

const byteOf = (byte: string) => head(200, { "content-length": "1" }) + byte;

/** Answers with the caller's own digit, and sends a second answer that nobody asked for so much later. */
const surplusAfter =
  (ms: number): Behaviour =>
  (socket, { headers }) => {
    socket.write(byteOf(headers["authorization"] ?? ""));
    const timer = setTimeout(() => socket.write(byteOf("9")), ms);
    socket.on("close", () => clearTimeout(timer));
  };

function callersOf({ requests }: FaultyUpstream): string {
  return requests.map(({ headers }) => headers["authorization"]).join("");
}

describe("A connection", () => {
  it("serves its caller's next request", async () => {
    const { upstream, ask } = await start({ connections: 8 }, answer(200, "7"));
    for (let asked = 0; asked < 5; asked++) await ask("1");
    expect(upstream.connections).toBe(1);
  });

  it("is left to its caller while another may be opened", async () => {
    const { upstream, ask } = await start({ connections: 3 }, answer(200, "7"));
    for (const caller of ["1", "2", "3", "1", "2", "3"]) await ask(caller);
    expect(upstream.connections).toBe(3);
  });

  it("serves another caller where connections are shared and there can be no other, after a silence", async () => {
    const { upstream, ask } = await start({ connections: 1, shareConnections: true }, answer(200, "7"));
    await ask("1");
    const before = performance.now();
    await ask("2");
    expect(performance.now() - before).toBeGreaterThan(8);
    expect(upstream.connections).toBe(1);
  });

  it.each([0, 1, 2, 4])("is given up where a second answer comes %i ms behind the first", async (ms) => {
    const { upstream, ask } = await start({ connections: 2, shareConnections: true }, surplusAfter(ms));
    const callers = Array.from({ length: 24 }, (_, index) => String(1 + (index % 4)));
    const answers = await Promise.all(callers.map((caller) => ask(caller)));
    expect(answers.map(({ json }) => String(json))).toEqual(callers);
    expect(upstream.connections).toBeGreaterThan(2);
  });

  it("makes room for that of another caller, however late such an answer comes", async () => {
    const { upstream, ask } = await start({ connections: 1 }, surplusAfter(30));
    for (const caller of ["1", "2", "1", "2"]) {
      const sent = ask(caller, { keys: 1 });
      expect(String((await sent).json)).toBe(caller);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(upstream.connections).toBe(4);
  });

  it("that the service closed is opened anew, for whoever asks first", async () => {
    const closingIt: Behaviour = (socket) => {
      socket.write(byteOf("7"));
      setTimeout(() => socket.end(), 5);
    };
    const { upstream, ask } = await start({ connections: 1 }, closingIt, answer(200, "8"));
    await ask("1");
    await expect.poll(() => upstream.open).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await ask("2")).json).toBe(8);
    expect(upstream.connections).toBe(2);
  });
});

describe.each([true, false])("Those who wait for a connection (shared: %s)", (shareConnections) => {
  it("get it in the order in which they came, whoever they are", async () => {
    const { upstream, ask } = await start({ connections: 1, shareConnections }, after(5, answer(200, "7")));
    await Promise.all(["1", "2", "2", "1", "3"].map((caller) => ask(caller)));
    expect(callersOf(upstream)).toBe("12213");
    expect(upstream.connections).toBe(shareConnections ? 1 : 4);
  });

  it("and have gone are passed over", async () => {
    const { upstream, ask } = await start({ connections: 1, shareConnections }, after(60, answer(200, "7")));
    const gone = new AbortController();
    const [first, second, third] = [ask("1"), ask("2", { signal: gone.signal }), ask("3")];
    gone.abort(new Error("gone"));
    await expect(second).rejects.toThrow("gone");
    await Promise.all([first, third]);
    expect(callersOf(upstream)).toBe("13");
  });

  it("and go while it is handed over leave it to the next", async () => {
    const { upstream, ask } = await start({ connections: 1, shareConnections }, answer(200, "7"));
    await ask("1");
    const gone = new AbortController();
    const second = ask("2", { signal: gone.signal });
    gone.abort(new Error("gone"));
    await expect(second).rejects.toThrow("gone");
    await ask("3");
    expect(callersOf(upstream)).toBe("13");
  });

  it("are not held up by one that is never answered", async () => {
    const { ask } = await start({ connections: 1, shareConnections, timeoutMs: 200 }, silence, answer(200, "7"));
    const first = failureFrom(ask("1"));
    await first;
    expect((await ask("2")).json).toBe(7);
  });
});
