import { describe, expect, it } from "vitest";
import { NONE, ONCE, PERHAPS, upTo } from "../../../src/domain/plan/bounds.ts";
import { isUnknown, Knowledge, PlanDraft, ServicePlan, type PlannedCall } from "../../../src/domain/plan/plan.ts";

const SERVICE = { name: "directory", dialect: "econtext", url: "https://auth.example.com/api" };

const call = (more: Partial<PlannedCall> = {}): PlannedCall => ({
  method: "GET",
  route: "/users/user/{id}",
  for: ["Query.user"],
  which: "a",
  ...more,
});

function begin() {
  const draft = new PlanDraft();
  return { draft, plan: new ServicePlan(SERVICE, draft, 0) };
}

describe("A plan", () => {
  it("has no calls where none was added, or none that could be made", () => {
    const { draft, plan } = begin();
    expect(draft.plan).toEqual({ calls: NONE, steps: [] });
    plan.call(call({ calls: NONE }));
    expect(draft.plan).toEqual({ calls: NONE, steps: [] });
  });

  it("adds up the calls of a route, in the order in which routes were added", () => {
    const { draft, plan } = begin();
    plan.call(call());
    plan.call(call({ route: "/groups", for: ["User.groups"], which: "", calls: PERHAPS, assumes: "edition unknown" }));
    plan.call(call({ which: "b", calls: upTo(3) }));
    expect(draft.plan).toEqual({
      calls: { min: 1, max: 5 },
      steps: [
        {
          service: "directory",
          method: "GET",
          route: "/users/user/{id}",
          for: ["Query.user"],
          calls: { min: 1, max: 4 },
        },
        {
          service: "directory",
          method: "GET",
          route: "/groups",
          for: ["User.groups"],
          calls: PERHAPS,
          assumes: "edition unknown",
        },
      ],
    });
  });

  it("has no upper bound where one of its calls has none", () => {
    const { draft, plan } = begin();
    plan.call(call());
    plan.call(call({ which: "b", calls: upTo(null) }));
    expect(draft.plan.calls).toEqual({ min: 1, max: null });
  });

  it("counts the same call once, whoever asks, and for as many as any of them expects", () => {
    const { draft, plan } = begin();
    plan.call(call({ calls: PERHAPS, assumes: "edition unknown" }));
    plan.call(call({ for: ["Query.node"] }));
    plan.call(call({ for: ["Query.node"], calls: upTo(3) }));
    expect(draft.plan.steps).toEqual([
      {
        service: "directory",
        method: "GET",
        route: "/users/user/{id}",
        for: ["Query.user", "Query.node"],
        calls: { min: 1, max: 3 },
        assumes: "edition unknown",
      },
    ]);
  });

  it.each([
    { what: "another method", other: { method: "DELETE" } },
    { what: "another route", other: { route: "/users" } },
    { what: "other values", other: { which: "b" } },
  ] as const)("counts calls with $what beside each other", ({ other }) => {
    const { draft, plan } = begin();
    plan.call(call());
    plan.call(call(other));
    expect(draft.plan.calls).toEqual({ min: 2, max: 2 });
  });

  it("counts the same call of two services, and before and behind a write, beside each other", () => {
    const { draft, plan } = begin();
    plan.call(call());
    new ServicePlan({ ...SERVICE, name: "another" }, draft, 0).call(call());
    new ServicePlan(SERVICE, draft, 1).call(call());
    expect(draft.plan.steps.map(({ service, calls }) => [service, calls.min])).toEqual([
      ["directory", 2],
      ["another", 1],
    ]);
  });
});

describe("One service's part of a plan", () => {
  it("that is asked only perhaps promises no call, and forbids none", () => {
    const { draft, plan } = begin();
    plan.perhaps.call(call({ calls: { min: 2, max: 3 } }));
    plan.perhaps.perhaps.call(call({ which: "b" }));
    expect(draft.plan.calls).toEqual(upTo(4));
    plan.call(call());
    expect(draft.plan.calls).toEqual({ min: 1, max: 4 });
  });

  it("promises nothing where what comes before it may stop it", () => {
    const draft = new PlanDraft();
    const knowledge = new Knowledge();
    const plan = new ServicePlan(SERVICE, draft, 0, knowledge);
    knowledge.isSure = false;
    plan.call(call());
    expect(draft.plan.calls).toEqual(PERHAPS);
    knowledge.isSure = true;
    plan.call(call({ which: "b" }));
    expect(draft.plan.calls).toEqual({ min: 1, max: 2 });
  });

  it("knows what the parts before it knew", () => {
    const draft = new PlanDraft();
    const knowledge = new Knowledge();
    const before = new ServicePlan(SERVICE, draft, 0, knowledge);
    const id = before.some("users", upTo(5));
    before.doubt("user", ["a"]);
    const behind = new ServicePlan(SERVICE, draft, 1, knowledge);
    expect(behind.count("user", [id, "a"])).toEqual(upTo(6));
  });

  it("knows for how many an id stands that stands for others", () => {
    const { plan } = begin();
    const id = plan.some("groups of user a", upTo(20));
    expect(plan.isUnknown(id)).toBe(true);
    expect(isUnknown(id)).toBe(true);
    expect(plan.isUnknown("groups of user a")).toBe(false);
    // A caller may name whatever there cannot be.
    expect(plan.isUnknown("\u0000groups of user a")).toBe(false);
    expect(plan.some("groups of user a", upTo(20))).toBe(id);
    expect(plan.some("groups of user b", ONCE)).not.toBe(id);
    expect(plan.countOf("group", id)).toEqual(upTo(20));
    expect(plan.perhaps.countOf("group", id)).toEqual(upTo(20));
    expect(plan.countOf("group", plan.some("never", NONE))).toEqual(NONE);
  });

  it("counts each of the caller's own ids once, and those that it was given for as many as they stand for", () => {
    const { plan } = begin();
    expect(plan.count("user", ["a", "b", "a"])).toEqual({ min: 2, max: 2 });
    expect(plan.count("user", ["a", plan.some("users", upTo(5))])).toEqual({ min: 1, max: 6 });
    expect(plan.count("user", [plan.some("all", upTo(null)), "a"])).toEqual({ min: 1, max: null });
    expect(plan.count("user", [])).toEqual(NONE);
  });

  it("is not sure any more of what was looked for, which may not be there", () => {
    const { plan } = begin();
    plan.doubt("user", ["a"]);
    expect(plan.countOf("user", "a")).toEqual(PERHAPS);
    expect(plan.perhaps.countOf("user", "a")).toEqual(PERHAPS);
    expect(plan.countOf("user", "b")).toEqual(ONCE);
    // Ids of different kinds may be equal.
    expect(plan.countOf("group", "a")).toEqual(ONCE);
    expect(plan.count("user", ["a", "b"])).toEqual({ min: 1, max: 2 });
  });
});
