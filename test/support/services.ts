import type { ServerSettings } from "../../src/config/settings.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import type { People } from "../../src/sandbox/people.ts";
import { startGateway, type SandboxUnderTest, type ServiceUnderTest } from "./gateway.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

/** One service of a gateway under test, by a name of its own: there may be several of one dialect. */
export interface NamedSandbox {
  readonly name: string;
  readonly dialect: Dialect;
  readonly edition: string;
  readonly people: People;
}

/** A gateway over sandboxes, each an HTTP server, in the order given. */
export async function startOverServices(
  sandboxes: readonly NamedSandbox[],
  server: Partial<ServerSettings> = {},
): Promise<SandboxUnderTest> {
  const upstreams: Record<string, Upstream> = {};
  const services: ServiceUnderTest[] = [];
  for (const { name, dialect, edition, people } of sandboxes) {
    const { path, credentials, serve } = dialect.sandbox;
    const upstream = await startUpstream(serve(people, { edition }));
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
