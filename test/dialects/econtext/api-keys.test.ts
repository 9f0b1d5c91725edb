import { describe, expect, it } from "vitest";
import { first, ok, open, RECORD, refused, SERVICE, USER } from "./scripted-send.ts";
import { user, userE2 } from "./wire-bodies.ts";

const KEY = { id: "K", name: "Export", description: null, status: "ENABLED", secret: "never" };
const keyAt = (owner: string) => ({ ...KEY, href: `localhost:8000/api/users/user/${owner}/apikey/K` });
const REFS = [{ user: "u1", id: "K" }];

describe("API keys", () => {
  it("come with their user, and cost nothing then", async () => {
    const { directory, service } = open({ "GET /users/user/u1": ok({ user: user("u1", { apikeys: [KEY] }) }) });
    const [keys] = await directory.apiKeys.ofUsers(["u1"], RECORD);
    expect(keys).toMatchObject([{ id: "K", record: { name: "Export", status: "ENABLED", createdAt: null } }]);
    const found = await directory.apiKeys.byRefs([...REFS, { user: "u1", id: "OTHER" }], RECORD);
    expect(found).toMatchObject([{ id: "K", href: `${SERVICE.url}/users/user/u1/apikey/K` }, null]);
    expect(service.lines).toEqual(["GET /users/user/u1"]);
  });

  it("that are id strings (E0) are asked for", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: user("u1", { apikeys: ["K"] }) }),
      "GET /users/user/u1/apikey/K": ok({ apikey: KEY }),
    });
    expect(await directory.apiKeys.ofUsers(["u1"], RECORD)).toEqual([[{ id: "K", record: undefined }]]);
    expect(await directory.apiKeys.byRefs(REFS, RECORD)).toMatchObject([{ name: "Export" }]);
    expect(service.lines).toHaveLength(2);
  });

  it("are read from the user's own record where a list of E2 did not load them", async () => {
    const { directory, service } = open({
      "GET /users?limit=21&offset=0": ok({ users: [userE2("u1")] }),
      "GET /users/user/u1": ok({ user: userE2("u1", { apikeys: [KEY] }) }),
    });
    await directory.users.list(first(20), null, USER);
    expect(await directory.apiKeys.ofUsers(["u1"], RECORD)).toMatchObject([[{ id: "K" }]]);
    expect(service.lines).toHaveLength(2);
  });

  it("are not another user's: E1 gives out any key below any user, and only its href names the owner", async () => {
    const path = "GET /users/user/u1/apikey/K";
    const foreign = open({ [path]: ok({ apikey: keyAt("u2") }) });
    expect(await foreign.directory.apiKeys.byRefs(REFS, RECORD)).toEqual([null]);
    const own = open({ [path]: ok({ apikey: keyAt("u1") }) });
    expect(await own.directory.apiKeys.byRefs(REFS, RECORD)).toMatchObject([{ id: "K" }]);
  });

  it.each([
    ["E1", refused(400, "Invalid parameter", 'The "apikeyid" parameter is invalid. ApiKey not found')],
    ["E2", refused(500, "ApiKey K not found", "Traceback")],
    ["E2, a key that outlived its user", refused(500, "(UserDoesNotExist(...), '{}')", "Traceback")],
  ])("that do not exist are null (%s)", async (_, answer) => {
    const { directory } = open({ "GET /users/user/u1/apikey/K": answer });
    expect(await directory.apiKeys.byRefs(REFS, RECORD)).toEqual([null]);
  });

  it("of an unknown user are none", async () => {
    const { directory } = open({ "GET /users/user/u1": refused(400, "Invalid parameter", "User not found") });
    expect(await directory.apiKeys.ofUsers(["u1"], RECORD)).toEqual([[]]);
  });

  it("whose status we do not know show none", async () => {
    const { directory } = open({ "GET /users/user/u1/apikey/K": ok({ apikey: { ...KEY, status: "LOST" } }) });
    expect(await directory.apiKeys.byRefs(REFS, RECORD)).toMatchObject([{ status: null }]);
  });
});
