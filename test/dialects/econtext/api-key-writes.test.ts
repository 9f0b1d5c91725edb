import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import type { ApiKeyChange, ApiKeyWriter } from "../../../src/domain/api-key.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Refusal } from "../../../src/domain/errors.ts";
import { ASKS, ok, open, recorded, refused, RECORD, SERVICE, USER } from "./scripted-send.ts";
import type { Script } from "./scripted-send.ts";
import { user, userE2 } from "./wire-bodies.ts";

const GET = "GET /users/user/u1";
const POST = "POST /users/user/u1/apikey";
const KEY = "/users/user/u1/apikey/K";
const REF = { user: "u1", id: "K" };
const SECRET = "ODBkZjZiNzYtMzU1Ny00MDgxLWFiMDYtMWE1OGU5OTIxZGQ0";
const WIRE = { id: "K", name: "Export", description: null, status: "ENABLED" };
const keyAt = (owner: string) => ({ ...WIRE, href: `/api/users/user/${owner}/apikey/K` });
const OWNER = ok({ user: user("u1", { apikeys: [WIRE] }) });
const OTHER = ok({ user: user("u1", { apikeys: ["OTHER"] }) });

function writerOf({ apiKeys }: Directory): ApiKeyWriter {
  if (apiKeys.writer === null) throw new Error("no writer");
  return apiKeys.writer;
}

const create = (directory: Directory, name: string | null = null, description: string | null = null, userId = "u1") =>
  writerOf(directory).create(userId, { name, description }, ASKS);
const update = (directory: Directory, change: ApiKeyChange, ref = REF) => writerOf(directory).update(ref, change, ASKS);
const remove = (directory: Directory, ref = REF) => writerOf(directory).remove(ref, ASKS);

async function told(refused: Promise<unknown>): Promise<readonly string[]> {
  const error = await refused.catch((reason: unknown) => reason);
  return (error as Refusal).problems.map(({ code, path }) => `${code} ${path.join(".")}`);
}

async function openE2(script: Script) {
  const attachment = econtext.attach(SERVICE);
  await open({ "GET /users/user/x": ok({ user: userE2("x") }) }, attachment).directory.users.byIds(["x"], USER);
  return open(script, attachment);
}

describe("Creating an API key", () => {
  it("sends it once, and tells the secret once: the key does not keep it", async () => {
    const { directory, service } = open({ [POST]: recorded("docs-users-apikey-post-apikey") });
    const { key, secret } = await create(directory, "Test API Key", "An API Key for testing");
    expect(secret).toBe(SECRET);
    expect(key).toMatchObject({ id: "44A62GBSEB4F3S08VFLWI0YCY", name: "Test API Key", status: "ENABLED" });
    expect(inspect(key, { depth: null, showHidden: true }) + JSON.stringify(key)).not.toContain(SECRET);
    expect(service.requests).toEqual([
      {
        method: "POST",
        route: "/users/user/{user}/apikey",
        params: { user: "u1" },
        body: { name: "Test API Key", description: "An API Key for testing" },
        for: ASKS,
        keys: 1,
      },
    ]);
  });

  it("sends what is given, and an empty object where nothing is", async () => {
    const { directory, service } = open({ [POST]: ok({ apikey: { ...WIRE, secret: SECRET } }) });
    await create(directory);
    await create(directory, "");
    await create(directory, null, "nightly");
    expect(service.requests.map(({ body }) => body)).toEqual([{}, { name: "" }, { description: "nightly" }]);
  });

  it("forgets the user's keys", async () => {
    const { directory, service } = open({ [GET]: OWNER, [POST]: ok({ apikey: { ...WIRE, secret: SECRET } }) });
    await directory.apiKeys.ofUsers(["u1"], RECORD);
    await create(directory);
    await directory.apiKeys.ofUsers(["u1"], RECORD);
    expect(service.lines).toEqual([GET, POST, GET]);
  });

  it.each([
    ["E1", refused(400, "Invalid parameter", 'The "userid" parameter is invalid. User not found')],
    ["E2", refused(500, "User u1 not found", "Traceback")],
  ])("for an unknown user is refused (%s)", async (_, answer) => {
    expect(await told(create(open({ [POST]: answer }).directory))).toEqual(["NOT_FOUND user"]);
  });

  it("bounds what it passes on, and asks nobody", async () => {
    const { directory, service } = open({});
    const long = "x".repeat(1001);
    expect(await told(create(directory, long, long, "a/b"))).toEqual([
      "NOT_FOUND user",
      "INVALID name",
      "INVALID description",
    ]);
    expect(service.lines).toEqual([]);
  });

  it.each([
    ["no secret", ok({ apikey: WIRE })],
    ["an empty secret", ok({ apikey: { ...WIRE, secret: "" } })],
    ["a secret that is no text", ok({ apikey: { ...WIRE, secret: { text: SECRET } } })],
    ["no key", ok({ apikey: null, secret: SECRET })],
    ["no envelope", { status: 200, body: { apikey: { ...WIRE, secret: SECRET } } }],
  ])("may have worked, for all that is known after an answer with %s", async (_, answer) => {
    const error = await create(open({ [POST]: answer }).directory).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      outcomeUnknown: true,
      message: expect.stringContaining("read the user's `apiKeys` before trying again"),
    });
    expect(inspect(error)).not.toContain(SECRET);
  });
});

