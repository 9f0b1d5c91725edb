import { describe, expect, it } from "vitest";
import type { Refusal } from "../../../src/domain/errors.ts";
import type { UserChange } from "../../../src/domain/user.ts";
import { startSandbox, tokenOf } from "./sandbox-send.ts";
import { ASK, EVERY, exchange, fault, first, play, replay, wire } from "./scripted-send.ts";

const ASKS = ["Mutation.updateUser"];
const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const HIRO = "6cc1bda7-5b6c-4faa-9ecd-8a7f6b5c4d07";
const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";

describe("A change", () => {
  it("is sent as it was recorded, and gives the user of the answer with nothing inside", async () => {
    const { users, requests } = replay("users-updating_a_user");
    const recorded = exchange("users-updating_a_user").request.body as { default_space_guid: string };
    const change = { cloudFoundry: { defaultSpace: recorded.default_space_guid } };
    const { id, record } = await users.update("uaa-id-313", change, ASKS);
    expect(requests).toEqual([
      {
        method: "PUT",
        route: "/v2/users/{guid}",
        params: { guid: "uaa-id-313" },
        body: recorded,
        for: ASKS,
        keys: 1,
        repeatable: true,
      },
    ]);
    expect([id, record?.id]).toEqual(["uaa-id-313", "uaa-id-313"]);
    expect(record?.cloudFoundry?.defaultSpace).toMatchObject({ kind: "SPACE", id: recorded.default_space_guid });
    expect(record?.groups(first(5), EVERY)).toBeUndefined();
  });

  it.each<[UserChange["cloudFoundry"], unknown]>([
    [{ admin: true }, { admin: true }],
    [{ admin: false, defaultSpace: undefined }, { admin: false }],
    [
      { admin: true, defaultSpace: "s" },
      { admin: true, default_space_guid: "s" },
    ],
  ])("sends of %j what is given alone", async (cloudFoundry, body) => {
    const { users, requests } = play(() => ({ status: 201, body: wire("u") }));
    await users.update("u", { cloudFoundry: cloudFoundry ?? {} }, ASKS);
    expect(requests[0]?.body).toEqual(body);
  });

  it("takes the guid as the service spells it", async () => {
    const { users } = play(() => ({ status: 201, body: wire("ABC") }));
    expect((await users.update("abc", { cloudFoundry: { admin: true } }, ASKS)).id).toBe("ABC");
  });

  it("of nothing sends no write, and gives the user as it is", async () => {
    const { users, calls } = play(() => ({ body: wire("u", { admin: true }) }));
    const change = { cloudFoundry: { admin: undefined } };
    expect((await users.update("u", change, ASKS)).record?.cloudFoundry?.admin).toBe(true);
    expect(calls).toEqual(["GET /v2/users/u"]);
  });

  it("of nothing tells that there is no such user", async () => {
    const { users } = play(() => fault(404, 20003, "CF-UserNotFound"));
    await expect(users.update("u", { cloudFoundry: {} }, ASKS)).rejects.toMatchObject({
      problems: [{ code: "NOT_FOUND", path: ["id"] }],
    });
  });

  it.each<[UserChange, readonly unknown[]]>([
    [{ cloudFoundry: { admin: null } }, [["UNSUPPORTED", ["cloudFoundry", "admin"]]]],
    [{ cloudFoundry: { defaultSpace: null } }, [["UNSUPPORTED", ["cloudFoundry", "defaultSpace"]]]],
    [
      { cloudFoundry: { admin: null, defaultSpace: ".." } },
      [
        ["UNSUPPORTED", ["cloudFoundry", "admin"]],
        ["INVALID", ["cloudFoundry", "defaultSpace"]],
      ],
    ],
    [{ cloudFoundry: { defaultSpace: "" } }, [["INVALID", ["cloudFoundry", "defaultSpace"]]]],
    [{ cloudFoundry: { defaultSpace: "  " } }, [["INVALID", ["cloudFoundry", "defaultSpace"]]]],
    [{ econtext: { name: "Ada" } }, [["UNSUPPORTED", ["econtext"]]]],
  ])("of %j is refused at once, before any call", async (change, expected) => {
    const { users, calls } = play(() => ({ status: 500 }));
    const error = await rejection(users.update("u", change, ASKS));
    const { problems } = error as Refusal;
    expect(problems.map(({ code, path }) => [code, path])).toEqual(expected);
    expect(users.reviewChange(change)).toEqual(problems);
    expect(problems.every(({ message }) => message.endsWith("nothing was changed."))).toBe(true);
    expect(calls).toEqual([]);
  });

  it("finds nothing wrong with what the service takes", () => {
    const { users } = play(() => ({ status: 500 }));
    for (const cloudFoundry of [{}, { admin: false }, { admin: true, defaultSpace: "a/b" }]) {
      expect(users.reviewChange({ cloudFoundry })).toEqual([]);
    }
  });

  it("of a user who cannot be asked for finds nobody, without asking", async () => {
    const { users, calls } = play(() => ({ status: 500 }));
    const error = await rejection(users.update("..", { cloudFoundry: { admin: true } }, ASKS));
    expect(error).toMatchObject({ problems: [{ code: "NOT_FOUND", path: ["id"] }] });
    expect(calls).toEqual([]);
  });

  it.each([
    ["made", { status: 201, body: wire("u") }],
    ["refused", fault(400, 1002, "CF-InvalidRelation")],
  ])("makes forget what was read before, even where it was %s", async (_, answer) => {
    const { users, groups, calls } = play((path, { method }) =>
      method === "PUT" ? answer : { body: wire(path.slice(-1)) },
    );
    const read = () => groups.byRefs([{ kind: "SPACE", id: "s" }], ASK);
    await read();
    await users.update("u", { cloudFoundry: { defaultSpace: "s" } }, ASKS).catch(() => undefined);
    await read();
    expect(calls).toEqual(["GET /v2/spaces/s", "PUT /v2/users/u", "GET /v2/spaces/s"]);
  });

  it("is remembered: nobody asks for the user again", async () => {
    const { users, calls } = play(() => ({ status: 201, body: wire("u") }));
    const { record } = await users.update("u", { cloudFoundry: { admin: true } }, ASKS);
    expect(await users.byIds(["u"], ASK)).toEqual([record]);
    expect(calls).toHaveLength(1);
  });
});

