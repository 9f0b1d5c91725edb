import { setTimeout as sleep } from "node:timers/promises";
import { createGateway } from "../gateway.ts";
import { createLog } from "../log.ts";
import { SANDBOX_TABS } from "../sandbox/tabs.ts";
import { listen } from "../server/listen.ts";
import { VERSION } from "../version.ts";
import { findSettings, type ConfigurationFlags } from "./configuration.ts";
import { table } from "./print.ts";
import { untilStopped } from "./signals.ts";

/** How long answers that are under way may take once we are asked to stop. */
const GRACE_MS = 10_000;

/** How long everything may take to close then. */
const CLOSE_MS = 500;

/** `usergraph serve`: until SIGINT or SIGTERM. */
export async function serve(flags: ConfigurationFlags): Promise<void> {
  const { settings, origin, sandboxes } = await findSettings(flags, process.env);
  const log = createLog({ pretty: process.stderr.isTTY, level: settings.server.log.level });
  const gateway = createGateway(settings, { log, ...(sandboxes.length > 0 && { tabs: SANDBOX_TABS }) });
  const close = async () => {
    await gateway.close();
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  };
  try {
    const server = await listen(gateway.listener, settings.server.host, settings.server.port);
    process.stdout.write(`${greeting(`${server.url}/graphql`)}\n`);
    const signal = await untilStopped();
    log.info({ signal }, "stopping");
    await server.stop(GRACE_MS);
  } catch (error) {
    await close();
    throw error;
  }
  await Promise.race([close(), sleep(CLOSE_MS)]);
  // A connection that is being made holds the process until it is there or given up, and nobody waits for it.
  process.exit(0);

  function greeting(url: string): string {
    const services = settings.services.map(({ service }) => [`  ${service.name}`, service.dialect, service.url]);
    const browser = settings.server.graphiql ? "GraphiQL and GraphQL" : "GraphQL";
    return [`usergraph ${VERSION}: ${browser} at ${url}`, `Services, of ${origin}:`, table(services)].join("\n");
  }
}
