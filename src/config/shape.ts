import { z } from "zod";
import { quoteAll } from "./problems.ts";
import { DURATION, PORT, readDuration, readPort, readSize, readWholeNumber, SIZE } from "./quantities.ts";
import { DEFAULT_SERVER, DEFAULT_SERVICE, LOG_LEVELS } from "./settings.ts";

/**
 * What each value of the file must be by itself; how they must fit together is in `rules.ts`. The message of an issue is
 * what was expected, except for unknown keys, where it lists the known ones with blanks between.
 */
export function configurationShape(dialects: readonly string[]) {
  const service = mapping({
    dialect: scalar(`one of ${quoteAll(dialects)}`, (value) => dialects.find((dialect) => dialect === value)),
    url: scalar("an absolute http or https URL without credentials, query or fragment", readUrl),
    credentials: credentials.optional(),
    timeout: scalar(DURATION, readDuration).default(DEFAULT_SERVICE.timeoutMs),
    deadline: scalar(DURATION, readDuration).default(DEFAULT_SERVICE.deadlineMs),
    retries: scalar("a whole number from 0 to 10", (value) => inRange(value, 0, 10)).default(DEFAULT_SERVICE.retries),
    connections: count.default(DEFAULT_SERVICE.connections),
    shareConnections: flag.default(DEFAULT_SERVICE.shareConnections),
  });
  return mapping({ server: server.prefault({}), services: z.record(z.string(), service, MAPPING) });
}

export type ConfigurationShape = z.output<ReturnType<typeof configurationShape>>;

const MAPPING = "a mapping";

function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(" ");
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? known : MAPPING) });
}

/** @param read undefined for what is not as expected, and for nothing */
function scalar<T>(expected: string, read: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.addIssue({ code: "custom", message: expected });
    return z.NEVER;
  });
}

const count = scalar("a whole number of at least 1", (value) => inRange(value, 1, Number.MAX_SAFE_INTEGER));
const text = scalar("text", (value) => (typeof value === "string" && value !== "" ? value : undefined));
/** May also come as text, as from an environment variable. */
const flag = scalar("`true` or `false`", (value) => {
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : undefined;
});
const EXPLAIN = ["never", "header", "always"] as const;

const server = mapping({
  host: scalar("a host name or address", (value) => matching(value, /^\S+$/)).default(DEFAULT_SERVER.host),
  port: scalar(PORT, readPort).default(DEFAULT_SERVER.port),
  graphiql: flag.default(DEFAULT_SERVER.graphiql),
  introspection: flag.default(DEFAULT_SERVER.introspection),
  explain: scalar(`one of ${quoteAll(EXPLAIN)}`, (value) => EXPLAIN.find((word) => word === value)).default(
    DEFAULT_SERVER.explain,
  ),
  cors: mapping({
    origins: z.array(scalar("an exact origin such as `https://app.example.com`", readOrigin), "a list").default([]),
  }).prefault({}),
  subgraph: mapping({
    node: flag.default(DEFAULT_SERVER.subgraph.node),
    compose: flag.default(DEFAULT_SERVER.subgraph.compose),
  }).prefault({}),
  log: mapping({
    level: scalar(`one of ${quoteAll(LOG_LEVELS)}`, (value) => LOG_LEVELS.find((word) => word === value)).default(
      DEFAULT_SERVER.log.level,
    ),
  }).prefault({}),
  limits: mapping({
    depth: count.default(DEFAULT_SERVER.limits.depth),
    tokens: count.default(DEFAULT_SERVER.limits.tokens),
    aliases: count.default(DEFAULT_SERVER.limits.aliases),
    directives: count.default(DEFAULT_SERVER.limits.directives),
    batch: count.default(DEFAULT_SERVER.limits.batch),
    body: scalar(SIZE, readSize).default(DEFAULT_SERVER.limits.body),
    operations: count.default(DEFAULT_SERVER.limits.operations),
    upstreamCalls: count.default(DEFAULT_SERVER.limits.upstreamCalls),
    upstreamBytes: scalar(SIZE, readSize).default(DEFAULT_SERVER.limits.upstreamBytes),
    nodes: count.default(DEFAULT_SERVER.limits.nodes),
  }).prefault({}),
});

const credentials = mapping({
  forward: scalar("the name of a header", (value) =>
    matching(value, /^[\w!#$%&'*+.^`|~-]+$/)?.toLowerCase(),
  ).optional(),
  shared: flag.optional(),
  basic: mapping({ username: text, password: text }).optional(),
  bearer: scalar("a token: text without blanks", (value) => matching(value, /^[\x21-\x7e]+$/)).optional(),
});

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

function inRange(value: unknown, least: number, most: number): number | undefined {
  const number = readWholeNumber(value);
  return number !== undefined && number >= least && number <= most ? number : undefined;
}

function readUrl(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^https?:\/\/[^?#]+$/.test(value) || !URL.canParse(value)) return undefined;
  const { origin, pathname, username, password } = new URL(value);
  return username === "" && password === "" ? origin + pathname.replace(/\/+$/, "") : undefined;
}

function readOrigin(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const { origin, protocol } = new URL(value);
  return origin === value && (protocol === "http:" || protocol === "https:") ? value : undefined;
}
