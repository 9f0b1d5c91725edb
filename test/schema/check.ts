/**
 * Whether the printed schemas break what the last release promised: `npm run schema:check`, or `npm run schema:check REF`
 * for another state than that of the last release. Ends with 0 where nothing breaks or the version in package.json
 * announces it, with 1 where it breaks, and with 2 where that cannot be told.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { CriticalityLevel } from "@graphql-inspector/core";
import { compare, readSdl, type Change, type Sdl } from "./compare.ts";

const FILES = ["schema/schema.graphql", "schema/subgraph.graphql"];

/** A tag of a release; what is tagged before one, such as `v1.0.0-rc.1`, promises nothing. */
const RELEASE = /^v(\d+)\.(\d+)\.(\d+)$/;

/** What was released, or what a given ref names. */
interface Earlier {
  readonly name: string;
  readonly commit: string;
}

interface Version {
  readonly major: number;
  readonly minor: number;
  readonly text: string;
}

/** Why it cannot be told. */
class Obstacle extends Error {}

try {
  process.exitCode = await check(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Obstacle ? error.message : error);
  process.exitCode = 2;
}

async function check([ref, ...more]: readonly string[]): Promise<number> {
  if (more.length > 0) throw new Obstacle("One ref at most can be compared with: npm run schema:check [REF]");
  const earlier = ref === undefined ? lastRelease() : named(ref);
  if (earlier === undefined) return 0;

  console.log(`Compared with ${earlier.name}:`);
  let breaks = false;
  for (const file of FILES) {
    const changes = await changesOf(file, earlier);
    breaks ||= changes?.some(({ level }) => level === CriticalityLevel.Breaking) === true;
    console.log(changes === undefined ? `\n${file}: new` : `\n${file}: ${describe(changes)}`);
  }
  return !breaks || isAnnounced(earlier) ? 0 : 1;
}

function lastRelease(): Earlier | undefined {
  if (!isRepository()) {
    console.log("There is no git repository here, and so no release to compare with.");
    return undefined;
  }
  // Before the first commit, there is no HEAD to reach tags from.
  const tags = commitOf("HEAD") === undefined ? "" : gitText("tag", "--merged=HEAD", "--sort=-version:refname");
  const name = tags.split("\n").find((tag) => RELEASE.test(tag));
  if (name !== undefined) return named(name, `refs/tags/${name}`);
  console.log(`There is no release to compare with: no tag such as v1.2.3 is there.${shallowHint()}`);
  return undefined;
}

function named(name: string, ref = name): Earlier {
  if (!isRepository()) throw new Obstacle(`${name}: there is no git repository here.`);
  const commit = commitOf(ref);
  if (commit === undefined) throw new Obstacle(`${name}: git knows no such commit.${shallowHint()}`);
  return { name, commit };
}

/** Undefined where there was no such file. */
async function changesOf(file: string, earlier: Earlier): Promise<readonly Change[] | undefined> {
  if (!existsSync(file)) throw new Obstacle(`${file} is missing: npm run schema:print writes it.`);
  const before = textOf(file, earlier);
  const now = sdlOf(file, readFileSync(file, "utf8"));
  return before === undefined ? undefined : compare(sdlOf(`${earlier.name}:${file}`, before), now);
}

function sdlOf(name: string, text: string): Sdl {
  try {
    return readSdl(text);
  } catch (error) {
    throw new Obstacle(`${name} is no schema: ${String(error)}`);
  }
}

function describe(changes: readonly Change[]): string {
  const breaking = changes.filter(({ level }) => level === CriticalityLevel.Breaking);
  const dangerous = changes.filter(({ level }) => level === CriticalityLevel.Dangerous);
  const safe = changes.length - breaking.length - dangerous.length;
  return [
    `${breaking.length} breaking, ${dangerous.length} dangerous, ${safe} safe`,
    ...breaking.map(({ path, message }) => `  BREAKING  ${path}: ${message}`),
    ...dangerous.map(({ path, message }) => `  DANGEROUS ${path}: ${message}`),
  ].join("\n");
}

/** As semver has it: by a greater major version, or before 1.0.0 by a greater minor one. */
function isAnnounced(earlier: Earlier): boolean {
  const then = versionOf(RELEASE.test(earlier.name) ? earlier.name : packageVersion(textOf("package.json", earlier)));
  const now = versionOf(existsSync("package.json") ? packageVersion(readFileSync("package.json", "utf8")) : undefined);
  if (then === undefined || now === undefined) {
    console.log(`\nNothing announces the break: no version is known of ${then === undefined ? earlier.name : "this"}.`);
    return false;
  }
  const announced = now.major > then.major || (then.major === 0 && now.minor > then.minor);
  const least = then.major === 0 ? `0.${then.minor + 1}.0` : `${then.major + 1}.0.0`;
  console.log(
    announced
      ? `\nVersion ${now.text} in package.json announces the break after ${then.text}.`
      : `\nVersion ${now.text} in package.json does not announce the break: after ${then.text}, that takes ${least}.`,
  );
  return announced;
}

function packageVersion(text = "{}"): string | undefined {
  return (JSON.parse(text) as { version?: string }).version;
}

function versionOf(text = ""): Version | undefined {
  const [, version, major, minor] = /^v?((\d+)\.(\d+)\..*)$/.exec(text) ?? [];
  return version === undefined ? undefined : { major: Number(major), minor: Number(minor), text: version };
}

/** A folder without git, such as an unpacked archive, is none either. */
function isRepository(): boolean {
  const { status, stderr, error } = git("rev-parse", "--git-dir");
  if (error !== undefined) return false;
  if (status !== 0 && !stderr.includes("not a git repository")) throw new Obstacle(stderr.trim());
  return status === 0;
}

function commitOf(ref: string): string | undefined {
  const { status, stdout } = git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  return status === 0 ? stdout.trim() : undefined;
}

function textOf(file: string, { commit }: Earlier): string | undefined {
  // Both are read from this folder on, wherever in the repository it is.
  const isThere = gitText("ls-tree", "--name-only", commit, "--", file) !== "";
  return isThere ? gitText("cat-file", "blob", `${commit}:./${file}`) : undefined;
}

function shallowHint(): string {
  const isShallow = gitText("rev-parse", "--is-shallow-repository").trim() === "true";
  return isShallow ? " This clone is shallow: git fetch --unshallow --tags brings what it lacks." : "";
}

function gitText(...args: readonly string[]): string {
  const { status, stdout, stderr } = git(...args);
  if (status !== 0) throw new Obstacle(`git ${args.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}

function git(...args: readonly string[]) {
  // In English, since what it says is looked at.
  const env = { ...process.env, LC_ALL: "C" };
  // Whose folder it is does not matter: its code runs already.
  const trusting = ["-c", "safe.directory=*", ...args];
  return spawnSync("git", trusting, { env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}
