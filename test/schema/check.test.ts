import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compare, readSdl } from "./compare.ts";

const SCHEMA = `"""Asks."""
type Query {
  user(id: ID!): User
}
"""A user."""
type User {
  id: ID!
  email: String
  status: UserStatus
}
enum UserStatus {
  ENABLED
}
`;

const SUBGRAPH = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

type Query {
  user(id: ID!): User
}
type User @key(fields: "id") {
  id: ID!
}
type PageInfo @shareable {
  hasNextPage: Boolean!
}
`;

const NOTHING = "0 breaking, 0 dangerous, 0 safe";

/** An unpacked archive may be tested where there is none. */
const HAS_GIT = spawnSync("git", ["--version"]).status === 0;

let folder: string;
/** Nothing of the user's own git: neither configuration nor a repository around the folder. */
let env: Record<string, string | undefined>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "usergraph-"));
  env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: tmpdir(),
  };
  mkdirSync(join(folder, "schema"));
  write(SCHEMA);
  write(SUBGRAPH, "schema/subgraph.graphql");
  setVersion("0.9.0");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, file = "schema/schema.graphql"): void {
  writeFileSync(join(folder, file), text);
}

function setVersion(version: string): void {
  write(JSON.stringify({ version }), "package.json");
}

/** Replaces what must be there. */
function change(from: string, to: string, file = "schema/schema.graphql"): void {
  const text = readFileSync(join(folder, file), "utf8");
  expect(text).toContain(from);
  write(text.replace(from, to), file);
}

function git(...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=Somebody", "-c", "user.email=somebody@a.example", ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "A state");
}

function release(tag: string): void {
  git("init", "--quiet");
  commit();
  git("tag", tag);
}

function check(...args: readonly string[]) {
  return checkIn(folder, ...args);
}

function checkIn(cwd: string, ...args: readonly string[]) {
  const script = new URL("check.ts", import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd, env, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

/** What it prints where the first file changed, and the second did not. */
function printed(name: string, changes: string, verdict = ""): string {
  return `Compared with ${name}:\n\nschema/schema.graphql: ${changes}\n\nschema/subgraph.graphql: ${NOTHING}\n${verdict}`;
}

describe.skipIf(!HAS_GIT)("npm run schema:check, without a release", () => {
  it("has nothing to compare with before the first tag, or the first commit", () => {
    const none = "There is no release to compare with: no tag such as v1.2.3 is there.\n";
    git("init", "--quiet");
    expect(check()).toEqual({ code: 0, stderr: "", stdout: none });
    commit();
    for (const tag of ["version-1", "v1.0.0-rc.1", "v1"]) git("tag", tag);
    expect(check()).toEqual({ code: 0, stderr: "", stdout: none });
  });

  it("has nothing to compare with where there is no git repository, and cannot find a ref there", () => {
    const none = "There is no git repository here, and so no release to compare with.\n";
    expect(check()).toEqual({ code: 0, stderr: "", stdout: none });
    expect(check("v1.0.0")).toEqual({ code: 2, stdout: "", stderr: "v1.0.0: there is no git repository here.\n" });
    release("v1.0.0");
    env["PATH"] = folder;
    expect(check()).toEqual({ code: 0, stderr: "", stdout: none });
    expect(check("v1.0.0").code).toBe(2);
  });

  it("tells that a clone is shallow where no tag came with it", () => {
    release("v0.9.0");
    commit();
    const clone = join(folder, "clone");
    git("clone", "--quiet", "--depth=1", "--no-tags", `file://${folder}`, clone);
    const hint = "This clone is shallow: git fetch --unshallow --tags brings what it lacks.\n";
    const stdout = `There is no release to compare with: no tag such as v1.2.3 is there. ${hint}`;
    expect(checkIn(clone)).toEqual({ code: 0, stderr: "", stdout });
    const stderr = `v0.9.0: git knows no such commit. ${hint}`;
    expect(checkIn(clone, "v0.9.0")).toEqual({ code: 2, stdout: "", stderr });
  });
});

