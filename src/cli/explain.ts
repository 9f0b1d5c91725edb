import { text } from "node:stream/consumers";
import { ConfigurationError, ConfigurationProblem } from "../config/problems.ts";
import { DEFAULT_SERVICE } from "../config/settings.ts";
import { dialects } from "../dialects/registry.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { createLog } from "../log.ts";
import { EXPLAIN_HEADER } from "../server/explain.ts";
import { findSettings, readText, type ConfigurationFlags, type OpenSandboxes } from "./configuration.ts";
import { printJson } from "./print.ts";

/** The files of an operation; `-` is standard input. */
interface OperationFlags {
  readonly query: string;
  readonly variables?: string;
  /** Which one of several in the document. */
  readonly operation?: string;
}

/** An operation as the server is sent it. */
interface Operation {
  readonly query: string;
  readonly variables: object | undefined;
  readonly operationName: string | undefined;
}

/** What the server says of it. */
interface Explanation {
  readonly errors?: readonly unknown[];
  readonly extensions?: { readonly plan?: { readonly problems?: readonly unknown[] } };
}

/**
 * `usergraph explain`: the calls that an operation would make, told by the server that would execute it. Makes none. Ends
 * with 1 where the operation, or a part of it, would be refused before any call.
 */
export async function explain(flags: OperationFlags & ConfigurationFlags): Promise<void> {
  const operation = await readOperation(flags);
  const playsEdition = flags.edition !== undefined;
  const found = await findSettings(flags, process.env, playsEdition ? undefined : describeSandboxes);
  const settings = { ...found.settings, server: { ...found.settings.server, explain: "header" as const } };
  const gateway = createGateway(settings, { log: createLog({ pretty: false, level: "error" }) });
  try {
    // Which edition a service is, it tells when it is probed: here it is ours.
    if (playsEdition) await meet(gateway);
    else if (found.sandboxes.length > 0 && flags.sandbox !== true) {
      process.stderr.write("Planned for the embedded sandbox: there is no configuration (--config FILE).\n");
    }
    const explanation = await ask(gateway, operation);
    printJson(explanation);
    if (isRefused(explanation)) process.exitCode = 1;
  } finally {
    await gateway.close();
    await Promise.all(found.sandboxes.map((sandbox) => sandbox.close()));
  }
}

/** Lets each service show its edition: that it has no organizations a probe tells, and what lies inside of users they do. */
async function meet(gateway: Gateway): Promise<void> {
  await gateway.server.fetch(`${ORIGIN}/readyz`);
  await post(gateway, { query: "{ users(first: 100) { nodes { groups(first: 1) { nodes { id } } } } }" });
}

/** The server is asked in this process, and no URL is looked up. */
const ORIGIN = "http://usergraph.invalid";

async function ask(gateway: Gateway, operation: Operation): Promise<Explanation> {
  const response = await post(gateway, operation, { [EXPLAIN_HEADER]: "plan" });
  return (await response.json()) as Explanation;
}

function post({ server }: Gateway, body: object, headers: Readonly<Record<string, string>> = {}) {
  return server.fetch(`${ORIGIN}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

function isRefused({ errors, extensions }: Explanation): boolean {
  return errors !== undefined || extensions?.plan?.problems !== undefined;
}

/** The services of the sandbox by their names and addresses alone: nobody calls them. */
const describeSandboxes: OpenSandboxes = () =>
  Promise.resolve(
    dialects.map(({ name, sandbox }) => ({
      settings: {
        ...DEFAULT_SERVICE,
        service: { name: sandbox.name, dialect: name, url: `http://${sandbox.name}.invalid${sandbox.path}` },
        credentials: sandbox.credentials,
      },
      close: () => Promise.resolve(),
    })),
  );

/** @throws ConfigurationError for a file that is not what it should be */
async function readOperation({ query, variables, operation }: OperationFlags): Promise<Operation> {
  if (query === "-" && variables === "-") {
    throw wrong("--variables", "a file", "standard input, which `--query` reads");
  }
  return {
    query: await read(query, "a file with a GraphQL document"),
    variables: variables === undefined ? undefined : readObject(variables, await read(variables, VARIABLES)),
    operationName: operation,
  };
}

const VARIABLES = "a JSON object of variables";

function read(file: string, expected: string): Promise<string> {
  return file === "-" ? text(process.stdin) : readText(file, expected);
}

/** What is found there is not told: among variables may be a password. */
function readObject(file: string, json: string): object {
  let value: unknown;
  try {
    // Some editors put a mark before everything.
    value = JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch {
    throw wrong(nameOf(file), VARIABLES, "text that is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw wrong(nameOf(file), VARIABLES, Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`);
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

function wrong(place: string, expected: string, found: string): ConfigurationError {
  return new ConfigurationError([new ConfigurationProblem(place, "", expected, found)]);
}
