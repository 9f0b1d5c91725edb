import type { ExecutionResult } from "graphql";
import { DEFAULT_SERVER, DEFAULT_SERVICE, type Credentials, type ServerSettings } from "../../src/config/settings.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import type { Gateway } from "../../src/gateway.ts";
import { createLog } from "../../src/log.ts";
import { PEOPLE, type People } from "../../src/sandbox/people.ts";
import { startUpstream, type Upstream } from "./upstream.ts";
import { openGateway } from "./ways.ts";

export interface ServiceUnderTest {
  readonly name: string;
  readonly dialect: string;
  readonly url: string;
  readonly credentials?: Credentials;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // What came over the wire: tests say what they expect of it.
  readonly body: ExecutionResult<Record<string, never>>;
  readonly text: string;
}

export interface GatewayUnderTest {
  readonly gateway: Gateway;
  /** Asks for any address of it. */
  fetch(address: string, init?: RequestInit): Promise<Response>;
  query(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** A gateway over services that run already, asked over HTTP or not: see `ways.ts`. */
export function startGateway(
  services: readonly ServiceUnderTest[],
  server: Partial<ServerSettings> = {},
  service: Partial<typeof DEFAULT_SERVICE> = {},
): GatewayUnderTest {
  const settings = {
    server: { ...DEFAULT_SERVER, ...server },
    services: services.map(({ name, dialect, url, credentials = { forward: "authorization" } }) => ({
      ...DEFAULT_SERVICE,
      ...service,
      service: { name, dialect, url },
      credentials,
    })),
  };
  const gateway = openGateway(settings, { log: createLog({ pretty: false, level: "silent" }) });
  return {
    gateway,
    fetch: (address, init) => gateway.fetch(address, init),
    async query(query, variables, headers = {}) {
      const response = await gateway.fetch("http://gateway.test/graphql", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answer["body"], text };
    },
    close: () => gateway.close(),
  };
}

export interface SandboxUnderTest extends GatewayUnderTest {
  /** By the service's name, in the order given. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
}

/** One service of a gateway under test. */
export interface SandboxOfService {
  /** There may be several of one dialect; the dialect's own where left out. */
  readonly name?: string;
  readonly dialect: Dialect;
  /** The dialect's default where left out. */
  readonly edition?: string;
  readonly people?: People;
}

/** A gateway over sandboxes, each an HTTP server that writes down what it is asked, in the order given. */
export async function startOverSandbox(
  sandboxes: readonly SandboxOfService[],
  people: People = PEOPLE,
  server: Partial<ServerSettings> = {},
): Promise<SandboxUnderTest> {
  const upstreams: Record<string, Upstream> = {};
  const services: ServiceUnderTest[] = [];
  for (const { dialect, edition, ...own } of sandboxes) {
    const { path, credentials, serve } = dialect.sandbox;
    const name = own.name ?? dialect.sandbox.name;
    const upstream = await startUpstream(serve(own.people ?? people, edition === undefined ? {} : { edition }));
    upstreams[name] = upstream;
    services.push({ name, dialect: dialect.name, url: upstream.origin + path, credentials });
  }
  const gateway = startGateway(services, server);
  return {
    ...gateway,
    upstreams,
    close: async () => {
      await gateway.close();
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
    },
  };
}