describe("Updating an API key", () => {
  it("makes sure whose key it is, then sends what is given (E1)", async () => {
    const { directory, service } = open({
      [GET]: OWNER,
      [`PUT ${KEY}`]: ok({ apikey: { ...WIRE, status: "DISABLED" } }),
    });
    const key = await update(directory, { status: "DISABLED", name: null, description: undefined });
    expect(key).toMatchObject({ id: "K", status: "DISABLED", href: `${SERVICE.url}${KEY}` });
    expect(service.lines).toEqual([GET, `PUT ${KEY}`]);
    expect(service.requests[1]).toEqual({
      method: "PUT",
      route: "/users/user/{user}/apikey/{id}",
      params: REF,
      body: { name: null, status: "DISABLED" },
      for: ASKS,
      keys: 1,
      repeatable: true,
    });
  });

  it("does not keep the secret that the documentation shows in the answer", async () => {
    const { directory } = open({ [GET]: OWNER, [`PUT ${KEY}`]: ok({ apikey: { ...WIRE, secret: SECRET } }) });
    const key = await update(directory, { name: "x" });
    expect(inspect(key, { depth: null, showHidden: true })).not.toContain(SECRET);
  });

  it("needs one call in E2, which makes sure by itself, and is sent no null", async () => {
    const { directory, service } = await openE2({ [`PUT ${KEY}`]: ok({ apikey: WIRE }) });
    await update(directory, { name: null, description: null });
    expect(service.lines).toEqual([`PUT ${KEY}`]);
    expect(service.requests[0]?.body).toEqual({ name: "", description: "" });
  });

  it("learns that it is E2 from the user, without asking further", async () => {
    const { directory, service } = open({
      [GET]: ok({ user: userE2("u1", { apikeys: [WIRE] }) }),
      [`PUT ${KEY}`]: ok({ apikey: WIRE }),
    });
    await update(directory, { name: null });
    expect(service.lines).toEqual([GET, `PUT ${KEY}`]);
    expect(service.requests[1]?.body).toEqual({ name: "" });
  });

  it("with nothing to change reads the key, and writes nothing", async () => {
    const inside = open({ "GET /users/user/u1": ok({ user: user("u1", { apikeys: [keyAt("u1")] }) }) });
    expect(await update(inside.directory, {})).toMatchObject({ id: "K", name: "Export" });
    expect(await update(inside.directory, { name: undefined, status: undefined })).toMatchObject({ id: "K" });
    expect(inside.service.lines).toEqual(["GET /users/user/u1"]);
    const byId = open({
      "GET /users/user/u1": ok({ user: user("u1", { apikeys: ["K"] }) }),
      [`GET ${KEY}`]: ok({ apikey: { ...keyAt("u1"), href: "" } }),
    });
    expect(await update(byId.directory, {})).toMatchObject({ id: "K", name: "Export" });
    expect(byId.service.lines).toEqual(["GET /users/user/u1", `GET ${KEY}`]);
  });

  it.each([
    ["there is none", ok({ user: user("u1", { apikeys: [] }) })],
    ["it is another user's", ok({ user: user("u1", { apikeys: [{ ...keyAt("u1"), id: "MINE" }] }) })],
    ["there is no such user", refused(400, "Invalid parameter", "User not found")],
  ])("with nothing to change finds out that %s", async (_, answer) => {
    const { directory, service } = open({ "GET /users/user/u1": answer });
    expect(await told(update(directory, {}))).toEqual(["NOT_FOUND id"]);
    expect(service.lines).toEqual(["GET /users/user/u1"]);
  });

  it("tells all that is wrong at once, and asks nobody", async () => {
    const { directory, service } = open({});
    const long = "x".repeat(1001);
    const change = { name: long, description: long, status: null };
    expect(await told(update(directory, change, { user: "u1", id: ".." }))).toEqual([
      "NOT_FOUND id",
      "INVALID name",
      "INVALID description",
      "UNSUPPORTED status",
    ]);
    expect(service.lines).toEqual([]);
  });

  it("is not taken for done where the answer is about another key", async () => {
    const { directory } = open({ [GET]: OWNER, [`PUT ${KEY}`]: ok({ apikey: { ...WIRE, id: "L" } }) });
    await expect(update(directory, { name: "x" })).rejects.toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      outcomeUnknown: true,
    });
  });
});