describe.skipIf(!HAS_GIT)("npm run schema:check, with a release", () => {
  it("does not mind whose folder it is", () => {
    release("v0.9.0");
    env["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1";
    expect(check()).toEqual({ code: 0, stderr: "", stdout: printed("v0.9.0", NOTHING) });
  });

  it("counts what is safe, such as fields that come and descriptions that go", () => {
    release("v0.9.0");
    expect(check()).toEqual({ code: 0, stderr: "", stdout: printed("v0.9.0", NOTHING) });
    change("  email: String\n", "  email: String\n  name: String\n");
    change('"""A user."""\n', "");
    expect(check()).toEqual({
      code: 0,
      stderr: "",
      stdout: printed("v0.9.0", "0 breaking, 0 dangerous, 2 safe"),
    });
  });

  it("lists what breaks, and fails", () => {
    release("v0.9.0");
    change("  email: String\n", "");
    const broken = `1 breaking, 0 dangerous, 0 safe
  BREAKING  User.email: Field 'email' was removed from object type 'User'`;
    const verdict = "\nVersion 0.9.0 in package.json does not announce the break: after 0.9.0, that takes 0.10.0.\n";
    expect(check()).toEqual({ code: 1, stderr: "", stdout: printed("v0.9.0", broken, verdict) });
    setVersion("0.9.1");
    expect(check().code).toBe(1);
    // Committed without a tag, it is not released yet.
    commit();
    expect(check().code).toBe(1);

    setVersion("0.10.0");
    const announced = "\nVersion 0.10.0 in package.json announces the break after 0.9.0.\n";
    expect(check()).toEqual({ code: 0, stderr: "", stdout: printed("v0.9.0", broken, announced) });
  });

  it("takes a major version to announce a break from 1.0.0 on", () => {
    release("v1.2.3");
    change("  email: String\n", "");
    const verdicts = ["1.2.4", "1.3.0", "0.99.0", "2.0.0", "2.0.0-rc.1", "10.0.0"].map((version) => {
      setVersion(version);
      return check().code;
    });
    expect(verdicts).toEqual([1, 1, 1, 0, 0, 0]);
    setVersion("1.3.0");
    expect(check().stdout).toContain("after 1.2.3, that takes 2.0.0.");
    git("tag", "--delete", "v1.2.3");
    git("tag", "v0.9.0");
    setVersion("1.0.0");
    expect(check().code).toBe(0);
  });

  it("lists what is dangerous, and does not fail for it", () => {
    release("v0.9.0");
    change("  ENABLED\n", "  ENABLED\n  DISABLED\n");
    const dangerous = `0 breaking, 1 dangerous, 0 safe
  DANGEROUS UserStatus.DISABLED: Enum value 'DISABLED' was added to enum 'UserStatus'`;
    expect(check()).toEqual({ code: 0, stderr: "", stdout: printed("v0.9.0", dangerous) });
  });

  it("reads the directives of the subgraph too", () => {
    release("v0.9.0");
    change(' @key(fields: "id")', "", "schema/subgraph.graphql");
    change(" @shareable", "", "schema/subgraph.graphql");
    change("federation/v2.9", "federation/v2.10", "schema/subgraph.graphql");
    const { code, stdout } = check();
    expect(code).toBe(1);
    expect(stdout).toContain(`
schema/schema.graphql: ${NOTHING}

schema/subgraph.graphql: 2 breaking, 2 dangerous, 0 safe
  BREAKING  User: @key(fields: "id") was removed: other subgraphs refer to it by this key
  BREAKING  PageInfo: @shareable was removed: it does not compose with subgraphs that have it too
  DANGEROUS schema: @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"]) was removed
  DANGEROUS schema: @link(url: "https://specs.apollo.dev/federation/v2.10", import: ["@key", "@shareable"]) was added
`);
  });

  it("has nothing against a file that the release did not have, and says that it is new", () => {
    rmSync(join(folder, "schema/subgraph.graphql"));
    release("v0.9.0");
    write(SUBGRAPH, "schema/subgraph.graphql");
    const stdout = `Compared with v0.9.0:\n\nschema/schema.graphql: ${NOTHING}\n\nschema/subgraph.graphql: new\n`;
    expect(check()).toEqual({ code: 0, stderr: "", stdout });
  });

  it("takes the greatest of the releases that lead to what is checked out", () => {
    release("v0.9.0");
    change("  email: String\n", "");
    commit();
    git("tag", "v0.10.0");
    expect(check()).toEqual({ code: 0, stderr: "", stdout: printed("v0.10.0", NOTHING) });
    // A greater one stands elsewhere.
    git("checkout", "--quiet", "-b", "next");
    commit();
    git("tag", "v2.0.0");
    git("checkout", "--quiet", "v0.10.0");
    expect(check().stdout).toContain("Compared with v0.10.0:");
  });

  it("compares from the folder in which it runs, where the repository holds others beside it", () => {
    const inner = join(folder, "packages", "usergraph");
    cpSync(join(folder, "schema"), join(inner, "schema"), { recursive: true });
    cpSync(join(folder, "package.json"), join(inner, "package.json"));
    change("  email: String\n", "");
    release("v0.9.0");
    expect(checkIn(inner)).toEqual({ code: 0, stderr: "", stdout: printed("v0.9.0", NOTHING) });
  });
});

describe.skipIf(!HAS_GIT)("npm run schema:check REF", () => {
  it("compares with that state, whose package.json tells its version", () => {
    release("v0.9.0");
    setVersion("1.0.0");
    commit();
    change("  email: String\n", "");
    commit();
    setVersion("1.1.0");
    expect(check("HEAD")).toEqual({ code: 0, stderr: "", stdout: printed("HEAD", NOTHING) });
    const { code, stdout } = check("HEAD~1");
    expect([code, stdout.split("\n")[0]]).toEqual([1, "Compared with HEAD~1:"]);
    expect(stdout).toContain("after 1.0.0, that takes 2.0.0.");
    expect(check("v0.9.0").code).toBe(0);
  });

  it("holds no version for an announcement where that state has none", () => {
    rmSync(join(folder, "package.json"));
    release("first");
    change("  email: String\n", "");
    setVersion("2.0.0");
    const { code, stdout } = check("first");
    expect([code, stdout.split("\n").at(-2)]).toEqual([1, "Nothing announces the break: no version is known of first."]);
  });

  it.each(["nowhere", "--all", "", "HEAD:package.json"])("fails for %j, which is no commit", (ref) => {
    release("v0.9.0");
    expect(check(ref)).toEqual({ code: 2, stdout: "", stderr: `${ref}: git knows no such commit.\n` });
  });

  it("takes one ref alone", () => {
    release("v0.9.0");
    const stderr = "One ref at most can be compared with: npm run schema:check [REF]\n";
    expect(check("v0.9.0", "HEAD")).toEqual({ code: 2, stdout: "", stderr });
  });
});

describe.skipIf(!HAS_GIT)("npm run schema:check, where it cannot tell", () => {
  it("names the schema that cannot be read, be it the release's or today's", () => {
    write("type Query {");
    release("v0.9.0");
    write(SCHEMA);
    const then = check();
    expect([then.code, then.stderr.split("\n")[0]]).toEqual([
      2,
      "v0.9.0:schema/schema.graphql is no schema: Syntax Error: Expected Name, found <EOF>.",
    ]);
    write("type Query { user: Nobody }");
    const now = check();
    expect([now.code, now.stderr]).toEqual([2, 'schema/schema.graphql is no schema: Error: Unknown type: "Nobody".\n']);
  });

  it("fails where a schema is missing today", () => {
    release("v0.9.0");
    rmSync(join(folder, "schema/subgraph.graphql"));
    const { code, stderr } = check();
    expect([code, stderr]).toEqual([2, "schema/subgraph.graphql is missing: npm run schema:print writes it.\n"]);
  });

  it("fails where git does, without taking that for a missing repository", () => {
    release("v0.9.0");
    write("[core\n", ".git/config");
    expect(check()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("bad config") });
  });
});

