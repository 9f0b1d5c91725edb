import { describe, expect, it } from "vitest";
import { RECORD } from "../../src/domain/ask.ts";
import type { Directory } from "../../src/domain/directory.ts";
import { Refusal } from "../../src/domain/errors.ts";
import { countAll, hasMore, type PageRequest } from "../../src/domain/page.ts";
import { expectApplication, expectPage } from "../../src/domain/plan/expected.ts";
import type { ServicePlan } from "../../src/domain/plan/plan.ts";
import type { OpenService } from "../../src/services/open-service.ts";
import { Planning, PlannedService } from "../../src/services/planned-service.ts";
import { PlannedServices } from "../../src/services/planned-services.ts";

const ASK = { needs: RECORD, for: ["Query.applications"] };

/** A list is one call a page, one more to know whether there is more, and another one to count. */
function planDirectory(plan: ServicePlan): Directory {
  const add = (route: string, which: string) => {
    plan.call({ method: "GET", route, for: ASK.for, which });
  };
  const list = (page: PageRequest) => {
    add("/list", JSON.stringify(page));
    const id = plan.some("application", { min: 0, max: page.first });
    const page1 = expectPage([expectApplication(id)], {
      hasNext: () => add("/more", ""),
      total: () => add("/count", ""),
    });
    return Promise.resolve(page1);
  };
  return { users: {}, groups: {}, apiKeys: {}, applications: { list } } as unknown as Directory;
}

function begin(...names: readonly string[]) {
  const planning = new Planning();
  const services = new PlannedServices(
    names.map((name) => {
      const service = { name, dialect: "econtext", url: "https://auth.example.com" };
      return new PlannedService(service, "econtext", planning, planDirectory);
    }),
  );
  const read = (home: OpenService, page: PageRequest) => home.directory.applications.list(page, ASK);
  const chain = (after: string | null = null) =>
    services.chain(services.all, { first: 20, after }, read, ({ service }) => service.name);
  const calls = () =>
    planning.draft.plan.steps.map(
      ({ service, route, calls: { min, max } }) => `${service} ${route} ${min} ${String(max)}`,
    );
  return { chain, calls };
}

describe("The list of several services in a plan", () => {
  it("reads the first one, and those behind it only perhaps, and shows something of each", async () => {
    const { chain, calls } = begin("a", "b", "c");
    expect((await chain()).items).toEqual(["a", "b", "c"]);
    expect(calls()).toEqual(["a /list 1 1", "b /list 0 1", "c /list 0 1"]);
  });

  it("goes on in the service of the cursor, and leaves out those before it", async () => {
    const { chain, calls } = begin("a", "b", "c");
    expect((await chain("b~17")).items).toEqual(["b", "c"]);
    expect(calls()).toEqual(["b /list 1 1", "c /list 0 1"]);
  });

  it("refuses a cursor of no service, before anything is planned", async () => {
    const { chain, calls } = begin("a", "b");
    await expect(chain("d~1")).rejects.toThrow(Refusal);
    await expect(chain("17")).rejects.toThrow(Refusal);
    expect(calls()).toEqual([]);
  });

  it("asks whether there is more only where somebody wants to know, and then the services behind as well", async () => {
    const { chain, calls } = begin("a", "b");
    await hasMore(await chain());
    // One page of 20 and one of 1, to see whether there is anything.
    expect(calls()).toEqual(["a /list 1 1", "b /list 0 2", "a /more 1 1", "b /more 0 1"]);
  });

  it("counts only where somebody wants to know, and then in every service", async () => {
    const { chain, calls } = begin("a", "b");
    await countAll(await chain("b~1"));
    expect(calls()).toEqual(["b /list 1 1", "b /count 1 1", "a /list 0 1", "a /count 0 1"]);
  });

  it("of one service is that service's own", async () => {
    const { chain, calls } = begin("a");
    const page = await chain();
    await hasMore(page);
    await countAll(page);
    expect(calls()).toEqual(["a /list 1 1", "a /more 1 1", "a /count 1 1"]);
  });

  it("of no service at all has nothing", async () => {
    const { chain, calls } = begin();
    const page = await chain();
    expect(page.items).toEqual([]);
    expect(await hasMore(page)).toBe(false);
    expect(calls()).toEqual([]);
  });
});
