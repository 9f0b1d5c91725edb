import { DEFAULT_SERVER, type Limits } from "../../src/config/settings.ts";

/** Of a gateway under random operations: what is refused before anything is looked up tells nothing of look-ups. */
export const WIDE_LIMITS: Limits = {
  ...DEFAULT_SERVER.limits,
  depth: 100,
  aliases: 1000,
  tokens: 100_000,
  directives: 1000,
  body: 10 * 1024 * 1024,
  upstreamCalls: 100_000,
};

/** On a busy machine a thousand calls last. */
export const SLOW = { timeoutMs: 60_000, deadlineMs: 120_000 };
