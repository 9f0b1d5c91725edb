import { describe, expect, it } from "vitest";
import type { GroupRef } from "../../../src/domain/group.ts";
import { ASK, first, listOf, play, wire, type Scripted, type Wire } from "./scripted-send.ts";

const ORGANIZATIONS: readonly GroupRef[] = [
  { kind: "ORGANIZATION", id: "o1" },
  { kind: "ORGANIZATION", id: "o2" },
];
const SPACES = [inside("o1", "a"), inside("o2", "b"), inside("o1", "c")];

function inside(organization: string | undefined, guid: string): Wire {
  return wire(guid, { organization_guid: organization });
}

/** The spaces of two organizations that were met before, where the list of all is this one, or what is answered instead. */
async function readSpaces(all: readonly Wire[] | Scripted, total?: number) {
  const { groups, calls } = play((path) => {
    const [, , collection, guid, below] = new URL(path, "http://cf").pathname.split("/");
    if (collection === "spaces") return "status" in all ? all : { body: listOf(all as readonly Wire[], total) };
    if (below === undefined) return { body: wire(guid ?? "") };
    return { body: listOf(SPACES.filter(({ entity }) => entity["organization_guid"] === guid)) };
  });
  await groups.byRefs(ORGANIZATIONS, ASK);
  calls.length = 0;
  const pages = await groups.childrenOf(ORGANIZATIONS, first(10), ASK);
  return { pages, calls };
}

describe("The children of several parents", () => {
  it("are read together", async () => {
    const { pages, calls } = await readSpaces(SPACES);
    expect(pages).toMatchObject([
      { items: [{ id: "a" }, { id: "c" }], total: 2 },
      { items: [{ id: "b" }], total: 1 },
    ]);
    expect(calls).toHaveLength(1);
  });

  it("count once where they are repeated", async () => {
    const { pages, calls } = await readSpaces([...SPACES, inside("o1", "a")], 3);
    expect(pages).toMatchObject([
      { items: [{ id: "a" }, { id: "c" }], total: 2 },
      { items: [{ id: "b" }], total: 1 },
    ]);
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["are fewer than the service counts", SPACES.slice(1), 3],
    ["are as many as it counts, and one of them twice", [SPACES[1], SPACES[2], SPACES[2]] as Wire[], 3],
    ["name a parent that was not asked for", [...SPACES.slice(1), inside("o3", "a")], 3],
    ["name none", [...SPACES.slice(1), inside(undefined, "a")], 3],
    ["cannot be listed together", { status: 500, body: { code: 10001, error_code: "UnknownError" } }, 3],
    ["may not be listed together", { status: 403, body: { code: 10003, error_code: "CF-NotAuthorized" } }, 3],
  ])("are read of each alone where they %s", async (_what, all, total) => {
    const { pages, calls } = await readSpaces(all, total);
    expect(pages).toMatchObject([
      { items: [{ id: "a" }, { id: "c" }], total: 2 },
      { items: [{ id: "b" }], total: 1 },
    ]);
    expect(calls.slice(1).map((call) => call.split("?")[0])).toEqual([
      "GET /v2/organizations/o1/spaces",
      "GET /v2/organizations/o2/spaces",
    ]);
  });

  it("fail together where the service is not to be asked again", async () => {
    const { pages, calls } = await readSpaces({ status: 503, body: {} });
    expect(pages).toMatchObject([{ code: "UPSTREAM_UNAVAILABLE" }, { code: "UPSTREAM_UNAVAILABLE" }]);
    expect(calls).toHaveLength(1);
  });
});
