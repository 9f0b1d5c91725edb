import { describe, expect, it } from "vitest";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Health } from "../../../src/domain/health.ts";
import type { Attachment } from "../../../src/dialects/dialect.ts";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import type { Send } from "../../../src/http/send.ts";
import { organization, userE2 } from "./wire-bodies.ts";
import { NO_PATH, ok, open, refused, respond, ScriptedService, SERVICE, USER, type Scripted } from "./scripted-send.ts";

const PONG = ok({ ping: "pong" });
const BARE_PONG: Scripted = { status: 200, body: { ping: "pong" } };
const LOGIN: Scripted = {
  status: 401,
  body: { error: { title: "401 Unauthorized", description: "Authentication required" } },
};
const PAGE = "<html>hunter2 planted</html>";
const ORGANIZATIONS = "GET /organizations?limit=1";
const E2 = ok({ organizations: [organization("o1")] });

/** Probes a service that answers so: without credentials, with them, or with none to be had. */
async function probe(
  ping: Scripted,
  login: Readonly<Record<string, Scripted>> | null,
  attachment: Attachment = econtext.attach(SERVICE),
): Promise<{ readonly health: Health; readonly bare: ScriptedService; readonly signed: ScriptedService }> {
  const bare = new ScriptedService({ "GET /ping": ping });
  const signed = new ScriptedService(login ?? {});
  const health = await attachment.probe(bare.send, login === null ? null : signed.send);
  for (const { probe, for: asks } of [...bare.requests, ...signed.requests]) expect([probe, asks]).toEqual([true, []]);
  expect(JSON.stringify(health)).not.toContain("hunter2");
  return { health, bare, signed };
}

