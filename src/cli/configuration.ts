import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { applyEnvironment } from "../config/environment.ts";
import { loadSettings } from "../config/load.ts";
import { ConfigurationError, ConfigurationProblem } from "../config/problems.ts";
import { DEFAULT_SERVER, type Settings } from "../config/settings.ts";
import { dialects } from "../dialects/registry.ts";
import { listenSandboxes, type ListeningSandbox } from "../sandbox/listen.ts";
import type { Editions } from "./editions.ts";

export interface ConfigurationFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly sandbox?: boolean;
  /** Of the sandbox, which they mean. */
  readonly edition?: Editions;
}

export interface FoundSettings {
  readonly settings: Settings;
  /** Where they come from, for people. */
  readonly origin: string;
  /** What was started for them. */
  readonly sandboxes: readonly ListeningSandbox[];
}

/** Gives the services of the embedded sandbox, each in the edition that is named for it. */
export type OpenSandboxes = (editions: Editions | undefined) => Promise<readonly ListeningSandbox[]>;

const DEFAULT_FILE = "usergraph.yaml";

/** Starts them. */
const startSandboxes: OpenSandboxes = (editions) => listenSandboxes(dialects, undefined, editions);

/**
 * The settings of `--config`, `USERGRAPH_CONFIG` or `usergraph.yaml`, in this order; with none of them, with `--sandbox`
 * or with `--edition`, those of the embedded sandbox. Flags go before the environment, that before the file.
 * @param openSandboxes starts them where left out
 * @throws ConfigurationError with every problem
 */
export async function findSettings(
  flags: ConfigurationFlags,
  env: Readonly<Record<string, string | undefined>>,
  openSandboxes = startSandboxes,
): Promise<FoundSettings> {
  if (flags.config !== undefined && (flags.sandbox === true || flags.edition !== undefined)) {
    const other = flags.sandbox === true ? "--sandbox" : "--edition";
    throw new ConfigurationError([
      new ConfigurationProblem(
        "--config",
        "",
        "no configuration",
        `one beside \`${other}\`, which means the embedded sandbox`,
      ),
    ]);
  }
  const file =
    flags.sandbox === true || flags.edition !== undefined
      ? undefined
      : (flags.config ?? (env["USERGRAPH_CONFIG"] || defaultFile()));
  if (file !== undefined) {
    const text = await readText(file, "a configuration file");
    const settings = loadSettings({ file, text, env, dialects: dialects.map((dialect) => dialect.name) });
    return { settings: withFlags(settings, flags), origin: file, sandboxes: [] };
  }
  const server = applyEnvironment({ ...DEFAULT_SERVER, explain: "always" }, env);
  const sandboxes = await openSandboxes(flags.edition);
  const settings = { server, services: sandboxes.map((sandbox) => sandbox.settings) };
  return { settings: withFlags(settings, flags), origin: "the embedded sandbox", sandboxes };
}

function defaultFile(): string | undefined {
  return existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined;
}

/** @throws ConfigurationError for a file that is not there, or cannot be read: `expected` says what it should be */
export async function readText(file: string, expected: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code === "ENOENT" ? "none" : "one that cannot be read";
    throw new ConfigurationError([new ConfigurationProblem(file, "", expected, found)]);
  }
}

function withFlags(settings: Settings, { host, port }: ConfigurationFlags): Settings {
  const { server } = settings;
  return { ...settings, server: { ...server, host: host ?? server.host, port: port ?? server.port } };
}
