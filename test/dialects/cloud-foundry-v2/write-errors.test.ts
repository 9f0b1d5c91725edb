import { describe, expect, it } from "vitest";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import type { Refusal } from "../../../src/domain/errors.ts";
import { writeError } from "../../../src/dialects/cloud-foundry-v2/write-errors.ts";
import {
  ASK,
  exchange,
  fault,
  play,
  respond,
  SERVICE,
  type Scene,
  type Scripted,
  REQUEST_ID,
} from "./scripted-send.ts";

const ASKS = ["Mutation.test"];
const SPACE = { user: "u", group: { kind: "SPACE", id: "s" }, role: "DEVELOPER" } as const;
const ORGANIZATION = { user: "u", group: { kind: "ORGANIZATION", id: "o" }, role: "MEMBER" } as const;

/** Every write, with a space where it takes one. */
const WRITES = {
  "create a user": ({ users }: Scene) =>
    users.create({ cloudFoundry: { guid: "g", defaultSpace: "s", admin: null } }, ASK.for),
  "create a user without a space": ({ users }: Scene) =>
    users.create({ cloudFoundry: { guid: "g", defaultSpace: null, admin: true } }, ASK.for),
  "update a user": ({ users }: Scene) => users.update("u", { cloudFoundry: { defaultSpace: "s" } }, ASKS),
  "update a user without a space": ({ users }: Scene) => users.update("u", { cloudFoundry: { admin: true } }, ASKS),
  "delete a user": ({ users }: Scene) => users.remove("u", ASKS),
  "give a role in a space": ({ groups }: Scene) => groups.addMember(SPACE, ASKS),
  "give a role in an organization": ({ groups }: Scene) => groups.addMember(ORGANIZATION, ASKS),
  "take a role in a space": ({ groups }: Scene) => groups.removeMember(SPACE, ASKS),
  "take a role in an organization": ({ groups }: Scene) => groups.removeMember(ORGANIZATION, ASKS),
} satisfies Record<string, (scene: Scene) => Promise<unknown>>;

type WriteName = keyof typeof WRITES;

/** An answer of the service, and what it is for any write that has no better word for it. */
type Row = readonly [answer: Scripted, failure: string, outcome?: "unknown"];

const ROWS: Readonly<Record<string, Row>> = {
  InvalidAuthToken: [fault(401, 1000, "CF-InvalidAuthToken"), "UNAUTHENTICATED"],
  MessageParseError: [fault(400, 1001, "CF-MessageParseError"), "UPSTREAM_ERROR"],
  InvalidRelation: [fault(400, 1002, "CF-InvalidRelation"), "UPSTREAM_ERROR"],
  NotFound: [fault(404, 10000, "CF-NotFound"), "UPSTREAM_ERROR"],
  UnknownError: [fault(500, 10001, "UnknownError"), "UPSTREAM_ERROR", "unknown"],
  ServerError: [fault(500, 10001, "CF-ServerError"), "UPSTREAM_ERROR", "unknown"],
  NotAuthenticated: [fault(401, 10002, "CF-NotAuthenticated"), "UNAUTHENTICATED"],
  NotAuthorized: [fault(403, 10003, "CF-NotAuthorized"), "FORBIDDEN"],
  InvalidRequest: [fault(400, 10004, "CF-InvalidRequest"), "UPSTREAM_ERROR"],
  BadQueryParameter: [fault(400, 10005, "CF-BadQueryParameter"), "UPSTREAM_ERROR"],
  AssociationNotEmpty: [fault(400, 10006, "CF-AssociationNotEmpty"), "UPSTREAM_ERROR"],
  InsufficientScope: [fault(403, 10007, "CF-InsufficientScope"), "FORBIDDEN"],
  UnprocessableEntity: [fault(422, 10008, "CF-UnprocessableEntity"), "UPSTREAM_ERROR"],
  DatabaseError: [fault(500, 10011, "CF-DatabaseError"), "UPSTREAM_ERROR", "unknown"],
  RateLimitExceeded: [fault(429, 10013, "CF-RateLimitExceeded"), "RATE_LIMITED"],
  IPBasedRateLimitExceeded: [fault(429, 10014, "CF-IPBasedRateLimitExceeded"), "RATE_LIMITED"],
  RateLimitV2APIExceeded: [fault(429, 10018, "CF-RateLimitV2APIExceeded"), "RATE_LIMITED"],
  UserInvalid: [fault(400, 20001, "CF-UserInvalid"), "UPSTREAM_ERROR"],
  UaaIdTaken: [fault(400, 20002, "CF-UaaIdTaken"), "UPSTREAM_ERROR"],
  UserNotFound: [fault(404, 20003, "CF-UserNotFound"), "UPSTREAM_ERROR"],
  UaaUnavailable: [fault(503, 20004, "CF-UaaUnavailable"), "UPSTREAM_UNAVAILABLE"],
  "UaaUnavailable with a misnamed content type": [
    { ...fault(502, 20004, "CF-UaaUnavailable"), headers: { "content-type:": "application/json" } },
    "UPSTREAM_UNAVAILABLE",
  ],
  OrganizationNotFound: [fault(404, 30003, "CF-OrganizationNotFound"), "UPSTREAM_ERROR"],
  LastManagerInOrg: [fault(403, 30004, "CF-LastManagerInOrg"), "FORBIDDEN"],
  LastBillingManagerInOrg: [fault(403, 30005, "CF-LastBillingManagerInOrg"), "FORBIDDEN"],
  LastUserInOrg: [fault(403, 30006, "CF-LastUserInOrg"), "FORBIDDEN"],
  SpaceNotFound: [fault(404, 40004, "CF-SpaceNotFound"), "UPSTREAM_ERROR"],
  FeatureDisabled: [fault(403, 330002, "CF-FeatureDisabled"), "FORBIDDEN"],
  "AppNotFound as recorded": [{ status: 404, body: exchange("errors-apps_not_found").response.body }, "UPSTREAM_ERROR"],
  "a code that we do not know": [fault(400, 99999, "CF-hunter2"), "UPSTREAM_ERROR"],
  "a known code with another status": [fault(500, 20003, "CF-UserNotFound"), "UPSTREAM_ERROR", "unknown"],
  "v2 switched off": [{ status: 404, text: "V2 endpoints disabled" }, "UPSTREAM_ERROR"],
  "a space supporter, in HTML": [{ status: 403, text: "hunter2 planted" }, "FORBIDDEN"],
  "too long an address, in HTML": [{ status: 414, text: "<html>hunter2 planted</html>" }, "UPSTREAM_ERROR"],
  "too many requests, in HTML": [{ status: 429, text: "<html>hunter2 planted</html>" }, "RATE_LIMITED"],
  "a way elsewhere": [{ status: 302, headers: { location: "https://hunter2" } }, "UPSTREAM_ERROR", "unknown"],
  "a fault of whatever": [{ status: 500, text: "hunter2 planted" }, "UPSTREAM_ERROR", "unknown"],
  "a gateway's fault": [{ status: 502, text: "<html>hunter2 planted</html>" }, "UPSTREAM_UNAVAILABLE", "unknown"],
  "a gateway's timeout": [{ status: 504, text: "<html>hunter2 planted</html>" }, "UPSTREAM_UNAVAILABLE", "unknown"],
};

