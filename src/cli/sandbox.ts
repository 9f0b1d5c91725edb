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
  const examples = dialects.map(({ sandbox }) => sandbox.example);
  process.stdout.write(`${table(services.map((service, index) => describe(service, examples[index] ?? "")))}\n`);
  await untilStopped();
  await Promise.all(services.map((service) => service.close()));
}

function describe({ settings: { service, credentials } }: ListeningSandbox, example: string): readonly string[] {
  const login =
    "basic" in credentials
      ? `-u '${credentials.basic.username}:${credentials.basic.password}'`
      : "bearer" in credentials
        ? `-H 'Authorization: bearer ${credentials.bearer}'`
        : "";
  return [service.name, service.dialect, service.url, `curl ${login} ${service.url}${example}`];
}
