import { defineConfig } from "@graphql-hive/gateway";
import { gatewayConfig as plain } from "./defaults.config.ts";

/** The most careless cache that can be configured: one for all callers, and an hour for whatever says nothing of itself. */
export const gatewayConfig = defineConfig({
  ...plain,
  batching: true,
  responseCaching: { session: () => null, ttl: 60 * 60 * 1000, includeExtensionMetadata: true },
});
