import { pino, type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./config/settings.ts";

export type Log = Logger;

/** Names under which secrets travel: should one ever be logged with its object, it is blotted out. */
const SECRETS = ["authorization", "password", "secret", "token", "bearer", "basic", "jwt_secret", "custom_data"];

export interface LogOptions {
  readonly pretty: boolean;
  /** `info` where left out. */
  readonly level?: LogLevel;
  /** Where the lines go: standard error, where left out. */
  readonly destination?: DestinationStream;
}

/** JSON lines on standard error; pretty where a person reads along. */
export function createLog(options: LogOptions): Log {
  const settings = {
    level: options.level ?? "info",
    base: null,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  };
  return options.pretty
    ? pino({ ...settings, transport: { target: "pino-pretty", options: { destination: 2 } } })
    : pino(settings, options.destination ?? pino.destination({ dest: 2, sync: false }));
}
