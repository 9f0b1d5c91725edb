import { describe, expect, it } from "vitest";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Health } from "../../../src/domain/health.ts";
import { cloudFoundryV2 } from "../../../src/dialects/cloud-foundry-v2/dialect.ts";
import { fillRoute } from "../../../src/http/route.ts";
import type { Send } from "../../../src/http/send.ts";
import { exchange, fault, listOf, respond, SERVICE, wire, type Scripted } from "./scripted-send.ts";

const UAA = { uaa: { href: "https://uaa.example.com" } };
const V2 = { cloud_controller_v2: { href: "https://api.cf.example.com/v2", meta: { version: "2.293.0" } } };
const ROOT_ON: Scripted = { body: { links: { ...UAA, ...V2 } } };
const ROOT_OFF: Scripted = { body: { links: UAA } };
const INFO_ON: Scripted = { body: exchange("info-get_info").response.body };
const INFO_OFF: Scripted = { body: { api_version: "", support: "CF API v2 is disabled" } };
const DISABLED: Scripted = { status: 404, text: "V2 endpoints disabled" };
const PAGE: Scripted = { status: 404, text: "<html>hunter2 planted</html>" };
const USERS: Scripted = { body: listOf([wire("u-1")], 7) };

interface Service {
  readonly root?: Scripted;
  readonly info?: Scripted;
  /** Null: there are no credentials. */
  readonly users?: Scripted | null;
}

interface Probed {
  readonly health: Health;
  readonly bare: readonly string[];
  readonly signed: readonly string[];
}

async function probe({ root = ROOT_ON, info = INFO_ON, users = USERS }: Service): Promise<Probed> {
  const calls: Record<"bare" | "signed", string[]> = { bare: [], signed: [] };
  const sendAs =
    (who: "bare" | "signed"): Send =>
    (request) => {
      expect([request.probe, request.for]).toEqual([true, []]);
      const path = fillRoute(request);
      calls[who].push(`${request.method} ${path}`);
      return Promise.resolve(respond(path === "/" ? root : path === "/v2/info" ? info : (users ?? PAGE)));
    };
  const health = await cloudFoundryV2.attach(SERVICE).probe(sendAs("bare"), users === null ? null : sendAs("signed"));
  expect(JSON.stringify(health)).not.toContain("hunter2");
  return { health, ...calls };
}

