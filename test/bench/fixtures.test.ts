import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { makeAnswers } from "../../bench/upstream/answers.ts";
import { makeFixtures } from "../../bench/upstream/fixtures.ts";
import { makeWorkloads } from "../../bench/workloads.ts";

const fixtures = makeFixtures();

describe("The fixtures of the benchmark", () => {
  it("are the same on every machine: numbers of different runs can be compared", () => {
    const hash = createHash("sha256").update(JSON.stringify(fixtures)).digest("hex");
    expect(hash).toBe("ec1e8beb0a3629540ae053b2cadd2159dcdacdf584dec4955d362673172974bb");
  });

  it("let every list meet all applications and all groups, each user three and two of them", () => {
    for (const { users } of fixtures.econtext.lists) {
      expect(new Set(users.flatMap(({ applications }) => applications)).size).toBe(10);
      expect(new Set(users.flatMap(({ groups }) => groups)).size).toBe(8);
      for (const { applications, groups } of users)
        expect([new Set(applications).size, new Set(groups).size]).toEqual([3, 2]);
    }
  });

  it("have enough to ask that a key is rarely asked again", () => {
    const keys = makeWorkloads(fixtures).map((workload) => [workload.name, workload.keys.length]);
    expect(Object.fromEntries(keys)).toEqual({ user: 500, page: 200, cloud: 40, create: 100 });
  });
});

describe("The services of the benchmark", () => {
  const { read, create } = makeAnswers(fixtures);

  it("answer pages of their size alone, with the lists of users where these are asked for", () => {
    const users = (query: string) => read(`/v2/users?${query}`)?.toString() ?? "";
    expect(users("page=2&results-per-page=50")).toBe(users("results-per-page=50&page=2&order-direction=asc"));
    expect(users("results-per-page=50")).toContain('"prev_url":null');
    expect(users("results-per-page=50")).not.toContain('"spaces":[');
    expect(users("results-per-page=50&inline-relations-depth=1")).toContain('"spaces":[');
    expect(read("/v2/users?page=2&results-per-page=100")).toBeUndefined();
    expect(read("/v2/users?page=41&results-per-page=50")).toBeUndefined();
  });

  it("create the users of the drafts, from all of a draft and nothing else", () => {
    const draft = fixtures.econtext.created[3]?.draft;
    expect(create(JSON.stringify(draft))?.toString()).toContain('"new.user.3@example.com"');
    expect(create(JSON.stringify({ ...draft, password: "another" }))).toBeUndefined();
    expect(create(JSON.stringify({ ...draft, custom_data: {} }))).toBeUndefined();
    expect(create("{}")).toBeUndefined();
  });
});
