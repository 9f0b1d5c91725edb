import { describe, expect, it } from "vitest";
import { USER_RECORD } from "../../../src/domain/ask.ts";
import { countAll, EMPTY_PAGE, hasMore } from "../../../src/domain/page.ts";
import {
  expectApiKey,
  expectApplication,
  expectGroup,
  expectPage,
  expectUser,
} from "../../../src/domain/plan/expected.ts";

const PAGE = { first: 20, after: null };
const ANY = { kind: null, role: null };

describe("What stands in a plan", () => {
  it("for a user brings along what it is said to, and nothing else", () => {
    const bare = expectUser("a", {});
    expect(bare).toMatchObject({ id: "a", name: null, status: null, econtext: null, cloudFoundry: null });
    expect(bare.groups(PAGE, ANY)).toBeUndefined();
    expect(bare.applications(PAGE)).toBeUndefined();
    expect(bare.apiKeys()).toBeUndefined();
    expect(bare.tells(USER_RECORD)).toBe(false);

    const told = expectUser("a", { groups: () => EMPTY_PAGE, apiKeys: () => [], tells: () => true });
    expect(told.groups(PAGE, ANY)).toBe(EMPTY_PAGE);
    expect(told.applications(PAGE)).toBeUndefined();
    expect(told.apiKeys()).toEqual([]);
    expect(told.tells(USER_RECORD)).toBe(true);
  });

  it("for an application or a group brings along what it is said to, and nothing else", () => {
    expect(expectApplication("a").groups(PAGE)).toBeUndefined();
    expect(expectApplication("a", { groups: () => EMPTY_PAGE }).groups(PAGE)).toBe(EMPTY_PAGE);
    const ref = { kind: "GROUP", id: "g" } as const;
    const application = { id: "a", record: undefined };
    expect(expectGroup(ref)).toMatchObject({ ...ref, application: null, parent: null });
    expect(expectGroup(ref).applications(PAGE)).toBeUndefined();
    expect(expectGroup(ref, { application }).application).toBe(application);
    expect(expectApiKey("k")).toMatchObject({ id: "k", name: null });
  });

  it("for a page has nothing behind it, and tells who asks for that", async () => {
    const asked: string[] = [];
    const page = expectPage(["a"], { hasNext: () => asked.push("hasNext"), total: () => asked.push("total") });
    expect(page.items).toEqual(["a"]);
    expect(page.cursor(0)).toBe("");
    expect(asked).toEqual([]);
    expect(await hasMore(page)).toBe(false);
    expect(asked).toEqual(["hasNext"]);
    expect(await countAll(page)).toBeNull();
    expect(asked).toEqual(["hasNext", "total"]);
  });

  it("for a page of which nobody has to ask more tells it at once", () => {
    expect(expectPage([])).toMatchObject({ items: [], hasNext: false, total: null });
  });
});
