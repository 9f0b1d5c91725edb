import type { Service } from "../domain/service.ts";

/** Everything that can be configured, complete: defaults are filled in. */
export interface Settings {
  readonly server: ServerSettings;
  /** In the order of the configuration. */
  readonly services: readonly ServiceSettings[];
}

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly graphiql: boolean;
  readonly introspection: boolean;
  /** When `extensions.upstream` is in a response. */
  readonly explain: "never" | "header" | "always";
  readonly cors: { readonly origins: readonly string[] };
  /** What stands in the SDL for composers. */
  readonly subgraph: {
    /** `node` and `nodes`, which one subgraph of a supergraph can have. */
    readonly node: boolean;
    /** `@oneOf` and `@cacheControl` for the supergraph, in which another subgraph may have its own. */
    readonly compose: boolean;
  };
  /** What is written is at least of this level. */
  readonly log: { readonly level: LogLevel };
  readonly limits: Limits;
}

/** From what is most severe to what is least; `silent` writes nothing. */
export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Limits {
  readonly depth: number;
  readonly tokens: number;
  readonly aliases: number;
  readonly directives: number;
  /** Operations in one HTTP request. */
  readonly batch: number;
  /** Bytes of one HTTP request. */
  readonly body: number;
  /** Operations that run at once, over all callers. */
  readonly operations: number;
  /** Upstream calls of one operation. */
  readonly upstreamCalls: number;
  /** Bytes of all upstream answers of one operation. */
  readonly upstreamBytes: number;
  /** Items of all lists in one answer. */
  readonly nodes: number;
}

export interface ServiceSettings {
  readonly service: Service;
  readonly credentials: Credentials;
  /** One attempt, from connect to the last byte. */
  readonly timeoutMs: number;
  /** All attempts of one call. */
  readonly deadlineMs: number;
  /** Further attempts after the first. */
  readonly retries: number;
  /** Connections to the service at most. */
  readonly connections: number;
  /** Whether a connection that served one caller may serve another, after a silence; else another is opened in its place. */
  readonly shareConnections: boolean;
}

export type Credentials =
  /** The caller's header of this name, in lower case, goes to this service as `Authorization`. */
  | { readonly forward: string }
  | { readonly basic: { readonly username: string; readonly password: string } }
  | { readonly bearer: string };

export const DEFAULT_SERVER: ServerSettings = {
  host: "127.0.0.1",
  port: 4000,
  graphiql: true,
  introspection: true,
  explain: "header",
  cors: { origins: [] },
  subgraph: { node: false, compose: true },
  log: { level: "info" },
  limits: {
    depth: 12,
    tokens: 2000,
    aliases: 30,
    directives: 50,
    batch: 1,
    body: 256 * 1024,
    operations: 1000,
    upstreamCalls: 100,
    upstreamBytes: 64 * 1024 * 1024,
    nodes: 20_000,
  },
};

export const DEFAULT_SERVICE = {
  timeoutMs: 10_000,
  deadlineMs: 20_000,
  retries: 2,
  connections: 32,
  shareConnections: false,
};