describe("Two states of a schema", () => {
  const before = `
    extend schema @composeDirective(name: "@a") @composeDirective(name: "@b")
    extend schema @link(url: "https://a.example/v1")
    directive @a on OBJECT
    input Input @oneOf { a: Int }
    input Loose { a: Int }
    interface Node @key(fields: "id") { id: ID! }
    type Query { users(first: Int @tag(name: "t"), input: Input, loose: Loose): [User!] @listSize(assumedSize: 20) }
    type User implements Node @key(fields: "id") @key(fields: "name") { id: ID! name: String! old: Int @deprecated }`;

  async function levels(from: string, to: string): Promise<readonly string[]> {
    expect(before).toContain(from);
    const changes = await compare(readSdl(before), readSdl(before.replace(from, to)));
    return changes.map(({ level, path }) => `${level} ${path}`);
  }

  it.each([
    ["a required field of an input", "Loose { a: Int", "Loose { a: Int b: Int!", ["BREAKING Loose.b"]],
    ["a required argument", "first: Int", "after: ID! first: Int", ["BREAKING Query.users.after"]],
    ["a value that may be null", "name: String!", "name: String", ["BREAKING User.name"]],
    ["an interface that is gone", "implements Node @", "@", ["BREAKING User"]],
    ["a key with other fields", 'User implements Node @key(fields: "id")', 'User implements Node @key(fields: "old")',
      ["BREAKING User", "NON_BREAKING User"]],
    ["a key that cannot be resolved any more", '@key(fields: "name")', '@key(fields: "name", resolvable: false)',
      ["BREAKING User", "NON_BREAKING User"]],
    ["a key of an interface", 'Node @key(fields: "id") {', "Node {", ["BREAKING Node"]],
    ["a field that is taken out of the supergraph", "old: Int", "old: Int @inaccessible", ["BREAKING User.old"]],
    ["a field that another subgraph has", "old: Int", "old: Int @external", ["BREAKING User.old"]],
    ["a field that routers guard", "old: Int", "old: Int @authenticated", ["BREAKING User.old"]],
    ["a field that routers guard by scopes", "old: Int", "old: Int @requiresScopes(scopes: [])", ["BREAKING User.old"]],
    ["a field that routers guard by policies", "old: Int", "old: Int @policy(policies: [])", ["BREAKING User.old"]],
    ["an input of which one field alone may be given", "Loose {", "Loose @oneOf {", ["BREAKING Loose"]],
    ["a list of another size", "assumedSize: 20", "assumedSize: 9", ["DANGEROUS Query.users", "DANGEROUS Query.users"]],
    ["what an argument was marked with", ' @tag(name: "t")', "", ["DANGEROUS Query.users.first"]],
    ["what was composed", ' @composeDirective(name: "@a")', "", ["DANGEROUS schema"]],
    ["an input that may be given several fields", "Input @oneOf", "Input", ["NON_BREAKING Input"]],
    ["a key more", "@key(fields: \"name\")", '@key(fields: "name") @key(fields: "old")', ["NON_BREAKING User"]],
    ["a type that may be others' too", "User implements Node", "User implements Node @shareable", ["NON_BREAKING User"]],
    ["keys in another order", '@key(fields: "id") @key(fields: "name")', '@key(fields: "name") @key(fields: "id")', []],
    ["another reason not to use a field", "@deprecated", '@deprecated(reason: "Is empty.")',
      ["NON_BREAKING User.old.@deprecated", "NON_BREAKING User.old", "NON_BREAKING User.old"]],
    ["what a second extension links", "a.example/v1", "a.example/v2", ["DANGEROUS schema", "DANGEROUS schema"]],
    ["a field that is gone, with what it is marked with", "old: Int @deprecated", "", ["BREAKING User.old"]],
    ["a new field, whatever it is marked with", "old: Int", "new: Int @inaccessible old: Int", ["NON_BREAKING User.new"]],
  ])("differ by %s", async (_what, from, to, expected) => {
    expect(await levels(from, to)).toEqual(expected);
  });
});
