import { ConfigurationError, ConfigurationProblem } from "../config/problems.ts";
import { dialects } from "../dialects/registry.ts";
import { createSchemas, printSdl, printSubgraphSdl } from "../schema/schema.ts";
import type { SubgraphOptions } from "../schema/subgraph.ts";
import { findSettings, type ConfigurationFlags } from "./configuration.ts";

interface SchemaFlags extends Pick<ConfigurationFlags, "config" | "sandbox"> {
  readonly subgraph?: boolean;
}

/**
 * `usergraph schema`: the SDL, for clients or, as the configuration wants it, for composers.
 * @throws ConfigurationError for a configuration that is wrong, or that nothing would be read of
 */
export async function schema(flags: SchemaFlags): Promise<void> {
  if (flags.subgraph === true) return void process.stdout.write(await printConfiguredSubgraph(flags));
  const idle = (["config", "sandbox"] as const).filter((flag) => flags[flag] !== undefined);
  if (idle.length > 0) {
    throw new ConfigurationError(
      idle.map((flag) => new ConfigurationProblem(`--${flag}`, "", "`--subgraph` beside it", "none")),
    );
  }
  process.stdout.write(printSchema());
}

/** The SDL as it stands in `schema/schema.graphql`. */
export function printSchema(): string {
  return printSdl(schemas());
}

/** The SDL as it stands in `schema/subgraph.graphql`, where nothing else is configured. */
export function printSubgraph(options: SubgraphOptions): string {
  return printSubgraphSdl(schemas(), options);
}

async function printConfiguredSubgraph(flags: SchemaFlags): Promise<string> {
  const { settings } = await findSettings(flags, process.env, () => Promise.resolve([]));
  return printSubgraph(settings.server.subgraph);
}

function schemas() {
  return createSchemas(dialects.map((dialect) => dialect.name));
}
