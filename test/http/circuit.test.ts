import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ServiceFailure } from "../../src/domain/errors.ts";
import { type BlamesCaller, Circuit, type CircuitState } from "../../src/http/circuit.ts";
import { noAnswer } from "../../src/http/failures.ts";
import { retry } from "../../src/http/retry.ts";
import { pipeline, type Send, type UpstreamResponse } from "../../src/http/send.ts";
import { failureFrom, GET, POST, response, SERVICE } from "./requests.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const OK = response(200);
const lost = (blamesService = true) =>
  noAnswer("UPSTREAM_UNAVAILABLE", "It is gone.", SERVICE, GET, "ECONNRESET", true, blamesService);

/** A circuit before a service that does whatever it is told to. */
function circuit(blamesCaller: BlamesCaller = () => false) {
  const changes: CircuitState[] = [];
  const one = new Circuit(SERVICE, blamesCaller, (state) => changes.push(state));
  let turn: UpstreamResponse | Error | Promise<UpstreamResponse> = OK;
  let sent = 0;
  const service: Send = () => {
    sent++;
    return turn instanceof Error ? Promise.reject(turn) : Promise.resolve(turn);
  };
  const send = one.step(service);
  return {
    circuit: one,
    changes,
    service,
    send,
    sent: () => sent,
    play: (next: typeof turn) => {
      turn = next;
    },
    /** Asks so often, whatever comes of it. */
    async ask(times: number) {
      for (let asked = 0; asked < times; asked++) await send(GET).catch(() => undefined);
    },
  };
}

async function opened() {
  const one = circuit();
  one.play(lost());
  await one.ask(10);
  expect(one.circuit.state).toBe("open");
  return one;
}

