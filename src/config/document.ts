import { LineCounter, parseDocument } from "yaml";
import type { Environment } from "./environment.ts";
import { formatPath, type Path, type Report } from "./problems.ts";

/** The configuration file as plain values, its variables filled in. */
export interface ConfigurationDocument {
  readonly value: unknown;
  /** What stands at a path, in words that may be shown: no secret, and nothing that came from the environment. */
  describe(path: Path): string;
  /** Whether a variable is missing there, which was reported already. */
  isBroken(path: Path): boolean;
}

/** @returns undefined, and reports why, where the text is not YAML */
export function readDocument(text: string, env: Environment, report: Report): ConfigurationDocument | undefined {
  const value = parse(text, report);
  if (value === undefined) return undefined;
  const filled = new Set<string>();
  const broken = new Set<string>();

  const fill = (node: unknown, path: Path): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => fill(item, [...path, index]));
    if (isMapping(node)) {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, fill(item, [...path, key])]));
    }
    // What a variable holds is not looked through again: it may hold `${` by right.
    return typeof node !== "string" ? node : node.replace(/\$\{([^}]*)\}/g, (_, name: string) => lookUp(name, path));
  };
  const lookUp = (name: string, path: Path): string => {
    filled.add(formatPath(path));
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined) return value;
    broken.add(formatPath(path));
    if (/^[A-Za-z_]\w*$/.test(name)) report(path, `the environment variable ${name}`, "none");
    else report(path, "the name of an environment variable between `${` and `}`", "something else");
    return "";
  };

  const complete = fill(value, []);
  return {
    value: complete,
    describe: (path) => describe(valueAt(complete, path), filled.has(formatPath(path)) || isSecret(path)),
    isBroken: (path) => broken.has(formatPath(path)),
  };
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of what the parser says, only the kind and the place are told: its messages quote the file, which may hold secrets. */
function parse(text: string, report: Report): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  for (const { code, pos } of faults) {
    const { line, col } = lines.linePos(pos[0]);
    const expected = code === "DUPLICATE_KEY" ? "each key once" : "YAML";
    report([], expected, `${code.toLowerCase().replaceAll("_", " ")} at line ${line}, column ${col}`);
  }
  if (faults.length > 0) return undefined;
  try {
    const value: unknown = document.toJS();
    // Throws where an alias stands inside its own anchor, which would have no end.
    JSON.stringify(value);
    return value;
  } catch {
    report([], "YAML", "aliases without an anchor, without an end, or far too many of them");
    return undefined;
  }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, key) => {
    if (Array.isArray(node)) return node[key as number] as unknown;
    return isMapping(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }, value);
}

function isSecret(path: Path): boolean {
  return path[0] === "services" && path[2] === "credentials";
}

function describe(value: unknown, secret: boolean): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return secret ? `a ${typeof value}` : JSON.stringify(value);
  // URLs carry passwords before an `@`, and tokens in the query; what is long is rarely a plain setting.
  return secret || /[@?#]/.test(value) || value.length > 60 ? "text" : JSON.stringify(value);
}
