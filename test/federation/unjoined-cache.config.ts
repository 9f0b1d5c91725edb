import { defineConfig } from "@graphql-hive/gateway";
import { gatewayConfig as careless } from "./shared-cache.config.ts";

/** The same cache, where each request is sent for itself. */
export const gatewayConfig = defineConfig({
  ...careless,
  transportEntries: { usergraph: { options: { deduplicateInflightRequests: false } } },
});
