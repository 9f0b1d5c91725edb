import { type ConfigurationDocument, isMapping, readDocument } from "./document.ts";
import { applyEnvironment, type Environment } from "./environment.ts";
import { nearest } from "./nearest.ts";
import { ConfigurationError, ConfigurationProblem, formatPath, type Path, quoteAll, type Report } from "./problems.ts";
import { checkServices } from "./rules.ts";
import { configurationShape, type ConfigurationShape } from "./shape.ts";
import { type Credentials, DEFAULT_SERVER, type ServerSettings, type Settings } from "./settings.ts";

export interface ConfigurationInput {
  /** As it was given: for messages. */
  readonly file: string;
  readonly text: string;
  readonly env: Environment;
  /** The names of those we speak. */
  readonly dialects: readonly string[];
}

/**
 * Reads a configuration file, fills in the environment's variables and our defaults.
 * @throws ConfigurationError with every problem at once
 */
export function loadSettings({ file, text, env, dialects }: ConfigurationInput): Settings {
  const problems: ConfigurationProblem[] = [];
  const report: Report = (path, expected, found) => {
    problems.push(new ConfigurationProblem(file, formatPath(path), expected, found));
  };
  const document = readDocument(text, env, report);
  const shape = document === undefined ? undefined : readShape(document, dialects, report);
  const server = overrule(shape?.server ?? DEFAULT_SERVER, env, problems);
  if (shape === undefined || problems.length > 0) throw new ConfigurationError(problems);
  return { server, services: Object.entries(shape.services).map(([name, service]) => serviceSettings(name, service)) };
}

function readShape(
  document: ConfigurationDocument,
  dialects: readonly string[],
  report: Report,
): ConfigurationShape | undefined {
  const { value } = document;
  const { data, error } = configurationShape(dialects).safeParse(value);
  for (const issue of error?.issues ?? []) {
    const path = issue.path as Path;
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) reportUnknownKey([...path, key], key, issue.message.split(" "), report);
    } else if (!document.isBroken(path)) {
      report(path, issue.message, document.describe(path));
    }
  }
  if (isMapping(value) && isMapping(value["services"])) {
    checkServices(value["services"], (path, expected, found) => {
      if (!document.isBroken(path)) report(path, expected, found);
    });
  }
  return data;
}

function reportUnknownKey(path: Path, key: string, known: readonly string[], report: Report): void {
  const meant = nearest(key, known);
  report(path, meant === undefined ? `one of ${quoteAll(known)}` : `\`${meant}\``, "an unknown key");
}

function overrule(server: ServerSettings, env: Environment, problems: ConfigurationProblem[]): ServerSettings {
  try {
    return applyEnvironment(server, env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return server;
  }
}

function serviceSettings(name: string, shape: ConfigurationShape["services"][string]) {
  const { dialect, url, credentials, timeout, deadline, retries, connections, shareConnections } = shape;
  return {
    service: { name, dialect, url },
    credentials: credentialsOf(credentials),
    timeoutMs: timeout,
    deadlineMs: deadline,
    retries,
    connections,
    shareConnections,
  };
}

function credentialsOf(shape: ConfigurationShape["services"][string]["credentials"]): Credentials {
  if (shape?.basic !== undefined) return { basic: shape.basic };
  if (shape?.bearer !== undefined) return { bearer: shape.bearer };
  // Left out, which only a single service may do.
  return { forward: shape?.forward ?? "authorization" };
}
