import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = new URL("check.ts", import.meta.url).pathname;

const CLIENTS = `enum Kind { GROUP SPACE }
type User { id: ID! name: String kind: Kind }
input NewUser { name: String email: String }
type Query { user(id: ID!): User users(like: NewUser): [User!] }
`;
const SUBGRAPH = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
type User @key(fields: "id") { id: ID! name: String }
type PageInfo @shareable { hasNextPage: Boolean! }
type Query { users: [User!] page: PageInfo }
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "usergraph-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(command: string, args: readonly string[]) {
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", GIT_CEILING_DIRECTORIES: tmpdir() };
  return spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
}

function git(...args: readonly string[]): void {
  const { status, stderr } = run("git", ["-c", "user.name=Somebody", "-c", "user.email=some@body.example", ...args]);
  if (status !== 0) throw new Error(stderr);
}

function write(version: string, clients = CLIENTS, subgraph: string | undefined = SUBGRAPH): void {
  mkdirSync(join(folder, "schema"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version }));
  writeFileSync(join(folder, "schema/schema.graphql"), clients);
  if (subgraph === "") rmSync(join(folder, "schema/subgraph.graphql"), { force: true });
  else writeFileSync(join(folder, "schema/subgraph.graphql"), subgraph);
}

function release(version: string, clients = CLIENTS, subgraph: string | undefined = SUBGRAPH): void {
  write(version, clients, subgraph);
  git("add", ".");
  git("commit", "--quiet", "--allow-empty", "-m", version);
  git("tag", `v${version}`);
}

function check(...args: readonly string[]) {
  const { status, stdout, stderr } = run(process.execPath, [script, ...args]);
  return { status, stdout, stderr };
}

describe("npm run schema:check", () => {
  beforeEach(() => {
    git("init", "--quiet");
  });

  it("has nothing to say of a schema that is as it was", () => {
    release("1.2.0");
    const { status, stdout } = check();
    expect([status, stdout]).toEqual([
      0,
      "schema/schema.graphql: as in v1.2.0\nschema/subgraph.graphql: as in v1.2.0\n",
    ]);
  });

  it.each<[string, string, string, string]>([
    ["a field that goes", CLIENTS.replace(" name: String kind", " kind"), SUBGRAPH, "breaking  User.name "],
    ["a field that may be null now", CLIENTS.replace("{ id: ID!", "{ id: ID"), SUBGRAPH, "breaking  User.id "],
    ["an argument that has to be given", CLIENTS.replace("users(", "users(n: Int!, "), SUBGRAPH, "breaking  Query.users.n "],
    ["an input that has to be given", CLIENTS.replace("email: String", "email: String!"), SUBGRAPH, "breaking  NewUser.email "],
    ["a value that goes", CLIENTS.replace(" SPACE", ""), SUBGRAPH, "breaking  Kind.SPACE "],
    ["a key that goes", CLIENTS, SUBGRAPH.replace('@key(fields: "id") ', ""), "breaking  User.@key "],
    ["a key that changes", CLIENTS, SUBGRAPH.replace('"id"', '"id name"'), "breaking  User.@key.fields "],
    ["a type that is not shared any more", CLIENTS, SUBGRAPH.replace("PageInfo @shareable", "PageInfo"), "breaking  PageInfo.@shareable "],
    ["an input of which one is allowed now", CLIENTS.replace("input NewUser", "input NewUser @oneOf"), SUBGRAPH, "breaking  NewUser.@oneOf "],
  ])("ends with 1 for %s", (_what, clients, subgraph, line) => {
    release("1.2.0");
    write("1.3.0", clients, subgraph);
    const { status, stdout } = check();
    expect(stdout).toContain(`  ${line}`);
    expect(stdout).toContain("A break needs a version");
    expect(status).toBe(1);
  });

  it.each([
    ["1.2.0", "2.0.0", 0],
    ["1.2.0", "1.3.0", 1],
    ["0.2.0", "0.3.0", 0],
    ["0.2.0", "0.2.1", 1],
    ["0.9.0", "1.0.0", 0],
    ["2.0.0", "1.9.0", 1],
    ["1.2.0", "0.9.0", 1],
    ["1.2.0", "next", 1],
  ])("lets a break from %s pass where the version is %s, or not", (before, now, expected) => {
    release(before);
    write(now, CLIENTS.replace(" name: String kind", " kind"));
    const { status, stdout } = check();
    expect(stdout).toContain("  breaking  User.name ");
    expect(status).toBe(expected);
    expect(stdout.includes(`it is a step from v${before} that may break`)).toBe(expected === 0);
  });

  it("lists what is dangerous, and counts what is safe", () => {
    release("1.2.0");
    write(
      "1.2.1",
      CLIENTS.replace("GROUP SPACE", "GROUP SPACE TEAM").replace("kind: Kind", "kind: Kind email: String"),
      SUBGRAPH.replace("type PageInfo", 'type Group @key(fields: "id") { id: ID! } "Shared." type PageInfo'),
    );
    const { status, stdout } = check();
    expect(stdout).toContain("schema/schema.graphql: 1 safe changes and 1 others since v1.2.0\n  dangerous  Kind.TEAM ");
    expect(stdout).toMatch(/subgraph\.graphql: \d+ safe changes and 0 others/);
    expect(stdout).not.toContain("breaking");
    expect(status).toBe(0);
  });

  it("compares with the greatest version that led here, or with what it is given", () => {
    release("0.9.0", CLIENTS.replace("kind: Kind", "kind: Kind gone: Int"));
    release("0.10.0");
    git("checkout", "--quiet", "-b", "aside");
    release("0.11.0", CLIENTS.replace("kind: Kind", "kind: Kind aside: Int"));
    git("tag", "v-is-no-version");
    git("checkout", "--quiet", "-");
    expect(check().stdout).toContain("schema/schema.graphql: as in v0.10.0");
    expect(check("v0.9.0").stdout).toContain("breaking  User.gone ");
    expect(check("aside")).toMatchObject({ status: 1, stdout: expect.stringContaining("breaking  User.aside ") });
    expect(check("v0.9.1")).toMatchObject({ status: 2, stderr: expect.stringContaining("v0.9.1: expected a tag") });
    expect(check("--all").status).toBe(2);
  });

  it("says that a file is new, and that there is no release yet", () => {
    release("1.2.0", CLIENTS, "");
    write("1.2.0");
    expect(check()).toMatchObject({ status: 0, stdout: expect.stringContaining("subgraph.graphql: new since v1.2.0") });
    git("tag", "-d", "v1.2.0");
    expect(check()).toMatchObject({ status: 0, stdout: expect.stringContaining("no release to compare with") });
  });

  it("ends with 2 where a file is gone, or is no schema", () => {
    release("1.2.0");
    write("1.2.0", CLIENTS, "");
    expect(check()).toMatchObject({ status: 2, stderr: expect.stringContaining("schema/subgraph.graphql: expected") });
    write("1.2.0", `${CLIENTS}type Broken {`);
    expect(check()).toMatchObject({ status: 2, stderr: expect.stringContaining("schema/schema.graphql:5: expected SDL") });
    release("1.3.0", "type Query {");
    write("1.3.0");
    expect(check()).toMatchObject({ status: 2, stderr: expect.stringContaining("v1.3.0:schema/schema.graphql:1:") });
  });
});

describe("npm run schema:check outside of a repository", () => {
  it("has nothing to compare with, and says so of a ref", () => {
    write("1.2.0");
    expect(check()).toMatchObject({ status: 0, stdout: expect.stringContaining("no release to compare with") });
    expect(check("v1.2.0").status).toBe(2);
  });
});
