import { describe, expect, it } from "vitest";
import { Caller } from "../../src/domain/principal.ts";
import { authorize } from "../../src/http/authorize.ts";
import { Ledger, ledger } from "../../src/http/ledger.ts";
import { retry } from "../../src/http/retry.ts";
import { pipeline } from "../../src/http/send.ts";
import { failureFrom, GET, response, scripted, SERVICE, unanswered } from "./requests.ts";

describe("ledger", () => {
  it("shows a call by its template, never by its values", async () => {
    const log = new Ledger();
    const send = ledger(log, SERVICE)(scripted(response(404)).send);
    await send({ ...GET, route: "/users/user/{id}", params: { id: "secret" }, for: ["Query.user"], keys: 3 });
    expect(log.entries).toEqual([
      {
        service: "directory",
        method: "GET",
        route: "/users/user/{id}",
        status: 404,
        ms: expect.any(Number) as number,
        attempts: 1,
        for: ["Query.user"],
        keys: 3,
      },
    ]);
    expect(JSON.stringify(log.entries)).not.toContain("secret");
  });

  it("counts calls, and shows what they took in attempts and time", async () => {
    const log = new Ledger();
    const { send } = scripted(response(503), response(502), response(200));
    await pipeline(send, ledger(log, SERVICE), retry({ retries: 2 }, SERVICE))(GET);
    expect(log.calls).toBe(1);
    expect(log.entries[0]).toMatchObject({ attempts: 3, status: 200 });
    const ms = log.entries[0]?.ms ?? 0;
    expect(ms).toBeGreaterThan(1);
    expect(String(ms)).toMatch(/^\d+(\.\d)?$/);
  });

  it("keeps a call that got no answer", async () => {
    const log = new Ledger();
    const caller = new AbortController();
    const call = ledger(log, SERVICE)(unanswered)({ ...GET, signal: caller.signal });
    caller.abort(new Error("left"));
    await expect(call).rejects.toThrow("left");
    expect(log.entries).toMatchObject([{ status: null, attempts: 1 }]);
  });

  it("has no word of a call that was never sent", async () => {
    const log = new Ledger();
    await failureFrom(
      pipeline(
        scripted(response(200)).send,
        ledger(log, SERVICE),
        authorize(new Caller("directory", null), SERVICE, ""),
      )(GET),
    );
    expect(log.entries).toEqual([]);
    expect(log.calls).toBe(0);
  });

  it("has no word of a probe", async () => {
    const log = new Ledger();
    await ledger(log, SERVICE)(scripted(response(200)).send)({ ...GET, probe: true });
    expect(log.entries).toEqual([]);
  });

  it("tells outer steps of each attempt", async () => {
    let attempts = 0;
    await ledger(new Ledger(), SERVICE)(scripted(response(200)).send)({ ...GET, onAttempt: () => attempts++ });
    expect(attempts).toBe(1);
  });
});
