import { describe, expect, it } from "vitest";
import { RECORD, USER_RECORD, type Ask, type UserNeeds } from "../../src/domain/ask.ts";
import type { Directory } from "../../src/domain/directory.ts";
import { Caller } from "../../src/domain/principal.ts";
import { OpenService } from "../../src/services/open-service.ts";

const SERVICE = { name: "directory", dialect: "econtext", url: "https://auth.example.com/api" };

/** A service whose applications are named after the directory that read them: one for each that was opened. */
function open() {
  let opened = 0;
  const service = new OpenService(SERVICE, "econtext", new Caller("directory", null), () => {
    opened++;
    const name = `read by ${opened}`;
    const store = { byIds: (ids: readonly string[]) => Promise.resolve(ids.map(() => ({ name }))) };
    const none = {
      byIds: () => Promise.resolve([]),
      byRefs: () => Promise.resolve([]),
      ofUsers: () => Promise.resolve([]),
    };
    return { users: none, applications: store, groups: none, apiKeys: none } as unknown as Directory;
  });
  const read = async () => (await service.loaders.applications.load("a", RECORD, "Query.application"))?.name;
  return { service, read };
}

describe("A service that was opened for one operation", () => {
  it("answers from what it read", async () => {
    const { read } = open();
    expect([await read(), await read()]).toEqual(["read by 1", "read by 1"]);
  });

  it("reads a user again of whom relations alone were asked for, and who may have come without a record", async () => {
    const needs: boolean[] = [];
    const users = {
      byIds: (ids: readonly string[], ask: Ask<UserNeeds>) => {
        needs.push(ask.needs.record);
        return Promise.resolve(ids.map((id) => ({ id })));
      },
    };
    const none = { byIds: () => [], byRefs: () => [], ofUsers: () => [] };
    const directory = { users, applications: none, groups: none, apiKeys: none } as unknown as Directory;
    const { loaders } = new OpenService(SERVICE, "econtext", new Caller("directory", null), () => directory);
    const relations = { ...USER_RECORD, record: false, apiKeys: true };
    await loaders.users.load("a", relations, "Query.user");
    await loaders.users.load("a", USER_RECORD, "User.name");
    await loaders.users.load("a", USER_RECORD, "User.email");
    await loaders.users.load("a", relations, "Query.node");
    expect(needs).toEqual([false, true]);
  });

  it("answers nothing from before a write, whether that succeeds or fails", async () => {
    const { service, read } = open();
    await read();
    await service.write(() => Promise.resolve());
    expect(await read()).toBe("read by 2");
    await service.write(() => Promise.reject(new Error("lost"))).catch(() => undefined);
    expect(await read()).toBe("read by 3");
  });
});
