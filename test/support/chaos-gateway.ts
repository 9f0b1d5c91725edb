import { Agent, request } from "undici";
import { DEFAULT_SERVER, DEFAULT_SERVICE, type Credentials, type Settings } from "../../src/config/settings.ts";
import { openGateway } from "./ways.ts";
import { createLog } from "../../src/log.ts";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { People } from "../../src/sandbox/people.ts";
import { listen } from "../../src/server/listen.ts";
import { startChaos, type ChaosUpstream, type Step } from "./chaos-upstream.ts";

/** Operations of one HTTP request: one, or a batch. */
export interface Sent {
  readonly operations: readonly { readonly query: string; readonly variables?: Record<string, unknown> }[];
  readonly headers: Readonly<Record<string, string>>;
  /** The client hangs up so many milliseconds after it has asked. */
  readonly hangUpMs?: number | null;
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphqlError[];
  readonly extensions: {
    readonly upstream?: {
      readonly ledger: readonly { readonly shared?: boolean; readonly attempts: number; readonly method: string }[];
    };
  };
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** One for each operation. */
  readonly results: readonly Result[];
}

export interface ChaosGateway {
  readonly directory: ChaosUpstream;
  readonly cloud: ChaosUpstream;
  /** @returns null where the client hung up before there was an answer */
  send(sent: Sent): Promise<Received | null>;
  play(scripts: { readonly directory: readonly Step[]; readonly cloud: readonly Step[] }): void;
  close(): Promise<void>;
}

export interface ChaosGatewayOptions {
  /** Of eContext. */
  readonly edition: string;
  /** By the value of `authorization` that a service gets. */
  readonly worlds: {
    readonly directory: ReadonlyMap<string, People>;
    readonly cloud: ReadonlyMap<string, People>;
  };
  /** To each service; as many as there are by default, and shared, where left out. */
  readonly lines?: { readonly connections: number; readonly shareConnections: boolean };
  readonly strangers: { readonly directory: People; readonly cloud: People };
}

/** What a service may take: little, so that one that hangs does not hold a test up. */
const TIMES = { ...DEFAULT_SERVICE, timeoutMs: 150, deadlineMs: 500 };

const SERVER = {
  ...DEFAULT_SERVER,
  explain: "always" as const,
  limits: { ...DEFAULT_SERVER.limits, batch: 4, aliases: 60 },
};

/**
 * The whole gateway on a port of its own, over one service of each dialect that misbehaves to order. Its clients share
 * their connections, as behind a proxy.
 */
export async function startChaosGateway({
  edition,
  worlds,
  strangers,
  lines,
}: ChaosGatewayOptions): Promise<ChaosGateway> {
  const directory = await startChaos({
    dialect: econtext,
    edition,
    worlds: worlds.directory,
    stranger: strangers.directory,
  });
  const cloud = await startChaos({ dialect: cloudFoundryV2, worlds: worlds.cloud, stranger: strangers.cloud });
  const service = (name: string, dialect: string, url: string, credentials: Credentials) => ({
    ...TIMES,
    ...lines,
    service: { name, dialect, url },
    credentials,
  });
  const settings: Settings = {
    server: SERVER,
    services: [
      service("directory", "econtext", directory.url, { forward: "authorization" }),
      service("cloud", "cloud-foundry-v2", cloud.url, { forward: "x-cloud-authorization" }),
    ],
  };
  const gateway = openGateway(settings, { log: createLog({ pretty: false, level: "silent" }) });
  const server = await listen(gateway.listener, "127.0.0.1", 0);
  const agent = new Agent({ connections: 16, pipelining: 1 });

  return {
    directory,
    cloud,
    async send({ operations, headers, hangUpMs = null }) {
      const [only] = operations;
      const signal = hangUpMs === null ? null : AbortSignal.timeout(hangUpMs);
      try {
        const response = await request(`${server.url}/graphql`, {
          dispatcher: agent,
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(operations.length === 1 ? only : operations),
          signal,
        });
        const text = await response.body.text();
        const body = JSON.parse(text) as Result | readonly Result[];
        const results = Array.isArray(body) ? (body as readonly Result[]) : [body as Result];
        return { status: response.statusCode, headers: response.headers, text, results };
      } catch (error) {
        if (signal?.aborted === true) return null;
        throw error;
      }
    },
    play: (scripts) => {
      directory.play(scripts.directory, new URL(cloud.url).origin);
      cloud.play(scripts.cloud, new URL(directory.url).origin);
    },
    close: async () => {
      await agent.destroy();
      await server.stop(0);
      await gateway.close();
      await Promise.all([directory.close(), cloud.close()]);
    },
  };
}
