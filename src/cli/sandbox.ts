import { dialects } from "../dialects/registry.ts";
import { listenSandboxes, type ListeningSandbox } from "../sandbox/listen.ts";
import type { Editions } from "./editions.ts";
import { table } from "./print.ts";
import { untilStopped } from "./signals.ts";

interface SandboxFlags {
  readonly port?: number;
  readonly edition?: Editions;
}

/** `usergraph sandbox`: the services alone, for whoever wants to see the REST side. */
export async function runSandbox({ port, edition }: SandboxFlags): Promise<void> {
  const services = await listenSandboxes(dialects, port, edition);
  process.stdout.write(`${table(services.map(describe))}\n`);
  await untilStopped();
  await Promise.all(services.map((service) => service.close()));
}

function describe({ settings: { service, credentials } }: ListeningSandbox): readonly string[] {
  const login =
    "basic" in credentials
      ? `curl -u '${credentials.basic.username}:${credentials.basic.password}' ${service.url}/users`
      : "bearer" in credentials
        ? `curl -H 'Authorization: bearer ${credentials.bearer}' ${service.url}/v2/users`
        : "";
  return [service.name, service.dialect, service.url, login];
}