describe("A probe of eContext", () => {
  it.each([
    ["pong", BARE_PONG],
    ["pong in the envelope", PONG],
    ["that it wants a login first", LOGIN],
    ["that it has no such path", NO_PATH],
    ["a fault of its own", refused(500, "hunter2 planted", "hunter2 planted")],
  ])("without credentials takes %s for a sign of life, and asks no more", async (_, ping) => {
    const { health, bare, signed } = await probe(ping, null);
    expect(health).toMatchObject({ answers: true, credentials: "forwarded", edition: null, problems: [] });
    expect(health.notes).toEqual(["Its edition is learned with the first caller's credentials."]);
    expect([bare.lines, signed.lines]).toEqual([["GET /ping"], []]);
  });

  it.each([
    ["a page", { status: 200, body: PAGE }, "does not look like"],
    ["a page that is not found", { status: 404, body: PAGE }, "does not look like"],
    ["a login page", { status: 401, body: PAGE }, "does not look like"],
    ["another's JSON", { status: 200, body: { status: "hunter2 planted" } }, "does not look like"],
    ["another's JSON that is not found", { status: 404, body: { error: "hunter2 planted" } }, "does not look like"],
    ["a list", { status: 200, body: [] }, "does not look like"],
    ["another place", { status: 302, body: "" }, "does not look like"],
    ["nothing at all", { status: 200, body: "" }, "does not look like"],
    ["502", { status: 502, body: PAGE }, "unavailable (status 502)"],
    ["503", { status: 503, body: { error: "hunter2 planted" } }, "unavailable (status 503)"],
    ["504", { status: 504, body: "" }, "unavailable (status 504)"],
    ["a page's 500", { status: 500, body: PAGE }, "failed with status 500"],
    ["that it was asked too often", { status: 429, body: PAGE }, "asked too often"],
  ])("takes %s for somebody else's answer, and sends no credentials", async (_, ping, problem) => {
    const { health, signed } = await probe(ping, { [ORGANIZATIONS]: E2 });
    expect(health).toMatchObject({ answers: false, credentials: "unknown", edition: null, notes: [] });
    expect(health.problems).toEqual([expect.stringContaining(problem)]);
    expect(health.problems).toEqual([expect.stringContaining("`directory`")]);
    expect(health.details).toEqual([`GET /ping: status ${ping.status}`]);
    expect(signed.lines).toEqual([]);
  });

  it("tells that nobody answers, and for the operator where that showed", async () => {
    const unreachable: Send = () =>
      Promise.reject(
        new ServiceFailure("UPSTREAM_UNAVAILABLE", "The service `directory` cannot be reached.", {
          service: "directory",
          detail: "GET /ping: ECONNREFUSED",
        }),
      );
    for (const signed of [null, unreachable]) {
      expect(await econtext.attach(SERVICE).probe(unreachable, signed)).toEqual({
        answers: false,
        credentials: signed === null ? "forwarded" : "unknown",
        edition: null,
        problems: ["The service `directory` cannot be reached."],
        details: ["GET /ping: ECONNREFUSED"],
        notes: [],
      });
    }
  });

  it("does not hide a fault of ours", async () => {
    const faulty: Send = () => Promise.reject(new Error("ours"));
    await expect(econtext.attach(SERVICE).probe(faulty, null)).rejects.toThrow("ours");
  });

  it("tells E2 by its organizations", async () => {
    const { health, signed } = await probe(PONG, { [ORGANIZATIONS]: E2 });
    expect(health).toMatchObject({ answers: true, credentials: "accepted", problems: [], details: [] });
    expect(health.edition).toMatch(/^2\.0 .*E2/);
    expect(health.notes).toEqual([expect.stringContaining("first 25 applications")]);
    expect(signed.lines).toEqual([ORGANIZATIONS]);
  });

  it("tells the editions before it by their missing path, which only those are told who are logged in", async () => {
    const { health, signed } = await probe(PONG, { [ORGANIZATIONS]: NO_PATH });
    expect(health).toMatchObject({ answers: true, credentials: "accepted", problems: [], details: [] });
    expect(health.edition).toMatch(/^1\.x or older/);
    expect(health.notes).toEqual([expect.stringContaining("no organizations")]);
    expect(signed.lines).toEqual([ORGANIZATIONS]);
  });

  it.each([
    [NO_PATH, "GET /users/search/ada", "1.x"],
    [E2, "GET /users/search/%22ada%22", "2.0"],
  ])("spares the callers the question of the edition", async (answer, search, edition) => {
    const attachment = econtext.attach(SERVICE);
    const { health } = await probe(PONG, { [ORGANIZATIONS]: answer }, attachment);
    expect(health.edition).toContain(edition);
    const { directory, service } = open({ [search]: ok({ users: [] }) }, attachment);
    await directory.users.list({ first: 20, after: null }, "ada", USER);
    expect(service.lines).toEqual([search]);
  });

  it("tells what was learned from callers, where it has no credentials of its own", async () => {
    const attachment = econtext.attach(SERVICE);
    const { directory } = open({ "GET /users/user/u1": ok({ user: userE2("u1") }) }, attachment);
    await directory.users.byIds(["u1"], USER);
    const { health } = await probe(PONG, null, attachment);
    expect(health).toMatchObject({ answers: true, credentials: "forwarded", problems: [] });
    expect(health.edition).toContain("2.0");
    expect(health.notes).toEqual([expect.stringContaining("25")]);
  });

  it("tells that the credentials were refused", async () => {
    const { health } = await probe(PONG, { [ORGANIZATIONS]: LOGIN });
    expect(health).toMatchObject({ answers: true, credentials: "refused", edition: null, notes: [] });
    expect(health.problems).toEqual(["The service `directory` refused the credentials."]);
  });

  it.each([
    ["a proxy that lets nobody pass", { status: 403, body: PAGE }, "does not allow this"],
    ["a page that is not found", { status: 404, body: PAGE }, "failed with status 404"],
    ["a fault", refused(500, "hunter2 planted", "hunter2 planted"), "failed with status 500"],
    ["502", { status: 502, body: PAGE }, "unavailable"],
    ["a page", { status: 200, body: PAGE }, "a form that we do not understand"],
    ["an envelope without a result", { status: 200, body: { econtext: {} } }, "a form that we do not understand"],
  ])("calls it a problem, and the credentials unknown, where the answer is %s", async (_, answer, problem) => {
    const attachment = econtext.attach(SERVICE);
    const { health } = await probe(PONG, { [ORGANIZATIONS]: answer }, attachment);
    expect(health).toMatchObject({ answers: true, credentials: "unknown", edition: null, notes: [] });
    expect(health.problems).toEqual([expect.stringContaining(problem)]);
    // Nothing was learned from it.
    expect((await probe(PONG, { [ORGANIZATIONS]: E2 }, attachment)).health.edition).toContain("2.0");
  });

  it("keeps an edition that an object showed where a proxy hides the organizations", async () => {
    const attachment = econtext.attach(SERVICE);
    await probe(PONG, { [ORGANIZATIONS]: E2 }, attachment);
    const { health } = await probe(PONG, { [ORGANIZATIONS]: NO_PATH }, attachment);
    expect(health).toMatchObject({ credentials: "accepted", edition: expect.stringContaining("2.0") });
  });

  it.each([LOGIN, NO_PATH])("sees that the URL lacks the base path, where %j is all that is left", async (ping) => {
    const { health, signed } = await probe(ping, { "GET /status": NO_PATH, [ORGANIZATIONS]: NO_PATH });
    expect(health).toMatchObject({ answers: true, credentials: "unknown", edition: null });
    expect(health.problems).toEqual([expect.stringContaining("base path")]);
    expect(signed.lines).toEqual(["GET /status"]);
  });

  it("needs no ping where the status is there", async () => {
    const status = ok({ rethinkdb: true });
    const { health } = await probe(LOGIN, { "GET /status": status, [ORGANIZATIONS]: NO_PATH });
    expect(health).toMatchObject({ answers: true, credentials: "accepted", problems: [] });
    const refusedToo = await probe(LOGIN, { "GET /status": LOGIN, [ORGANIZATIONS]: LOGIN });
    expect(refusedToo.health).toMatchObject({ answers: true, credentials: "refused" });
  });

  it("is alive where it answers first, and fails or falls silent afterwards", async () => {
    const late = new ServiceFailure("UPSTREAM_TIMEOUT", "The service `directory` gave no answer in time.", {
      service: "directory",
    });
    const health = await econtext.attach(SERVICE).probe(
      () => Promise.resolve(respond(PONG)),
      () => Promise.reject(late),
    );
    expect(health).toMatchObject({ answers: true, credentials: "unknown", problems: [late.message], details: [] });
  });
});
