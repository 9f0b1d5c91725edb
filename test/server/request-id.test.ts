import { afterEach, describe, expect, it } from "vitest";
import { openGateway } from "../support/ways.ts";
import { createLog } from "../../src/log.ts";
import { DEFAULT_SERVER, DEFAULT_SERVICE } from "../../src/config/settings.ts";
import { startUpstream } from "../support/upstream.ts";

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A gateway over a service that always fails, with what both of them were told. */
async function start(level: "info" | "debug" = "info", dialect = "econtext") {
  const seen: (string | null)[] = [];
  const upstream = await startUpstream((request) => {
    seen.push(request.headers.get("x-request-id"));
    return new Response("<html>", { status: 500 });
  });
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const service = { name: "directory", dialect, url: `${upstream.origin}/api` };
  const settings = {
    server: DEFAULT_SERVER,
    services: [{ ...DEFAULT_SERVICE, service, credentials: { basic: { username: "a", password: "b" } } }],
  };
  const gateway = openGateway(settings, { log: createLog({ pretty: false, level, destination }) });
  closing.push(
    () => upstream.close(),
    () => gateway.close(),
  );
  const ask = (path: string, query: string, headers: Record<string, string> = {}) =>
    gateway.fetch(`http://gateway.test${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query }),
    });
  return { ask, seen, lines };
}

describe("The id of a request", () => {
  const DIALECTS = ["econtext", "cloud-foundry-v2"];
  it.each(DIALECTS)(
    "is the caller's own, and stands in the answer, the log and all that is sent (%s)",
    async (dialect) => {
      const { ask, seen, lines } = await start("info", dialect);
      const response = await ask("/graphql", '{ user(id: "x") { name } }', { "x-request-id": "trace-1.a:b" });
      expect(response.headers.get("x-request-id")).toBe("trace-1.a:b");
      expect(seen).toEqual(["trace-1.a:b"]);
      expect(lines).toMatchObject([{ requestId: "trace-1.a:b", code: "UPSTREAM_ERROR", service: "directory" }]);
    },
  );

  it("is a new one for each request that has none", async () => {
    const { ask, seen, lines } = await start();
    const ids = [];
    for (let asked = 0; asked < 2; asked++)
      ids.push((await ask("/graphql", '{ user(id: "x") { name } }')).headers.get("x-request-id"));
    expect(ids[0]).toMatch(UUID);
    expect(new Set(ids).size).toBe(2);
    expect(seen).toEqual(ids);
    expect(lines.map(({ requestId }) => requestId)).toEqual(ids);
  });

  it("stands with each operation in the log, where that is asked for", async () => {
    const { ask, lines } = await start("debug");
    await ask("/graphql", 'query Who { user(id: "hunter2") { name } }', { "x-request-id": "trace" });
    expect(lines[1]).toEqual({
      level: 20,
      time: expect.any(Number),
      msg: "operation",
      requestId: "trace",
      operation: "query",
      name: "Who",
      ms: expect.any(Number),
      calls: 1,
      errors: 1,
    });
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  it.each(["a b", "a\tb", '{"$ne":1}', "x".repeat(129), "ä", "a,b"])(
    "is a new one where the caller's (%j) has no business in a log",
    async (given) => {
      const { ask } = await start();
      const id = (await ask("/graphql", "{ __typename }", { "x-request-id": given })).headers.get("x-request-id");
      expect(id).toMatch(UUID);
    },
  );

  it.each(["{", "{ nobody }", "mutation { deleteUser { nobody } }"])(
    "is told whatever is wrong with %j",
    async (query) => {
      const { ask } = await start();
      expect((await ask("/graphql", query, { "x-request-id": "trace" })).headers.get("x-request-id")).toBe("trace");
    },
  );

  it.each(["/healthz", "/readyz", "/nothing"])("is told at %s, too", async (path) => {
    const { ask } = await start();
    expect((await ask(path, "", { "x-request-id": "trace" })).headers.get("x-request-id")).toBe("trace");
  });
});
