import { CriticalityLevel, diff, type Change } from "@graphql-inspector/core";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { buildASTSchema, GraphQLError, parse, type GraphQLSchema } from "graphql";

// `npm run schema:check [REF]` lists what a release would break: what the printed schemas of this folder take away, or make
// dangerous, of those of the last release tag, or of another ref. Ends with 1 for a break that the version does not announce,
// and with 2 where there is nothing that it could compare with.

const FILES = ["schema/schema.graphql", "schema/subgraph.graphql"];

/** What a supergraph stands on, and what clients were free to send: to Inspector they are directives as any other. */
const LOSSES = /^DIRECTIVE_USAGE_\w*REMOVED .*@(?:key|shareable)(?:\.|$)/;
const DEMANDS = /^DIRECTIVE_USAGE_\w*ADDED .*@oneOf$/;

const VERSION = /^v?(\d+)\.(\d+)\.\d+$/;

class Unreadable extends Error {}

try {
  process.exitCode = await check(process.argv[2]);
} catch (error) {
  if (!(error instanceof Unreadable)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function check(given: string | undefined): Promise<number> {
  const ref = given ?? lastRelease();
  if (ref === undefined) {
    console.log("There is no release to compare with: no tag like v1.2.3 leads here.");
    return 0;
  }
  if (git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`) === undefined) {
    throw new Unreadable(`${ref}: expected a tag, a branch or a commit of this repository, found none of that name`);
  }
  let breaks = 0;
  for (const file of FILES) breaks += await compare(file, ref);
  if (breaks === 0) return 0;
  if (isAnnounced(ref)) {
    console.log(`The version in package.json announces that: it is a step from ${ref} that may break.`);
    return 0;
  }
  console.log(`A break needs a version in package.json that announces it: a new major one, before 1.0.0 a new minor one.`);
  return 1;
}

/** Tells what changed of one file. How many of the changes break something? */
async function compare(file: string, ref: string): Promise<number> {
  const before = git("show", `${ref}:${file}`);
  if (before === undefined) {
    console.log(`${file}: new since ${ref}`);
    return 0;
  }
  if (!existsSync(file)) throw new Unreadable(`${file}: expected the printed schema, found no file (npm run schema:print)`);
  const changes = await diff(build(before, `${ref}:${file}`), build(readFileSync(file, "utf8"), file));
  const told = changes.filter((change) => levelOf(change) !== CriticalityLevel.NonBreaking);
  const safe = changes.length - told.length;
  console.log(`${file}: ${changes.length === 0 ? "as in" : `${safe} safe changes and ${told.length} others since`} ${ref}`);
  for (const change of told) {
    console.log(`  ${levelOf(change).toLowerCase()}  ${change.path ?? ""}  ${change.message}`);
  }
  return told.filter((change) => levelOf(change) === CriticalityLevel.Breaking).length;
}

function levelOf({ type, path = "", criticality }: Change): CriticalityLevel {
  const change = `${type} ${path}`;
  return LOSSES.test(change) || DEMANDS.test(change) ? CriticalityLevel.Breaking : criticality.level;
}

/** Federation's directives have no definitions in a subgraph: they are compared all the same. */
function build(sdl: string, name: string): GraphQLSchema {
  try {
    return buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [at] = error.locations ?? [];
    throw new Unreadable(`${name}:${at?.line ?? 1}: expected SDL, found something else: ${error.message}`);
  }
}

/** The last of the releases that led to what is checked out. */
function lastRelease(): string | undefined {
  if (git("rev-parse", "--is-inside-work-tree") === undefined) return undefined;
  const tags = git("tag", "--list", "v[0-9]*", "--merged", "HEAD", "--sort=-version:refname")?.split("\n") ?? [];
  return tags.find((tag) => VERSION.test(tag));
}

/** Whether the version of this folder is a step from the release that may break: its first number that is not zero grew. */
function isAnnounced(ref: string): boolean {
  const before = VERSION.exec(versionIn(git("show", `${ref}:package.json`)));
  const now = VERSION.exec(versionIn(existsSync("package.json") ? readFileSync("package.json", "utf8") : undefined));
  if (before === null || now === null) return false;
  const [major, minor, oldMajor, oldMinor] = [now[1], now[2], before[1], before[2]].map(Number) as [number, number, number, number];
  return major > oldMajor || (major === 0 && oldMajor === 0 && minor > oldMinor);
}

function versionIn(manifest: string | undefined): string {
  const { version } = JSON.parse(manifest ?? "{}") as { readonly version?: unknown };
  return typeof version === "string" ? version : "";
}

/** What git prints; undefined where it refuses. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout, error } = spawnSync("git", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined) throw new Unreadable(`git: expected to find it, found ${error.message}`);
  return status === 0 ? stdout : undefined;
}