const NO_GROUP = { OrganizationNotFound: "NOT_FOUND group", SpaceNotFound: "NOT_FOUND group" };
const TAKING = {
  ...NO_GROUP,
  UserNotFound: "NOT_FOUND user",
  InvalidRelation: "NOT_FOUND user",
  AssociationNotEmpty: "CONFLICT group",
  LastManagerInOrg: "CONFLICT group",
  LastBillingManagerInOrg: "CONFLICT group",
  LastUserInOrg: "CONFLICT group",
};
const CREATION = { UaaIdTaken: "TAKEN guid", UserInvalid: "INVALID guid", MessageParseError: "INVALID " };
const UPDATE = { UserNotFound: "NOT_FOUND id", MessageParseError: "INVALID cloudFoundry" };

/** What the caller can mend. */
const MENDABLE: Readonly<Record<WriteName, Readonly<Record<string, string>>>> = {
  "create a user": { ...CREATION, InvalidRelation: "NOT_FOUND defaultSpace" },
  "create a user without a space": CREATION,
  "update a user": { ...UPDATE, InvalidRelation: "NOT_FOUND cloudFoundry.defaultSpace" },
  "update a user without a space": UPDATE,
  "delete a user": { UserNotFound: "NOT_FOUND id", AssociationNotEmpty: "CONFLICT id" },
  "give a role in a space": { ...NO_GROUP, UserNotFound: "NOT_FOUND user", InvalidRelation: "CONFLICT user" },
  "give a role in an organization": { ...NO_GROUP, UserNotFound: "NOT_FOUND user" },
  "take a role in a space": TAKING,
  "take a role in an organization": TAKING,
};

const cases = (Object.keys(WRITES) as WriteName[]).flatMap((write) =>
  Object.keys(ROWS).map((answer) => ({ write, answer, told: MENDABLE[write][answer] })),
);
const unnamed = Object.values(MENDABLE).flatMap((told) => Object.keys(told).filter((name) => !(name in ROWS)));

