import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Which room may import which, from the innermost out. `dialects/*` stands for one dialect's folder: dialects know the
 * port and the wire, and never each other; the schema knows the port, and no dialect.
 */
const MAP: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  version: [],
  config: ["domain"],
  http: ["domain", "config", "version"],
  "dialects/*": ["domain", "http", "dialects", "sandbox/people"],
  dialects: ["domain", "http", "dialects/*", "sandbox/people"],
  services: ["domain"],
  execution: [],
  schema: ["domain", "services", "execution"],
  server: ["domain", "config", "http", "schema", "execution"],
  "sandbox/people": [],
  sandbox: ["config", "dialects", "sandbox/people", "server"],
  log: ["config"],
  "connected-service": ["config", "dialects", "domain", "http", "services"],
  gateway: ["config", "connected-service", "dialects", "domain", "http", "log", "schema", "server", "services"],
  cli: [
    "config",
    "connected-service",
    "dialects",
    "domain",
    "gateway",
    "log",
    "sandbox",
    "schema",
    "server",
    "version",
  ],
};

const files = globSync("src/**/*.ts").map((file) => normalize(file));

describe("The layout", () => {
  it("has a place on the map for every file", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !(roomOf(file) in MAP))).toEqual([]);
  });

  it.each(files)("lets %s import only what its room may", (file) => {
    const room = roomOf(file);
    const strangers = importsOf(file).filter((other) => {
      const there = roomOf(other);
      const isNeighbour = room === "dialects/*" ? folderOf(file) === folderOf(other) : there === room;
      if (room === "dialects/*" && there === "dialects") return !other.endsWith("dialects/dialect.ts");
      return !isNeighbour && !(MAP[room] ?? []).includes(there);
    });
    expect(strangers).toEqual([]);
  });

  it("joins the dialects in the registry alone", () => {
    const joiners = files.filter(
      (file) => roomOf(file) !== "dialects/*" && importsOf(file).some((other) => roomOf(other) === "dialects/*"),
    );
    expect(joiners).toEqual([join("src", "dialects", "registry.ts")]);
  });
});

function roomOf(file: string): string {
  const [, first, second, third] = file.split("/");
  if (first === "sandbox" && second === "people.ts") return "sandbox/people";
  if (first === "dialects" && third !== undefined) return "dialects/*";
  return (first ?? "").replace(/\.ts$/, "");
}

function folderOf(file: string): string {
  return file.split("/").slice(0, 3).join("/");
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const found = [...text.matchAll(/(?:from|import)[\s(]+"(\.{1,2}\/[^"]+)"/g)].map((match) => match[1] as string);
  return found.map((path) => normalize(join(dirname(file), path))).filter((path) => path.startsWith("src/"));
}
