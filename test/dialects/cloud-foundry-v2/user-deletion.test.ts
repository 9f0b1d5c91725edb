import { describe, expect, it } from "vitest";
import { ServiceFailure } from "../../../src/domain/errors.ts";
import { startSandbox, tokenOf } from "./sandbox-send.ts";
import { ASK, play, replay, wire } from "./scripted-send.ts";

const ASKS = ["Mutation.deleteUser"];
const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
const ESRA = "3f9e8a74-2e3f-4c77-8b9a-5d4c3e2f1a04";

describe("A deletion", () => {
  it("is sent as it was recorded, once", async () => {
    const { users, requests } = replay("users-delete_a_particular_user");
    await users.remove("uaa-id-319", ASKS);
    expect(requests).toEqual([
      { method: "DELETE", route: "/v2/users/{guid}", params: { guid: "uaa-id-319" }, for: ASKS, keys: 1 },
    ]);
  });

  it("of a user who cannot be asked for finds nobody, without asking", async () => {
    const { users, calls } = play(() => ({ status: 500 }));
    await expect(users.remove("../spaces/s", ASKS)).rejects.toMatchObject({
      problems: [{ code: "NOT_FOUND", path: ["id"] }],
    });
    expect(calls).toEqual([]);
  });

  it("that is taken up as a job is not known to be done", async () => {
    const { users } = play(() => ({ status: 202, body: wire("job", { status: "queued" }) }));
    await expect(users.remove("u", ASKS)).rejects.toMatchObject({
      code: "UPSTREAM_INVALID_RESPONSE",
      outcomeUnknown: true,
      detail: "DELETE /v2/users/{guid}: status: expected 204, found 202",
    });
  });

  it("makes forget what was read before, even where its answer was lost", async () => {
    const { users, calls } = play((_, { method }) => {
      if (method === "GET") return { body: wire("u") };
      throw new ServiceFailure("UPSTREAM_TIMEOUT", "Late.", { service: "cloud", outcomeUnknown: true });
    });
    await users.byIds(["u"], ASK);
    await expect(users.remove("u", ASKS)).rejects.toMatchObject({ code: "UPSTREAM_TIMEOUT", outcomeUnknown: true });
    await users.byIds(["u"], ASK);
    expect(calls).toHaveLength(3);
  });
});

describe("A deletion in the sandbox", () => {
  it("takes the user with all roles, and finds nobody the second time", async () => {
    const { directory, calls } = startSandbox()();
    await directory.users.remove(BRAM, ASKS);
    expect(await directory.users.byIds([BRAM], ASK)).toEqual([null]);
    await expect(directory.users.remove(BRAM, ASKS)).rejects.toMatchObject({
      problems: [{ code: "NOT_FOUND", path: ["id"] }],
    });
    expect(calls).toEqual([
      `DELETE /v2/users/${BRAM} 204`,
      `GET /v2/users/${BRAM} 404`,
      `DELETE /v2/users/${BRAM} 404`,
    ]);
  });

  it("of a user with labels is a CONFLICT that names API v3, and the user stays", async () => {
    const { directory } = startSandbox()();
    await expect(directory.users.remove(ESRA, ASKS)).rejects.toMatchObject({
      problems: [{ code: "CONFLICT", path: ["id"], message: expect.stringContaining("API v3") }],
    });
    expect(await directory.users.byIds([ESRA], ASK)).toMatchObject([{ id: ESRA }]);
  });

  it("is neither a manager's nor the user's own", async () => {
    const open = startSandbox();
    for (const user of [ADA, BRAM]) {
      const error: unknown = await open(tokenOf(user))
        .directory.users.remove(BRAM, ASKS)
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "FORBIDDEN", outcomeUnknown: false });
    }
  });
});
