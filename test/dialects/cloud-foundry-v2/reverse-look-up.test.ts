import { describe, expect, it } from "vitest";
import { USER_RECORD, type UserNeeds } from "../../../src/domain/ask.ts";
import { EVERYTHING, Inlining } from "../../../src/dialects/cloud-foundry-v2/inlining.ts";
import { DEVELOPED_SPACES, RELATIONS } from "../../../src/dialects/cloud-foundry-v2/relations.ts";
import {
  groupsOfLot,
  isCheaper,
  isReversible,
  lotsOf,
  reverse,
  usersOfGroup,
} from "../../../src/dialects/cloud-foundry-v2/reverse-look-up.ts";
import { fillRoute } from "../../../src/http/route.ts";
import { EVERY, guids } from "./scripted-send.ts";

const ORGANIZATIONS = { kind: "ORGANIZATION", role: null } as const;
const RELATIONS_ONLY: UserNeeds = { ...USER_RECORD, record: false };
const oneRelation = new Inlining([DEVELOPED_SPACES]);

describe("From the other side", () => {
  it.each([
    ["organizations", [ORGANIZATIONS], ["organizations", "managed_organizations"], false],
    ["one role", [{ kind: "ORGANIZATION", role: "AUDITOR" }], ["audited_organizations"], false],
    ["developed spaces", [{ kind: "SPACE", role: "DEVELOPER" }], ["spaces"], false],
    ["apps", [], ["spaces"], true],
  ] as const)("%s can be found", (_what, groups, names, applications) => {
    const found = reverse({ ...RELATIONS_ONLY, groups, applications }, 2);
    expect(found?.relations.map(({ name }) => name).slice(0, 2)).toEqual(names);
    expect(found?.apps).toBe(applications);
  });

  it.each([
    [
      "spaces in all roles, for none can be filtered by its managers or auditors",
      { groups: [{ kind: "SPACE", role: null }] },
    ],
    ["managers of both kinds", { groups: [{ kind: null, role: "MANAGER" }] }],
    ["everything", { groups: [EVERY] }],
    ["a record", { groups: [ORGANIZATIONS], record: true }],
    ["nothing but whether there is such a user", {}],
    ["roles that no group has", { groups: [{ kind: "GROUP", role: null }] }],
  ] as const)("cannot be found: %s", (_what, needs) => {
    expect(reverse({ ...RELATIONS_ONLY, ...needs }, 2)).toBeUndefined();
  });

  it("apps are left out, and then everything, where the service inlines less", () => {
    const needs: UserNeeds = { ...RELATIONS_ONLY, applications: true };
    expect(reverse(needs, 1)).toMatchObject({ apps: false, relations: [DEVELOPED_SPACES] });
    expect(reverse(needs, 0)).toBeUndefined();
  });

  it("five of the seven relations can be found", () => {
    expect(RELATIONS.filter((relation) => isReversible(new Inlining([relation]))).map(({ filter }) => filter)).toEqual([
      "user_guid",
      "manager_guid",
      "billing_manager_guid",
      "auditor_guid",
      "developer_guid",
    ]);
    expect(isReversible(EVERYTHING)).toBe(false);
  });
});

describe("Lots of users", () => {
  it("are made where the proof and a list for each relation are fewer calls than one for each user", () => {
    expect(lotsOf(guids("u", 2), oneRelation)).toEqual([]);
    expect(lotsOf(guids("u", 3), oneRelation)).toEqual([guids("u", 3)]);
    const organizations = new Inlining(RELATIONS.slice(0, 4));
    expect(lotsOf(guids("u", 5), organizations)).toEqual([]);
    expect(lotsOf(guids("u", 6), organizations)).toHaveLength(1);
    expect([isCheaper(48, 50), isCheaper(49, 50)]).toEqual([true, false]);
  });

  it("have each user once", () => {
    expect(lotsOf(["a", "b", "a", "c", "b"], oneRelation)).toEqual([["a", "b", "c"]]);
    expect(lotsOf(["a", "b", "a", "b"], oneRelation)).toEqual([]);
  });

  it("leave out whoever cannot stand in a filter", () => {
    const odd = ["a,b", "a;b", "ä", "a b", "", "a:b", "x".repeat(256)];
    expect(lotsOf([...odd, "a", "b", "c"], oneRelation)).toEqual([["a", "b", "c"]]);
  });

  it("have two hundred users, and what is left over only where it is worth a list", () => {
    expect(lotsOf(guids("u", 202), oneRelation).map((lot) => lot.length)).toEqual([200]);
    expect(lotsOf(guids("u", 203), oneRelation).map((lot) => lot.length)).toEqual([200, 3]);
  });

  it("fit into a request line of 8 KiB, however long the guids are", () => {
    const inlining = new Inlining(RELATIONS.slice(0, 5), true);
    for (const length of [36, 100, 255]) {
      const users = guids("u", 600).map((guid) => guid.padEnd(length, "x"));
      const lots = lotsOf(users, inlining);
      expect(lots.flat()).toEqual(users);
      for (const relation of inlining.relations) {
        for (const lot of lots) {
          const { query = [], ...words } = groupsOfLot(relation, lot, inlining);
          const paged = [...query, ["results-per-page", "100"], ["page", "100"], ["order-direction", "asc"]] as const;
          const path = fillRoute({ method: "GET", ...words, query: paged, for: [], keys: 1 });
          expect(`GET ${path} HTTP/1.1`.length).toBeLessThan(8192);
        }
      }
    }
  });
});

describe("The words", () => {
  it("filter the groups by their users, and bring these along, with the apps of spaces where they are needed", () => {
    const [member] = RELATIONS;
    const both = new Inlining(RELATIONS.slice(0, 1), true);
    expect(groupsOfLot(member as (typeof RELATIONS)[number], ["a", "b"], both)).toEqual({
      route: "/v2/organizations",
      query: [
        ["q", "user_guid IN a,b"],
        ["inline-relations-depth", "1"],
        ["include-relations", "users"],
      ],
    });
    expect(groupsOfLot(DEVELOPED_SPACES, ["a", "b"], both).query?.at(-1)).toEqual([
      "include-relations",
      "developers,apps",
    ]);
    expect(groupsOfLot(DEVELOPED_SPACES, ["a"], oneRelation).query).toEqual([
      ["q", "developer_guid:a"],
      ["inline-relations-depth", "1"],
      ["include-relations", "developers"],
    ]);
  });

  it("ask for a long list of users at their group", () => {
    expect(usersOfGroup(DEVELOPED_SPACES, "s")).toEqual({
      route: "/v2/spaces/{guid}/developers",
      guid: "s",
      missing: "SpaceNotFound",
    });
  });
});