describe("A circuit", () => {
  it.each([
    ["no connection", lost()],
    ["502", response(502)],
    ["503", response(503)],
    ["504", response(504)],
    ["500", response(500)],
  ])("opens when ten attempts ended with %s, and then sends nothing", async (_, turn) => {
    const { circuit: one, play, ask, send, sent, changes } = circuit();
    play(turn);
    await ask(9);
    expect(one.state).toBe("closed");
    await ask(1);
    expect(one.state).toBe("open");
    expect(changes).toEqual(["open"]);
    const failure = await failureFrom(send(POST));
    expect(failure).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", retryable: true, outcomeUnknown: false });
    expect(failure.message).toContain("nothing was sent");
    expect(failure.detail).toBe("POST /users: circuit open");
    expect(sent()).toBe(10);
  });

  it.each([200, 302, 400, 401, 403, 404, 409, 422, 429])("never opens for %i", async (status) => {
    const { circuit: one, play, ask } = circuit();
    play(response(status));
    await ask(100);
    expect(one.state).toBe("closed");
  });

  it("never opens for a 500 that one caller brought about, but does for a 503 that looks like one", async () => {
    const { circuit: one, play, ask } = circuit(() => true);
    for (const status of [500, 501, 599]) {
      play(response(status));
      await ask(50);
    }
    expect(one.state).toBe("closed");
    play(response(503));
    await ask(20);
    expect(one.state).toBe("open");
  });

  it.each([
    ["what says nothing of the service", lost(false)],
    ["what was ended because nobody waits any more", new DOMException("left", "AbortError")],
    ["a fault of ours", new TypeError("bug")],
  ])("does not count %s", async (_, turn) => {
    const { circuit: one, play, ask } = circuit();
    play(turn);
    await ask(100);
    expect(one.state).toBe("closed");
  });

  it("stays closed while half of the attempts succeed", async () => {
    const { circuit: one, play, ask } = circuit();
    for (let turns = 0; turns < 50; turns++) {
      play(OK);
      await ask(1);
      play(lost());
      await ask(1);
    }
    expect(one.state).toBe("closed");
  });

  it("lets one call through when its time is up, and refuses the others meanwhile", async () => {
    const { circuit: one, play, send, sent } = await opened();
    vi.advanceTimersByTime(1500);
    let answer: (response: UpstreamResponse) => void = () => undefined;
    play(new Promise((resolve) => (answer = resolve)));
    const trial = send(GET);
    expect(one.state).toBe("half-open");
    const others = await Promise.all(Array.from({ length: 20 }, () => failureFrom(send(POST))));
    expect(new Set(others.map(({ code }) => code))).toEqual(new Set(["UPSTREAM_UNAVAILABLE"]));
    expect(sent()).toBe(11);
    answer(OK);
    expect(await trial).toBe(OK);
    expect(one.state).toBe("closed");
    play(OK);
    expect(await send(GET)).toBe(OK);
  });

  it("closes for an answer that the service gave, even a refusal", async () => {
    const { circuit: one, play, ask } = await opened();
    vi.advanceTimersByTime(1500);
    play(response(404));
    await ask(1);
    expect(one.state).toBe("closed");
  });

  it.each([
    ["fails again", lost()],
    ["is answered 503 again", response(503)],
  ])("opens again when that call %s, for longer", async (_, turn) => {
    const { circuit: one, play, ask, sent } = await opened();
    vi.advanceTimersByTime(1500);
    play(turn);
    await ask(1);
    expect(one.state).toBe("open");
    vi.advanceTimersByTime(900);
    await ask(5);
    expect(sent()).toBe(11);
    vi.advanceTimersByTime(1500);
    play(OK);
    await ask(1);
    expect(one.state).toBe("closed");
  });

  it("lets a read that tries go on though its client has gone, and is told by it", async () => {
    const { circuit: one, play, send, sent } = await opened();
    vi.advanceTimersByTime(1500);
    let answer: (response: UpstreamResponse) => void = () => undefined;
    play(new Promise((resolve) => (answer = resolve)));
    const gone = new AbortController();
    const trial = send({ ...GET, signal: gone.signal });
    gone.abort(new Error("left"));
    await expect(trial).rejects.toThrow("left");
    expect(one.state).toBe("half-open");
    answer(OK);
    await vi.advanceTimersByTimeAsync(0);
    expect([one.state, sent()]).toEqual(["closed", 11]);
  });

  it("lets the next one try when nobody waits for a write that tried any more", async () => {
    const { circuit: one, play, send, ask, sent } = await opened();
    vi.advanceTimersByTime(1500);
    play(new DOMException("left", "AbortError"));
    await send(POST).catch(() => undefined);
    expect(one.state).toBe("open");
    play(OK);
    await ask(1);
    expect([one.state, sent()]).toEqual(["closed", 12]);
  });

  it("takes what was sent before it opened, or closed, for no word on what is now", async () => {
    const { circuit: one, play, send, ask } = circuit();
    const late: ((error: Error) => void)[] = [];
    const straggle = (count: number) =>
      Array.from({ length: count }, () => {
        play(new Promise((_, reject) => late.push(reject)));
        return send(GET).catch(() => undefined);
      });
    const stragglers = straggle(30);
    play(lost());
    await ask(10);
    vi.advanceTimersByTime(1500);
    let answer: (response: UpstreamResponse) => void = () => undefined;
    play(new Promise((resolve) => (answer = resolve)));
    const trial = send(GET);
    late[0]?.(new DOMException("left", "AbortError"));
    late[1]?.(lost());
    await Promise.all(stragglers.slice(0, 2));
    expect(one.state).toBe("half-open");
    answer(OK);
    await trial;
    for (const fail of late) fail(lost());
    await Promise.all(stragglers);
    expect(one.state).toBe("closed");
  });

  it("never waits for longer than ten seconds", async () => {
    const { circuit: one, ask, sent } = await opened();
    for (let trials = 1; trials <= 20; trials++) {
      vi.advanceTimersByTime(10_000);
      await ask(1);
      expect([one.state, sent()]).toEqual(["open", 10 + trials]);
    }
  });

  it("is not asked again by a retry", async () => {
    const { service, circuit: one } = await opened();
    let asked = 0;
    const counting: Send = (request) => {
      asked++;
      return one.step(service)(request);
    };
    await expect(pipeline(counting, retry({ retries: 2 }, SERVICE))(GET)).rejects.toBeInstanceOf(ServiceFailure);
    expect(asked).toBe(1);
  });
});
