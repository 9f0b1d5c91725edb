import { defineConfig } from "@graphql-hive/gateway";
import { gatewayConfig as recommended } from "./gateway.config.ts";

/** As it is where nobody thought of more than the headers: it joins identical requests, and lets all of them end. */
export const gatewayConfig = defineConfig({
  ...recommended,
  executionCancellation: false,
  upstreamCancellation: false,
  transportEntries: {},
});
