import { Command, InvalidArgumentError } from "commander";
import { ConfigurationError } from "../config/problems.ts";
import { VERSION } from "../version.ts";
import { check } from "./check.ts";
import { readEdition } from "./editions.ts";
import { explain } from "./explain.ts";
import { schema } from "./schema.ts";
import { runSandbox } from "./sandbox.ts";
import { serve } from "./serve.ts";

const EDITION = "which edition a service of the sandbox plays, such as directory=E2; may be given for each";

const program = new Command("usergraph")
  .description("One GraphQL graph over user-management REST services.")
  .version(VERSION)
  .showHelpAfterError("(usergraph --help tells more)")
  // 2 means that it was called or configured wrongly.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command("serve", { isDefault: true })
  .description("serve the graph; without a configuration, over the embedded sandbox")
  .option("--config <file>", "configuration file (default: $USERGRAPH_CONFIG, then usergraph.yaml)")
  .option("--host <host>", "address to listen on")
  .option("--port <number>", "port to listen on, 0 for any free one", readPort)
  .option("--sandbox", "serve the embedded sandbox, whatever is configured")
  .option("--edition <service=edition>", `${EDITION}; means --sandbox`, readEdition)
  .action(serve);

program
  .command("check")
  .description(
    "ask each service of the configuration how it is; 1 where something is wrong, 2 where the configuration is",
  )
  .option("--config <file>", "configuration file (default: $USERGRAPH_CONFIG, then usergraph.yaml)")
  .option("--sandbox", "ask the embedded sandbox, whatever is configured")
  .option("--edition <service=edition>", `${EDITION}; means --sandbox`, readEdition)
  .action(check);

program
  .command("explain")
  .description(
    "print, as JSON, the upstream calls that an operation would make; makes none; 1 where it would be refused",
  )
  .requiredOption("--query <file>", "GraphQL document; - for standard input")
  .option("--variables <file>", "JSON object; - for standard input")
  .option("--operation <name>", "which operation of the document, where it has several")
  .option("--config <file>", "configuration file (default: $USERGRAPH_CONFIG, then usergraph.yaml)")
  .option("--sandbox", "over the services of the embedded sandbox, whatever is configured")
  .option("--edition <service=edition>", `${EDITION}; means --sandbox, which is started and probed for it`, readEdition)
  .action(explain);

program
  .command("schema")
  .description("print the SDL of the graph")
  .option("--subgraph", "for composers of a federated graph: as a subgraph, with federation's directives")
  .option("--config <file>", "of which `server.subgraph` is read (default: $USERGRAPH_CONFIG, then usergraph.yaml)")
  .option("--sandbox", "the subgraph as it is by default, whatever is configured")
  .action(schema);

program
  .command("sandbox")
  .description("serve the sandbox services alone, as REST")
  .option("--port <number>", "port of the first service; the next ones follow (default: any free ones)", readPort)
  .option("--edition <service=edition>", EDITION, readEdition)
  .action(runSandbox);

/** Without a command, `serve` is meant; it must not be meant by a misspelt one. */
function refuseUnknownCommand(name: string | undefined): void {
  if (name === undefined || name.startsWith("-") || name === "help") return;
  const known = program.commands.map((command) => command.name());
  if (!known.includes(name)) program.error(`error: unknown command '${name}'; there are ${known.join(", ")}`);
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("expected a port from 0 to 65535.");
  }
  return Number(text);
}

try {
  refuseUnknownCommand(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = 2;
  if (error instanceof ConfigurationError) {
    for (const problem of error.problems) process.stderr.write(`${problem.toString()}\n`);
  } else if (isSystemError(error)) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly port?: number } {
  return error instanceof Error && "syscall" in error;
}

function describe(error: NodeJS.ErrnoException & { readonly port?: number }): string {
  if (error.code === "EADDRINUSE") return `Port ${error.port ?? "?"} is in use: choose another with --port or PORT.`;
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return "The host to listen on is none of this machine: choose another with --host or HOST.";
  }
  return `The system refused: ${error.message}`;
}