describe("An answer that is no success", () => {
  it("is in the table for everything that can be mended", () => {
    expect(unnamed).toEqual([]);
  });

  it.each(cases)("to “$write” is told: $answer, $told", async ({ write, answer, told }) => {
    const [scripted, code, outcome] = ROWS[answer] as Row;
    const { headers } = scripted;
    const scene = play(() => ({ ...scripted, headers: { ...headers, "x-vcap-request-id": `sent::${REQUEST_ID}` } }));
    const error = await rejection(WRITES[write](scene));
    if (told === undefined) {
      expect(error).toBeInstanceOf(ServiceFailure);
      const outcomeUnknown = outcome === "unknown";
      expect(error).toMatchObject({ code, outcomeUnknown, requestId: REQUEST_ID, service: "cloud" });
      expect(error.message).toMatch(outcomeUnknown ? /all the same: (?:look|read) / : /^The service `cloud` /);
    } else {
      const [problem, ...others] = (error as Refusal).problems;
      expect(`${problem.code} ${problem.path.join(".")}`).toBe(told);
      expect(others).toEqual([]);
      expect(problem.message).toMatch(/(?:no user was created|nothing was changed)\.$/i);
    }
    expect(textOf(error)).not.toMatch(/hunter2|not-found/);
  });

  it("tells when to come back, where the service does", async () => {
    const scene = play(() => ({ ...fault(429, 10013, "CF-RateLimitExceeded"), headers: { "retry-after": "17" } }));
    expect(await rejection(WRITES["delete a user"](scene))).toMatchObject({ code: "RATE_LIMITED", retryAfter: 17 });
  });

  it("to a creation says to look first, since a repetition would find its own guid taken", async () => {
    const error = await rejection(WRITES["create a user"](play(() => fault(500, 10001, "UnknownError"))));
    expect(error.message).toBe(
      "The service `cloud` gave no usable answer, and the user may have been created all the same: look the guid up before trying again, for a repetition would find it taken.",
    );
  });

  it("says in which way an organization would be left alone", () => {
    const take = { operation: "removal", request: { method: "DELETE", route: "/v2/x", for: [], keys: 1 } } as const;
    const messages = [30004, 30005, 30006].map(
      (code) => writeError(SERVICE, take, respond(fault(403, code, "CF-Odd"))).message,
    );
    expect(messages).toEqual([
      expect.stringContaining("without a manager"),
      expect.stringContaining("without a billing manager"),
      expect.stringContaining("without members"),
    ]);
  });
});

describe("A success that shows nothing", () => {
  const odd: Readonly<Record<string, Scripted>> = {
    "no JSON": { status: 201, text: "<html>hunter2 planted</html>" },
    "an empty body": { status: 201 },
    "a list": { status: 201, body: [] },
    "an object without a guid": { status: 201, body: { metadata: {}, entity: {} } },
    "another object": { status: 201, body: { metadata: { guid: "hunter2" }, entity: {} } },
  };
  const answers = (Object.keys(WRITES) as WriteName[]).flatMap((write) =>
    Object.keys(odd).map((answer) => ({ write, answer })),
  );

  it.each(answers)("to “$write” is $answer: nobody knows what happened", async ({ write, answer }) => {
    const error = await rejection(WRITES[write](play(() => odd[answer] ?? {})));
    expect(error).toMatchObject({ code: "UPSTREAM_INVALID_RESPONSE", outcomeUnknown: true });
    expect(error.message).toMatch(/all the same: (?:look|read) /);
    expect(textOf(error)).not.toContain("hunter2");
  });
});

describe("A write whose answer was lost", () => {
  const lost = new ServiceFailure("UPSTREAM_UNAVAILABLE", "The change may have been made all the same.", {
    service: "cloud",
    detail: "PUT /v2/x: ECONNRESET",
    status: 502,
    retryAfter: 17,
    requestId: REQUEST_ID,
    outcomeUnknown: true,
  });
  const writes = Object.keys(WRITES) as WriteName[];

  it.each(writes)("tells how to find out what became of it: “%s”", async (write) => {
    const error = await rejection(WRITES[write](losing(lost)));
    const { code, detail, status, retryAfter, requestId, outcomeUnknown } = lost;
    expect(error).toMatchObject({ code, detail, status, retryAfter, requestId, outcomeUnknown });
    expect(error.message).toMatch(/^The service `cloud` gave no usable answer, and .* all the same: (?:look|read) /);
  });

  it.each(writes)("is told from one that was not sent: “%s”", async (write) => {
    const refused = new ServiceFailure("UPSTREAM_UNAVAILABLE", "No connection.", { service: "cloud" });
    expect(await rejection(WRITES[write](losing(refused)))).toBe(refused);
  });
});

function losing(failure: ServiceFailure): Scene {
  return play(() => {
    throw failure;
  });
}

async function rejection(promise: Promise<unknown>): Promise<ServiceFailure | Refusal> {
  return promise.then(
    () => Promise.reject(new Error("It did not reject.")),
    (error: unknown) => error as ServiceFailure | Refusal,
  );
}

/** All that may be read of an error, by clients or in a log. */
function textOf(error: ServiceFailure | Refusal): string {
  return JSON.stringify([error, error.message, "detail" in error && error.detail]);
}
