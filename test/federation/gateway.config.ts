import "./told-port.ts";
import { defineConfig } from "@graphql-hive/gateway";

/** What usergraph forwards to its services, and no other subgraph may see. */
const CREDENTIALS = ["authorization", "x-cloud-authorization"];

export const gatewayConfig = defineConfig({
  propagateHeaders: {
    fromClientToSubgraphs({ request, subgraphName }) {
      if (subgraphName !== "usergraph") return;
      const given = CREDENTIALS.map((name) => [name, request.headers.get(name)] as const);
      return Object.fromEntries(given.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
    },
    fromSubgraphsToClient({ response, subgraphName }) {
      const caching = response.headers.get("cache-control");
      if (subgraphName !== "usergraph" || caching === null) return;
      return { "cache-control": caching };
    },
    deduplicateHeaders: true,
  },
  // Who hangs up ends what they asked, and nobody else's: usergraph itself joins what one caller asks twice.
  executionCancellation: true,
  upstreamCancellation: true,
  transportEntries: { usergraph: { options: { deduplicateInflightRequests: false } } },
});