describe("Deleting an API key", () => {
  it("makes sure whose key it is, then sends it once", async () => {
    const { directory, service } = open({
      [GET]: OWNER,
      [`DELETE ${KEY}`]: recorded("docs-users-apikey-delete-apikey"),
    });
    await remove(directory);
    expect(service.lines).toEqual([GET, `DELETE ${KEY}`]);
    expect(service.requests[1]).toEqual({
      method: "DELETE",
      route: "/users/user/{user}/apikey/{id}",
      params: REF,
      for: ASKS,
      keys: 1,
    });
  });

  it("that is not disabled is a CONFLICT which tells what to do first", async () => {
    const { directory } = await openE2({
      [`DELETE ${KEY}`]: refused(409, "409 Conflict", "ApiKey must be disabled before deletion is possible"),
    });
    await expect(remove(directory)).rejects.toMatchObject({
      problems: [
        {
          code: "CONFLICT",
          path: ["id"],
          message:
            "The service deletes disabled API keys only: set the key's `status` to DISABLED with `updateApiKey` first. No API key was deleted.",
        },
      ],
    });
  });
});

describe("A key that is not the user's", () => {
  it.each([
    ["another's (E1 would change it)", OTHER],
    ["of a user who has none", ok({ user: user("u1") })],
    ["of nobody", refused(400, "Invalid parameter", "User not found")],
  ])("is never written to: %s", async (_, answer) => {
    const { directory, service } = open({ [GET]: answer });
    expect(await told(update(directory, { status: "DISABLED" }))).toEqual(["NOT_FOUND id"]);
    expect(await told(remove(directory))).toEqual(["NOT_FOUND id"]);
    expect(new Set(service.lines)).toEqual(new Set([GET]));
  });

  it("is not written to either where the user cannot be read", async () => {
    const { directory, service } = open({ [GET]: refused(500, "boom", "Traceback") });
    await expect(remove(directory)).rejects.toMatchObject({ code: "UPSTREAM_ERROR", outcomeUnknown: false });
    await expect(update(directory, { name: "x" })).rejects.toMatchObject({ outcomeUnknown: false });
    expect(new Set(service.lines)).toEqual(new Set([GET]));
  });

  it.each(["a/b", ""])("for its id %j asks nobody", async (id) => {
    const { directory, service } = open({});
    expect(await told(remove(directory, { user: "u1", id }))).toEqual(["NOT_FOUND id"]);
    expect(await told(remove(directory, { user: id, id: "K" }))).toEqual(["NOT_FOUND id"]);
    expect(service.lines).toEqual([]);
  });
});
