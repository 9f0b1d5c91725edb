import { pino, type Logger } from "pino";

export type Log = Logger;

/** Names under which secrets travel: should one ever be logged with its object, it is blotted out. */
const SECRETS = ["authorization", "password", "secret", "token", "bearer", "basic", "jwt_secret", "custom_data"];

/** JSON lines on standard error; pretty where a person reads along. */
export function createLog(options: { readonly pretty: boolean; readonly level?: string }): Log {
  const settings = {
    level: options.level ?? "info",
    base: null,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  };
  return options.pretty
    ? pino({ ...settings, transport: { target: "pino-pretty", options: { destination: 2 } } })
    : pino(settings, pino.destination({ dest: 2, sync: false }));
}
