import type { GraphQLResolveInfo } from "graphql";
import { describe, expect, it } from "vitest";
import type { Directory } from "../../src/domain/directory.ts";
import { expectUser } from "../../src/domain/plan/expected.ts";
import { Caller } from "../../src/domain/principal.ts";
import type { User } from "../../src/domain/user.ts";
import { LazyUser } from "../../src/schema/lazy.ts";
import { OpenService } from "../../src/services/open-service.ts";

const SERVICE = { name: "cloud", dialect: "cloud-foundry-v2", url: "https://api.cf.example.com" };
const INFO = { parentType: { name: "User" }, fieldName: "username" } as unknown as GraphQLResolveInfo;
const NO_NEEDS = { record: false, groups: [], applications: true, apiKeys: false };

/** A service whose users are named after their ids, and those of whom no record is needed are skeletons. */
function open() {
  const asked: (readonly string[])[] = [];
  const none = { byIds: () => Promise.resolve([]), byRefs: () => Promise.resolve([]), ofUsers: () => Promise.resolve([]) };
  const users = {
    byIds: (ids: readonly string[], ask: { readonly needs: { readonly record: boolean } }) => {
      asked.push(ids);
      const read = (id: string): User => ({
        ...expectUser(id, {}),
        ...(ask.needs.record ? { username: id } : { isSkeleton: true }),
      });
      return Promise.resolve(ids.map(read));
    },
  };
  const directory = { users, applications: none, groups: none, apiKeys: none } as unknown as Directory;
  return { home: new OpenService(SERVICE, "cloudFoundry", new Caller("cloud", null), () => directory), asked };
}

describe("A user of whom the relations alone came", () => {
  it("is read, once, when a field of its own asks", async () => {
    const { home, asked } = open();
    const skeleton = await home.loaders.users.load("ada", NO_NEEDS, "Query.user");
    const user = new LazyUser(home, "ada", skeleton);
    expect(user.record).toBe(skeleton);
    expect(await user.read(({ username }) => username, INFO)).toBe("ada");
    expect(await user.read(({ username }) => username, INFO)).toBe("ada");
    expect(asked).toEqual([["ada"], ["ada"]]);
  });

  it("is not taken for another user, whatever their ids are", async () => {
    const { home } = open();
    const ids = ["ada", "relations of ada", "record of ada"];
    const [bare] = await Promise.all([
      home.loaders.users.load("ada", NO_NEEDS, "Query.user"),
      ...ids.map(async (id) => {
        const user = await home.loaders.users.load(id, { ...NO_NEEDS, record: true }, "Query.user");
        expect(user?.id).toBe(id);
      }),
    ]);
    expect(bare?.id).toBe("ada");
  });
});
