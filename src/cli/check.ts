import type { Credentials, ServiceSettings } from "../config/settings.ts";
import { connect } from "../connected-service.ts";
import { isWell, type Health } from "../domain/health.ts";
import { findSettings, type ConfigurationFlags } from "./configuration.ts";
import { table } from "./print.ts";

interface Checked {
  readonly settings: ServiceSettings;
  readonly health: Health;
}

/** `usergraph check`: how each service is. Ends with 1 where one of them cannot be used as it is. */
export async function check(flags: ConfigurationFlags): Promise<void> {
  const { settings, origin, sandboxes } = await findSettings(flags, process.env);
  try {
    const services = await Promise.all(settings.services.map(ask));
    const told = `Services, of ${origin}:\n${report(services)}\n`;
    await new Promise((resolve) => process.stdout.write(told, resolve));
    if (!services.every(({ health }) => isWell(health))) process.exitCode = 1;
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
  // A connection that is being made holds the process until it is there or given up, and nobody waits for it.
  process.exit();
}

async function ask(settings: ServiceSettings): Promise<Checked> {
  const connected = connect(settings);
  try {
    const { health } = await connected.probe();
    return { settings, health };
  } finally {
    await connected.close();
  }
}

/** A row for each service, and under it what there is to say. */
function report(services: readonly Checked[]): string {
  const rows = table(services.map(describe)).split("\n");
  return rows.flatMap((row, index) => [row, ...remarks((services[index] as Checked).health)]).join("\n");
}

function describe({ settings: { service, credentials }, health }: Checked): readonly string[] {
  return [
    `  ${service.name}`,
    service.dialect,
    service.url,
    health.answers ? "reachable" : "unreachable",
    `credentials ${describeCredentials(health, credentials)}`,
    health.edition ?? "edition unknown",
  ];
}

function describeCredentials(health: Health, credentials: Credentials): string {
  return "forward" in credentials ? `forwarded (${credentials.forward})` : health.credentials;
}

function remarks({ problems, details, notes }: Health): readonly string[] {
  const under = (what: string, sentences: readonly string[]) => sentences.map((one) => `    ${what}: ${one}`);
  return [...under("problem", problems), ...under("detail", details), ...under("note", notes)];
}
