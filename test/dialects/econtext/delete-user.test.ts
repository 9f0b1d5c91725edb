import { describe, expect, it } from "vitest";
import { ASKS, ok, open, recorded, refused, USER } from "./scripted-send.ts";
import { user } from "./wire-bodies.ts";

const DELETE = "DELETE /users/user/u1";

describe("Deleting a user", () => {
  it("sends it once, and never repeats it", async () => {
    const { directory, service } = open({ [DELETE]: recorded("docs-users-delete-user") });
    await directory.users.remove("u1", ASKS);
    expect(service.requests).toEqual([
      { method: "DELETE", route: "/users/user/{id}", params: { id: "u1" }, for: ASKS, keys: 1 },
    ]);
  });

  it("forgets the user", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": [ok({ user: user("u1") }), refused(400, "Invalid parameter", "User not found")],
      [DELETE]: ok({ deleted: true }),
    });
    expect(await directory.users.byIds(["u1"], USER)).toMatchObject([{ id: "u1" }]);
    await directory.users.remove("u1", ASKS);
    expect(await directory.users.byIds(["u1"], USER)).toEqual([null]);
    expect(service.lines).toEqual(["GET /users/user/u1", DELETE, "GET /users/user/u1"]);
  });

  it("that is not disabled is a CONFLICT which tells what to do first", async () => {
    const { directory } = open({
      [DELETE]: refused(409, "409 Conflict", "User must be disabled before deletion is possible"),
    });
    await expect(directory.users.remove("u1", ASKS)).rejects.toMatchObject({
      problems: [
        {
          code: "CONFLICT",
          path: ["id"],
          message:
            "The service deletes disabled users only: set the user's `status` to DISABLED with `updateUser` first. No user was deleted.",
        },
      ],
    });
  });

  it.each(["", ".", "a/b"])("of the id %j finds none, and asks nobody", async (id) => {
    const { directory, service } = open({});
    await expect(directory.users.remove(id, ASKS)).rejects.toMatchObject({
      problems: [{ code: "NOT_FOUND", path: ["id"] }],
    });
    expect(service.lines).toEqual([]);
  });

  it.each([
    ["an unexpected 500", refused(500, "boom", "Traceback"), "UPSTREAM_ERROR"],
    ["a 200 that does not say so", ok({ deleted: false }), "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 that is no JSON", { status: 200, body: "<html>welcome</html>" }, "UPSTREAM_INVALID_RESPONSE"],
  ])("may have worked, for all that is known after %s", async (_, answer, code) => {
    const { directory } = open({ [DELETE]: answer });
    await expect(directory.users.remove("u1", ASKS)).rejects.toMatchObject({
      code,
      outcomeUnknown: true,
      message: expect.stringContaining("look it up before trying again"),
    });
  });
});
