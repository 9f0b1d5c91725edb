import { describe, expect, it } from "vitest";
import type { Directory } from "../../../src/domain/directory.ts";
import { Refusal, ServiceFailure } from "../../../src/domain/errors.ts";
import type { EcontextUserChange } from "../../../src/domain/facets/econtext.ts";
import { ASKS, first, NO_PATH, ok, open, RECORD, recorded, refused, SERVICE, USER } from "./scripted-send.ts";
import type { Script, Scripted } from "./scripted-send.ts";
import { application, applicationE2, group, user, userE2 } from "./wire-bodies.ts";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";

const GET = "GET /users/user/u1";
const PUT = "PUT /users/user/u1";
const PROBE = "GET /organizations?limit=1";
const HASH = "$2b$12$8Nw7cYw0hVdJ1nHc0m2cPe";
const STACK = `Traceback: models.py ${HASH}`;
const CHANGED = { E1: ok({ user: user("u1") }), E2: ok({ user: userE2("u1") }) };

const update = (directory: Directory, econtextChange: EcontextUserChange, id = "u1") =>
  directory.users.update(id, { econtext: econtextChange }, ASKS);

async function refusalOf(directory: Directory, change: EcontextUserChange, id?: string): Promise<Refusal> {
  const error = await update(directory, change, id).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  const refusal = error as Refusal;
  for (const { message } of refusal.problems) {
    expect(message).toContain("Nothing was changed.");
    expect(message).not.toMatch(/Traceback|models\.py|\$2b\$|flies|Node\(|deflate|ada@/);
  }
  return refusal;
}

const told = ({ problems }: { readonly problems: Refusal["problems"] }) =>
  problems.map(({ code, path }) => `${code} ${path.join(".")}`);

/** A service whose edition has shown itself to an earlier caller. */
async function openKnown(edition: "E1" | "E2", script: Script) {
  const attachment = econtext.attach(SERVICE);
  const earlier = open({ "GET /users/user/x": ok({ user: edition === "E2" ? userE2("x") : user("x") }) }, attachment);
  await earlier.directory.users.byIds(["x"], USER);
  return open(script, attachment);
}

/** The body that an edition is sent for a change. */
async function bodyOf(edition: "E1" | "E2", change: EcontextUserChange): Promise<unknown> {
  const { directory, service } = await openKnown(edition, { [PUT]: CHANGED[edition] });
  await update(directory, change);
  expect(service.lines).toEqual([PUT]);
  return service.requests[0]?.body;
}

describe("Updating a user", () => {
  it("sends what is given and nothing else, and answers with the whole user (E0, E1)", async () => {
    const { directory, service } = open({
      "PUT /users/user/a3bc334a-f9f2-4797-aaa2-1440811c0ec0": recorded("docs-users-put-user"),
    });
    const id = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
    const changed = await update(directory, { status: "ENABLED", name: undefined, email: " ada@example.com " }, id);
    expect(service.requests).toEqual([
      {
        method: "PUT",
        route: "/users/user/{id}",
        params: { id },
        body: { email: "ada@example.com", status: "ENABLED" },
        for: ASKS,
        keys: 1,
        repeatable: true,
      },
    ]);
    expect(changed).toMatchObject({ id, record: { id, status: "ENABLED", name: "Test User" } });
    expect(changed.record?.applications(first(20))?.items).toHaveLength(1);
    expect(changed.record?.groups(first(20), { kind: null, role: null })?.items).toHaveLength(1);
    expect(changed.record?.apiKeys()).toEqual([]);
  });

  it("takes id strings of E0 for relations, too", async () => {
    const { directory } = open({ [PUT]: ok({ user: user("u1", { applications: ["a1"] }) }) });
    const { record } = await update(directory, { name: "Ada" });
    expect(record?.applications(first(20))?.items).toEqual([{ id: "a1", record: undefined }]);
  });

  it("leaves the user of E2 to be read again by whoever asks", async () => {
    const { directory, service } = open({
      [PUT]: ok({ user: userE2("u1", { modified_at: "2026-11-22 04:51:15.444835" }) }),
      [GET]: ok({ user: userE2("u1", { applications: [applicationE2("a1")] }) }),
    });
    expect(await update(directory, { name: "Ada" })).toEqual({ id: "u1", record: undefined });
    expect(service.lines).toEqual([PUT]);
    const [again] = await directory.applications.ofUsers(["u1"], first(20), RECORD);
    expect(again).toMatchObject({ items: [{ id: "a1" }] });
    expect(service.lines).toEqual([PUT, GET]);
  });

  it("leaves a user that shows no edition to be read again, too", async () => {
    const { directory } = open({ [PUT]: ok({ user: { id: "u1" } }) });
    expect(await update(directory, { name: "Ada" })).toEqual({ id: "u1", record: undefined });
  });

  it("forgets what was read before, and remembers the changed user", async () => {
    const { directory, service } = open({
      [GET]: ok({ user: user("u1", { applications: [application("a1")], groups: [group("g1")] }) }),
      [PUT]: ok({ user: user("u1", { name: "Ada" }) }),
      "GET /applications/application/a1": ok({ application: application("a1") }),
    });
    await directory.users.byIds(["u1"], USER);
    await directory.applications.byIds(["a1"], RECORD);
    await update(directory, { name: "Ada" });
    await directory.applications.byIds(["a1"], RECORD);
    const needs = { record: true, groups: [], applications: true, apiKeys: true };
    expect(await directory.users.byIds(["u1"], { needs, for: ASKS })).toMatchObject([{ name: "Ada" }]);
    expect(await update(directory, {})).toMatchObject({ record: { name: "Ada" } });
    expect(service.lines).toEqual([GET, PUT, "GET /applications/application/a1"]);
  });

  it.each([{}, { email: undefined, password: undefined, name: undefined, status: undefined, customData: undefined }])(
    "with nothing to change reads the user, and writes nothing",
    async (change) => {
      const { directory, service } = open({ [GET]: ok({ user: user("u1", { name: "Ada" }) }) });
      expect(await update(directory, change)).toMatchObject({ id: "u1", record: { name: "Ada" } });
      expect(service.lines).toEqual([GET]);
    },
  );

  it("with nothing to change finds out that there is no such user", async () => {
    const { directory } = open({ [GET]: refused(400, "Invalid parameter", "User not found") });
    expect(told(await refusalOf(directory, {}))).toEqual(["NOT_FOUND id"]);
  });

  it.each(["", "..", "a/b", "\u0000"])("of the id %j is none: nobody is asked", async (id) => {
    const { directory, service } = open({});
    expect(told(await refusalOf(directory, { name: "Ada" }, id))).toEqual(["NOT_FOUND id"]);
    expect(told(await refusalOf(directory, {}, id))).toEqual(["NOT_FOUND id"]);
    expect(service.lines).toEqual([]);
  });

  it("of another dialect is UNSUPPORTED", async () => {
    const { directory } = open({});
    const change = { cloudFoundry: { admin: true } };
    expect(told({ problems: directory.users.reviewChange(change) as unknown as Refusal["problems"] })).toEqual([
      "UNSUPPORTED cloudFoundry",
    ]);
    await expect(directory.users.update("u1", change, ASKS)).rejects.toMatchObject({
      problems: [{ code: "UNSUPPORTED", path: ["cloudFoundry"] }],
    });
  });
});

describe("A change", () => {
  it("is reviewed as a whole, and nobody is asked", async () => {
    const { directory, service } = open({});
    const change = { email: "ada@example", password: " 123456 ", name: "x".repeat(1001), status: "UNKNOWN" } as const;
    const problems = [
      "INVALID econtext.email",
      "INVALID econtext.password",
      "INVALID econtext.name",
      "INVALID econtext.status",
    ];
    const reviewed = directory.users.reviewChange({ econtext: change });
    expect(reviewed.map(({ code, path }) => `${code} ${path.join(".")}`)).toEqual(problems);
    expect(told(await refusalOf(directory, change, "a/b"))).toEqual(["NOT_FOUND id", ...problems]);
    expect(service.lines).toEqual([]);
  });

  it("cannot clear what every user has", async () => {
    const change = { email: null, password: null, status: null };
    expect(told(await refusalOf(open({}).directory, change))).toEqual([
      "UNSUPPORTED econtext.email",
      "UNSUPPORTED econtext.password",
      "UNSUPPORTED econtext.status",
    ]);
  });

  it("bounds what it passes on", async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(101)}1${"}".repeat(101)}`) as Record<string, unknown>;
    const change = { email: `${"a".repeat(243)}@example.com`, password: "x".repeat(1001), customData: deep };
    expect(told(await refusalOf(open({}).directory, change))).toEqual([
      "INVALID econtext.email",
      "INVALID econtext.password",
      "INVALID econtext.customData",
    ]);
  });

  it("goes to E0 and E1 as it is, emails in lower case: else an unchanged one is another user's", async () => {
    const change = { email: " Ada@Example.com ", password: " flies at 7 ", name: null, status: "UNVERIFIED" } as const;
    expect(await bodyOf("E1", { ...change, customData: { "": 1, _empty_: 2 } })).toEqual({
      email: "ada@example.com",
      password: " flies at 7 ",
      name: null,
      status: "UNVERIFIED",
      custom_data: { "": 1, _empty_: 2 },
    });
    expect(await bodyOf("E1", { customData: null })).toEqual({ custom_data: null });
    expect(await bodyOf("E1", { customData: {} })).toEqual({ custom_data: {} });
  });

  it("goes to E2 without nulls, and clears custom data by the key that E2 drops", async () => {
    expect(await bodyOf("E2", { email: " Ada@Example.com ", name: null, customData: { desk: 4 } })).toEqual({
      email: "Ada@Example.com",
      name: "",
      custom_data: { desk: 4 },
    });
    expect(await bodyOf("E2", { customData: null })).toEqual({ custom_data: { _empty_: true } });
    expect(await bodyOf("E2", { customData: {} })).toEqual({ custom_data: { _empty_: true } });
  });

  it.each([
    [{ status: "UNVERIFIED" }, "UNSUPPORTED econtext.status"],
    [{ customData: { "": 1 } }, "INVALID econtext.customData"],
    [{ customData: { _empty_: 1 } }, "INVALID econtext.customData"],
  ] as const)("that E2 cannot take is refused before any call: %j", async (change, problem) => {
    const known = await openKnown("E2", {});
    expect(known.directory.users.reviewChange({ econtext: change })).toHaveLength(1);
    expect(told(await refusalOf(known.directory, change))).toEqual([problem]);
    expect(known.service.lines).toEqual([]);

    const unknown = open({ [PROBE]: ok({ organizations: [] }) });
    expect(unknown.directory.users.reviewChange({ econtext: change })).toEqual([]);
    expect(told(await refusalOf(unknown.directory, change))).toEqual([problem]);
    expect(unknown.service.lines).toEqual([PROBE]);
  });

  it.each([
    [{ name: null }, { name: null }, { name: "" }],
    [{ customData: {} }, { custom_data: {} }, { custom_data: { _empty_: true } }],
    [{ customData: null }, { custom_data: null }, { custom_data: { _empty_: true } }],
    [{ email: "ADA@example.com" }, { email: "ada@example.com" }, { email: "ADA@example.com" }],
  ])("that the editions are told differently asks which one it is: %j", async (change, before, after) => {
    const older = open({ [PROBE]: NO_PATH, [PUT]: CHANGED.E1 });
    await update(older.directory, change);
    expect(older.service.lines).toEqual([PROBE, PUT]);
    expect(older.service.requests[1]?.body).toEqual(before);
    const newest = open({ [PROBE]: ok({ organizations: [] }), [PUT]: CHANGED.E2 });
    await update(newest.directory, change);
    expect(newest.service.lines).toEqual([PROBE, PUT]);
    expect(newest.service.requests[1]?.body).toEqual(after);
  });

  it("that every edition is told alike asks nothing", async () => {
    const { directory, service } = open({ [PUT]: CHANGED.E1 });
    await update(directory, {
      email: "ada@example.com",
      password: "flies at 7",
      name: "",
      status: "DISABLED",
      customData: { desk: 4 },
    });
    expect(service.lines).toEqual([PUT]);
  });

  describe("in a service whose edition nobody can tell", () => {
    const LOST = { [PROBE]: { status: 404, body: "<html>no</html>" } };

    it.each([{ name: null }, { status: "UNVERIFIED" }] as const)(
      "is sent as E0 and E1 take it where E2 would refuse it aloud: %j",
      async (change) => {
        const { directory, service } = open({ ...LOST, [PUT]: CHANGED.E1 });
        await update(directory, change);
        expect(service.lines).toEqual([PROBE, PUT]);
        expect(service.requests[1]?.body).toEqual(change);
      },
    );

    it.each([{ customData: {} }, { customData: null }, { customData: { _empty_: 1 } }, { email: "ADA@example.com" }])(
      "is not sent where an edition would misread it without a word: %j",
      async (change) => {
        const { directory, service } = open(LOST);
        await expect(update(directory, change)).rejects.toMatchObject({
          code: "UPSTREAM_ERROR",
          outcomeUnknown: false,
        });
        expect(service.lines).toEqual([PROBE]);
      },
    );
  });
});

describe("A refusal of the service's to change a user", () => {
  const e1 = (text: string) => refused(400, "Invalid parameter", `The "x" parameter is invalid. ${text}`);
  const e2 = (text: string) => refused(500, text, STACK);

  it.each([
    [e1("User not found"), "NOT_FOUND id"],
    [e1("A user with that email address already exists"), "TAKEN econtext.email"],
    [e2("Node(46) already exists with label `User` and property `email` = 'ada@example.com'"), "TAKEN econtext.email"],
    [e2(`Attempting to deflate property 'status' on {'password': '${HASH}'}`), "INVALID econtext.status"],
    [e1("Not that one"), "INVALID econtext"],
  ])("is told with its path in the mutation's input", async (answer: Scripted, expected) => {
    const { directory, service } = open({ [PUT]: answer });
    const change = { email: "ada@example.com", status: "DISABLED" } as const;
    expect(told(await refusalOf(directory, change))).toEqual([expected]);
    expect(service.lines).toEqual([PUT]);
  });

  it.each([
    [e2(`Attempting to deflate property 'status' on {'password': '${HASH}'}`), "CONFLICT id"],
    [e2(`Attempting to deflate property 'email' on {'password': '${HASH}'}`), "CONFLICT id"],
  ])("is about the user's record where the change does not hold the field", async (answer: Scripted, expected) => {
    const { directory } = open({ [PUT]: answer });
    expect(told(await refusalOf(directory, { name: "Ada" }))).toEqual([expected]);
  });

  it("is not understood where it is about a field that the change does not hold", async () => {
    const { directory } = open({ [PUT]: e2("Node(46) already exists with label `User` and property `email` = 'x'") });
    await expect(update(directory, { name: "Ada" })).rejects.toMatchObject({
      code: "UPSTREAM_ERROR",
      outcomeUnknown: true,
    });
  });
});

describe("An answer that does not tell whether the user was changed", () => {
  it.each([
    ["an unexpected 500", refused(500, `boom ${HASH}`, STACK), "UPSTREAM_ERROR"],
    ["a 200 without a user", ok({}), "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 with null", ok({ user: null }), "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 that is no JSON", { status: 200, body: "boom" }, "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 with another user", ok({ user: user("u2") }), "UPSTREAM_INVALID_RESPONSE"],
  ])("is a failure with an unknown outcome, and tells what to do: %s", async (_, answer, code) => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [application("a1")] }),
      [PUT]: answer,
    });
    await directory.applications.list(first(20), RECORD);
    const failure = await update(directory, { password: "flies at 7" }).catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(ServiceFailure);
    expect(failure).toMatchObject({ code, outcomeUnknown: true });
    const { message, detail } = failure as ServiceFailure;
    expect(message).toContain("read it before trying again");
    expect(`${message} ${detail ?? ""}`).not.toMatch(/boom|\$2b\$|models|flies at 7|u2/);
    await directory.applications.list(first(20), RECORD);
    expect(service.lines).toEqual(["GET /applications", PUT, "GET /applications"]);
  });
});
