import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_SERVER } from "../src/config/settings.ts";
import { loadSettings } from "../src/config/load.ts";
import { printSubgraph } from "../src/cli/schema.ts";
import { dialects } from "../src/dialects/registry.ts";
import { composers } from "./federation/composers.ts";
import { startOverSandbox, type SandboxUnderTest } from "./support/gateway.ts";

const readme = readFileSync("README.md", "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map((match) => match[1] as string);

let graph: SandboxUnderTest;
beforeAll(async () => {
  graph = await startOverSandbox(
    dialects.map((dialect) => ({ dialect })),
    undefined,
    { explain: "always" },
  );
});
afterAll(() => graph.close());

describe("The README", () => {
  it("shows the first query with the answer that it really has", async () => {
    const [query] = blocks("graphql");
    const [answer] = blocks("json");
    const { body } = await graph.query(query as string);
    const withoutTimes = (text: string) => text.replaceAll(/"ms": ?[\d.]+/g, '"ms": 0');
    expect(JSON.parse(withoutTimes(JSON.stringify(body)))).toEqual(JSON.parse(withoutTimes(answer as string)));
  });

  it("shows a creation that works", async () => {
    const { body } = await graph.query(blocks("graphql")[1] as string);
    expect(body).toMatchObject({
      data: { createUser: { user: { applications: { nodes: [{ name: "Crew Portal" }] } }, errors: [] } },
    });
  });

  it("shows changes that work", async () => {
    const { body } = await graph.query(blocks("graphql")[2] as string);
    expect(body).toMatchObject({
      data: {
        updateUser: { user: { name: "Bram Okafor", customData: { base: "LIS" } }, errors: [] },
        addUserToGroup: {
          user: { groups: { edges: [{}, { role: "DEVELOPER", node: { name: "staging" } }] } },
          errors: [],
        },
      },
    });
  });

  it("shows the calls that were counted", () => {
    const rowsOf = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .map((line) => line.replaceAll(/\s+/g, " "));
    const [table = ""] = readFileSync("docs/upstream-calls.md", "utf8").match(/^\| operation[^]*?\n\n/m) ?? [];
    const counted = rowsOf(table).filter((line) => !line.startsWith("| ---"));
    expect(counted.length).toBeGreaterThan(7);
    expect(rowsOf(readme)).toEqual(expect.arrayContaining(counted));
  });

  it("shows the configuration of a router that is tested", () => {
    const [shown = ""] = blocks("ts").filter((block) => block.includes("defineConfig"));
    const [, tested] = readFileSync("test/federation/gateway.config.ts", "utf8").split('import "./told-port.ts";\n');
    expect(shown.replace(/^\/\/.*\n/, "")).toBe(tested);
  });

  it("shows a subgraph that composes with this one", () => {
    const orders = `type Query { orders: [Order] } ${blocks("graphql").find((block) => block.includes("type Order")) ?? ""}`;
    for (const { compose } of composers) {
      const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
      expect(compose({ usergraph: printSubgraph(DEFAULT_SERVER.subgraph), orders: link + orders }).errors).toEqual([]);
    }
  });

  it("shows a configuration that loads", () => {
    const settings = loadSettings({
      file: "usergraph.yaml",
      text: blocks("yaml")[0] as string,
      env: {},
      dialects: dialects.map((dialect) => dialect.name),
    });
    expect(settings.server).toEqual(DEFAULT_SERVER);
    expect(settings.services.map(({ service }) => service.name)).toEqual(["directory", "cloud"]);
  });
});
