import { describe, expect, it } from "vitest";
import { RECORD, USER_RECORD } from "../../src/domain/ask.ts";
import type { Directory } from "../../src/domain/directory.ts";
import { expectApplication, expectUser } from "../../src/domain/plan/expected.ts";
import type { ServicePlan } from "../../src/domain/plan/plan.ts";
import { Planning, PlannedService } from "../../src/services/planned-service.ts";
import type { OpenService } from "../../src/services/open-service.ts";

const SERVICE = { name: "directory", dialect: "econtext", url: "https://auth.example.com/api" };
const ASK = { needs: RECORD, for: ["Query.applications"] };
const PAGE = { first: 20, after: null };

/** A dialect whose look-ups are a call for each id, and whose lists fail. */
const planDirectory = (batches: (readonly string[])[]) => (plan: ServicePlan) => {
  const look =
    <T>(route: string, expected: (id: string) => T) =>
    (ids: readonly string[], { for: asks }: { readonly for: readonly string[] }) => {
      batches.push(ids);
      for (const id of ids) plan.call({ method: "GET", route, for: asks, which: id });
      return Promise.resolve(ids.map(expected));
    };
  const none = { byRefs: () => Promise.resolve([]), ofUsers: () => Promise.resolve([]) };
  return {
    users: {
      counts: true,
      byIds: look("/users/{id}", (id) => expectUser(id, {})),
      review: () => [],
      list: () => Promise.reject(new Error("It cannot be listed.")),
    },
    applications: { byIds: look("/applications/{id}", (id) => expectApplication(id)), members: { add: () => "added" } },
    groups: none,
    apiKeys: none,
  } as unknown as Directory;
};

function begin() {
  const planning = new Planning();
  const batches: (readonly string[])[] = [];
  const service = new PlannedService(SERVICE, "econtext", planning, planDirectory(batches));
  const read = (id: string, home: OpenService = service) =>
    home.loaders.applications.load(id, RECORD, "Query.application");
  const calls = () =>
    planning.draft.plan.steps.map(({ route, calls: { min, max } }) => `${route} ${min} ${String(max)}`);
  return { service, batches, read, calls };
}

describe("A service in a plan", () => {
  it("collects look-ups as it is asked, and notes each once", async () => {
    const { read, calls } = begin();
    await Promise.all([read("a"), read("b"), read("a")]);
    await read("a");
    expect(calls()).toEqual(["/applications/{id} 2 2"]);
  });

  it("may be asked again behind a write for what was asked before, unless the service refuses the write", async () => {
    const { service, read, calls } = begin();
    await read("a");
    await service.write(() => Promise.resolve());
    await read("a");
    expect(calls()).toEqual(["/applications/{id} 1 2"]);
  });

  it("is asked for certain for each of several writes, whatever becomes of those before", async () => {
    const { service, calls } = begin();
    const write = () =>
      service.write(({ users }) => users.byIds(["a"], { needs: USER_RECORD, for: ["Mutation.updateUser"] }));
    await write();
    await service.write(() => Promise.reject(new Error("refused"))).catch(() => undefined);
    await write();
    expect(calls()).toEqual(["/users/{id} 2 2"]);
  });

  it("may not be asked where that is not certain", async () => {
    const { service, read, calls } = begin();
    await read("a", service.behind());
    expect(calls()).toEqual(["/applications/{id} 0 1"]);
    await read("a");
    expect(calls()).toEqual(["/applications/{id} 1 2"]);
  });

  it("does not take one asker's look-up for another's, so that the plan names both", async () => {
    const { service, batches, calls } = begin();
    await Promise.all(
      ["Query.application", "Query.node"].map((asker) => service.loaders.applications.load("a", RECORD, asker)),
    );
    expect(batches).toEqual([["a", "a"]]);
    expect(calls()).toEqual(["/applications/{id} 1 1"]);
  });

  it("collects nothing that luck alone would bring together: what hangs on different answers", async () => {
    const { service, batches, read } = begin();
    const { users, applications } = service.directory;
    const asks = { needs: USER_RECORD, for: [] };
    await Promise.all([
      users.byIds(["u"], asks).then(() => read("a")),
      applications.byIds(["x"], ASK).then(() => read("b")),
      users.list(PAGE, null, asks).catch(() => read("c")),
    ]);
    expect(batches).toEqual([["u"], ["x"], ["a"], ["b"], ["c"]]);
  });

  it("says at once what needs no answer", () => {
    const { users, applications } = begin().service.directory;
    expect(users.counts).toBe(true);
    expect(users.review({ econtext: {} as never })).toEqual([]);
    expect(applications.members?.add({ user: "u", application: "a" }, [])).toBe("added");
  });
});