describe("A change in the sandbox", () => {
  it("is an administrator's to make", async () => {
    const { directory, calls } = startSandbox()();
    const change = { cloudFoundry: { admin: true, defaultSpace: PRODUCTION } };
    const { record } = await directory.users.update(HIRO, change, ASKS);
    expect(record).toMatchObject({
      username: "hiro.tanaka@kestrel.example",
      cloudFoundry: { admin: true, defaultSpace: { id: PRODUCTION } },
    });
    expect(calls).toEqual([`PUT /v2/users/${HIRO} 201`]);
  });

  it.each([
    [HIRO, "no-such-space", ["cloudFoundry", "defaultSpace"]],
    ["nobody", PRODUCTION, ["id"]],
  ])("of %s to %s names what is not there", async (user, defaultSpace, path) => {
    const { directory } = startSandbox()();
    const error = await rejection(directory.users.update(user, { cloudFoundry: { defaultSpace } }, ASKS));
    expect(error).toMatchObject({ problems: [{ code: "NOT_FOUND", path }] });
  });

  it("is neither a manager's nor the user's own", async () => {
    const open = startSandbox();
    for (const user of [ADA, HIRO]) {
      const { directory } = open(tokenOf(user));
      const error = await rejection(directory.users.update(HIRO, { cloudFoundry: { admin: true } }, ASKS));
      expect(error).toMatchObject({ code: "FORBIDDEN", outcomeUnknown: false });
    }
  });
});

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error("It did not reject.")),
    (error: unknown) => error,
  );
}
