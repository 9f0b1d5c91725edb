import { describe, expect, it } from "vitest";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import { Session } from "../../../src/dialects/cloud-foundry-v2/session.ts";
import { readWhole } from "../../../src/dialects/cloud-foundry-v2/whole-lists.ts";
import { fillRoute } from "../../../src/http/route.ts";
import { guids, listOf, play, respond, SERVICE, wire, type Script } from "./scripted-send.ts";

const LIST = { route: "/v2/users", for: ["Query.users"], keys: 1 };

function serve(all: readonly string[]): Script {
  return (path) => {
    const query = new URL(path, "http://cf").searchParams;
    const size = Number(query.get("results-per-page"));
    const start = (Number(query.get("page")) - 1) * size;
    const next = "/v2/users?page=2&include-relations=wrong";
    return {
      body: {
        ...listOf(
          all.slice(start, start + size).map((guid) => wire(guid)),
          all.length,
        ),
        next_url: next,
      },
    };
  };
}

describe("A whole list", () => {
  const worthIt = () => 100;

  it("is read from the number of its pages, for `next_url` is wrong with several relations", async () => {
    const all = guids("u", 230);
    const { session, calls } = play(serve(all));
    expect(await readGuids(session, worthIt)).toEqual(all);
    expect(calls).toEqual(
      [1, 2, 3].map((page) => `GET /v2/users?results-per-page=100&page=${page}&order-direction=asc`),
    );
  });

  it("of nothing is one call", async () => {
    const { session, calls } = play(serve([]));
    expect(await readGuids(session, worthIt)).toEqual([]);
    expect(calls).toHaveLength(1);
  });

  it("is left after its first page where it has more than it is worth", async () => {
    const { session, calls } = play(serve(guids("u", 201)));
    expect(await readGuids(session, () => 2)).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(await readGuids(session, () => 3)).toHaveLength(201);
  });

  it.each([10_001, 2 ** 31 - 1])("has at most 100 pages, whatever it is worth: not %d items", async (total) => {
    const { session, calls } = play(() => ({ body: listOf([wire("u")], total) }));
    expect(await readGuids(session, () => Infinity)).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it("is read by at most eight calls at once, and in its order", async () => {
    const all = guids("u", 3000);
    const script = serve(all);
    let running = 0;
    let most = 0;
    const session = new Session(
      SERVICE,
      async (request) => {
        most = Math.max(most, ++running);
        // Those that were asked first answer last.
        for (let turn = 8 - (most % 8); turn > 0; turn--) await Promise.resolve();
        running--;
        return respond(script(fillRoute(request), request));
      },
      new Limits(),
    );
    expect(await readGuids(session, worthIt)).toEqual(all);
    expect(most).toBe(8);
  });

  it("is given up at the first failure", async () => {
    const all = serve(guids("u", 5000));
    const { session, calls } = play((path, request) =>
      path.includes("&page=4&") ? { status: 500, body: {} } : all(path, request),
    );
    await expect(readGuids(session, worthIt)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
    const asked = calls.length;
    await new Promise(setImmediate);
    expect(calls).toHaveLength(asked);
    expect(asked).toBeLessThan(20);
  });

  it("counts an element that came twice once", async () => {
    const { session } = play(() => ({
      body: listOf(
        ["a", "b", "a"].map((guid) => wire(guid)),
        2,
      ),
    }));
    expect(await readGuids(session, worthIt)).toEqual(["a", "b"]);
  });

  it.each([
    ["fewer than the service counts", ["a", "b"], 3],
    ["more", ["a", "b", "c"], 2],
    ["as many, and one of them twice", ["a", "b", "a"], 3],
  ])("is not known where there came %s", async (_what, came, total) => {
    const { session } = play(() => ({
      body: listOf(
        came.map((guid) => wire(guid)),
        total,
      ),
    }));
    expect(await readGuids(session, worthIt)).toBeUndefined();
  });

  it("is not known where an element moved from one page to the next between two calls", async () => {
    const all = serve(guids("u", 150));
    const grown = serve(["new", ...guids("u", 150)]);
    const { session } = play((path, request) => (path.includes("&page=2&") ? grown : all)(path, request));
    expect(await readGuids(session, worthIt)).toBeUndefined();
  });
});

async function readGuids(session: Session, pagesWorth: (total: number) => number) {
  return (await readWhole(session, LIST, pagesWorth))?.map(({ resource }) => resource.metadata.guid);
}
