import { auditServer, type AuditResult } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";

let graph: GatewayUnderTest;
let results: readonly AuditResult[];

beforeAll(async () => {
  graph = startGateway([{ name: "directory", dialect: "econtext", url: "http://127.0.0.1:9/api" }]);
  results = await auditServer({
    url: "http://gateway.test/graphql",
    fetchFn: graph.fetch,
  });
});
afterAll(() => graph.close());

describe("GraphQL over HTTP, by the audit of its specification", () => {
  it("is served as it must be, and as it should be", () => {
    const short = results.filter(({ status }) => status === "error" || status === "warn");
    expect(results.length).toBeGreaterThan(50);
    expect(short.map((result) => result.name)).toEqual([]);
  });
});
