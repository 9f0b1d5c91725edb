import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deadline } from "../../src/http/deadline.ts";
import { patience } from "../../src/http/patience.ts";
import { pipeline, type Send } from "../../src/http/send.ts";
import { failureFrom, GET, POST, response, scripted, SERVICE, unanswered } from "./requests.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An operation's way to a service that has 1000 ms for each call. */
const impatient = (send: Send) => pipeline(send, patience(1000, SERVICE), deadline(1000));

describe("patience", () => {
  it("asks nothing more of a service that gave no answer for a whole deadline", async () => {
    let sent = 0;
    const send = impatient((request) => {
      sent++;
      return unanswered(request);
    });
    const first = failureFrom(send(GET));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    const second = await failureFrom(send(POST));
    expect(second).toMatchObject({ code: "UPSTREAM_TIMEOUT", service: "directory", outcomeUnknown: false });
    expect(second.message).toContain("was not asked");
    expect(sent).toBe(1);
  });

  it("gives a call that begins later what is left", async () => {
    const send = impatient(unanswered);
    const first = failureFrom(send(GET));
    await vi.advanceTimersByTimeAsync(700);
    let ended = false;
    const second = failureFrom(send(GET)).finally(() => (ended = true));
    await vi.advanceTimersByTimeAsync(200);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all([first, second]);
    expect(ended).toBe(true);
  });

  it("never cuts a write short", async () => {
    const deadlines: (number | undefined)[] = [];
    const send = pipeline(
      (request) => {
        deadlines.push(request.deadlineAt);
        return unanswered(request);
      },
      patience(1000, SERVICE),
    );
    void send(GET);
    await vi.advanceTimersByTimeAsync(900);
    void send(POST);
    void send(GET);
    expect(deadlines).toEqual([undefined, undefined, performance.now() + 100]);
  });

  it("counts what a service that is not there makes us wait", async () => {
    const busy = scripted(response(503));
    const slowly: Send = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return busy.send(request);
    };
    const send = pipeline(slowly, patience(1000, SERVICE));
    for (let asked = 0; asked < 2; asked++) {
      const answer = send(GET);
      await vi.advanceTimersByTimeAsync(600);
      await expect(answer).resolves.toMatchObject({ status: 503 });
    }
    expect((await failureFrom(send(GET))).code).toBe("UPSTREAM_TIMEOUT");
  });

  it.each([200, 404, 500])("begins anew with any answer, such as %i", async (status) => {
    const slowly: Send = async () => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return response(status);
    };
    const send = impatient(slowly);
    for (let asked = 0; asked < 3; asked++) {
      const answer = send(GET);
      await vi.advanceTimersByTimeAsync(900);
      await expect(answer).resolves.toMatchObject({ status });
    }
  });
});