describe("A probe of Cloud Foundry", () => {
  it("tells the version, and that an administrator's credentials are accepted", async () => {
    const { health, bare, signed } = await probe({});
    expect(health).toEqual({
      answers: true,
      credentials: "accepted",
      edition: "API 2.293.0",
      problems: [],
      details: [],
      notes: [],
    });
    expect(bare).toEqual(["GET /", "GET /v2/info"]);
    expect(signed).toEqual(["GET /v2/users?results-per-page=1"]);
  });

  it("asks no more than that where callers bring their credentials", async () => {
    const { health, signed } = await probe({ users: null });
    expect(health).toMatchObject({ answers: true, credentials: "forwarded", edition: "API 2.293.0", problems: [] });
    expect(signed).toEqual([]);
  });

  it.each([
    ["root and info", { root: ROOT_OFF, info: INFO_OFF }],
    ["info alone", { root: PAGE, info: INFO_OFF }],
    ["the root alone", { root: ROOT_OFF, info: DISABLED }],
  ])("tells that v2 is switched off, and who can change that, by %s", async (_, service) => {
    const { health, signed } = await probe(service);
    expect(health).toMatchObject({ answers: true, credentials: "unknown", edition: null });
    expect(health.problems).toEqual([expect.stringMatching(/switched off.*operator.*temporary_enable_v2/)]);
    expect(signed).toEqual([]);
  });

  it("tells that v2 is switched off where only its front knows", async () => {
    const { health } = await probe({ users: DISABLED });
    expect(health).toMatchObject({ answers: true, credentials: "unknown" });
    expect(health.problems).toEqual([expect.stringMatching(/switched off.*temporary_enable_v2/)]);
  });

  it.each([
    ["the root", { root: PAGE }, "API 2.293.0"],
    ["info", { info: PAGE }, null],
  ])("gets along without %s, which a proxy may hide", async (_, service, edition) => {
    const { health } = await probe(service);
    expect(health).toMatchObject({ answers: true, credentials: "accepted", edition, problems: [] });
  });

  it.each(["2.293.0 hunter2", "hunter2", "2", "2.1.\n", "1.2.3.4.5", "99999999999.1"])(
    "shows nothing that is not a version: %j",
    async (version) => {
      const { health } = await probe({ info: { body: { api_version: version } } });
      expect(health).toMatchObject({ answers: true, credentials: "accepted", edition: null, problems: [] });
    },
  );

  it.each([
    ["pages that are not found", PAGE, "does not look like"],
    ["pages", { text: "<html>hunter2 planted</html>" }, "does not look like"],
    ["another's JSON", { body: { hello: "hunter2 planted" } }, "does not look like"],
    ["another's links", { body: { links: { self: { href: "hunter2 planted" } } } }, "does not look like"],
    ["another's version", { body: { api_version: 2 } }, "does not look like"],
    ["a list", { body: ["hunter2 planted"] }, "does not look like"],
    ["an unknown path, as below the root", fault(404, 10000, "CF-NotFound"), "does not look like"],
    ["another place", { status: 301 }, "does not look like"],
    ["502", { status: 502, text: "<html>hunter2 planted</html>" }, "unavailable (status 502)"],
    ["503", { status: 503 }, "unavailable (status 503)"],
    ["500", { status: 500, text: "hunter2 planted" }, "failed with status 500"],
  ])("takes %s for somebody else's answers, and sends no credentials", async (_, answer, problem) => {
    const { health, signed } = await probe({ root: answer, info: answer });
    expect(health).toMatchObject({ answers: false, credentials: "unknown", edition: null });
    expect(health.problems).toEqual([expect.stringContaining(problem)]);
    expect(health.problems).toEqual([expect.stringContaining("`cloud`")]);
    expect(health.details).toHaveLength(1);
    expect(signed).toEqual([]);
  });

  it("tells that nobody answers, and for the operator where that showed", async () => {
    const unreachable: Send = ({ route }) =>
      Promise.reject(
        new ServiceFailure("UPSTREAM_UNAVAILABLE", "The service `cloud` cannot be reached.", {
          service: "cloud",
          detail: `GET ${route}: ECONNREFUSED`,
        }),
      );
    expect(await cloudFoundryV2.attach(SERVICE).probe(unreachable, null)).toEqual({
      answers: false,
      credentials: "forwarded",
      edition: null,
      problems: ["The service `cloud` cannot be reached."],
      details: ["GET /: ECONNREFUSED"],
      notes: [],
    });
  });

  it("does not hide a fault of ours", async () => {
    const faulty: Send = () => Promise.reject(new Error("ours"));
    await expect(cloudFoundryV2.attach(SERVICE).probe(faulty, null)).rejects.toThrow("ours");
  });

  it.each([fault(401, 1000, "CF-InvalidAuthToken"), { status: 401, text: "hunter2 planted" }])(
    "tells that the credentials were refused: %j",
    async (users) => {
      const { health } = await probe({ users });
      expect(health).toMatchObject({ answers: true, credentials: "refused", edition: "API 2.293.0", notes: [] });
      expect(health.problems).toEqual(["The service `cloud` refused the credentials."]);
    },
  );

  it("tells of credentials that are no administrator's what they cannot do", async () => {
    const { health } = await probe({ users: fault(403, 10003, "CF-NotAuthorized") });
    expect(health).toMatchObject({ answers: true, credentials: "accepted", problems: [] });
    expect(health.notes).toEqual([expect.stringMatching(/administrator.*lists.*FORBIDDEN/)]);
  });

  it("tells that a token lacks the scope for anything", async () => {
    const { health } = await probe({ users: fault(403, 10007, "CF-InsufficientScope") });
    expect(health).toMatchObject({ answers: true, credentials: "accepted", notes: [] });
    expect(health.problems).toEqual([expect.stringContaining("cloud_controller.read")]);
  });

  it("tells of credentials that are good for v3 alone", async () => {
    const { health } = await probe({ users: { status: 403, text: "hunter2 planted" } });
    expect(health).toMatchObject({ answers: true, credentials: "accepted", notes: [] });
    expect(health.problems).toEqual([expect.stringContaining("space supporter")]);
  });

  it.each([
    ["a proxy's page", { status: 403, text: "<html>hunter2 planted</html>" }, "does not allow this"],
    ["a proxy's JSON", { status: 403, body: { message: "hunter2 planted" } }, "does not allow this"],
    ["nothing but 403", { status: 403 }, "does not allow this"],
    ["a page", { text: "<html>hunter2 planted</html>" }, "a form that we do not understand"],
    ["another's JSON", { body: { users: [] } }, "a form that we do not understand"],
    ["that UAA cannot be reached", fault(502, 20004, "CF-UaaUnavailable"), "unavailable"],
    ["a fault", fault(500, 10001, "UnknownError"), "failed with status 500"],
    ["that it was asked too often", fault(429, 10018, "CF-RateLimitV2APIExceeded"), "asked too often"],
    ["a page that is not found", PAGE, "failed with status 404"],
  ])("calls it a problem, and the credentials unknown, where the answer is %s", async (_, users, problem) => {
    const { health } = await probe({ users });
    expect(health).toMatchObject({ answers: true, credentials: "unknown", edition: "API 2.293.0", notes: [] });
    expect(health.problems).toEqual([expect.stringContaining(problem)]);
  });

  it("is alive where it answers first, and falls silent afterwards", async () => {
    const late = new ServiceFailure("UPSTREAM_TIMEOUT", "The service `cloud` gave no answer in time.", {
      service: "cloud",
    });
    const bare: Send = ({ route }) => Promise.resolve(respond(route === "/" ? ROOT_ON : INFO_ON));
    const health = await cloudFoundryV2.attach(SERVICE).probe(bare, () => Promise.reject(late));
    expect(health).toMatchObject({ answers: true, credentials: "unknown", problems: [late.message] });
  });
});
