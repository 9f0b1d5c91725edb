import { ConfigurationError, ConfigurationProblem } from "./problems.ts";
import { PORT, readPort } from "./quantities.ts";
import type { ServerSettings } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `HOST` and `PORT` go before what the file says. Empty ones are not set.
 * @throws ConfigurationError for a `PORT` that is none
 */
export function applyEnvironment(server: ServerSettings, env: Environment): ServerSettings {
  const host = env["HOST"] || server.host;
  const port = env["PORT"] ? readPort(env["PORT"]) : server.port;
  if (port === undefined) throw new ConfigurationError([new ConfigurationProblem("environment", "PORT", PORT, "text")]);
  return { ...server, host, port };
}
